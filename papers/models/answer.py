"""What interfaces answered, kept for good, and when they were last asked."""

from django.db import models
from django.db.models import Q


class Answer(models.Model):
    """What an interface said of one version of a work, as it said it: it never changes, so it is never asked again."""

    source = models.CharField(max_length=20, help_text="The interface, such as arxiv.")
    key = models.CharField(max_length=300, help_text="The id there, such as 2103.03230.")
    version = models.CharField(max_length=20, blank=True, help_text="Such as v2; empty where there are no versions.")
    body = models.TextField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key", "version"], name="answer_unique"),
            models.CheckConstraint(name="answer_not_empty", condition=~Q(body="") & ~Q(key="")),
        ]

    def __str__(self):
        return f"{self.source}:{self.key}{self.version}"


class Turn(models.Model):
    """When an interface was last asked, by any process, so that the next one keeps its distance."""

    interface = models.CharField(max_length=20, primary_key=True)
    taken_at = models.DateTimeField()

    def __str__(self):
        return self.interface
