"""The rules against what a reader found in the further documents, where there are any."""

from collections import Counter

import pytest

from issues.checks import check
from issues.models import Issue
from tests.exchange.archives import bring_in

from .corpus_findings import FINDINGS, OTHERS

pytestmark = [pytest.mark.django_db, pytest.mark.corpus]


def places(issue):
    """What the rules find, in the form of the list."""
    found = {}
    for finding in check(issue):
        key = (str(finding.severity), finding.code)
        where = (finding.place.section, finding.place.entry, finding.place.highlight)
        found.setdefault(key, []).append(where)
    return {key: sorted(where, key=str) for key, where in found.items()}


def test_real_documents_have_the_findings_that_a_reader_found(corpus):
    bring_in(*sorted((corpus / "issues").glob("*.md")), language="zh-hans", publish=True)
    found = {issue.slug: places(issue) for issue in Issue.objects.all()}
    expected = {
        slug: {key: sorted(where, key=str) for key, where in findings.items()} for slug, findings in FINDINGS.items()
    }
    assert found == expected


@pytest.mark.parametrize("folder", OTHERS)
def test_other_newsletters_have_no_more_findings_than_were_looked_into(corpus, folder):
    language, expected = OTHERS[folder]
    bring_in(*sorted((corpus / "others" / folder).glob("*.md")), language=language, publish=True)
    assert Issue.objects.count() == 3
    assert Counter(found.code for issue in Issue.objects.all() for found in check(issue)) == expected
