"""The page that tells on which ways links come in, and hands out what they need: bookmarklet and tokens."""

import re

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from inbox import tokens
from inbox.models import Token

from .pages import desk_page, show

# It runs on the page that the editor looks at, and opens ours with what that page is called and what is marked on it.
_BOOKMARKLET = """
(()=>{
const q=new URLSearchParams({url:location.href,title:document.title,note:String(getSelection()).slice(0,2000)});
open('ADDRESS?'+q,'akira','width=640,height=720');
})()
"""


def bookmarklet(address: str) -> str:
    """The bookmark that opens the page at `address` about whatever page it is clicked on."""
    return "javascript:" + re.sub(r"\n", "", _BOOKMARKLET).replace("ADDRESS", address)


@desk_page("add")
@require_http_methods(["GET", "HEAD", "POST"])
def ways(request, publication):
    """The ways in. A POST makes a token, which is shown once."""
    made = None
    if request.method == "POST":
        try:
            _, made = tokens.make_token(request.user, name=request.POST.get("name", ""))
        except tokens.TokenError as refusal:
            messages.error(request, str(refusal))
    owned = Token.objects.valid() if request.user.is_superuser else Token.objects.valid().filter(user=request.user)
    context = {
        "title": "Ways into the inbox",
        "bookmarklet": bookmarklet(request.build_absolute_uri(reverse("inbox:add"))),
        "api": request.build_absolute_uri(reverse("inbox:api")),
        "suggest": request.build_absolute_uri(reverse("inbox:suggest")),
        "made": made,
        "name": request.POST.get("name", "") if not made else "",
        "tokens": owned.select_related("user"),
        "zone": publication.zone,
    }
    return show(request, "admin/inbox/ways.html", context)


@desk_page("add")
@require_POST
def revoke(request, publication, pk):
    """Let a token open nothing any more: one's own, or anybody's for who may do everything."""
    owned = Token.objects.all() if request.user.is_superuser else Token.objects.filter(user=request.user)
    token = get_object_or_404(owned, pk=pk)
    tokens.revoke(token)
    messages.success(request, f"“{token}” is revoked. Programs that use it are refused from now on.")
    return HttpResponseRedirect(reverse("inbox:ways"))
