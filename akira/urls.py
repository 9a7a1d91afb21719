"""The table of contents of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    # Before Django's own, which take every address below theirs.
    path("admin/", include("akira.accounts.urls")),
    path("admin/", include("akira.desk.urls")),
    path("", include("inbox.urls")),
    path("admin/", admin.site.urls),
    path("", include("issues.urls")),
]

handler403 = "issues.errors.forbidden"
handler404 = "issues.errors.not_found"
handler500 = "issues.errors.server_error"
