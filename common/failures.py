"""Why an address could not be fetched: one of thirteen reasons, and a sentence that an editor understands."""

from enum import StrEnum


class Reason(StrEnum):
    """What stood in the way. The values are a contract: commands print them, rows keep them."""

    REFUSED = "refused"
    DNS = "dns"
    TIMEOUT = "timeout"
    TLS = "tls"
    TOO_LARGE = "too-large"
    TYPE = "type"
    REDIRECT = "redirect"
    NOT_FOUND = "not-found"
    GONE = "gone"
    BLOCKED = "blocked"
    SERVER_ERROR = "server-error"
    ROBOTS = "robots"
    PARSE = "parse"


# These pass by themselves more often than not.
_PASSING = frozenset({Reason.DNS, Reason.TIMEOUT, Reason.SERVER_ERROR})


class FetchFailed(Exception):
    """An address that could not be fetched.

    `message` says to an editor what is wrong and what to do; `url` is the address that failed, which redirects may have
    led to; `status` is that of the answer, where one came; `is_passing` says that it is worth trying again later, and
    `retry_after` (seconds) that the site wants to be left alone until then. `is_fleeting` says that it is worth trying
    again at once.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        url: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
        is_passing: bool | None = None,
        is_fleeting: bool = False,
    ):
        super().__init__(reason, message, url)
        self.reason = reason
        self.message = message
        self.url = url
        self.status = status
        self.retry_after = retry_after
        self.is_passing = reason in _PASSING if is_passing is None else is_passing
        self.is_fleeting = is_fleeting

    def __str__(self) -> str:
        return self.message


# What answers other than a page mean: reason, sentence about a host, and whether the trouble passes.
_ANSWERS = {
    401: (Reason.BLOCKED, "{host} wants a login for this page (401). Link to a page that everybody can open.", False),
    403: (Reason.BLOCKED, "{host} does not let programs read this page (403). Enter what it says by hand.", False),
    404: (Reason.NOT_FOUND, "{host} has no page at this address (404). Check the link.", False),
    408: (Reason.TIMEOUT, "{host} gave up waiting (408). Try again later.", True),
    410: (Reason.GONE, "{host} has taken this page away for good (410). Look for another link.", False),
    429: (Reason.BLOCKED, "{host} has been asked too often (429). Try again later.", True),
    451: (Reason.BLOCKED, "{host} may not show this page for legal reasons (451). Look for another link.", False),
}


def of_status(status: int, host: str, url: str, retry_after: float | None = None) -> FetchFailed:
    """The failure that an answer with this status means; never called for 200 to 299 or for a redirect."""
    if status in _ANSWERS:
        reason, sentence, is_passing = _ANSWERS[status]
    elif 300 <= status < 400:
        reason, is_passing = Reason.REDIRECT, False
        sentence = "{host} leads on in a way that can't be followed ({status}). Open the page and copy its address."
    elif 500 <= status < 600:
        reason, is_passing = Reason.SERVER_ERROR, True
        sentence = "{host} is in trouble and shows an error ({status}). Try again later."
    elif status < 300:
        reason, is_passing = Reason.PARSE, False
        sentence = "{host} answered without a page ({status}). Open the address in a browser and check it."
    else:
        reason, is_passing = Reason.BLOCKED, False
        sentence = "{host} does not give out this page ({status}). Enter what it says by hand."
    return FetchFailed(
        reason,
        sentence.format(host=host, status=status),
        url,
        status=status,
        retry_after=retry_after if is_passing else None,
        is_passing=is_passing,
        is_fleeting=is_passing and (status >= 500 or retry_after is not None),
    )


# --- Failures without an answer, or with one of no use ---------------------------------------------------------------


def too_slow(host: str, url: str, seconds: float) -> FetchFailed:
    sentence = f"{host} did not answer within {seconds:g} seconds. Try again later."
    return FetchFailed(Reason.TIMEOUT, sentence, url)


def no_connection(host: str, url: str) -> FetchFailed:
    sentence = f"No connection to {host} came about, or it broke off. Try again later."
    return FetchFailed(Reason.SERVER_ERROR, sentence, url, is_fleeting=True)


def hung_up(host: str, url: str) -> FetchFailed:
    sentence = f"{host} hung up before the page was there. Try again later."
    return FetchFailed(Reason.SERVER_ERROR, sentence, url, is_fleeting=True)


def misleading(host: str, url: str, what: str, status: int) -> FetchFailed:
    sentence = f"{host} {what}. Open the address in a browser, and copy the one where it ends."
    return FetchFailed(Reason.REDIRECT, sentence, url, status=status)


def too_large(host: str, url: str) -> FetchFailed:
    sentence = f"What {host} sends is too large to read. Enter what the page says by hand."
    return FetchFailed(Reason.TOO_LARGE, sentence, url)


def unreadable(host: str, url: str) -> FetchFailed:
    sentence = f"What {host} sends can't be read. Open the page in a browser and check it."
    return FetchFailed(Reason.PARSE, sentence, url)


def wrong_type(host: str, url: str, what: str) -> FetchFailed:
    sentence = f"{host} {what}. Link to a page, or enter what it says by hand."
    return FetchFailed(Reason.TYPE, sentence, url)


def forbidden_by_robots(host: str, url: str) -> FetchFailed:
    sentence = f"{host} asks programs not to read this page (robots.txt). Enter what it says by hand."
    return FetchFailed(Reason.ROBOTS, sentence, url)


def unknown_rules(host: str, url: str, cause: FetchFailed) -> FetchFailed:
    """The failure of a page whose site can't be asked for its rules, for this cause."""
    return FetchFailed(
        Reason.ROBOTS,
        f"{host} can't tell at the moment what programs may read (robots.txt). Try again later.",
        url,
        status=cause.status,
        retry_after=cause.retry_after,
        is_passing=True,
        is_fleeting=cause.is_fleeting,
    )
