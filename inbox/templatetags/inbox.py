"""What pages of the floors below show of the inbox."""

from django import template

from inbox.views import suggest_path

register = template.Library()


@register.simple_tag(takes_context=True)
def suggest_address(context):
    """The address of the page on which readers suggest links; empty while there is no newsletter to suggest them to."""
    site = context["site"]
    return suggest_path(site) if site.publication.pk else ""
