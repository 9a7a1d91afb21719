"""The kinds of background work: each a model whose rows fall due, the task that carries one out, its words."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth import get_permission_codename
from django.urls import reverse
from django.utils.module_loading import import_string

from common.due import DueRow
from inbox.models import Source
from issues.models import Preflight
from papers.models import Fetch


@dataclass(frozen=True)
class Kind:
    """One kind of background work.

    `task` is the path of its task, which the web server need not load. `related` is what its rows need to say what
    they are; `address` is the page of the desk about what a row is for.
    """

    model: type[DueRow]
    task: str
    name: str
    plural: str
    related: tuple[str, ...]
    address: Callable[[DueRow], str]

    @property
    def key(self) -> str:
        return self.model._meta.label_lower

    def enqueue(self, row_key: int) -> None:
        """Have a row carried out by whoever takes the task out of the queue."""
        import_string(self.task).enqueue(row_key)

    def permits(self, user, action: str) -> bool:
        """Whether somebody may `view` or `change` its rows."""
        options = self.model._meta
        return user.has_perm(f"{options.app_label}.{get_permission_codename(action, options)}")


def _page_of_work(fetch: Fetch) -> str:
    return reverse("admin:papers_work_change", args=[fetch.work_id])


def _page_of_source(source: Source) -> str:
    return reverse("admin:inbox_source_change", args=[source.pk])


def _page_of_issue(preflight: Preflight) -> str:
    return reverse("admin:issues_issue_compose", args=[preflight.issue_id])


# A further kind is a further line.
KINDS = (
    Kind(Fetch, "papers.tasks.carry_out_fetch", "Fetch", "Fetches", ("work",), _page_of_work),
    Kind(Source, "inbox.tasks.carry_out_poll", "Source", "Sources", (), _page_of_source),
    Kind(Preflight, "issues.tasks.carry_out_check", "Check", "Checks", ("issue",), _page_of_issue),
)
