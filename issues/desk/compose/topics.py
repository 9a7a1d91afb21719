"""Topics as an editor types them: names in any language, with commas between; and what completes them."""

import re
import secrets
import string

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.text import slugify

from common import editing
from issues.models import Topic
from issues.site import Site

MOST_TOPICS = 30
OFFERED = 12
_COMMAS = re.compile(r"[,、，\n]")


def names_in(text: str) -> list[str]:
    """The names in a list with commas, once each whatever their case."""
    names = (" ".join(name.split()) for name in _COMMAS.split(text))
    return list({name.casefold(): name for name in names if name}.values())


class TopicsField(editing.TextField):
    """Topics by name or slug. A name that nobody has becomes a new topic, where that is allowed."""

    def __init__(self, *, site: Site, may_add: bool, **options):
        self.site, self.may_add = site, may_add
        super().__init__(**options)

    def prepare_value(self, value):
        if isinstance(value, str) or value is None:
            return value or ""
        return ", ".join(sorted((self._shown(topic) for topic in value), key=str.casefold))

    def _shown(self, topic: Topic) -> str:
        name = topic.name_in(self.site.language)
        # A name that holds a comma would be read as two.
        return topic.slug if _COMMAS.search(name) else name

    def to_python(self, value):
        if not isinstance(value, str):
            return value
        names = names_in(super().to_python(value))
        if len(names) > MOST_TOPICS:
            raise forms.ValidationError(f"These are {len(names)} topics. An entry takes {MOST_TOPICS} at most.")
        known = find_topics(names, self.site.publication.languages)
        unknown = [name for name in names if name.casefold() not in known]
        if unknown and not self.may_add:
            raise forms.ValidationError(f"There is no topic called “{unknown[0]}”, and you may not add one.")
        for name in unknown:
            known[name.casefold()] = _new_topic(name, self.site.language)
        return list({topic.pk: topic for topic in (known[name.casefold()] for name in names)}.values())

    def has_changed(self, initial, data):
        before, after = (names_in(self.prepare_value(value)) for value in (initial, data))
        return {name.casefold() for name in before} != {name.casefold() for name in after}


def find_topics(names: list[str], languages: list[str]) -> dict[str, Topic]:
    """Topics by what they are called, in small letters: their name, their slug, their name in a language. One query."""
    wanted = {name.casefold() for name in names}
    if not wanted:
        return {}
    sought = Q(slug__in=wanted)
    for name in names:
        sought |= Q(name__iexact=name)
        for language in languages:
            sought |= Q(**{f"names__{language}__iexact": name})
    found: dict[str, Topic] = {}
    for topic in Topic.objects.filter(sought).order_by("pk"):
        for name in (topic.name, topic.slug, *topic.names.values()):
            found.setdefault(str(name).casefold(), topic)
    return {name: topic for name, topic in found.items() if name in wanted}


def _new_topic(name: str, language: str) -> Topic:
    """A topic of that name. Its slug is the same in every language, so a name without Latin letters can't give it."""
    if len(name) > 100:
        raise forms.ValidationError(f"“{name[:40]}…” is too long for a topic: 100 characters are the most.")
    slug = slugify(name)[:80] or "topic-" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(6))
    try:
        with transaction.atomic():
            return Topic.objects.create(name=name, slug=slug, names={language: name})
    except IntegrityError:
        # Somebody else made it at this very moment, or another topic has this slug.
        same = Topic.objects.filter(name=name).first()
        return same or Topic.objects.create(name=name, slug=f"{slug}-{secrets.token_hex(3)}", names={language: name})


def complete(begun: str, site: Site) -> list[str]:
    """Names of topics, as readers of the site's language see them, in which the letters typed so far stand. One query.

    Those that begin with them come first.
    """
    begun = " ".join(begun.split())
    if not begun:
        return []
    topics = Topic.objects.annotate(names_as_text=Cast("names", TextField()))
    found = topics.filter(Q(name__icontains=begun) | Q(slug__icontains=begun) | Q(names_as_text__icontains=begun))
    names = {topic.name_in(site.language) for topic in found.order_by("slug")[: OFFERED * 4]}
    first = sorted(names, key=lambda name: (not name.casefold().startswith(begun.casefold()), name.casefold()))
    return first[:OFFERED]
