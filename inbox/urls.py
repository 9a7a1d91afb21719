"""Addresses of the inbox: its pages at the desk, the interface for programs, the suggestion form."""

from django.urls import path, re_path, register_converter

from inbox import api, views
from inbox.desk import adding, deciding, ways
from inbox.desk import views as lists
from issues.models.publication import LANGUAGE_PATTERN

app_name = "inbox"


class DecisionConverter:
    """A decision about candidates, as addresses name it."""

    regex = "|".join(deciding.DONE)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DecisionConverter, "decision")

urlpatterns = [
    path("admin/inbox/", lists.inbox, name="list"),
    path("admin/inbox/add/", adding.add, name="add"),
    path("admin/inbox/pane/", lists.pane, name="pane"),
    path("admin/inbox/rows/", lists.rows, name="rows"),
    path("admin/inbox/ways/", ways.ways, name="ways"),
    path("admin/inbox/ways/tokens/<int:pk>/revoke/", ways.revoke, name="revoke"),
    path("admin/inbox/selected/<decision:decision>/", deciding.decide, name="decide_selected"),
    path("admin/inbox/<int:pk>/star/", deciding.star, name="star"),
    path("admin/inbox/<int:pk>/read-again/", deciding.read_again, name="read_again"),
    path("admin/inbox/<int:pk>/note/", deciding.note, name="note"),
    path("admin/inbox/<int:pk>/<decision:decision>/", deciding.decide, name="decide"),
    path("api/candidates", api.candidates, name="api"),
    path("suggest/", views.suggest, name="suggest"),
    re_path(rf"^(?P<language>{LANGUAGE_PATTERN})/suggest/$", views.suggest, name="suggest"),
]
