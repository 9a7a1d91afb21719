"""What somebody is told who gave too many wrong passwords or codes."""

import datetime
import math

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issues.models import Publication

TOO_MANY_REQUESTS = 429


class Locked(ValidationError):
    """Too many were wrong; the text says until when further tries are refused."""


def lock(request: HttpRequest, until: datetime.datetime) -> Locked:
    """The error for a form, which has the whole answer be a 429."""
    request.axes_locked_out, request.akira_locked_until = True, until
    return Locked(sentence(until), code="locked")


def sentence(until: datetime.datetime) -> str:
    """Until when, in the zone of the publication, and how long that is."""
    publication = Publication.objects.first()
    zone = publication.time_zone if publication else "UTC"
    at = until.astimezone(publication.zone if publication else datetime.UTC)
    minutes = max(1, math.ceil((until - timezone.now()).total_seconds() / 60))
    return _("Too many were wrong. Further tries are refused until {time} ({zone}), for {span}.").format(
        time=f"{at:%H:%M}",
        zone=zone,
        span=ngettext("{number} minute", "{number} minutes", minutes).format(number=minutes),
    )


def answer(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """What django-axes sends while there is a lock: the page as it is, whose form says so, with a fitting status."""
    if response.status_code == 200:
        response.status_code = TOO_MANY_REQUESTS
        if until := getattr(request, "akira_locked_until", None):
            response.headers["Retry-After"] = str(max(1, math.ceil((until - timezone.now()).total_seconds())))
    return response
