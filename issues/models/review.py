"""Reviewing an issue before it is published: links for reviewers without an account, comments, approvals."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .entry import Entry
from .issue import Highlight, Issue

LONGEST_NAME = 100


class CommentPlace(models.TextChoices):
    ISSUE = "issue", "The whole issue"
    HIGHLIGHTS = "highlights", "The highlights"
    ENTRY = "entry", "An entry"


class ReviewLinkQuerySet(models.QuerySet):
    def valid(self, at=None):
        """Those that open the issue at the moment `at`, now by default."""
        return self.filter(revoked_at=None, expires_at__gt=at or timezone.now())


class ReviewLink(models.Model):
    """Opens the preview of one issue to somebody without an account. Its secret is not kept, only the digest."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="review_links")
    name = models.CharField(max_length=LONGEST_NAME, help_text="Who reviews; shown beside the comments.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True, help_text="When its holder approved last.")

    objects = ReviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="review_link_digest_form", condition=Q(digest__regex=r"^[0-9a-f]{64}\Z")),
            models.CheckConstraint(name="review_link_name_not_empty", condition=~Q(name="")),
            models.CheckConstraint(
                name="review_link_ends_after_begin", condition=Q(expires_at__gt=models.F("created_at"))
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_valid(self) -> bool:
        """Whether it opens the issue at this moment; the same rule as `valid()`."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class CommentQuerySet(models.QuerySet):
    def open(self):
        """Those that nobody has called settled."""
        return self.filter(resolved_at=None)


class Comment(models.Model):
    """What a reviewer or an editor says about an issue before it is published; readers never see it."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="comments")
    place = models.CharField(max_length=10, choices=CommentPlace, default=CommentPlace.ISSUE)
    # Where these are removed the comment stays, and returns to them where they are brought back.
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    highlight = models.ForeignKey(Highlight, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    place_name = models.CharField(max_length=300, blank=True, help_text="How the entry or highlight was called then.")
    link = models.ForeignKey(ReviewLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=150, help_text="Who says it, as shown.")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submission = models.CharField(
        max_length=64, blank=True, editable=False, help_text="So that what is sent twice is kept once."
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(name="comment_text_not_empty", condition=~Q(text="")),
            models.CheckConstraint(name="comment_name_not_empty", condition=~Q(name="")),
            models.UniqueConstraint(fields=["submission"], name="comment_sent_once", condition=~Q(submission="")),
            models.CheckConstraint(name="comment_of_one_person", condition=Q(link=None) | Q(user=None)),
            models.CheckConstraint(name="comment_place_known", condition=Q(place__in=CommentPlace.values)),
            models.CheckConstraint(
                name="comment_entry_where_about_one", condition=Q(entry=None) | Q(place=CommentPlace.ENTRY)
            ),
            models.CheckConstraint(
                name="comment_highlight_where_about_one",
                condition=Q(highlight=None) | Q(place=CommentPlace.HIGHLIGHTS),
            ),
            models.CheckConstraint(
                name="comment_answer_iff_answered",
                condition=Q(answer="", answered_at=None, answered_by=None) | (~Q(answer="") & ~Q(answered_at=None)),
            ),
            models.CheckConstraint(
                name="comment_resolved_by_needs_moment", condition=Q(resolved_by=None) | ~Q(resolved_at=None)
            ),
        ]
        indexes = [
            # How many are open: the list of issues, the composer's bar and its entries.
            models.Index(fields=["issue"], name="comment_open_of_issue", condition=Q(resolved_at=None)),
        ]

    def __str__(self):
        return f"{self.name}: {self.text[:60]}"


class Approval(models.Model):
    """That somebody found an issue fit for publication, and what exactly it was that they saw."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="approvals")
    link = models.ForeignKey(ReviewLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="approvals")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=150, help_text="Who approved, as shown.")
    note = models.TextField(blank=True)
    approved_at = models.DateTimeField(default=timezone.now, editable=False)
    seen = models.JSONField(help_text="A digest of each part of the issue as it was, by its key.")

    class Meta:
        ordering = ["-approved_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="approval_name_not_empty", condition=~Q(name="")),
            models.CheckConstraint(name="approval_of_one_person", condition=Q(link=None) | Q(user=None)),
        ]

    def __str__(self):
        return f"{self.name}, {self.approved_at:%Y-%m-%d %H:%M}"
