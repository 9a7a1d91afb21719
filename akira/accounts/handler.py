"""What django-axes calls when a password is tried: our way of counting, and the audit trail."""

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from django.http import HttpRequest

from . import sessions, tries
from .trail import failed, user_named


class Handler(AxesBaseHandler, AbstractAxesHandler):
    def is_locked(self, request: HttpRequest, credentials: dict | None = None) -> bool:
        """Count the try that is about to be made, and say whether it is refused."""
        request.akira_locked_until = tries.begin(_asker(request, credentials))
        return request.akira_locked_until is not None

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        asker = _asker(request, credentials)
        return sum(
            tries.recent()
            .filter(username=asker.account, ip_address=asker.network)
            .values_list("failures_since_start", flat=True)
        )

    def user_login_failed(self, sender, credentials: dict, request: HttpRequest | None = None, **kwargs) -> None:
        """Note a wrong password. One that was refused unseen tells nothing new."""
        if request is None or request.axes_locked_out:
            return
        request.akira_locked_until = tries.locked_until(_asker(request, credentials))
        is_locked = request.akira_locked_until is not None
        failed(request, user_named(_name(credentials)), is_locked=is_locked)

    def reset_attempts(self, *, ip_address=None, username=None, ip_or_username=False) -> int:
        """What the commands of django-axes call."""
        account, network = username or "", ip_address or ""
        if ip_or_username and account and network:
            return tries.unlock(account=account) + tries.unlock(network=network)
        return tries.unlock(account=account, network=network)

    def user_logged_in(self, sender, request: HttpRequest, user, **kwargs) -> None:
        """The wrong passwords before are forgotten already, where the right one was found right."""
        sessions.begin(request)

    def user_logged_out(self, sender, request, user, **kwargs) -> None:
        pass

    def post_save_access_attempt(self, instance, **kwargs) -> None:
        pass

    def post_delete_access_attempt(self, instance, **kwargs) -> None:
        pass


def _name(credentials: dict | None) -> str:
    return str((credentials or {}).get("username") or "")


def _asker(request: HttpRequest, credentials: dict | None) -> tries.Asker:
    return tries.asker_by_name(request, _name(credentials))
