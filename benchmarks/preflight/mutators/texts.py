"""Texts: missing, doubled, left over, garbled, or in another language."""

import re

from benchmarks.preflight.composing import day_in_words
from benchmarks.preflight.inventing import WORDINGS, summary, words_of
from benchmarks.preflight.mutators import is_weekly, mutator, pick, put, unlike_pair

NOTHING = ("", " ", "\u3000", "\n\n")


@mutator("no-title")
def title_removed(clean, chance):
    """A title is taken out."""
    return [put(chance.choice(clean.entries), title="")]


@mutator("no-title")
def title_of_blanks(clean, chance):
    """A title is but blanks, wide ones among them."""
    return [put(chance.choice(clean.entries), title=chance.choice(NOTHING[1:]))]


@mutator("no-title")
def title_of_mere_marks(clean, chance):
    """Of a title nothing but its marks is left."""
    return [put(chance.choice(clean.entries), title=chance.choice(("****", "**", "—", "[]")))]


@mutator("no-summary")
def summary_removed(clean, chance):
    """A summary is taken out."""
    return [put(chance.choice(clean.entries), summary="")]


@mutator("no-summary")
def summary_of_blanks(clean, chance):
    """A summary is but blanks."""
    return [put(chance.choice(clean.entries), summary=chance.choice(NOTHING[1:]))]


@mutator("no-summary")
def summary_of_a_new_entry(clean, chance):
    """An entry was moved to the top and not yet written about."""
    entry = chance.choice(clean.entries)
    return [put(entry, summary="", position=0, section=chance.choice(clean.sections))]


# --- Twice -----------------------------------------------------------------------------------------------------------


@mutator("near-identical-summary")
def summary_copied(clean, chance):
    """The summary of one entry was pasted into another."""
    pair = unlike_pair(clean, chance, clean.entries)
    return pair and [put(pair[0], summary=pair[1].summary), pair[1]]


@mutator("near-identical-summary")
def summary_copied_and_touched(clean, chance):
    """The name was changed in a pasted summary, and no more."""
    pair = unlike_pair(clean, chance, clean.entries)
    if pair is None:
        return None
    entry, other = pair
    text = other.summary.replace(clean.works[other.pk].name, clean.works[entry.pk].name)
    return [put(entry, summary=text), other]


@mutator("near-identical-summary")
def summary_copied_with_an_addition(clean, chance):
    """A short sentence was added to a pasted summary."""
    pair = unlike_pair(clean, chance, clean.entries)
    if pair is None:
        return None
    entry, other = pair
    return [put(entry, summary=other.summary + clean.wording.space + clean.wording.endings[0]), other]


@mutator("near-identical-summary")
def summary_of_the_issue_before(clean, chance):
    """A summary was left from the issue before, from which this one was begun."""
    if not is_weekly(clean):
        return None
    old = chance.choice(clean.history[-1].entries)
    return [put(chance.choice(clean.entries), summary=old.summary)]


# --- Markup ----------------------------------------------------------------------------------------------------------


@mutator("unbalanced-markup")
def end_of_bold_lost(clean, chance):
    """Bold words don't end."""
    entry = chance.choice(clean.entries)
    name = clean.works[entry.pk].name
    return [put(entry, summary=f"**{name}: {entry.summary.replace('**', '')}")]


@mutator("unbalanced-markup")
def end_of_a_link_lost(clean, chance):
    """The bracket at the end of a highlight's link is lost."""
    highlight = chance.choice(clean.highlights)
    start, _, rest = highlight.text.partition("](")
    address, _, rest = rest.partition(")")
    return [put(highlight, text=f"{start}]({address} {rest}")]


@mutator("unbalanced-markup")
def end_of_code_lost(clean, chance):
    """Code in a summary does not end."""
    entry = chance.choice(clean.entries)
    return [put(entry, summary=f"{entry.summary.replace('`', '')}{clean.wording.space}`batch_size = 64")]


@mutator("unbalanced-markup")
def address_without_words(clean, chance):
    """Of a link in a summary the opening bracket is lost."""
    entry = chance.choice(clean.entries)
    return [put(entry, summary=f"{entry.summary} {clean.works[entry.pk].name}]({entry.url})")]


# --- Left over -------------------------------------------------------------------------------------------------------

PLACEHOLDERS = {
    "en": ("TODO: write this", "[insert summary here]", "TBD", "Summary goes here."),
    "ja": ("TODO: あとで書く", "ここに要約を書く", "【要約】", "(仮)"),
    "zh-hans": ("TODO：补上", "在此输入摘要", "（待补充）", "【摘要】"),
}
LOREM = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore."


@mutator("leftover-text")
def placeholder_in_a_summary(clean, chance):
    """A reminder to write something was left in a summary."""
    entry = chance.choice(clean.entries)
    left = chance.choice(PLACEHOLDERS[clean.wording.language][:2])
    return [put(entry, summary=chance.choice((left, f"{left} {entry.summary}", f"{entry.summary}\n\n{left}")))]


@mutator("leftover-text")
def filler_left(clean, chance):
    """Filler of a template stands in a summary or the intro."""
    if chance.random() < 0.5:
        return [put(chance.choice(clean.entries), summary=LOREM)]
    return [put(clean.issue, intro=LOREM)]


@mutator("leftover-text")
def intro_of_the_week_before(clean, chance):
    """The intro still names the week of the issue before."""
    past = clean.history[-1]
    words = {"week": past.issue.week, "year": past.day.year, "day": day_in_words(clean.wording.language, past.day)}
    return [put(clean.issue, intro=clean.wording.intros[0].format(**words))] if is_weekly(clean) else None


@mutator("leftover-text")
def name_of_a_field_left(clean, chance):
    """A field of a template was not filled in."""
    entry = chance.choice(clean.entries)
    field = chance.choice(("{{ title }}", "{{summary}}", "%TITLE%", "<TITLE>", "{title}"))
    return [put(entry, title=field if chance.random() < 0.5 else f"{field}: {entry.title}")]


# --- Another language ------------------------------------------------------------------------------------------------


def _another(clean, chance):
    return chance.choice([wording for wording in WORDINGS.values() if wording is not clean.wording])


@mutator("wrong-language")
def summary_of_another_edition(clean, chance):
    """A summary was copied from another edition and not translated."""
    entry = chance.choice(clean.entries)
    return [put(entry, summary=summary(_another(clean, chance), clean.works[entry.pk], chance))]


@mutator("wrong-language")
def entry_of_another_edition(clean, chance):
    """Title and summary were."""
    entry, other = chance.choice(clean.entries), _another(clean, chance)
    work = clean.works[entry.pk]
    title = chance.choice(other.headlines).format(**words_of(other, work))
    return [put(entry, title=title, summary=summary(other, work, chance))]


@mutator("wrong-language")
def highlight_of_another_edition(clean, chance):
    """A highlight was."""
    highlight, other = chance.choice(clean.highlights), _another(clean, chance)
    entry = clean.about[highlight.pk]
    words = words_of(other, clean.works[entry.pk])
    link = f"[{other.link_words[0].format(**words)}](entry:{entry.public_id})"
    return [put(highlight, text=chance.choice(other.highlights).format(link=link, **words))]


# --- Garbled ---------------------------------------------------------------------------------------------------------


def _misread(text: str, encoding: str) -> str:
    """The text in UTF-8, read as something else."""
    return text.encode().decode(encoding, errors="replace")


def _with_accents(clean, text: str) -> str:
    """A text that has something to garble."""
    return f"“{text}” – Hélène’s view" if text.isascii() else text


@mutator("mojibake")
def summary_read_in_the_wrong_encoding(clean, chance):
    """A summary was read as if it were Western."""
    entry = chance.choice(clean.entries)
    encoding = chance.choice(("latin-1", "cp1252"))
    return [put(entry, summary=_storable(_misread(_with_accents(clean, entry.summary), encoding)))]


@mutator("mojibake")
def title_read_in_the_wrong_encoding(clean, chance):
    """A title was, as if it were Western or of East Asia."""
    entry = chance.choice(clean.entries)
    eastern = {"en": "cp1252", "ja": "shift_jis", "zh-hans": "gbk"}[clean.wording.language]
    encoding = chance.choice(("cp1252", eastern))
    return [put(entry, title=_storable(_misread(_with_accents(clean, entry.title), encoding)))]


@mutator("mojibake")
def letters_lost(clean, chance):
    """Some letters of a summary could not be read at all."""
    entry = chance.choice(clean.entries)
    places = sorted(chance.sample(range(len(entry.summary)), 3))
    text = "".join("\ufffd" if place in places else letter for place, letter in enumerate(entry.summary))
    return [put(entry, summary=text)]


@mutator("mojibake")
def highlight_read_in_the_wrong_encoding(clean, chance):
    """A highlight was read as if it were Western."""
    highlight = pick(chance, clean.highlights)
    words, bracket, rest = highlight.text.partition("](")
    return [put(highlight, text=_storable(_misread(_with_accents(clean, words), "cp1252")) + bracket + rest)]


def _storable(text: str) -> str:
    return re.sub("\x00", "", text)


# --- Widths ----------------------------------------------------------------------------------------------------------

WIDE = {
    ord(letter): ord(letter) + 0xFEE0 for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
}


@mutator("mixed-width")
def name_in_wide_letters(clean, chance):
    """A name stands in wide letters in the title and in narrow ones in the summary."""
    entry = chance.choice(clean.entries)
    name = clean.works[entry.pk].name
    wide = name.translate(WIDE)
    title = entry.title.replace(name, wide) if name in entry.title else f"{entry.title} ({wide})"
    return [put(entry, title=title)]


@mutator("mixed-width")
def digits_in_wide_forms(clean, chance):
    """A number in a summary is wide, though others are narrow."""
    entry = chance.choice(clean.entries)
    return [put(entry, summary=f"{entry.summary}{clean.wording.space}2021, {'2022'.translate(WIDE)}.")]


@mutator("mixed-width")
def half_a_word_in_wide_letters(clean, chance):
    """Of a word half is wide."""
    entry = chance.choice(clean.entries)
    name = clean.works[entry.pk].name
    mixed = name[:3].translate(WIDE) + name[3:]
    text = entry.summary.replace(name, mixed) if name in entry.summary else f"{mixed}: {entry.summary}"
    return [put(entry, summary=text)]
