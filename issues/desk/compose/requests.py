"""What a request of the composer is about: the issue, for somebody who may write in it, and the row that it names."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from issues.models import Issue, note_presence
from issues.refusals import ComposingError, Gone
from issues.rights import require

from . import editors
from .answering import Told, answer, page, wants_piece

GONE = "Somebody else removed this after you opened the page, or moved it to another issue."


def asked_issue(request, pk: int) -> Issue:
    """The issue, for somebody who may write in it: all of it, or what is their own."""
    issue = get_object_or_404(Issue.objects.select_related("publication"), pk=pk)
    require(request.user, "compose", issue)
    return issue


def asked_key(request, name: str = "row") -> str:
    """The key of a row such as `entry:12`, as it was sent."""
    return (request.POST.get(name) or request.GET.get(name) or "").replace("\0", "")[:100]


def found(issue: Issue, key: str, model=None):
    """The row of the issue with that key. Raises Gone where it has none."""
    row = editors.find(issue, key)
    if row is None or (model and not isinstance(row, model)):
        raise Gone(GONE)
    return row


def verb_view(view):
    """A view that changes the issue by a verb: it returns what to tell, and what the verb refuses is told, too.

    Whether this person may do it the view asks for itself, as soon as it knows the row.

    Without the script, a refusal shows the page at once, with what was typed.
    """

    @require_POST
    @wraps(view)
    def posted(request, pk, *, model_admin):
        issue = asked_issue(request, pk)
        try:
            told = view(request, issue)
        except ComposingError as refusal:
            if wants_piece(request):
                return answer(request, issue, Told(problem=str(refusal)))
            messages.error(request, str(refusal))
            return page(request, model_admin, issue, pasted=request.POST.get("text", ""))
        note_presence(issue, request.user)
        return answer(request, issue, told)

    return posted
