"""The canonical form of a web address: read as browsers read it (WHATWG), without trackers and default port."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from ada_url import parse_url

from common.html import names

LONGEST_ADDRESS = 20_000

# Arguments that say where a click came from. These names mean that on every site.
TRACKERS = names(
    "_ga _gl _hsenc _hsmi __hsfp __hssc __hstc dclid epik fbclid gad_campaignid gad_source gbraid gclid gclsrc "
    "hsctatracking igshid li_fat_id mkt_tok ml_subscriber ml_subscriber_hash msclkid oly_anon_id oly_enc_id "
    "pk_campaign pk_content pk_keyword pk_kwd pk_medium pk_source rb_clickid ref_src s_cid ttclid twclid vero_conv "
    "vero_id wbraid wickedid yclid ysclid"
)
TRACKER_PREFIXES = ("utm_", "mc_", "mtm_")

# Names that are trackers on these sites (and their subdomains), and part of the address elsewhere.
TRACKERS_OF_SITES = {
    "amazon.cn": {"nc1"},
    "amazon.com": {"nc1"},
    "blogspot.com": {"m"},
    "forbes.com": {"sh"},
    "googleblog.com": {"m"},
    "medium.com": {"gi", "source"},
    "towardsdatascience.com": {"gi", "source"},
}

# Names that say on these sites by which button or person an address was shared. They stay in the address, since they
# follow nobody, but two addresses that differ in them alone lead to one work.
SHARE_MARKS_OF_SITES = {
    "amazon.cn": {"nc2"},
    "amazon.com": {"nc2", "sc_channel", "trk", *names("pd_rd_i pd_rd_r pd_rd_w pd_rd_wg pf_rd_p pf_rd_r")},
    "cnbc.com": {"__source"},
    "instagram.com": {"igsh"},
    "linkedin.com": {"lipi", "refid", "trackingid", "trk"},
    "nytimes.com": {"smid", "smtyp"},
    "reddit.com": {"ref_source", "share_id"},
    "t.co": {"amp"},
    "twitter.com": {"ref_url", "s", "t"},
    "x.com": {"ref_url", "s", "t"},
    "youtu.be": {"feature", "si"},
    "youtube.com": {"ab_channel", "feature", "pp", "si"},
}

# Publications of Medium live under domains of their own, and links of a social tool lead anywhere: there the form of
# the value tells the tracker from an argument of the same name.
TRACKER_VALUES = re.compile(
    r"gi=[0-9a-f]{12}"  # Medium: ?gi=70d64eee7d82
    r"|source=[\w.]*-{4,}.*"  # Medium: ?source=collection_archive---------10------
    r"|sf\d{5,}=1"  # SocialFlow: ?sf236741=1
)


class MalformedURL(ValueError):
    """A text that is no address Akira can link to; `given` is the text, the message tells an editor what to do."""

    def __init__(self, given: str, message: str):
        super().__init__(message)
        self.given = given
        self.message = message


class Address(NamedTuple):
    """The parts of a canonical address. `query` and `fragment` carry their sign, so that nothing and empty differ."""

    scheme: str
    host: str
    port: str
    path: str
    query: str
    fragment: str

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{self.query}{self.fragment}"


# Blanks and invisible characters that come along when an address is copied out of a text.
_AROUND = "\u00a0\u00ad\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff" + "".join(
    chr(code) for code in (*range(33), *range(0x2000, 0x2010))
)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
# A host without scheme: names parted by dots, the last of them not a number; or an IPv4 address.
_BARE_HOST = re.compile(
    r"(?:[^\W_](?:[\w-]*[^\W_])?[.。])+(?:[^\W\d_][\w-]*|xn--[\w-]+)\.?(?::\d+)?(?:[/?#]|\Z)"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:[/?#]|\Z)"
)
_PARTS = re.compile(r"(https?)://([^/?#@]*?)(?::(\d+))?(/[^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_SEPARATORS = re.compile("([?&])")
_TRACKER_IN_PATH = re.compile(r"&(?:amp;)?utm_[a-z_]+=[^/&]*")


def tidied(given: str) -> str:
    """The text without what surrounds an address when it is copied: blanks, invisible characters, `<` and `>`."""
    text = given.strip(_AROUND)
    return text[1:-1].strip(_AROUND) if text.startswith("<") and text.endswith(">") else text


def _with_scheme(given: str, text: str) -> str:
    """The text as an address with scheme, or MalformedURL in words that an editor understands."""
    if not text:
        raise MalformedURL(given, "There is no address. Paste one that begins with https://.")
    if len(text) > LONGEST_ADDRESS:
        raise MalformedURL(given, f"The address is longer than {LONGEST_ADDRESS} characters. Look for a shorter one.")
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() in {"http", "https"}:
        return text
    if text.startswith("//"):
        return "https:" + text
    if _BARE_HOST.match(text):
        return "https://" + text
    if scheme:
        raise MalformedURL(given, f"“{scheme[1]}:” is no address of the web. Give one that begins with https://.")
    if text.startswith("/"):
        raise MalformedURL(given, "The address names no site. Give the whole address, beginning with https://.")
    raise MalformedURL(given, "This is no address. Give one that begins with https://, such as https://example.org/.")


def _is_tracker(argument: str, trackers_here: Collection[str]) -> bool:
    name, equals, _ = argument.removeprefix("amp;").partition("=")
    if not equals:
        return False
    name = name.lower()
    return (
        name in TRACKERS
        or name.startswith(TRACKER_PREFIXES)
        or name in trackers_here
        or TRACKER_VALUES.fullmatch(argument) is not None
    )


def of_site(table: Mapping[str, Collection[str]], host: str) -> Collection[str]:
    """What a table has for the site that the host belongs to; nothing where the site is not in it."""
    while "." in host:
        if host in table:
            return table[host]
        host = host.partition(".")[2]
    return ()


def _without_trackers(part: str, trackers_here: Collection[str]) -> str:
    """A query (`?a=1&b=2`) or a fragment (`#top?a=1`) without its trackers; what remains is not touched.

    Careless tools add `?utm_…` behind a query or a fragment that has a `?` already, so each `?` may begin arguments;
    but only trackers known everywhere are removed there, since an address within the address may begin so, too.
    """
    pieces = _SEPARATORS.split(part[1:])
    kept: list[str] = []
    lost = ""
    for separator, argument in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        if _is_tracker(argument, () if separator == "?" else trackers_here):
            # The first separator of a run of trackers stands for them all: `#top?utm_a=1&b=2` becomes `#top?b=2`.
            lost = lost or separator or "first"
        else:
            kept += ["" if lost == "first" else lost or separator, argument]
            lost = ""
    rest = "".join(kept)
    return part[0] + rest if rest or not part[1:] else ""


def _parts(given: str, text: str) -> tuple[str, ...]:
    """Scheme, host, port, path, query and fragment as the standard of URLs reads them, or MalformedURL."""
    try:
        href = parse_url(text, ("href",))["href"]
    except ValueError:
        raise MalformedURL(
            given, "The address cannot be read: its site is misspelt or missing. Copy it again from the browser."
        ) from None
    parts = _PARTS.fullmatch(href)
    if parts is None:
        raise MalformedURL(
            given, "The address carries a user name or password, which readers would see. Remove what stands before @."
        )
    return parts.groups(default="")


def _read(given: str) -> Address:
    scheme, host, port, path, query, fragment = _parts(given, _with_scheme(given, tidied(given)))
    if not host.strip("."):
        raise MalformedURL(given, "The address names no site. Give the whole address, beginning with https://.")
    if "&" in path and (shorter := _TRACKER_IN_PATH.sub("", path)) != path:
        # Read again, since the path may end in a dot now, which counts for nothing.
        return _read(str(Address(scheme, host, port, shorter, query, fragment)))
    if query:
        query = _without_trackers(query, of_site(TRACKERS_OF_SITES, host.removesuffix(".")))
    if fragment:
        fragment = _without_trackers(fragment, ())
    return Address(scheme, host, port, path, query, fragment)


_read_cached = lru_cache(maxsize=16_384)(_read)


def read(given: str) -> Address:
    """The parts of the canonical address; MalformedURL where the text is none.

    Read as the URL standard of WHATWG says: hosts in lower case and punycode, dots in paths resolved, other
    characters percent-encoded. `example.org/x` and `//example.org/x` are taken as https.
    """
    return _read_cached(given) if len(given) <= 2_000 else _read(given)


def canonical_url(given: str) -> str:
    """The address to link to: WHATWG form without trackers and default port, nothing else changed.

    Raises MalformedURL for a text that is no address of the web, and for one that carries a password.
    """
    return str(read(given))
