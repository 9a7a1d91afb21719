"""The newsletter as Django knows it."""

from django.apps import AppConfig


class IssuesConfig(AppConfig):
    name = "issues"
    verbose_name = "Newsletter"
