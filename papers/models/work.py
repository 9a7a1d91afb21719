"""Works: what was written elsewhere, one row per work over the whole history, and the spellings it is known by."""

import secrets
import string

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

PUBLIC_ID_PATTERN = r"^[0-9a-z-]{1,26}\Z"


def new_public_id() -> str:
    """Ten random letters: about 47 bits, so that a clash needs millions of rows and the unique index catches it."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(10))


class Origin(models.TextChoices):
    DESK = "desk", "Desk"
    IMPORT = "import", "Import"
    SAMPLE = "sample", "Sample"


class WorkKind(models.TextChoices):
    PAPER = "paper", "Paper"
    ARTICLE = "article", "Article"
    REPOSITORY = "repository", "Repository"
    VIDEO = "video", "Video"
    OTHER = "other", "Other"


class WorkQuerySet(models.QuerySet):
    def current(self):
        """Works that have not been merged into another."""
        return self.filter(merged_into=None)


class Work(models.Model):
    public_id = models.CharField(max_length=26, default=new_public_id, unique=True, editable=False)
    identity = models.CharField(
        max_length=2300,
        help_text="The comparison key, such as arxiv:2103.03230. It follows from the address and is kept for ever.",
    )
    kind = models.CharField(max_length=20, choices=WorkKind, default=WorkKind.OTHER)
    title = models.TextField(blank=True, help_text="The title as the work itself gives it. Shown on its page.")
    authors = models.JSONField(default=list, blank=True, help_text="Names in order, as a list of strings.")
    abstract = models.TextField(blank=True)
    url = models.TextField(help_text="Where readers are sent for this work.")
    doi = models.CharField("DOI", max_length=300, blank=True)
    venue = models.CharField(max_length=500, blank=True, help_text="Conference, journal or site, such as ICML 2021.")
    published_on = models.DateField(null=True, blank=True)
    versions = models.JSONField(default=list, blank=True, help_text="Versions known, such as v1, v2.")
    withdrawn = models.BooleanField(default=False, help_text="The authors have withdrawn it. Said on its page.")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.DESK, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity"], name="work_identity_unique"),
            models.CheckConstraint(name="work_identity_not_empty", condition=~Q(identity="")),
            models.CheckConstraint(name="work_public_id_form", condition=Q(public_id__regex=PUBLIC_ID_PATTERN)),
            models.CheckConstraint(
                name="work_not_merged_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk"))
            ),
        ]
        indexes = [
            # Other works by one of the authors: the pages of works and entries.
            GinIndex(fields=["authors"], name="work_by_author"),
        ]

    def __str__(self):
        return self.title or self.identity

    @property
    def arxiv_id(self) -> str:
        """The arXiv id, such as 2103.03230, or the empty string."""
        scheme, _, key = self.identity.partition(":")
        return key if scheme == "arxiv" else ""


class Alias(models.Model):
    """A further identity under which a work is known, learnt later: a preprint's DOI, an address that moved."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="aliases")
    identity = models.CharField(max_length=2300)

    class Meta:
        verbose_name_plural = "aliases"
        constraints = [
            models.UniqueConstraint(fields=["identity"], name="alias_identity_unique"),
            models.CheckConstraint(name="alias_identity_not_empty", condition=~Q(identity="")),
        ]

    def __str__(self):
        return self.identity
