"""The issue goes out by mail, but the publication has no postal address, which the law asks for in many countries."""

from collections.abc import Iterator

from ..facts import Facts
from ..finding import Finding, Severity

CODE = "no-imprint"
SEVERITY = Severity.WARNING
TITLE = "No postal address"


def find(facts: Facts) -> Iterator[Finding]:
    if facts.issue.mail_on_publication and not facts.publication.imprint.strip():
        message = (
            "The issue goes out by mail, which has to name a postal address. Fill in the imprint of the publication."
        )
        yield Finding(CODE, SEVERITY, facts.place.at("mail_on_publication"), message, facts.publication.name)
