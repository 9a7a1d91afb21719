"""The form that asks when an issue shall be public."""

import datetime
import zoneinfo

from django import forms
from django.utils import timezone


class PublishForm(forms.Form):
    """When an issue goes public: now, or at a moment in the publication's zone."""

    NOW, LATER = "now", "later"
    when = forms.ChoiceField(
        choices=[(NOW, "Now"), (LATER, "At a later moment")], widget=forms.RadioSelect, initial=NOW
    )
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args, zone: zoneinfo.ZoneInfo, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") == self.LATER and not self.errors:
            cleaned["at"] = self._moment(cleaned.get("day"), cleaned.get("time"))
        return cleaned

    def _moment(self, day, time):
        if not (day and time):
            raise forms.ValidationError("Give the day and the time at which readers shall see the issue.")
        moment = datetime.datetime.combine(day, time, self.zone)
        if moment.astimezone(datetime.UTC).astimezone(self.zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise forms.ValidationError(
                f"The clocks go forward: {time:%H:%M} does not exist on this day in {self.zone}."
            )
        if moment <= timezone.now():
            raise forms.ValidationError("That moment has passed. Choose a later one, or publish now.")
        return moment
