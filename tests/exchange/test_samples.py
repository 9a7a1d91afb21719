"""The sample issues come in whole and go out without a trace, and nothing of the editor's own goes with them."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from exchange.samples import NotEmpty, load_samples, remove_samples
from issues.models import Entry, Issue, Publication, Topic
from papers.models import Alias, Work
from tests.factories import make_entry, make_issue, make_section

from .archives import export_json

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


def counts():
    return [model.objects.count() for model in (Issue, Entry, Topic, Work, Alias, Publication)]


def uploads(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_samples_are_published_samples_in_several_languages(settings):
    report = load_samples()
    assert report.counts["failed"] == 0
    assert report.counts["created"] == Issue.objects.filter(origin="sample").count() >= 6
    assert Issue.objects.published().count() == Issue.objects.count()
    assert not Issue.objects.filter(mail_on_publication=True).exists()
    assert len({issue.language for issue in Issue.objects.all()}) >= 2
    assert set(Work.objects.values_list("origin", flat=True)) == {"sample"}
    assert not Entry.objects.exclude(url="").filter(work=None).exists()
    assert not Entry.objects.exclude(figure_name="").filter(figure="").exists()
    assert uploads(settings)


def test_loading_twice_changes_nothing(tmp_path):
    load_samples()
    first = export_json(tmp_path / "a.json")
    report = load_samples()
    assert set(report.counts) == {"unchanged"}
    assert export_json(tmp_path / "b.json") == first


def test_removing_takes_out_everything_that_came(settings, django_capture_on_commit_callbacks):
    load_samples()
    with django_capture_on_commit_callbacks(execute=True):
        removed = remove_samples()
    assert counts() == [0, 0, 0, 0, 0, 0]
    assert removed.publication
    assert uploads(settings) == []


def test_removing_without_samples_removes_nothing():
    make_entry(topics=["video"])
    before = counts()
    assert remove_samples().issues == 0
    assert counts() == before


def test_what_an_issue_of_ones_own_uses_stays(django_capture_on_commit_callbacks):
    load_samples()
    sample = Entry.objects.exclude(figure="").exclude(work=None).exclude(tagged=None).first()
    own = make_issue(slug="mine", language="ja", publication=Publication.objects.get())
    entry = make_entry(make_section(own), url=sample.work.url, figure=sample.figure.name)
    entry.topics.set(sample.topics.all())
    topics = set(sample.topics.values_list("slug", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        removed = remove_samples()
    assert list(Issue.objects.all()) == [own]
    assert list(Work.objects.all()) == [sample.work]
    assert set(Topic.objects.values_list("slug", flat=True)) == topics
    assert default_storage.exists(sample.figure.name)
    assert Publication.objects.get().languages == ["ja"]
    assert not removed.publication


def test_publication_that_was_made_ones_own_stays_with_a_language():
    load_samples()
    Publication.objects.update(name="Mine")
    remove_samples()
    publication = Publication.objects.get()
    assert (publication.name, len(publication.languages)) == ("Mine", 1)


def test_samples_stay_out_where_there_are_own_issues():
    make_issue()
    with pytest.raises(NotEmpty, match="an issue of your own"):
        load_samples()
    out = io.StringIO()
    call_command("load_samples", stdout=out)
    assert "the samples stay out" in out.getvalue()
    assert Issue.objects.count() == 1


def test_commands_say_what_they_did():
    out = io.StringIO()
    call_command("load_samples", stdout=out)
    call_command("remove_samples", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("created")
    assert lines[-1].startswith("Removed ")
    assert lines[-1].endswith("and the sample publication.")
