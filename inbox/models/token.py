"""Tokens: by which programs of an editor send candidates."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class TokenQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(revoked_at=None)


class Token(models.Model):
    """What a program shows to send candidates in an editor's name. The token itself is not kept, only its digest."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inbox_tokens")
    name = models.CharField(max_length=100, help_text="What it is for, such as “phone”.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="token_digest_form", condition=Q(digest__regex=r"^[0-9a-f]{64}\Z")),
            models.CheckConstraint(name="token_name_not_empty", condition=~Q(name="")),
            models.UniqueConstraint(
                fields=["user", "name"], name="token_name_once_per_person", condition=Q(revoked_at=None)
            ),
        ]

    def __str__(self):
        return self.name
