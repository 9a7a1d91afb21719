"""The verbs for tokens: make one, revoke one, and find whose token a program shows."""

import datetime
import hashlib
import secrets

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from common.texts import one_line
from issues.audit import note

from .models import Token

# So that whoever finds one in a log or a repository knows what it is.
PREFIX = "akira_"
# Who sends much would otherwise have the row written each time.
_USE_NOTED_EVERY = datetime.timedelta(minutes=5)


class TokenError(Exception):
    """A token can't be made; the text says why, in words for an editor."""


def digest_of(text: str) -> str:
    """What is kept of a token. It has 256 random bits, so that a plain digest can't be undone by guessing."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def make_token(user: AbstractBaseUser, *, name: str) -> tuple[Token, str]:
    """A new token, and its text, which can't be had again. Raises TokenError."""
    name = one_line(name, longest=100)
    if not name:
        raise TokenError("Give the token a name that tells where it is used, such as “phone”.")
    text = PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            token = Token.objects.create(user=user, name=name, digest=digest_of(text))
            note("token.made", token, by=user)
            return token, text
    except IntegrityError:
        raise TokenError(
            f"There is a token called “{name}” already. Revoke it first, or choose another name."
        ) from None


@transaction.atomic
def revoke(token: Token) -> None:
    """Let a token open nothing any more."""
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=Now()):
        note("token.revoked", token, of=token.user.get_username())


def token_of(text: str) -> Token | None:
    """The token with this text, if it is valid and its owner may come to the desk; its use is noted now and then."""
    token = Token.objects.valid().filter(digest=digest_of(text)).select_related("user").first()
    if token is None or not (token.user.is_active and token.user.is_staff):
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - _USE_NOTED_EVERY)
    Token.objects.filter(stale, pk=token.pk).update(last_used_at=Now())
    return token
