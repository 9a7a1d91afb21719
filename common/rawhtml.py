"""Raw HTML inside Markdown: what may stay, what goes, and what was never meant as HTML."""

import html
import re
from bisect import bisect_right

from common.html import BLOCK_TAGS, HEADING_TAGS, INLINE_TAGS, MATH_TAGS, SILENT_TAGS, encodable, names

# Tags whose end parts paragraphs: an empty line takes their place.
_PARTING_TAGS = HEADING_TAGS | names("address article aside center div footer form h1 header hgroup main nav p section")
_KEPT_TAGS = (INLINE_TAGS | BLOCK_TAGS) - {"p"}
# Everything else that HTML has or had: known, not wanted, no reading matter. A bare name that is none of these,
# as in `Vec<T>`, was never meant as a tag.
_OTHER_TAGS = _PARTING_TAGS | names(
    "acronym area base basefont bgsound big blink body button canvas col colgroup command data datalist dialog dir "
    "fieldset font frame frameset html image img input isindex keygen label legend link listing map marquee menu "
    "menuitem meta meter multicol nextid nobr optgroup option output param picture plaintext portal progress rb rtc "
    "slot source spacer span strike time track tt"
)
HTML_TAGS = INLINE_TAGS | BLOCK_TAGS | MATH_TAGS | SILENT_TAGS | _OTHER_TAGS

# CommonMark, section 6.6; quoted values are bounded so that no input makes the search slow.
_ATTRIBUTE = r"""\s+[a-zA-Z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']{0,4000}'|"[^"]{0,4000}"))?"""
TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:{_ATTRIBUTE})*)\s*(/?)>", re.ASCII)
_AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*)>|<[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+>")
_SILENT = re.compile(rf"<({'|'.join(sorted(SILENT_TAGS))})(?=[\s/>])", re.IGNORECASE)
_HREF = re.compile(r"""\shref\s*=\s*(?:([^\s"'=<>`]+)|'([^']*)'|"([^"]*)")""", re.IGNORECASE)
_ALT_AND_SRC = {
    name: re.compile(rf"""\s{name}\s*=\s*(?:([^\s"'=<>`]+)|'([^']*)'|"([^"]*)")""", re.IGNORECASE)
    for name in ("alt", "src")
}
_DANGEROUS_SCHEME = re.compile(
    r"(?:javascript|vbscript|livescript|data|file|blob|about|view-source|jar):", re.IGNORECASE
)
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})[^\n]*")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Where the reading of Markdown may stop: escapes, code, tags, the address of a link, the start of a line.
_STOP = re.compile(r"[\\`\n]|<(?=[A-Za-z/!?])|\](?=[(:])")
_LINE_OPENING = re.compile(r"[ \t>]*")
_DESTINATION = re.compile(r"\]\(\s*(?:<\s*)?|\]:\s*(?:<\s*)?")
_ADDRESS = re.compile(r"[^\s<>()]{1,400}")
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n|\Z)")
_MOST_PASSES = 8
_MOST_TAGS = 5_000


def _first_group(match: re.Match | None) -> str:
    return html.unescape(next(filter(None, match.groups()), "")) if match else ""


def is_dangerous(address: str) -> bool:
    """Whether the address would run or embed something instead of leading somewhere, however it is disguised."""
    plain = re.sub(r"[\x00-\x20\x7f-\x9f\\]", "", html.unescape(address))
    return bool(_DANGEROUS_SCHEME.match(plain))


def show_unknown_tags(markup: str) -> str:
    """Raw HTML with what is no tag of HTML escaped, so that sanitising does not swallow `<T>` or half a tag.

    Headings become bold paragraphs here, since a text must not break into the outline of its page.
    """
    if markup.count("<") > _MOST_TAGS:
        return html.escape(markup, quote=False)
    if markup.startswith("<!--") and markup.rstrip().endswith("-->") and markup.count("-->") == 1:
        return ""
    pieces, position = [], 0
    for match in TAG.finditer(markup):
        pieces.append(html.escape(html.unescape(markup[position : match.start()]), quote=False))
        pieces.append(_shown_tag(match))
        position = match.end()
    pieces.append(html.escape(html.unescape(markup[position:]), quote=False))
    return "".join(pieces)


def _shown_tag(match: re.Match) -> str:
    closing, name = match[1], match[2].lower()
    if re.fullmatch("h[1-6]", name):
        return "</strong></p>" if closing else "<p><strong>"
    return match[0] if name in HTML_TAGS or match[3] else html.escape(match[0], quote=False)


def _kept_tag(match: re.Match, *, in_table_row: bool) -> str:
    """What the cleaned Markdown holds in the place of this tag."""
    closing, name, attributes = match[1], match[2].lower(), match[3]
    if name == "a" and not closing:
        address = _first_group(_HREF.search(attributes))
        return f'<a href="{html.escape(address)}">' if address and not is_dangerous(address) else "<a>"
    if name == "img":
        return _picture(attributes)
    if name in _KEPT_TAGS:
        return f"<{closing}{name}>"
    if name in _PARTING_TAGS or name == "p":
        return " " if in_table_row else "\n\n"
    return "" if name in HTML_TAGS or attributes else match[0]


def _picture(attributes: str) -> str:
    words, address = (_first_group(_ALT_AND_SRC[name].search(attributes)) for name in ("alt", "src"))
    words = re.sub(r"[\[\]\s]+", " ", words).strip()
    if not re.match(r"(?:https?:/)?/?[^\s<>()\\:]+\Z", address):
        return words
    return f"![{words}]({address})"


class _Cleaning:
    """One pass over a Markdown text, from left to right."""

    def __init__(self, text: str):
        self.text = text
        self.position = 0
        self.pieces: list[str] = []
        self.silent_ends = {}
        self.paragraph_end = -1
        self.runs: dict[int, list[int]] = {}

    def run(self) -> str:
        self._skip_fence()
        while match := _STOP.search(self.text, self.position):
            self._take(match.start())
            {"\\": self._escape, "`": self._code, "<": self._angle, "]": self._destination, "\n": self._line}[
                match[0]
            ]()
        self._take(len(self.text))
        return "".join(self.pieces)

    def _take(self, end: int) -> None:
        """Keep everything up to `end` as it is."""
        self.pieces.append(self.text[self.position : end])
        self.position = end

    def _replace(self, end: int, replacement: str) -> None:
        self.pieces.append(replacement)
        self.position = end

    def _escape(self) -> None:
        self._take(
            min(
                self.position + 2 if self.text[self.position + 1 : self.position + 2] != "\n" else self.position + 1,
                len(self.text),
            )
        )

    def _line(self) -> None:
        self._take(self.position + 1)
        self._skip_fence()

    def _skip_fence(self) -> None:
        """Keep a fenced block of code whole; one that is never closed runs to the end, as CommonMark says."""
        start = _LINE_OPENING.match(self.text, self.position).end()
        opening = _FENCE.match(self.text, start)
        if not opening or (opening["fence"][0] == "`" and "`" in opening[0].lstrip("`")):
            return
        fence = opening["fence"]
        closing = re.compile(rf"^[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE)
        end = closing.search(self.text, opening.end())
        self._take(end.end() if end else len(self.text))

    def _code(self) -> None:
        """Keep a span of code whole; a run of backticks without its like in the same paragraph is text."""
        if self.position >= self.paragraph_end:
            blank = _BLANK_LINE.search(self.text, self.position)
            self.paragraph_end = blank.start() if blank else len(self.text)
            self.runs = {}
            for match in re.finditer("`+", self.text[self.position : self.paragraph_end]):
                self.runs.setdefault(len(match[0]), []).append(self.position + match.start())
        length = len(re.compile("`+").match(self.text, self.position)[0])
        starts = self.runs.get(length, [])
        after = bisect_right(starts, self.position)
        self._take(starts[after] + length if after < len(starts) else self.position + length)

    def _angle(self) -> None:
        text, start = self.text, self.position
        if autolink := _AUTOLINK.match(text, start):
            if is_dangerous(autolink[1] or ""):
                self._replace(autolink.end(), f"<unsafe:{autolink[1]}>")
            else:
                self._take(autolink.end())
        elif silent := _SILENT.match(text, start):
            self._silent(silent)
        elif tag := TAG.match(text, start):
            line_start = text.rfind("\n", 0, start) + 1
            in_table_row = text.startswith("|", _LINE_OPENING.match(text, line_start).end())
            self._replace(tag.end(), _kept_tag(tag, in_table_row=in_table_row))
        elif text.startswith(("<!--", "<?", "<![CDATA["), start) or re.compile("<![A-Za-z]").match(text, start):
            self._declaration()
        else:
            self._take(start + 1)

    def _silent(self, opening: re.Match) -> None:
        """Drop a script and its like with its text; of one that is never closed, the opening alone."""
        name = opening[1].lower()
        if name not in self.silent_ends:
            ends = re.compile(rf"</{name}\s*>", re.IGNORECASE).finditer(self.text)
            self.silent_ends[name] = [(match.start(), match.end()) for match in ends]
        ends = self.silent_ends[name]
        following = bisect_right(ends, (opening.end(), 0))
        tag = TAG.match(self.text, self.position)
        if following < len(ends):
            self._replace(ends[following][1], "")
        elif tag:
            self._replace(tag.end(), "")
        else:
            self._replace(self.position + 1, "&lt;")

    def _declaration(self) -> None:
        """Drop a comment or declaration; one that is never closed would hide the rest, so it becomes text."""
        opening, closing = next(
            pair
            for pair in (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">"))
            if self.text.startswith(pair[0], self.position)
        )
        end = self.silent_ends.get(closing, 0)
        if end != -1:
            end = self.silent_ends[closing] = self.text.find(closing, self.position + len(opening))
            if end == -1:
                return self._replace(self.position + 1, "&lt;")
            kept = self.text[self.position + len(opening) : end] if opening == "<![CDATA[" else ""
            return self._replace(end + len(closing), kept)
        return self._replace(self.position + 1, "&lt;")

    def _destination(self) -> None:
        opening = _DESTINATION.match(self.text, self.position)
        address = _ADDRESS.match(self.text, opening.end()) if opening else None
        if address and is_dangerous(address[0]):
            self._take(address.start())
            self.pieces.append("unsafe:")
            self._take(address.end())
        else:
            self._take(self.position + 1)


def clean_markdown(text: str) -> str:
    """The Markdown from outside with its raw HTML reduced to harmless tags, for storing.

    Tags that only dress the text go and leave their text; scripts, styles and comments go whole; pictures become
    Markdown pictures. Addresses that would run something get `unsafe:` before them. Code, formulas, autolinks,
    `a < b` and bare names that are no tags of HTML (`Vec<T>`) stay as they are. Line ends become `\\n`, control
    characters go. Cleaning twice changes nothing. Never raises.
    """
    text = _CONTROLS.sub("", encodable(text).replace("\r\n", "\n").replace("\r", "\n"))
    for _ in range(_MOST_PASSES):
        cleaned = _Cleaning(text).run()
        if cleaned == text:
            return text
        text = cleaned
    # Tags nested into tags so deep are an attack; what is left of them is shown as text.
    return text.replace("<", "&lt;")
