"""Addresses of the inbox: the suggestion form."""

from django.urls import path, re_path

from inbox import views
from issues.models.publication import LANGUAGE_PATTERN

app_name = "inbox"

urlpatterns = [
    path("suggest/", views.suggest, name="suggest"),
    re_path(rf"^(?P<language>{LANGUAGE_PATTERN})/suggest/$", views.suggest, name="suggest"),
]
