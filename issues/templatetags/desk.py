"""What the first page of the desk shows of the newsletter."""

from django import template
from django.urls import reverse

from issues import previews, rights
from issues.admin import parts
from issues.desk.review_state import review_state
from issues.models import Issue, published
from issues.publishing import READY_FOR_PUBLICATION

SHOWN = 8

register = template.Library()
register.filter(parts.state_badge)


@register.simple_tag(takes_context=True)
def may(context, verb, row=None):
    """Whether the person who asked for the page may do this; see `issues/rights.py`."""
    return rights.may(context["request"].user, verb, row)


@register.simple_tag(takes_context=True)
def review_of(context, issue):
    """How the review of an issue stands for the person who asked for the page; see `issues/desk/review_state.py`."""
    return review_state(issue, context["request"].user)


@register.simple_tag
def previews_of(issue):
    """The links to the previews of an issue; see `issues/previews.py`."""
    return previews.views(reverse("admin:issues_issue_preview", args=[issue.pk]))


@register.simple_tag
def drafts():
    """Issues that readers don't see yet: those that wait for their moment, then those being written, latest first."""
    waiting = Issue.objects.filter(status="published").exclude(published()).order_by("published_at")
    written = Issue.objects.filter(status__in=READY_FOR_PUBLICATION).order_by("-updated_at")
    return [*waiting[:SHOWN], *written[:SHOWN]]
