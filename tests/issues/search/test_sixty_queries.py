"""What readers look for is among the first three results: the sixty queries, over the samples and further documents."""

import pytest
from django.db import connection, transaction
from django.test.utils import override_settings

from exchange.samples import load_samples
from issues.models import Entry
from papers.identifiers import identity
from papers.models import Work
from tests.exchange.archives import bring_in

from .sixty_queries import CORPUS, SAMPLES


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker, tmp_path_factory, corpus):
    """All that is searched, brought in once: the questions change nothing."""
    uploads = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("uploads"))
    with django_db_blocker.unblock():
        with transaction.atomic(), uploads:
            load_samples()
            if corpus:
                bring_in(*sorted((corpus / "issues").glob("*.md")), language="zh-hans", publish=True)
            yield
            transaction.set_rollback(True)
        # No test of Django's comes behind this one to do it.
        connection.close()


def _names(line):
    """By what a result can be asked for: its address and those of its editions, and the identity of its work."""
    work = line.row if isinstance(line.row, Work) else line.row.work if isinstance(line.row, Entry) else None
    paths = {path.strip("/") for path in (line.path, *(edition.path for edition in line.editions))}
    return {*paths, work and (work.merged_into or work).identity}


SOUGHT = [
    *(pytest.param(sought, id=sought.name) for sought in SAMPLES),
    *(pytest.param(sought, id=sought.name, marks=pytest.mark.corpus) for sought in CORPUS),
]


@pytest.mark.parametrize("sought", SOUGHT)
def test_what_is_sought_is_among_the_first_three(archive, client, sought):
    response = client.get(sought.address)
    assert response.status_code == 200
    shown = [_names(line) for line in response.context["lines"][:3]]
    if named := response.context["named"]:
        shown.insert(0, {named.path.strip("/"), response.context["results"].work.identity})
    wanted = identity(sought.wanted) if "://" in sought.wanted else sought.wanted
    assert wanted in set().union(*shown[:3]), [sorted(map(str, names)) for names in shown]


@pytest.mark.django_db  # So that pytest-django knows that this module needs a database.
def test_there_are_sixty():
    assert len({sought.name for sought in [*SAMPLES, *CORPUS]}) == len({s.address for s in [*SAMPLES, *CORPUS]}) == 60
