"""Figures, original titles, and what a mail needs."""

from benchmarks.preflight.inventing import article, paper, summary
from benchmarks.preflight.mutators import mutator, put, relink
from benchmarks.preflight.rows import FIGURE, HEAVY_FIGURE
from issues.models import Entry, Publication

# Bytes of text, of which a mail alone is too large.
LETTER = 102_000
# Bytes of text that take longer to read than an issue of the kind may take.
HOURS = {"weekly": 60_000, "monthly": 110_000, "annual": 210_000}
BLANKS = (" ", "\n", "\u3000")


def _with_figure(clean) -> list[Entry]:
    return [entry for entry in clean.entries if entry.figure]


@mutator("no-alt")
def description_removed(clean, chance):
    """The description of a figure is taken out."""
    return [put(chance.choice(_with_figure(clean)), figure_alt="")]


@mutator("no-alt")
def description_of_blanks(clean, chance):
    """The description of a figure is but blanks."""
    return [put(chance.choice(_with_figure(clean)), figure_alt=chance.choice(BLANKS))]


@mutator("no-alt")
def figure_added_without_description(clean, chance):
    """An article gets a figure that nobody describes."""
    entry = chance.choice(clean.articles())
    values = {"figure_license": "CC0-1.0", "figure_width": 640, "figure_height": 640}
    return [put(entry, figure=FIGURE, figure_name="new.png", **values)]


def _lonely_paper(clean, chance, **values) -> Entry:
    """A further paper in the section of the papers."""
    work = paper(clean.wording, chance, clean.day)
    section = next(section for section in clean.sections if section.kind == "paper")
    entry = Entry(section=section, position=70, title=work.title, summary=work.summary, source_title=work.source_title)
    for name, value in values.items():
        setattr(entry, name, value)
    return relink(entry, f"https://arxiv.org/abs/2211.{chance.randrange(1, 19_000):05}")


@mutator("no-source-title")
def original_title_removed(clean, chance):
    """A paper lost its original title; the others have theirs."""
    return [put(chance.choice(clean.papers()), source_title="", source_arxiv_id="")]


@mutator("no-source-title")
def original_title_of_blanks(clean, chance):
    """The original title of a paper is but blanks."""
    return [put(chance.choice(clean.papers()), source_title=chance.choice(BLANKS), source_arxiv_id="")]


@mutator("no-source-title")
def paper_added_without_original_title(clean, chance):
    """A paper is added without its original title."""
    return [_lonely_paper(clean, chance, source_title="")]


@mutator("no-figure")
def figure_removed(clean, chance):
    """A paper lost its figure; the others have theirs."""
    entry = chance.choice(_with_figure(clean))
    return [put(entry, figure="", figure_name="", figure_sha256="", figure_width=None, figure_height=None)]


@mutator("no-figure")
def figure_lost_and_its_texts_left(clean, chance):
    """The file of a figure is gone, and its description is still there."""
    return [put(chance.choice(_with_figure(clean)), figure="", figure_name="", figure_sha256="")]


@mutator("no-figure")
def paper_added_without_figure(clean, chance):
    """A paper is added without a figure."""
    return [_lonely_paper(clean, chance)]


@mutator("no-licence")
def licence_removed(clean, chance):
    """The licence of a figure is taken out."""
    return [put(chance.choice(_with_figure(clean)), figure_license="")]


@mutator("no-licence")
def licence_of_blanks(clean, chance):
    """The licence of a figure is but blanks."""
    return [put(chance.choice(_with_figure(clean)), figure_license=" ")]


@mutator("no-licence")
def figure_added_without_licence(clean, chance):
    """An article gets a figure of which nobody says whose it is."""
    entry = chance.choice(clean.articles())
    values = {"figure_alt": "A grey square.", "figure_width": 640, "figure_height": 640}
    return [put(entry, figure=FIGURE, figure_name="new.png", **values)]


@mutator("heavy-image")
def photograph_as_it_came_from_the_camera(clean, chance):
    """A figure has far more pixels than a screen."""
    return [put(chance.choice(_with_figure(clean)), figure_width=4032, figure_height=3024)]


@mutator("heavy-image")
def heavy_file_in_place_of_a_figure(clean, chance):
    """The file of a figure was replaced by a large one."""
    return [put(chance.choice(_with_figure(clean)), figure=HEAVY_FIGURE, figure_width=1200, figure_height=1200)]


@mutator("heavy-image")
def heavy_figure_added(clean, chance):
    """An article gets a large figure."""
    values = {"figure_alt": "Noise.", "figure_license": "CC0-1.0", "figure_width": 1200, "figure_height": 1200}
    return [put(chance.choice(clean.articles()), figure=HEAVY_FIGURE, **values)]


# --- Mail ------------------------------------------------------------------------------------------------------------


def _long(clean, chance, length: int) -> str:
    """So many bytes about one work, in paragraphs."""
    work = clean.works[clean.entries[0].pk]
    paragraphs: list[str] = []
    while sum(len(paragraph.encode()) for paragraph in paragraphs) < length:
        paragraphs.append(summary(clean.wording, work, chance))
    return "\n\n".join(paragraphs)


@mutator("mail-too-large")
def summaries_far_too_long(clean, chance):
    """Whole articles were pasted in place of summaries."""
    for entry in clean.entries:
        put(entry, summary=_long(clean, chance, LETTER // len(clean.entries)))
    return [clean.issue]


@mutator("mail-too-large")
def intro_far_too_long(clean, chance):
    """A whole essay stands before the highlights."""
    return [put(clean.issue, intro=_long(clean, chance, LETTER))]


@mutator("mail-too-large")
def far_too_many_entries(clean, chance):
    """Far more entries than usual were brought in at once."""
    section = chance.choice(clean.sections)
    works = [article(clean.wording, chance) for _ in range(80)]
    Entry.objects.bulk_create(
        Entry(section=section, position=place, title=work.title, summary=work.summary, url=work.url)
        for place, work in enumerate(works, 100)
    )
    return [clean.issue]


@mutator("reading-time")
def summaries_too_long_to_read(clean, chance):
    """Chapters were pasted in place of summaries."""
    for entry in clean.entries:
        put(entry, summary=_long(clean, chance, HOURS[clean.issue.kind] // len(clean.entries)))
    return [clean.issue]


@mutator("reading-time")
def intro_too_long_to_read(clean, chance):
    """A chapter stands before the highlights."""
    return [put(clean.issue, intro=_long(clean, chance, HOURS[clean.issue.kind]))]


@mutator("reading-time")
def one_entry_too_long_to_read(clean, chance):
    """A whole report was pasted into one summary."""
    put(chance.choice(clean.entries), summary=_long(clean, chance, HOURS[clean.issue.kind]))
    return [clean.issue]


def _publication(clean, **values):
    Publication.objects.filter(pk=clean.issue.publication_id).update(**values)
    return [clean.issue]


@mutator("no-imprint")
def imprint_removed(clean, chance):
    """The postal address is taken out of the publication."""
    return _publication(clean, imprint="")


@mutator("no-imprint")
def imprint_of_blanks(clean, chance):
    """The postal address is but blanks."""
    return _publication(clean, imprint=chance.choice(BLANKS))


@mutator("no-imprint")
def imprint_removed_from_an_issue_in_review(clean, chance):
    """The postal address is taken out while the issue is read by others."""
    put(clean.issue, status="in_review")
    return _publication(clean, imprint="")
