"""The index follows whatever is written and by whatever way, and lets no writer wait for another."""

import datetime
import random

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from akira.checks import search_follows_its_rules
from issues.models import Entry, Issue, IssueStatus, SearchRules, SearchText, SearchWord, Section
from issues.search.finding import search
from issues.search.query import PAIRED, parse
from issues.search.rebuilding import RULES, is_due, rebuild
from papers.catalogue import merge
from papers.models import Work
from tests.factories import make_entry, make_issue, make_publication, make_section, make_work

pytestmark = pytest.mark.django_db

WORDS = [
    "attention",
    "Müller",
    "蒸留",
    "学習 する",
    "데이터",
    "[of](https://a.b)",
    "*GAN*",
    "ﾊﾟﾀｰﾝ",
    "x" * 90,
    "",
    "it's \\ 100%",
]


def titles(text, **options):
    results = search(parse(text, filters=options.pop("filters", {})), make_publication(), **options)
    return [hit.row.title for hit in results.hits]


# --- It follows ----------------------------------------------------------------------------------------------------


def asked(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall()


def differences():
    """What the index holds and should not, and what it should and does not."""
    fresh = " UNION ALL ".join(
        f"SELECT * FROM issues_search_fresh('{kind}', ARRAY(SELECT id FROM {table}))"
        for kind, table in (("entry", "issues_entry"), ("issue", "issues_issue"), ("work", "papers_work"))
    )
    kept = "SELECT * FROM issues_searchtext"
    return asked(f"({kept} EXCEPT ALL ({fresh})) UNION ALL (({fresh}) EXCEPT ALL {kept})")


def some(chance):
    return " ".join(chance.choices(WORDS, k=4))


def edits(chance):
    """Ways in which something is written: by a row, in bulk, by SQL, by a cascade, by verbs."""

    def row(model):
        rows = list(model.objects.order_by("pk"))
        return chance.choice(rows) if rows else None

    def published(moment):
        return {"status": IssueStatus.PUBLISHED, "published_at": moment}

    def merged():
        loser, winner = Work.objects.filter(merged_into=None).order_by("?")[:2]
        merge(loser, winner)

    later = timezone.now() + datetime.timedelta(days=chance.randrange(400))
    return [
        lambda: make_entry(row(Section), title=some(chance), summary=some(chance)),
        lambda: Entry.objects.filter(pk__gt=chance.randrange(50)).update(summary=some(chance)),
        lambda: Entry.objects.filter(pk=row(Entry).pk).update(section=row(Section)),
        lambda: Entry.objects.bulk_update([row(Entry)], ["title"]),
        lambda: asked(
            "UPDATE issues_entry SET url = 'https://www.b.org/x', work_id = NULL WHERE id % 3 = 0 RETURNING 1"
        ),
        lambda: Entry.objects.filter(pk=row(Entry).pk).delete(),
        lambda: make_section(make_issue(title=some(chance), published=False)),
        lambda: Issue.objects.filter(pk=row(Issue).pk).update(**published(later)),
        lambda: Issue.objects.filter(pk=row(Issue).pk).update(language=chance.choice(["en", "ja"]), intro=some(chance)),
        lambda: Issue.objects.exclude(published_at=None).update(status=IssueStatus.WITHDRAWN),
        lambda: Section.objects.filter(pk=row(Section).pk).update(issue=row(Issue), kind="article"),
        lambda: row(Issue).delete(),
        lambda: Work.objects.filter(pk=row(Work).pk).update(title=some(chance), authors=["Ł. Kaiser", some(chance)]),
        lambda: Work.objects.update(abstract="", title="", authors=[]),
        lambda: make_work(title=some(chance)),
        merged,
    ]


@pytest.mark.parametrize("seed", range(2))
def test_it_is_what_a_rebuilt_one_is_after_any_edits(seed):
    chance = random.Random(seed)
    make_publication(languages=["en", "ja"])
    for _ in range(3):
        make_entry(make_section(make_issue()), title=some(chance))
    for _ in range(45):
        if not Entry.objects.exists():
            make_entry()
        chance.choice(edits(chance))()
    assert differences() == []


def test_words_are_kept_once_with_their_stems():
    make_entry(title="Networks", summary="networked 蒸留 2021 of GAN")
    make_entry(title="Networks")
    kept = SearchWord.objects.filter(word__regex="^(net|gan|of|202|蒸)").order_by("word")
    assert list(kept.values_list("word", "stem")) == [
        ("gan", "gan"),
        ("networked", "network"),
        ("networks", "network"),
    ]


def test_a_text_beyond_all_measure_is_saved():
    entry = make_entry(
        title="vast", summary="学" * 40_000 + " " + "".join(map(chr, range(0x4E00, 0x9FFF))) + "y" * 90_000
    )
    assert SearchText.objects.filter(kind="entry", row=entry.pk).exists()
    assert titles("vast") == ["vast"]


def test_both_sides_know_the_same_scripts_without_blanks():
    ranges = [(PAIRED[place], PAIRED[place + 2]) for place in range(len(PAIRED) - 2) if PAIRED[place + 1] == "-"]
    edges = "".join(edge for pair in ranges for edge in pair if edge < "\ud800" or edge > "\udfff")
    told = asked(
        "SELECT part FROM unnest(string_to_array(%s, NULL)) part"
        " WHERE cardinality(papers_search_lexemes('a' || part || part)) < 3",
        edges,
    )
    assert told == []


# --- Who sees it ---------------------------------------------------------------------------------------------------


def test_readers_find_what_published_shows_and_the_desk_all():
    make_publication(languages=["en", "ja"])
    soon = timezone.now() + datetime.timedelta(minutes=5)
    came = {"status": IssueStatus.PUBLISHED, "published_at": soon}
    given = {
        "draft": {"published": False},
        "waiting": came,
        "clock put back": came | {"appeared_at": timezone.now()},
        "withdrawn": {"status": IssueStatus.WITHDRAWN, "published_at": timezone.now()},
        "public": {},
        "Japanese": {"language": "ja"},
    }
    for name, values in given.items():
        make_entry(make_section(make_issue(title=f"{name} barlow", **values)), title=f"{name} barlow")
    shown = set(Entry.objects.published().values_list("title", flat=True))
    assert set(titles("barlow")) == shown == {f"{name} barlow" for name in ("clock put back", "public", "Japanese")}
    assert set(titles("barlow", drafts=True)) == {f"{name} barlow" for name in given}


def test_a_work_is_found_from_its_first_entry_on():
    section = make_section(make_issue(published=False))
    work = make_work(title="Redundancy reduced", authors=["Jure Zbontar"])
    make_entry(section, title="Twins", url=work.url, work=work)
    assert titles("zbontar") == []
    assert titles("zbontar", drafts=True) == ["Redundancy reduced"]
    Issue.objects.update(status=IssueStatus.PUBLISHED, published_at=timezone.now())
    assert titles("zbontar") == ["Redundancy reduced"]
    winner = make_work(title="Another name")
    merge(work, winner)
    assert titles("zbontar") == ["Another name"]


# --- Beside others -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_writers_of_different_rows_never_wait_for_search():
    section, other = make_section(), make_section()
    work = make_work()
    first, second = make_entry(section, work=work, url=work.url), make_entry(other, work=work, url=work.url)
    connection.ensure_connection()
    parameters = connection.get_connection_params() | {"options": "-c lock_timeout=500"}
    known = {"dbname", "user", "password", "host", "port", "options"}
    beside = [psycopg2.connect(**{name: parameters[name] for name in known & parameters.keys()}) for _ in range(3)]
    said = "UPDATE issues_entry SET summary = 'zyzzyva, a word that is new' WHERE id = %s"
    try:
        cursors = [one.cursor() for one in beside]
        cursors[0].execute(said, [first.pk])
        cursors[1].execute(said, [second.pk])
        cursors[2].execute("UPDATE papers_work SET title = 'zyzzyva' WHERE id = %s", [work.pk])
        cursors[0].execute("UPDATE issues_entry SET title = 'zyzzyva' WHERE id = %s", [first.pk])
        for one in beside:
            one.commit()
    finally:
        for one in beside:
            one.close()
    assert differences() == []
    assert titles("zyzzyva").count("zyzzyva") == 2
    # Both wrote the word, since neither saw the other's.
    assert SearchWord.objects.filter(word="zyzzyva").count() > 1
    list(rebuild())
    assert SearchWord.objects.filter(word="zyzzyva").count() == 1


# --- Rebuilding ----------------------------------------------------------------------------------------------------


def test_rebuilding_writes_what_older_rules_made_and_what_is_missing(capsys):
    entries = [make_entry(title=f"barlow {number}") for number in range(3)]
    make_work(title="Twins")
    SearchRules.objects.update(version=RULES - 1)
    asked(
        "UPDATE issues_searchtext SET rules = 0, text = 'old', lexemes = '' WHERE row = %s RETURNING 1", entries[0].pk
    )
    asked("DELETE FROM issues_searchtext WHERE kind = 'entry' AND row = %s RETURNING 1", entries[1].pk)
    asked("UPDATE issues_searchtext SET row = -row WHERE kind = 'work' RETURNING 1")
    assert is_due()
    assert [warning.id for warning in search_follows_its_rules(None, ["default"])] == ["akira.W002"]
    call_command("rebuild_search")
    assert "1 works written anew, 1 that are gone taken out" in capsys.readouterr().out
    assert (differences(), is_due(), search_follows_its_rules(None, ["default"])) == ([], False, [])
    assert sum(step.written for step in rebuild()) == 0
    call_command("rebuild_search", everything=True, verbosity=2)
    assert "3 entries written anew" in capsys.readouterr().out


def test_the_rules_of_code_and_database_are_the_same():
    make_entry()
    assert set(SearchText.objects.values_list("rules", flat=True)) == {RULES}
