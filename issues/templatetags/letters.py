"""What templates of letters in plain text need."""

from django import template

from issues.mail.wrapping import wrap

register = template.Library()


@register.filter
def wrapped(text):
    """The text in lines of a letter."""
    return "\n".join(wrap(str(text)))


@register.filter
def of(rows, key):
    """What a dictionary holds under a key that the template has in a variable; None where it holds nothing."""
    return rows.get(key)
