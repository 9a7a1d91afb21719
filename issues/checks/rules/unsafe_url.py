"""An address that would harm readers: a script, a file, a user name or password, or a place in a private network."""

from collections.abc import Iterator

from .. import addresses
from ..facts import Facts
from ..finding import Finding, Severity

CODE = "unsafe-url"
SEVERITY = Severity.ERROR
TITLE = "An address that harms"
WAIVABLE = False


def find(facts: Facts) -> Iterator[Finding]:
    for address in facts.addresses:
        if danger := addresses.danger(address.given):
            message = f"{addresses.named(address)}: {danger}"
            yield Finding(CODE, SEVERITY, address.place, message, address.given, waivable=False)
