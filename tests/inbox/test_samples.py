"""What the inbox holds on to stays when the sample issues go."""

import pytest

from exchange.samples import load_samples, remove_samples
from inbox.models import Candidate
from issues.models import Entry, Issue, Publication
from papers.models import Work
from tests.inbox.factories import make_candidate, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"


def test_samples_go_and_leave_what_a_candidate_is_about():
    load_samples()
    work = Work.objects.filter(entries__isnull=False).first()
    candidate = make_candidate(work.url, work=work)
    placed = make_candidate(state="placed", entry=Entry.objects.first())
    remove_samples()
    assert not Issue.objects.exists()
    assert set(Candidate.objects.all()) == {candidate, placed}
    assert set(Work.objects.all()) == {candidate.work, placed.work}
    placed.refresh_from_db()
    assert placed.stands == "kept"


def test_the_publication_stays_while_it_has_sources():
    load_samples()
    make_source()
    assert not remove_samples().publication
    assert Publication.objects.exists()
