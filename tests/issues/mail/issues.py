"""Issues for the tests of mails: an ordinary one, and those at the edges."""

from issues.models import Issue, Topic
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)> {{ settings.SECRET_KEY }} {% load x %}'


def loaded(issue):
    return Issue.objects.with_entries().get(pk=issue.pk)


def make_week(language="en", **values):
    """An issue with an introduction, a highlight, two sections, three entries, a card and a correction."""
    make_publication(
        name="Akira", languages=["en", "ja", "zh-hans"], imprint="Akira\n1 Example Street", time_zone="Asia/Tokyo"
    )
    issue = make_issue(language=language, **{"number": 26, "title": "Nobody labelled the videos"} | values)
    issue.intro = "Six million videos, and **not one** label."
    issue.save()
    features = make_section(issue, title="Features", kind="feature")
    first = make_entry(
        features,
        title="Learning from videos",
        url="https://arxiv.org/abs/2106.02636",
        source_title="Neural Script Knowledge",
        summary="It learns $x^2$.\n\nSee [the code](https://example.org/code) and [it again](https://example.org/code).",
        topics=[Topic.objects.first() or make_topic()],
    )
    make_entry(
        features, title="Does a student learn?", card_title="What students learn", card_url="https://example.org/c"
    )
    make_entry(make_section(issue), title="How far?", summary="- one\n- two\n\n> quoted")
    make_highlight(issue, text=f"A model [learns](entry:{first.public_id}) from subtitles.")
    issue.errata.create(entry=first, noted_on="2021-09-03", text="It was *seven* million.")
    issue.errata.create(noted_on="2021-09-04", text="The date was wrong.")
    return issue


def make_long(entries, *, sentences=6, **values):
    """An issue of so many entries with summaries of a usual length, unless told otherwise."""
    issue = make_issue(**{"number": 60, "title": "A long week"} | values)
    section = make_section(issue)
    for number in range(entries):
        make_entry(
            section,
            title=f"The finding of number {number}, told in a title of usual length",
            source_title="On the Finding of Numbers: A Study of Usual Length",
            summary="A sentence about what was found, and why it matters to those who read this. " * sentences,
        )
    return issue
