"""What programs look for at fixed addresses: robots.txt and security.txt. Neither needs the database."""

import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from issues.public import with_caching

PLAIN = "text/plain; charset=utf-8"
# RFC 9116, section 2.5.5, recommends less than a year.
SECURITY_LASTS = datetime.timedelta(days=180)


@require_safe
def robots(request):
    """What programs should leave alone, and where the sitemap is (RFC 9309)."""
    address = settings.AKIRA_BASE_URL + reverse("issues:sitemap")
    text = f"User-agent: *\nDisallow: /admin/\nDisallow: /preview/\n\nSitemap: {address}\n"
    return with_caching(HttpResponse(text, content_type=PLAIN))


@require_safe
def security(request):
    """Where to tell of a weakness (RFC 9116); 404 where nobody is named.

    It never says that it is out of date, since somebody runs this site; within a day its bytes stay the same.
    """
    if not settings.AKIRA_SECURITY_CONTACT:
        raise Http404("Nobody is named.")
    lines = [f"Contact: {contact}" for contact in settings.AKIRA_SECURITY_CONTACT]
    lines.append(f"Expires: {(timezone.now() + SECURITY_LASTS).astimezone(datetime.UTC):%Y-%m-%d}T00:00:00Z")
    # An address without https is none that the standard allows here.
    if settings.IS_HTTPS:
        lines.append(f"Canonical: {settings.AKIRA_BASE_URL}{reverse('issues:security')}")
    return with_caching(HttpResponse("\n".join(lines) + "\n", content_type=PLAIN))
