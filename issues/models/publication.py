"""The newsletter as a whole."""

import zoneinfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

# A language is written as in addresses and gettext: lower case, such as en, ja or zh-hans (BCP 47).
LANGUAGE_PATTERN = r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*"

validate_language = RegexValidator(
    rf"^{LANGUAGE_PATTERN}\Z", "Write the language as in an address: en, ja, zh-hans.", code="language"
)


def validate_time_zone(name: str) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError("Write the zone by its city, such as Europe/Berlin or Asia/Tokyo.") from error


class ReviewRequired(models.TextChoices):
    """What an issue must have been through before it is published."""

    NONE = "none", "Nothing: a draft can be published"
    SUBMITTED = "in_review", "Given to review"
    APPROVED = "approved", "Approved, and not changed since"


def default_languages() -> list[str]:
    return ["en"]


class Publication(models.Model):
    """One row for now, by constraint; what belongs to it points to it, so that a second can come without a move."""

    name = models.CharField(max_length=200, help_text="The name of the newsletter. Readers see it on every page.")
    tagline = models.CharField(max_length=300, blank=True, help_text="One line below the name on the home page.")
    about = models.TextField(blank=True, help_text="Markdown. The text of the about page.")
    author_name = models.CharField(max_length=200, blank=True, help_text="Who edits it, as readers should see it.")
    author_links = models.JSONField(default=list, blank=True, help_text="Addresses of the editor's pages, as a list.")
    imprint = models.TextField(blank=True, help_text="Postal address. Shown at the foot of the site and of each mail.")
    languages = ArrayField(
        models.CharField(max_length=35, validators=[validate_language]),
        default=default_languages,
        help_text="Languages of the editions, separated by commas. The first is the default and has no prefix.",
    )
    time_zone = models.CharField(
        max_length=60,
        default="UTC",
        validators=[validate_time_zone],
        help_text="Dates are shown in this zone, such as Asia/Tokyo.",
    )
    sender = models.CharField(max_length=320, blank=True, help_text="From whom mail comes: Name <address@example.org>.")
    campaign = models.JSONField(
        default=dict, blank=True, help_text='Arguments added to links per language: {"en": {"utm_source": "akira"}}.'
    )
    recurring_links = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Addresses that may run again in any issue, such as a sponsor's. One ending in * covers those below.",
    )
    review_required = models.CharField(
        max_length=10,
        choices=ReviewRequired,
        default=ReviewRequired.NONE,
        help_text="What an issue must have been through before it can be published.",
    )
    # The constraint below leaves room for one value only.
    singleton = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["singleton"], name="publication_only_one"),
            models.CheckConstraint(name="publication_singleton_true", condition=Q(singleton=True)),
            models.CheckConstraint(name="publication_has_language", condition=Q(languages__len__gt=0)),
            models.CheckConstraint(
                name="publication_review_required_known", condition=Q(review_required__in=ReviewRequired.values)
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def default_language(self) -> str:
        return self.languages[0]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)
