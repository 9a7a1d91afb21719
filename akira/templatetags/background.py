"""What the first page of the desk shows of background work."""

from django import template

from akira.background.kinds import KINDS

register = template.Library()


@register.simple_tag
def given_up(user):
    """How many rows were given up, of those that somebody may see; None where there are none to see."""
    kinds = [kind for kind in KINDS if kind.permits(user, "view")]
    return sum(kind.model.objects.given_up().count() for kind in kinds) if kinds else None
