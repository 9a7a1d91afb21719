"""Entries: one item of a section, with its link, summary, figure and the work it is about."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from taggit.managers import TaggableManager

from papers.identifiers import arxiv_id
from papers.models import PUBLIC_ID_PATTERN, Work, new_public_id

from .imported import Imported
from .issue import Section, published
from .topic import TaggedEntry


class EntryQuerySet(models.QuerySet):
    def published(self, at=None):
        return self.filter(published(at, prefix="section__issue__"))

    def in_language(self, language: str):
        return self.filter(section__issue__language=language)


class Entry(Imported, models.Model):
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="entries")
    public_id = models.CharField(max_length=26, default=new_public_id, unique=True, editable=False)
    translation_key = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveIntegerField(default=0)
    label = models.CharField(
        max_length=220, blank=True, editable=False, help_text="Such as 26.9: fixed when the issue is published."
    )
    title = models.TextField(blank=True, help_text="The headline that readers see.")
    url = models.TextField("link", blank=True, help_text="Where the headline leads. Trackers are removed.")
    url_given = models.TextField("link as given", blank=True, editable=False)
    domain_shown = models.CharField(max_length=300, blank=True, help_text="The site, as an imported document shows it.")
    source_title = models.TextField("original title", blank=True, help_text="The title of the work in its own words.")
    source_arxiv_id = models.CharField(
        "arXiv id beside the original title", max_length=40, blank=True, help_text="As the document states it."
    )
    summary = models.TextField(blank=True, help_text="Markdown, with maths as $x^2$. What the editor says about it.")
    one_liner = models.TextField(blank=True, help_text="One line for posts elsewhere.")
    starred = models.BooleanField(default=False, help_text="Chosen again for the monthly and annual round-ups.")
    work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    repeats = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="repeated_by",
        help_text="The earlier entry that this one comes back to. Readers see “also in”.",
    )
    figure = models.FileField(upload_to="figures/", max_length=300, blank=True)
    figure_name = models.CharField(max_length=300, blank=True, help_text="The file name in an imported document.")
    figure_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    figure_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    figure_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    # Null where nobody tried yet, as in rows older than scaled forms.
    figure_widths = ArrayField(models.PositiveIntegerField(), null=True, blank=True, editable=False)
    figure_alt = models.TextField(blank=True, help_text="What a person who can't see the figure should know.")
    figure_credit = models.TextField(blank=True, help_text="Whose figure it is. Shown under it.")
    figure_source_url = models.TextField(blank=True, help_text="Where the figure comes from. Linked under it.")
    figure_license = models.CharField(max_length=100, blank=True, help_text="SPDX id, such as CC-BY-4.0.")
    card_url = models.TextField(blank=True)
    card_url_given = models.TextField(blank=True, editable=False)
    card_title = models.TextField(blank=True, help_text="What the linked page calls itself.")
    card_description = models.TextField(blank=True)
    card_domain = models.CharField(max_length=300, blank=True)
    # So that what arrives is taken over once, and not again where an editor takes it out.
    awaits_record = models.BooleanField(
        default=False, editable=False, help_text="Whether what its work's page says is still to be taken over."
    )
    # Contributors change and remove what they added; what an import brought belongs to nobody.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = EntryQuerySet.as_manager()
    topics = TaggableManager(through=TaggedEntry, blank=True, verbose_name="topics", help_text="Separated by commas.")

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="entry_public_id_form", condition=Q(public_id__regex=PUBLIC_ID_PATTERN)),
            models.CheckConstraint(name="entry_not_repeating_itself", condition=~Q(repeats=models.F("pk"))),
            models.CheckConstraint(name="entry_work_has_link", condition=Q(work=None) | ~Q(url="")),
        ]

    def __str__(self):
        return self.title or self.url or self.public_id

    @property
    def domain(self) -> str:
        """The host of its link, as the address has it."""
        return urlsplit(self.url).hostname or "" if self.url else ""

    @property
    def arxiv_id(self) -> str:
        """The arXiv id of its link, or the empty string."""
        found = arxiv_id(self.url) if self.url else None
        return found[0] if found else ""

    @property
    def arxiv_version(self) -> str:
        """The version that its link names, such as v2, or the empty string."""
        found = arxiv_id(self.url) if self.url else None
        return found[1] if found else ""

    @property
    def has_card(self) -> bool:
        return bool(self.card_url or self.card_title)
