"""How a user name and a password become somebody: one backend, through which every password of the desk goes."""

from axes.backends import AxesStandaloneBackend
from django.contrib.auth import get_user_model, hashers
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from . import tries


class DeskBackend(AxesStandaloneBackend, ModelBackend):
    """Knows those who may come to the desk, by user name and password, after so many wrong ones for a while nobody.

    Who is nobody, is not active or may not come to the desk is told what a wrong password is told, as slowly.
    """

    def authenticate(self, request: HttpRequest, username=None, password=None, **kwargs) -> AbstractBaseUser | None:
        if username is None or password is None:
            return None
        # It refuses with PermissionDenied, and wants the request to know who asks.
        super().authenticate(request, username=username, password=password)
        user = ModelBackend.authenticate(self, request, username=username, password=password)
        if user is None:
            _take_as_long_as_others(username, password)
            return None
        tries.succeed(tries.asker_for(request, user))
        return user

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        return super().user_can_authenticate(user) and user.is_staff


def _take_as_long_as_others(username: str, password: str) -> None:
    """While some passwords are still hashed in an older way, have each failure cost one hash of both ways.

    Else the time would tell whose password is hashed in which way, and so that there is an account.
    """
    users = get_user_model()._default_manager
    usual = hashers.get_hasher()
    old = users.exclude(password__startswith=usual.algorithm).exclude(
        password__startswith=hashers.UNUSABLE_PASSWORD_PREFIX
    )
    stored = dict(old.values_list("username", "password"))
    if not stored:
        return
    spent = hashers.identify_hasher(stored[username]).algorithm if username in stored else usual.algorithm
    for algorithm in {usual.algorithm, *(hashers.identify_hasher(each).algorithm for each in stored.values())} - {
        spent
    }:
        hasher = hashers.get_hasher(algorithm)
        hasher.encode(password, hasher.salt())
