"""Whatever a file holds, it becomes whole issues or a clear error."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issues.models import Entry, Issue
from papers.models import Work

from .archives import an_archive, bring_in
from .test_export_archive import RICH, SHARED

pytestmark = pytest.mark.django_db

WHOLE = an_archive(RICH, **SHARED)
HYPOTHESIS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["\0", "\ud800", "x" * 3000, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "draft", "first"]
    )
)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=5), SCALARS, max_size=3)


def places(value, path=()):
    """All places in a JSON value, as paths of keys and indexes."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


PLACES = [path for path in places(WHOLE) if path]


def is_whole(issue):
    """An issue that came in has the digest of its document, and each entry its work where it has a link."""
    entries = Entry.objects.filter(section__issue=issue)
    return bool(issue.imported_document) and not entries.exclude(url="").filter(work=None).exists()


def check_clear(report, outcomes):
    failed = [outcome for outcome in outcomes if outcome.outcome == "failed"]
    assert all(outcome.message.strip() for outcome in failed)
    assert report.counts["created"] + report.counts["updated"] >= Issue.objects.count()
    assert all(map(is_whole, Issue.objects.all()))


def forget_everything():
    Issue.objects.all().delete()
    Work.objects.update(merged_into=None)
    Work.objects.all().delete()


@HYPOTHESIS
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(["drop", "put", "add"]), VALUES), min_size=1, max_size=3
    )
)
def test_any_mutation_of_an_archive_gives_an_import_or_a_clear_error(tmp_path, changes):
    forget_everything()
    mutated = copy.deepcopy(WHOLE)
    for path, change, value in changes:
        holder = mutated
        try:
            for key in path[:-1]:
                holder = holder[key]
            if change == "drop":
                del holder[path[-1]]
            elif change == "put":
                holder[path[-1]] = value
            elif isinstance(holder, dict):
                holder["odd"] = value
            else:
                holder.append(value)
        except (KeyError, IndexError, TypeError, AttributeError):
            # An earlier change took the place away.
            continue
    path = tmp_path / "a.json"
    path.write_text(json.dumps(mutated), encoding="utf-8")
    report, outcomes = bring_in(path, publish=True)
    check_clear(report, outcomes)
    assert outcomes or not mutated.get("issues")


@HYPOTHESIS
@given(st.integers(0, 5000), st.binary(max_size=8), st.integers(0, 40))
def test_any_splice_of_an_archive_gives_an_import_or_a_clear_error(tmp_path, start, insert, cut):
    forget_everything()
    data = json.dumps(WHOLE, ensure_ascii=False).encode()
    path = tmp_path / "a.json"
    path.write_bytes(data[:start] + insert + data[start + cut :])
    check_clear(*bring_in(path))


@HYPOTHESIS
@given(
    st.binary(max_size=400)
    | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.binary(max_size=100).map(lambda data: b"PK\x03\x04" + data)
    | st.text('{}[]":,0-#*|()\\n a', max_size=200).map(str.encode),
    st.sampled_from([".md", ".json", ".zip"]),
)
def test_any_bytes_give_an_import_or_a_clear_error(tmp_path, data, suffix):
    forget_everything()
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)
    report, outcomes = bring_in(path, publish=True)
    check_clear(report, outcomes)
    assert outcomes


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"issues":' + "[" * 100_000, id="deep"),
        pytest.param('{"format":' + "9" * 5_000 + "}", id="long number"),
        pytest.param('{"issues": [\n' + "9" * 5_000 + "]}", id="long number in a list"),
        pytest.param('{"format": "akira-archive/1", "format": 1}', id="same key twice"),
        pytest.param('{"format": "akira-archive/1", "issues": {"1": 2}}', id="no list"),
        pytest.param('{"format": "akira-archive/1", "publication": []}', id="no object"),
        pytest.param('{"format": "akira-archive/1", "issues": [1e400]}', id="no number"),
        pytest.param("[" * 100, id="no object at all"),
    ],
)
def test_json_that_no_archive_has_is_refused_whole(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    _, outcomes = bring_in(path)
    assert [outcome.outcome for outcome in outcomes] == ["failed"]


def test_archive_that_is_cut_short_brings_in_nothing(tmp_path):
    text = json.dumps(an_archive(RICH, RICH | {"slug": "32"}))
    path = tmp_path / "a.json"
    path.write_text(text[:-20], encoding="utf-8")
    _, outcomes = bring_in(path)
    assert "broken" in outcomes[0].message
    assert not Issue.objects.exists()
