"""What the page of a reviewer needs: the comments at one place of the issue, and the form for another."""

from django import template

register = template.Library()


@register.inclusion_tag("issues/review/_place.html", takes_context=True)
def comments_at(context, place, row=None, name=""):
    """The comments on a place of the issue, and room for one more: `{% comments_at "entry" entry.entry name %}`."""
    review = context["review"]
    key = f"{place}:{row.pk}" if row else place
    refused = review["refused"]
    # One form is for all highlights; which of them is meant is chosen in it.
    is_here = refused.get("do") != "approve" and (refused.get("at") or "").split(":")[: 2 if row else 1] == key.split(
        ":"
    )
    return {
        "review": review,
        "site": context["site"],
        "interface": context["site"].interface_html_language,
        "place": place,
        "key": key,
        "id": key.replace(":", "-"),
        "name": name,
        "comments": review["comments"].at(place, row.pk if row else None),
        "is_changed": key in review["changes"].changed or key in review["changes"].added,
        "refused": refused if is_here else {},
    }
