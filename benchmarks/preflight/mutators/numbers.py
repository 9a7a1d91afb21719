"""Numbers, weeks, counts and lists that don't agree with what is there."""

import datetime

from benchmarks.preflight.composing import COUNTS, day_in_words
from benchmarks.preflight.inventing import letters
from benchmarks.preflight.mutators import add_highlight, is_weekly, mutator, pick, put, relink
from issues.models import Entry, Issue, Section
from issues.site import Site

# --- Sections --------------------------------------------------------------------------------------------------------


@mutator("empty-section")
def entries_of_a_section_removed(clean, chance):
    """All entries of a section are removed."""
    section = chance.choice(clean.sections)
    Entry.objects.filter(section=section).delete()
    return [section]


@mutator("empty-section")
def section_added(clean, chance):
    """A section is added and not filled."""
    title = chance.choice(list(clean.wording.sections.values()))
    return [Section.objects.create(issue=clean.issue, kind="other", title=title, position=len(clean.sections) + 1)]


@mutator("empty-section")
def entries_moved_to_another_section(clean, chance):
    """The entries of a section are moved to another."""
    section, target = chance.sample(clean.sections, 2)
    Entry.objects.filter(section=section).update(section=target)
    return [section]


def _give_numbers(clean, numbers) -> None:
    for section, number in zip(clean.sections, numbers, strict=True):
        put(section, number_given=number)


@mutator("section-numbering")
def number_of_a_section_left_out(clean, chance):
    """Numbers of sections leave one out."""
    count = len(clean.sections)
    gap = chance.randint(2, count)
    _give_numbers(clean, [number if number < gap else number + 1 for number in range(1, count + 1)])
    return [clean.issue, *clean.sections]


@mutator("section-numbering")
def number_of_a_section_twice(clean, chance):
    """Two sections have one number."""
    count = len(clean.sections)
    twice = chance.randint(1, count - 1)
    _give_numbers(clean, [number if number <= twice else number - 1 for number in range(1, count + 1)])
    return [clean.issue, *clean.sections]


@mutator("section-numbering")
def sections_swapped_with_their_numbers(clean, chance):
    """Two sections change places and keep their numbers."""
    numbers = list(range(1, len(clean.sections) + 1))
    one, other = chance.sample(range(len(numbers)), 2)
    numbers[one], numbers[other] = numbers[other], numbers[one]
    _give_numbers(clean, numbers)
    return [clean.issue, *clean.sections]


@mutator("section-numbering")
def numbers_in_titles_out_of_order(clean, chance):
    """Titles of sections begin with numbers, and one of them is wrong."""
    wrong = chance.randrange(len(clean.sections))
    for place, section in enumerate(clean.sections):
        number = place + 1 + (chance.choice((1, 2)) if place == wrong else 0)
        put(section, title=f"{number}. {section.title}")
    return [clean.issue, *clean.sections]


# --- Counts ----------------------------------------------------------------------------------------------------------


@mutator("count-mismatch")
def stated_count_wrong(clean, chance):
    """An imported issue states another number of topics than it has."""
    count = len(clean.sections)
    put(clean.issue, contents_stated_count=count + chance.choice((-1, 1, 2)))
    return [clean.issue]


@mutator("count-mismatch")
def line_of_the_contents_lost(clean, chance):
    """The list of contents has a line less than there are sections."""
    lines = [section.title for section in clean.sections]
    lines.pop(chance.randrange(len(lines)))
    return [put(clean.issue, contents_lines=lines)]


@mutator("count-mismatch")
def count_in_the_intro_wrong(clean, chance):
    """The intro promises another number of topics."""
    count = len(clean.sections) + chance.choice((-1, 1, 2))
    stated = clean.wording.stated.format(count=COUNTS[clean.wording.language][count])
    return [put(clean.issue, intro=stated, contents_stated_count=None)]


@mutator("count-mismatch")
def section_removed_after_counting(clean, chance):
    """A section is removed, and what the intro promises stays."""
    stated = clean.wording.stated.format(count=COUNTS[clean.wording.language][len(clean.sections)])
    put(clean.issue, intro=stated)
    chance.choice(clean.sections).delete()
    return [clean.issue]


@mutator("count-mismatch")
def count_in_the_title_wrong(clean, chance):
    """The title of a summary of the year counts entries that were removed since, or forgets some."""
    if clean.issue.kind != "annual":
        return None
    count = len(clean.entries) + chance.choice((-3, -1, 1, 4))
    return [put(clean.issue, title=clean.wording.annual.format(year=clean.day.year, count=count))]


# --- Numbers and weeks -----------------------------------------------------------------------------------------------


@mutator("number-mismatch")
def title_of_the_issue_before(clean, chance):
    """The title was taken over from an earlier issue, with its number."""
    past = pick(chance, [past.issue.title for past in clean.history if past.issue.number])
    return [put(clean.issue, title=past)] if past and clean.issue.number else None


@mutator("number-mismatch")
def week_in_the_title_wrong(clean, chance):
    """The title names another week than the issue has."""
    if not is_weekly(clean):
        return None
    week = clean.issue.week + chance.choice((-1, 1, 2))
    words = {"week": week if 1 <= week <= 53 else 26, "year": clean.issue.year}
    title = chance.choice(clean.wording.weekly).format(thing=chance.choice(clean.wording.things), **words)
    return [put(clean.issue, title=title, number=None)]


@mutator("number-mismatch")
def number_changed_and_title_left(clean, chance):
    """The number was changed, and the title was not."""
    if clean.issue.number is None:
        return None
    return [put(clean.issue, number=clean.issue.number + chance.choice((1, 10)))]


def _numbered(clean, chance, number: int):
    title = clean.wording.numbered[0].format(number=number)
    return [put(clean.issue, number=number, title=title)]


@mutator("number-gap")
def number_left_out(clean, chance):
    """The issue has a number too far."""
    # A newsletter that counts by weeks has no number to follow.
    return _numbered(clean, chance, clean.issue.number + chance.randint(1, 9)) if clean.issue.number else None


@mutator("number-gap")
def number_of_an_earlier_issue(clean, chance):
    """The issue has a number that ran."""
    past = pick(chance, [past.issue.number for past in clean.history if past.issue.number])
    return _numbered(clean, chance, past) if past and is_weekly(clean) else None


@mutator("number-gap")
def issue_before_never_came(clean, chance):
    """The issues before were withdrawn, so that a number is missing."""
    kept = [past.issue for past in clean.history if past.issue.number and past.issue.number < len(clean.history)]
    if not kept or not is_weekly(clean):
        return None
    last = kept[-1]
    Issue.objects.filter(pk__in=[past.issue.pk for past in clean.history if past.day > _day(clean, last)]).delete()
    return _numbered(clean, chance, len(clean.history) + 1)


def _day(clean, issue: Issue) -> datetime.date:
    return next(past.day for past in clean.history if past.issue.pk == issue.pk)


def _dated(clean, day: datetime.date, week: int, **values):
    words = {"week": week, "year": day.year, "day": day_in_words(clean.wording.language, day)}
    values.setdefault("date_text", clean.wording.date_text.format(**words))
    title = clean.wording.weekly[0].format(week=week, year=day.year)
    return [put(clean.issue, week=week, year=day.year, title=title, number=None, **values)]


def _far(chance, week: int) -> int:
    """A week of the year that is far from this one."""
    return (week - 1 + chance.randint(4, 40)) % 50 + 1


@mutator("week-date")
def week_shifted(clean, chance):
    """The stated week is another than that of the stated day."""
    return _dated(clean, clean.day, _far(chance, clean.issue.week)) if is_weekly(clean) else None


@mutator("week-date")
def day_shifted(clean, chance):
    """The stated day is of another month."""
    if not is_weekly(clean):
        return None
    day = clean.day + datetime.timedelta(days=chance.choice((-84, -56, 35, 63, 91)))
    return _dated(clean, day, clean.issue.week) if day.year == clean.day.year == clean.issue.year else None


@mutator("week-date")
def week_and_day_in_the_intro(clean, chance):
    """The intro names a week and a day that is not in it."""
    if not is_weekly(clean):
        return None
    week = _far(chance, clean.issue.week)
    words = {"week": week, "year": clean.day.year, "day": day_in_words(clean.wording.language, clean.day)}
    return _dated(clean, clean.day, week, date_text="", intro=clean.wording.intros[0].format(**words))


# --- Itself ----------------------------------------------------------------------------------------------------------


def _own_address(clean) -> str:
    return Site(clean.issue.publication, clean.issue.language).absolute().issue_path(clean.issue)


@mutator("lists-itself")
def itself_among_past_issues(clean, chance):
    """The list of past issues has the issue itself."""
    address = f"https://letters.example/p/{letters(chance, 9)}"
    past = [{"title": past.issue.title, "url": f"https://letters.example/p/{past.issue.pk}"} for past in clean.history]
    own = {"title": clean.issue.title, "url": address}
    listed = [row | {"url_given": row["url"]} for row in [own, *past[-3:]]]
    return [put(clean.issue, source_url=address, past_issues=listed)]


@mutator("lists-itself")
def entry_about_itself(clean, chance):
    """An entry links to where the issue was published first."""
    address = f"https://letters.example/p/{letters(chance, 9)}"
    put(clean.issue, source_url=address)
    return [relink(chance.choice(clean.entries), address), clean.issue]


@mutator("lists-itself")
def own_page_in_a_highlight(clean, chance):
    """A highlight links to the issue's own page."""
    return [add_highlight(clean, f"[{clean.issue.title}]({_own_address(clean)})"), clean.issue]


@mutator("lists-itself")
def own_page_among_past_issues(clean, chance):
    """The list of past issues has the issue's own page."""
    address = _own_address(clean)
    return [put(clean.issue, past_issues=[{"title": clean.issue.title, "url": address, "url_given": address}])]
