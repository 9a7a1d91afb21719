"""The roof as a Django app: its commands, its static files and its system checks."""

from django.apps import AppConfig


class AkiraConfig(AppConfig):
    name = "akira"

    def ready(self):
        from akira import checks  # noqa: F401
