"""Markdown, with maths, as the project shows it: to HTML, to plain text, its links, and cleaned on the way in."""

import html
import re
from collections.abc import Callable
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from latex2mathml.converter import convert as latex_to_mathml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from common import emphasis
from common.html import LINK_SCHEMES, encodable, make_cleaner
from common.html import to_text as html_to_text
from common.rawhtml import clean_markdown, show_unknown_tags

__all__ = ["clean_markdown", "links", "render", "resolve_links", "to_html", "to_text"]

Resolve = Callable[[str], str | None]

# Addresses within Akira, such as `entry:abc`; they become real ones only when shown.
INTERNAL_SCHEMES = frozenset({"entry"})

# Longer texts than this, or with more brackets (each may begin a link, which costs a search), are no summaries but
# accidents or attacks; they are shown as they stand.
LONGEST_TEXT = 100_000
MOST_BRACKETS = 5_000
LONGEST_FORMULA = 2_000
DEEPEST_FORMULA = 50
_CACHED_TEXT = 20_000

_cleaner = make_cleaner(schemes=LINK_SCHEMES | INTERNAL_SCHEMES)


def _is_excessive(text: str) -> bool:
    return len(text) > LONGEST_TEXT or text.count("[") > MOST_BRACKETS


def _depth(formula: str) -> int:
    deepest = depth = 0
    for character in formula:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _source(formula: str) -> str:
    return f"<code>{html.escape(formula, quote=False)}</code>"


@lru_cache(maxsize=2048)
def _mathml(formula: str, display: str) -> str:
    """The formula as MathML, or its source where it is not understood."""
    if len(formula) > LONGEST_FORMULA or _depth(formula) > DEEPEST_FORMULA or formula.count(r"\left") > DEEPEST_FORMULA:
        return _source(formula)
    try:
        return latex_to_mathml(formula, display=display)
    # The package has a dozen errors of its own without a common parent, and stumbles over odd input with others.
    except Exception:
        return _source(formula)


def _formula(token: Token, display: str, env: dict) -> str:
    formula = token.content.strip()
    return _mathml(formula, display) if env.get("mathml") else _source(formula)


def _render_inline_formula(self, tokens, index, options, env):
    return _formula(tokens[index], "inline", env)


def _render_display_formula(self, tokens, index, options, env):
    return _formula(tokens[index], "block", env)


def _render_block_formula(self, tokens, index, options, env):
    return f"<p>{_formula(tokens[index], 'block', env)}</p>\n"


def _render_formula_source(self, tokens, index, options, env):
    return html.escape(tokens[index].content.strip(), quote=False)


def _render_block_source(self, tokens, index, options, env):
    return f"<p>{_render_formula_source(self, tokens, index, options, env)}</p>\n"


def _render_raw(self, tokens, index, options, env):
    return show_unknown_tags(tokens[index].content)


def _render_heading_open(self, tokens, index, options, env):
    """Headings begin below those of the page; in a text that has no outline of its own they are bold paragraphs."""
    level = env.get("heading_level")
    return f"<h{min(level + int(tokens[index].tag[1]) - 1, 6)}>" if level else "<p><strong>"


def _render_heading_close(self, tokens, index, options, env):
    level = env.get("heading_level")
    return f"</h{min(level + int(tokens[index].tag[1]) - 1, 6)}>\n" if level else "</strong></p>\n"


_ALIGNMENT = re.compile(r"text-align:(left|center|right)")


def _render_cell_open(self, tokens, index, options, env):
    """A cell of a table; its alignment is a class, since style attributes are never let through."""
    alignment = _ALIGNMENT.search(str(tokens[index].attrGet("style") or ""))
    return f'<{tokens[index].tag} class="{alignment[1]}">' if alignment else f"<{tokens[index].tag}>"


def _scheme(address: str) -> str:
    """The scheme in lower case; empty for an address from the root or within the page; `?` for any other."""
    if address.startswith(("/", "#")):
        return ""
    match = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", address)
    return match[1].lower() if match else "?"


def _leads_somewhere(address: str) -> bool:
    scheme = _scheme(address)
    return scheme == "" or scheme in LINK_SCHEMES or scheme in INTERNAL_SCHEMES


def _text_token(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)


def _image_as_link(image: Token, *, inside_link: bool) -> list[Token]:
    """What stands for a picture, which is never fetched from elsewhere: its words, linked to where it is."""
    address = str(image.attrGet("src") or "")
    words = image.content or address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    text = _text_token(words, image.level)
    if inside_link or _scheme(address) not in {"http", "https"}:
        return [text]
    opening = Token("link_open", "a", 1, attrs={"href": address}, level=image.level)
    opening.meta["picture"] = True
    return [opening, text, Token("link_close", "a", -1, level=image.level)]


def _tidy(children: list[Token]) -> list[Token]:
    """The inline tokens with pictures turned into words and with links that lead nowhere turned into their text."""
    tidied: list[Token] = []
    open_links: list[bool] = []
    for token in children:
        if token.type == "image":
            tidied += _image_as_link(token, inside_link=any(open_links))
            continue
        if token.type == "link_open":
            open_links.append(_leads_somewhere(str(token.attrGet("href") or "")))
            token.attrs.pop("title", None)
        keep = open_links[-1] if token.type in {"link_open", "link_close"} else True
        if token.type == "link_close":
            open_links.pop()
        if keep:
            tidied.append(token)
    return tidied


def _tidy_inlines(state) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = _tidy(token.children)


def _order_headings(state) -> None:
    """Has headings begin with the first level and leave none out; they nest as they were written."""
    above: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            above = [*(other for other in above if other < level), level]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{len(above)}"


# Scripts that part words by no blank: a line end within a sentence must not become one. Korean does write blanks.
_UNSPACED = re.compile(
    "[\u2e80-\u30ff\u3100-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f\U00020000-\U0003ffff]"
)


def _render_soft_break(self, tokens, index, options, env):
    before = tokens[index - 1].content if index else ""
    after = tokens[index + 1].content if index + 1 < len(tokens) else ""
    return "" if _UNSPACED.match(before[-1:]) and _UNSPACED.match(after[:1]) else "\n"


def _make_parser(*, maths_as_source: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    dollarmath_plugin(
        parser, allow_labels=False, allow_space=False, allow_digits=False, allow_blank_lines=False, double_inline=True
    )
    parser.use(emphasis.plugin)
    parser.core.ruler.push("tidy_inlines", _tidy_inlines)
    parser.core.ruler.push("order_headings", _order_headings)
    rules = {
        "math_inline": _render_formula_source if maths_as_source else _render_inline_formula,
        "math_inline_double": _render_formula_source if maths_as_source else _render_display_formula,
        "math_block": _render_block_source if maths_as_source else _render_block_formula,
        "html_inline": _render_raw,
        "html_block": _render_raw,
        "heading_open": _render_heading_open,
        "heading_close": _render_heading_close,
        "th_open": _render_cell_open,
        "td_open": _render_cell_open,
        "softbreak": _render_soft_break,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


_parser = _make_parser(maths_as_source=False)
_plain_parser = _make_parser(maths_as_source=True)


def _as_it_stands(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", html.escape(text, quote=False))
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


_OWN_LINK = re.compile(r'<a href="((?:entry:|/(?!/))[^"]*)" rel="noopener">(.*?)</a>', re.DOTALL)


def resolve_links(rendered: str, resolve: Resolve | None = None, base: str = "") -> SafeString:
    """What `render()` gave, with its links into Akira led to where they are found; see `to_html()`."""

    def replace(match: re.Match) -> str:
        given, words = html.unescape(match[1]), match[2]
        address = base + given if given.startswith("/") else resolve and resolve(given)
        return f'<a href="{html.escape(address)}">{words}</a>' if address else words

    return mark_safe(_OWN_LINK.sub(replace, rendered) if "<a " in rendered else rendered)


def render(text: str, *, heading_level: int | None = None, mathml: bool = True) -> str:
    """The Markdown as HTML like that of `to_html()`, with links to entries and within the site as they were written."""
    text = encodable(text)
    if _is_excessive(text):
        return _as_it_stands(text)
    return _cleaner.clean(_parser.render(text, {"heading_level": heading_level, "mathml": mathml}))


_render_cached = lru_cache(maxsize=1024)(render)


def to_html(
    text: str,
    *,
    resolve: Resolve | None = None,
    base: str = "",
    heading_level: int | None = None,
    mathml: bool = True,
) -> SafeString:
    """The Markdown as HTML that is safe to show, whatever the text; the same text always gives the same HTML.

    CommonMark with tables, strikethrough and maths (`$…$`, `$$…$$`, shown as MathML; as source where it is not
    understood, and everywhere without `mathml`, since many feed and mail readers throw its tags away).
    `resolve` maps an internal address such as `entry:abc` to a URL, or to None: then only the words remain, as
    without `resolve`. `base` is put before addresses that begin with a slash (feeds and mails need whole ones).
    Headings become bold paragraphs; with `heading_level` the first level becomes that one, and none is left out below
    it. Pictures become links to them. Never raises.
    """
    shown = _render_cached if len(text) <= _CACHED_TEXT else render
    return resolve_links(shown(text, heading_level=heading_level, mathml=mathml), resolve, base)


def to_text(text: str) -> str:
    """The Markdown as plain text, for mails, feeds and descriptions: links as their words, formulas as source."""
    text = encodable(text)
    if _is_excessive(text):
        return text
    return html_to_text(_plain_parser.render(text, {}))


_RAW_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""", re.IGNORECASE)


def _raw_links(markup: str) -> list[str]:
    return [html.unescape(next(filter(None, match.groups()), "")) for match in _RAW_LINK.finditer(markup)]


def links(text: str) -> list[str]:
    """The addresses of the links in the Markdown, in order of appearance; pictures do not count."""
    text = encodable(text)
    if _is_excessive(text):
        return []
    found: list[str] = []
    for token in _parser.parse(text, {}):
        if token.type == "html_block":
            found += _raw_links(token.content)
        for child in token.children or []:
            if child.type == "link_open" and not child.meta.get("picture"):
                found.append(str(child.attrGet("href")))
            elif child.type == "html_inline":
                found += _raw_links(child.content)
    return [address for address in found if _leads_somewhere(address)]
