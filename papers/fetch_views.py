"""The page of the desk behind the button that has a work fetched."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from .fetch_words import requested_in_words
from .models import Work
from .recording import request as request_works


@require_POST
def fetch(request, pk, *, model_admin):
    """Have what the outside says of a work looked up, now or once more."""
    work = get_object_or_404(Work, pk=pk)
    if not model_admin.has_change_permission(request, work):
        raise PermissionDenied
    messages.success(request, requested_in_words(request_works([work])))
    return HttpResponseRedirect(reverse("admin:papers_work_change", args=[work.merged_into_id or work.pk]))
