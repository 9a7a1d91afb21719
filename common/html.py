"""HTML from outside made harmless, and turned into plain text."""

import html
import re

import nh3

MOST_TAGS = 10_000
LINK_SCHEMES = frozenset({"http", "https", "mailto"})


def names(listed: str) -> frozenset[str]:
    """The names listed in the text, parted by blanks: a long table reads better so than in quotes and commas."""
    return frozenset(listed.split())


INLINE_TAGS = names(
    "a abbr b bdi bdo br cite code del dfn em i ins kbd mark q rp rt ruby s samp small strong sub sup u var wbr"
)
BLOCK_TAGS = names(
    "blockquote caption dd details dl dt figcaption figure hr li ol p pre summary table tbody td tfoot th thead tr ul"
)
HEADING_TAGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
MATH_TAGS = names(
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt mstyle msub "
    "msubsup msup mtable mtd mtext mtr munder munderover"
)
# The text of these is program or form, never reading matter: it goes with the tag.
SILENT_TAGS = names(
    "applet audio embed head iframe noembed noframes object script select style svg template textarea title video xmp"
)
_MATH_ATTRIBUTES = names(
    "accent accentunder columnalign columnlines columnspacing columnspan display displaystyle fence form height "
    "linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits notation "
    "rowlines rowspacing rowspan rspace scriptlevel separator stretchy symmetric voffset width"
)
_ATTRIBUTES = {
    "a": {"href"},
    "bdo": {"dir"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    **{tag: set(_MATH_ATTRIBUTES) for tag in MATH_TAGS},
}


def _site_relative(address: str) -> str | None:
    """Addresses from the root or within the page mean the same on every page; any other relative one does not."""
    return address if address.startswith(("/", "#")) else None


def make_cleaner(*, schemes: frozenset[str] = LINK_SCHEMES) -> nh3.Cleaner:
    """The one allow-list of the project, with links to the given schemes; everything else is taken out."""
    return nh3.Cleaner(
        tags=set(INLINE_TAGS | BLOCK_TAGS | HEADING_TAGS | MATH_TAGS),
        clean_content_tags=set(SILENT_TAGS),
        attributes=_ATTRIBUTES,
        # Alignment in tables is the one style that Markdown can ask for; as a class, since style is never allowed.
        allowed_classes={tag: {"left", "center", "right"} for tag in ("td", "th")},
        url_schemes=set(schemes),
        url_relative=_site_relative,
        link_rel="noopener",
    )


_cleaner = make_cleaner()


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, since neither a page nor a database row can hold them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def sanitise(markup: str) -> str:
    """The part of the HTML that may be shown: known tags, no script, no style, no event handler, no odd address.

    Never raises; what it returns is balanced, and sanitising it again changes nothing. The text of tags that
    are not allowed is kept, that of scripts, styles and embedded things is not. Markup with an absurd number of tags,
    which only serves to keep a machine busy, is shown as text.
    """
    if markup.count("<") > MOST_TAGS:
        return html.escape(encodable(markup), quote=False)
    return _cleaner.clean(encodable(markup))


_TEXT_TAGS = names(
    "br li p div blockquote pre dd dt tr td th h1 h2 h3 h4 h5 h6 hr section article header footer figure "
    "figcaption caption address aside main nav"
)
_skeleton = nh3.Cleaner(
    tags=set(_TEXT_TAGS | {"table", "tbody", "thead", "tfoot", "ul", "ol", "dl"}),
    clean_content_tags=set(SILENT_TAGS),
    attributes={},
    link_rel=None,
)
_TAG = re.compile(r"<(/?)([a-z0-9]+)>")
_PREFORMATTED = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# One blank after a break is left over from the markup; more of them are the indentation of code.
_BLANKS_AROUND_BREAK = re.compile(r" *\n(?: (?! ))?")
_PARAGRAPH_IN_ITEM = re.compile(r"\n- \s*\n\s*")
_MANY_BREAKS = re.compile(r"\n{3,}")


def _tag_as_text(match: re.Match) -> str:
    closing, tag = match.groups()
    if tag == "br":
        return "\n"
    if tag == "li":
        return "" if closing else "\n- "
    if tag in {"td", "th"}:
        return " " if closing else ""
    if tag in {"tr", "ul", "ol", "table", "tbody", "thead", "tfoot", "dt", "dd"}:
        return "\n"
    return "\n\n"


def to_text(markup: str) -> str:
    """The HTML as plain text: paragraphs apart by an empty line, list items led by a dash, links as their words.

    Never raises. Scripts and styles leave no trace.
    """
    if markup.count("<") > MOST_TAGS:
        return encodable(markup)
    pieces = _PREFORMATTED.split(_skeleton.clean(encodable(markup)))
    # Outside of <pre> a line end is a blank like any other.
    pieces[::2] = [_BLANKS.sub(" ", piece) for piece in pieces[::2]]
    text = _TAG.sub(_tag_as_text, "".join(pieces))
    text = _BLANKS_AROUND_BREAK.sub("\n", _PARAGRAPH_IN_ITEM.sub("\n- ", text))
    return _MANY_BREAKS.sub("\n\n", html.unescape(text)).strip()
