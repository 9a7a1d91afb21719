"""What templates of the public pages need: addresses, days and marks, in the language of the page."""

import json
import unicodedata

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common import alike
from issues import naming
from issues.marks import kind_mark

register = template.Library()
register.filter(kind_mark)


@register.simple_tag(takes_context=True)
def address(context, page, **arguments):
    """The address of a page in the language of the page that is shown: `{% address "archive" %}`."""
    return context["site"].path(page, **arguments)


@register.simple_tag(takes_context=True)
def day(context, moment):
    """A moment as its day in the publication's zone: `<time datetime="2021-08-29">29 August 2021</time>`."""
    date = context["site"].day(moment)
    # Translators: a whole date as Django's date filter writes it, such as 29 August 2021.
    return format_html('<time datetime="{}">{}</time>', date.isoformat(), formats.date_format(date, _("j F Y")))


@register.simple_tag(takes_context=True)
def include_alike(context, template, **shown):
    """Like `include … only`, for what a page shows many of: `{% include_alike "issues/_entry.html" parts=entry %}`.

    See `common/alike.py` for what such a template should leave alone to be quick.
    """
    return alike.render(context.template.engine.get_template(template), **shown)


@register.filter
def month_name(date):
    return naming.month_name(date)


@register.filter
def kind_name(issue):
    return naming.kind_name(issue.kind)


@register.filter
def width_class(mark):
    """The classes that make a mark fit the margin; letters of Chinese and Japanese are twice as wide as others."""
    return {0: "", 1: "", 2: "", 3: " three", 4: " four"}.get(_width(mark), " many") + spacing_class(mark)


@register.filter
def name_class(name):
    """The classes that make the name of the publication fit the head of its home page."""
    width = _width(name)
    return ("" if width <= 8 else " long" if width <= 24 else " long longest") + spacing_class(name)


@register.filter
def spacing_class(words):
    """The class of what is set large with letters of Chinese or Japanese in it: these are not drawn together."""
    return " cjk" if _width(words) > len(words) else ""


def _width(words):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


@register.simple_tag(takes_context=True)
def month_of(context, moment):
    """A moment as its month in the publication's zone."""
    # Translators: a month as Django's date filter writes it, such as February 2021.
    return formats.date_format(context["site"].day(moment), _("F Y"))


class _KeepNode(template.Node):
    def __init__(self, name, nodelist):
        self.name, self.nodelist = name, nodelist

    def render(self, context):
        # What stands between tags may hold quotation marks as they are; what stands in an attribute may not.
        context[self.name] = SafeString(self.nodelist.render(context).strip().replace('"', "&quot;"))
        return ""


@register.tag
def keep(parser, token):
    """Keeps what stands up to `endkeep` under a name, so that a block of a template is shown in more than one place."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(["endkeep"])
    parser.delete_first_token()
    return _KeepNode(name, nodelist)


# Of what JSON may hold, these alone could end a script element or begin a comment in one; JSON.parse reads both forms.
_FOR_SCRIPTS = {letter: f"\\u{ord(letter):04X}" for letter in "<>&\u2028\u2029"}


@register.simple_tag
def structured_data(things):
    """Things of schema.org as JSON-LD: data to the browser, which runs nothing of it. Nothing where there are none."""
    if not things:
        return ""
    graph = {"@context": "https://schema.org", "@graph": list(things)}
    written = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    # Three times as quick as `translate()`, which looks at each letter.
    for letter, escaped in _FOR_SCRIPTS.items():
        written = written.replace(letter, escaped)
    return mark_safe(f'<script type="application/ld+json">{written}</script>\n')
