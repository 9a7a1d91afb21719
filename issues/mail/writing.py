"""Writes the mail of an issue from the rows that the page and the feed are written from."""

import re
from dataclasses import dataclass
from functools import cache

import css_inline
from django.template.loader import get_template, render_to_string
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issues import rendering
from issues.beside import earlier_mentions
from issues.figures import mail_figure
from issues.languages import is_cjk
from issues.models import Entry, Issue
from issues.site import Site

from .places import Letter, Personal, Places, fill
from .plain import letter_body

# In bytes: where Gmail cuts the HTML of a mail off, and the link to unsubscribe with it; and where to say so.
CUT_OFF_AT = 102_000
WARN_FROM = 90_000
FOLDER = "issues/emails/issue"
_KEPT_FROM = "/* Kept in the head"
# What follows the preheader in a list of mails, so that no words of the mail itself do: blanks of no width, and others.
_FILLER = "\u2007\ufeff\u034f " * 30
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@dataclass(frozen=True)
class Mail:
    """The mail of an issue for all its subscribers; HTML and text have places for what is personal."""

    subject: str
    preheader: str
    html: str
    text: str
    size: int

    @property
    def is_cut_off(self) -> bool:
        """Whether Gmail would not show its end."""
        return self.size > CUT_OFF_AT

    @property
    def kilobytes(self) -> int:
        """The size as editors are told it, rounded up."""
        return -(-self.size // 1000)


def render(issue: Issue, *, earlier: dict[int, Entry] | None = None) -> Mail:
    """The mail of an issue in any state, loaded `with_entries()`; the same rows always give the same mail.

    `earlier` are the mentions of its works before, as `beside.earlier_mentions` finds them; not given, they are asked
    for, which costs the only query.
    """
    site = Site(issue.publication, issue.language).absolute()
    if earlier is None:
        earlier = earlier_mentions(site, issue, rendering.entries_in_order(issue))
    places = Places()
    with rendering.speak(site):
        context = _context(site, issue, earlier, places)
        subject = places.settle(_one_line(render_to_string(f"{FOLDER}/subject.txt", context)))
        html = places.settle(_inliner().inline(render_to_string(f"{FOLDER}/body.html", context | {"subject": subject})))
        text = places.settle(render_to_string(f"{FOLDER}/body.txt", context)).strip() + "\n"
        preheader = places.settle(context["preheader"])
        sent = fill(Letter(subject, html, text), someone(site, issue))
    return Mail(subject, preheader, html, text, size=len(sent.html.encode()))


def someone(site: Site, issue: Issue) -> Personal:
    """What the mail says to a subscriber who does not exist, for previews and for weighing."""
    home = site.absolute().path("home")
    return Personal(
        unsubscribe=f"{home}subscribe/leave/{'x' * 43}/",
        settings=f"{home}subscribe/{'x' * 43}/",
        browser=f"{site.absolute().issue_path(issue)}?{'x' * 43}",
        confirmed_on=_day(site, timezone.now()),
    )


def _context(site: Site, issue: Issue, earlier: dict[int, Entry], places: Places) -> dict:
    parts = rendering.issue_parts(site, issue, earlier=earlier, on_its_page=False)
    facts = _facts(site, parts)
    return {
        **parts,
        "site": site,
        "places": places,
        "facts": facts,
        "day": _day(site, issue.published_at) if issue.published_at else "",
        "preheader": _preheader(issue, parts, facts),
        "filler": _FILLER,
        "general": [correction for correction in parts["corrections"] if not correction.entry],
        "figures": {
            parts.entry.pk: mail_figure(site, parts.entry) for part in parts["sections"] for parts in part.entries
        },
        "issue_path": site.issue_path(issue),
        "imprint": ", ".join(filter(None, map(str.strip, site.publication.imprint.splitlines()))),
        "script": "cjk" if is_cjk(issue.language) else "latin",
        "styles": _styles()[1:],
        "body": letter_body(site, parts),
    }


def _one_line(text: str) -> str:
    """The text as a header can hold it: what ends a line, or is no letter at all, is a blank."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _day(site: Site, moment) -> str:
    # Translators: a whole date as Django's date filter writes it, such as 29 August 2021.
    return formats.date_format(site.day(moment), _("j F Y"))


def _facts(site: Site, parts: dict) -> list[str]:
    """How much there is to read, in words."""
    count, minutes = parts["entry_count"], parts["minutes"]
    return [
        ngettext("%(count)s entry", "%(count)s entries", count) % {"count": count},
        ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes},
    ]


def _preheader(issue: Issue, parts: dict, facts: list[str]) -> str:
    """What stands beside the subject in a list of mails: the first words, else the first titles, and how much it is.

    It ends in what no subject says, so that the two differ.
    """
    titles = [entry.title for part in parts["sections"] for entry in part.entries]
    said = rendering.teaser(issue) or " · ".join(titles[:3])
    return _one_line(" ".join(filter(None, [said, ", ".join(facts) + "."])))


# --- Styles --------------------------------------------------------------------------------------------------------


@cache
def _styles() -> tuple[SafeString, SafeString, SafeString]:
    """The stylesheet of mails in three parts: what is written into elements, what the head keeps, and that of Outlook.

    Gmail drops a `<style>` in which it meets a selector that it does not know; so those of Outlook have their own.
    """
    written, kept = get_template("issues/emails/mail.css").render().split(_KEPT_FROM)
    kept = _COMMENT.sub("", f"{_KEPT_FROM}{kept}")
    outlook = "\n".join(line for line in kept.splitlines() if line.startswith("[data-ogs"))
    others = "\n".join(line for line in kept.splitlines() if line and not line.startswith("[data-ogs"))
    return SafeString(_COMMENT.sub("", written)), SafeString(others), SafeString(outlook)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Writes the styles into the elements; it reads nothing from elsewhere, and leaves the head alone."""
    return css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        minify_css=True,
        extra_css=_styles()[0],
    )
