"""Rows as they are edited in place: found by their key, with their form and what stands beside it."""

from django.http import QueryDict

from issues import figures, illustrating, rendering
from issues.arriving import WITH_FETCH, fetch_of
from issues.languages import html_language
from issues.models import Comment, Entry, Highlight, Issue, Section
from issues.site import Site

from .conflicts import shown as shown_conflict
from .counting import LONGEST_POST, post_length
from .fields import LICENCES, EntryFields, HighlightFields, IssueFields, SectionFields
from .rows import Sheet

FORMS = {Issue: IssueFields, Section: SectionFields, Highlight: HighlightFields, Entry: EntryFields}
MOST_PAGE_IMAGES = 12
MOST_COMMENTS = 20
MARKDOWN = frozenset({"intro", "summary", "text"})


def find(issue: Issue, key: str):
    """The row of an issue with a key such as `entry:12`; None where the issue has no such row."""
    kind, _, number = key.partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return None
    pk = int(number)
    rows = {
        "issue": Issue.objects.filter(pk=issue.pk).select_related("publication"),
        "section": Section.objects.filter(issue=issue).select_related("issue"),
        "highlight": Highlight.objects.filter(issue=issue).select_related("issue"),
        "entry": Entry.objects.filter(section__issue=issue).select_related("section__issue", *WITH_FETCH),
    }
    return rows[kind].filter(pk=pk).first() if kind in rows else None


def key_of(row) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def make_form(row, site: Site, data: QueryDict | None = None, *, files=None, only=None, may_add_topics: bool = False):
    """The form of a row, its fields told apart from others on the page; `only` names those that were sent."""
    key = key_of(row)
    options = {"instance": row, "auto_id": key.replace(":", "-") + "-%s", "only": only}
    if isinstance(row, Entry):
        options |= {"site": site, "may_add_topics": may_add_topics}
    form = FORMS[type(row)](data, files, **options)
    form.key = key
    # Whatever is filled in can be saved; the browser must not hold it back for what is missing.
    form.use_required_attribute = False
    _prepare(form, html_language(site.language))
    return form


def _prepare(form, language: str) -> None:
    """Say of each field to whom it belongs, what language is written in it, and whether it is Markdown."""
    for name, field in form.fields.items():
        attributes = {"data-save": form.key}
        if name not in ("url", "kind", "group", "starred", "slug", "figure_license", "figure_source_url", "card_url"):
            attributes["lang"] = language
        if name in MARKDOWN:
            attributes["data-markdown"] = ""
        # Browsers would cut off what is too long without a word; here it is told.
        field.widget.attrs.pop("maxlength", None)
        field.widget.attrs |= attributes


def sent(data: QueryDict, form_class) -> set[str]:
    """The names of the fields that came, a box that was not ticked among them."""
    return {name for name in form_class.base_fields if name in data or f"initial-{name}" in data}


def form_of(line, site: Site):
    """The form of a line of the sheet, as its row is stored."""
    return make_form(getattr(line, line.kind), site)


def mark_conflicts(form, by: str) -> None:
    """Give the fields that both changed what the page shows of it."""
    for conflict in form.conflicts:
        bound = form[conflict.name]
        bound.conflict = shown_conflict(conflict, bound.auto_id, by)


def context(sheet: Sheet, line) -> dict:
    """What stands beside the fields of an open row."""
    if line is None:
        return {}
    if line.kind == "entry":
        preview = rendering.to_html(sheet.site, line.entry.summary, heading_level=4)
        beside = {"others": sheet.entries, "licences": LICENCES, "preview": preview}
        return {**beside, **_said(line), **figure_context(sheet.site, line.entry), **_post(line.entry)}
    return {"others": sheet.entries, "group_titles": _group_titles(sheet), **_said(line)}


def _said(line) -> dict:
    """The comments on a row that are open. One query."""
    if line.kind == "section":
        return {}
    found = Comment.objects.open().filter(**{line.kind: line.row}).select_related("answered_by")
    return {"said": found[:MOST_COMMENTS]}


def figure_context(site: Site, entry: Entry, **more) -> dict:
    """The figure of an entry, and the pictures of its page that could become it; only what is stored is ever shown."""
    fetch = fetch_of(entry)
    return {
        "entry": entry,
        "figure": figures.figure_parts(site, entry, lazy=False),
        "page_images": illustrating.page_images(fetch)[:MOST_PAGE_IMAGES],
        "card": fetch if fetch and fetch.image else None,
        "card_of": fetch.written.get("image") if fetch else None,
        **more,
    }


def _post(entry: Entry) -> dict:
    return {"post_length": post_length(entry.one_liner), "longest_post": LONGEST_POST}


def _group_titles(sheet: Sheet) -> list[str]:
    return list(dict.fromkeys(line.highlight.group_title for line in sheet.highlights if line.highlight.group_title))
