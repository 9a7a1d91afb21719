"""What stands in the way of background work, in a few words each; the message of a row tells more."""

from common.due import FAULT, WORKER_DIED
from common.failures import Reason

WORDS = {
    Reason.REFUSED: "Address not allowed",
    Reason.DNS: "Host not found",
    Reason.TIMEOUT: "No answer in time",
    Reason.TLS: "No secure connection",
    Reason.TOO_LARGE: "Too large",
    Reason.TYPE: "Not a page",
    Reason.REDIRECT: "Leads nowhere",
    Reason.NOT_FOUND: "Not there (404)",
    Reason.GONE: "Gone for good (410)",
    Reason.BLOCKED: "Not for us",
    Reason.SERVER_ERROR: "Site in trouble",
    Reason.ROBOTS: "Not for programs",
    Reason.PARSE: "Not readable",
    WORKER_DIED: "Worker ended midway",
    FAULT: "Fault in Akira",
}


def in_words(reason: str) -> str:
    """A reason as editors read it; one that has no words is shown as it is."""
    return WORDS.get(reason, reason)
