"""The form that asks when an issue shall be public."""

import datetime
import json
import zoneinfo
from dataclasses import dataclass

from django import forms
from django.utils import timezone

from common.local_times import change_around, far_zone, in_zone, moments
from issues.publishing import GRACE

from .words import change_in_words, moment_around_the_world

A_DAY = datetime.timedelta(days=1)
LONGEST_WAIT = datetime.timedelta(days=36_524)
PASSED = "That moment has passed. Choose a later one, or publish now."


@dataclass(frozen=True)
class Choice:
    """A moment that may be meant: its value in the form, what sets it apart, and how clocks show it."""

    moment: datetime.datetime
    label: str
    clocks: list[tuple[str, str]]

    @property
    def value(self) -> str:
        return self.moment.astimezone(datetime.UTC).isoformat()


@dataclass(frozen=True)
class Offer:
    """What a day and a time may mean: as a rule one moment; else two, with a sentence that says why."""

    choices: list[Choice]
    usual: Choice
    why: str = ""

    @property
    def values(self) -> str:
        return " ".join(choice.value for choice in self.choices)


def offer(wall: datetime.datetime, zone: zoneinfo.ZoneInfo) -> Offer:
    """The moments that are offered for what a clock shows.

    A time that the clocks skip is no moment: the last minute before and the first one after are offered. One that
    comes twice is two, of which the first is the usual one.
    """

    change = change_around(wall, zone)
    # The same one for both of two moments, though another were a little farther from one of them.
    far = far_zone(change.at if change else wall.replace(tzinfo=zone), zone)

    def choice(moment, label=""):
        return Choice(moment, label, moment_around_the_world(moment, zone, far=far))

    if change is None:
        [only] = map(choice, moments(wall, zone))
        return Offer([only], only)
    if change.is_forward:
        pair = [
            choice(change.last_minute, f"{change.last_minute:%H:%M}, the last minute before"),
            choice(change.first_minute, f"{change.first_minute:%H:%M}, the first minute after"),
        ]
        return Offer(pair, pair[1], change_in_words(change, wall))
    labels = ("the first time, before the clocks are put back", "the second time, after it")
    pair = [choice(moment, f"{wall:%H:%M}, {label}") for moment, label in zip(moments(wall, zone), labels, strict=True)]
    return Offer(pair, pair[0], change_in_words(change, wall))


class PublishForm(forms.Form):
    """When an issue goes public: now, or at a moment in the publication's zone.

    A later moment is shown before it is taken: `shown` holds what the page showed, and the form `is_settled` when the
    moment is among that. `seen` is the issue as it was on that page, `instead_of` the moment that is to be changed.
    """

    NOW, LATER = "now", "later"
    when = forms.ChoiceField(
        choices=[(NOW, "Now"), (LATER, "At a later moment")], widget=forms.RadioSelect, initial=NOW
    )
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    which = forms.CharField(required=False)
    shown = forms.CharField(required=False)
    seen = forms.CharField(required=False, strip=False)
    instead_of = forms.CharField(required=False)

    def __init__(self, *args, zone: zoneinfo.ZoneInfo, waits_for: datetime.datetime | None = None, **kwargs):
        if waits_for:
            there = in_zone(waits_for, zone)
            kwargs["initial"] = {"when": self.LATER, "day": there.date(), "time": there.time()}
        super().__init__(*args, **kwargs)
        self.zone, self.offer, self.chosen = zone, None, None

    def clean_seen(self):
        """The issue as it was seen; what can't be read is taken for another issue, so that nothing is published."""
        given = self.cleaned_data["seen"]
        if not given:
            return None
        try:
            return [[str(key), str(digest)] for key, digest in json.loads(given)]
        except (TypeError, ValueError):
            return []

    def clean_instead_of(self):
        given = self.cleaned_data["instead_of"]
        try:
            return datetime.datetime.fromisoformat(given).astimezone(datetime.UTC) if given else None
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError("Open this page anew: it is not clear which moment is to change.") from error

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") == self.LATER and not self.errors:
            cleaned["at"] = self._moment(cleaned.get("day"), cleaned.get("time"), cleaned["which"])
        return cleaned

    @property
    def is_settled(self) -> bool:
        """Whether the moment that would be taken was shown as such."""
        return self.chosen is None or self.chosen.value in self.cleaned_data["shown"].split()

    def _moment(self, day, time, which):
        if not (day and time):
            raise forms.ValidationError("Give the day and the time at which readers shall see the issue.")
        today = timezone.localdate(timezone=self.zone)
        # The days at both ends of the calendar are no days in every zone.
        if day < today - A_DAY:
            raise forms.ValidationError(PASSED)
        if day > today + LONGEST_WAIT:
            raise forms.ValidationError("That day is too far away. Look at the year.")
        self.offer = offer(datetime.datetime.combine(day, time), self.zone)
        named = (choice for choice in self.offer.choices if choice.value == which)
        self.chosen = next(named, self.offer.usual)
        if self.chosen.moment <= timezone.now() - GRACE:
            raise forms.ValidationError(PASSED)
        return self.chosen.moment
