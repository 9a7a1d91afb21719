"""The publication as readers of one language see it: its name, its addresses, its days."""

import dataclasses
import datetime
import re
from dataclasses import dataclass
from functools import cache, cached_property

from django.conf import settings
from django.db.models import Exists
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import slugify

from common.prepared import Prepared
from issues.appearing import note_appearances, unnoted
from issues.languages import html_language, interface_language, is_right_to_left, language_name, language_of_title
from issues.models import Entry, Issue, Publication, Topic
from papers.models import Work

WORDS_IN_ADDRESS = 60


def current_publication() -> Publication:
    """The one publication; before it exists an unsaved stand-in, to which no issue can belong.

    One query, but for the first one after the moment of a scheduled issue, which notes that it appeared.
    """
    found = next(iter(_publications(now=timezone.now())), None)
    if found and found.has_unnoted:
        note_appearances()
    return found or Publication(name="Akira", languages=["en"])


@Prepared
def _publications(now: datetime.datetime):
    return Publication.objects.annotate(has_unnoted=Exists(unnoted(now=now))).order_by("pk")[:1]


def work_slug(title: str) -> str:
    """Words of a title for the address of a work; empty where the title has no Latin letters."""
    return slugify(title)[:WORDS_IN_ADDRESS].strip("-")


# What stands in an address as it is, by the name of the argument, and what stands for it when the address is asked for.
_PLAIN = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")
_PLAIN_PAPER = re.compile(r"[0-9]{4}\.[0-9]{4,5}")
_AS_IT_IS = {"slug": (_PLAIN, "0-0"), "public_id": (_PLAIN, "0-0"), "work": (_PLAIN, "0-0")}
_AS_IT_IS |= {"arxiv_id": (_PLAIN_PAPER, "0000.00000"), "": (re.compile(""), "")}


@dataclass(frozen=True)
class _Address:
    """The addresses of a page whose argument, if any, is plain: Django takes its time, so that it is asked once."""

    start: str
    end: str
    plain: re.Pattern


@cache
def _address(page: str, language: str, prefix: str, name: str) -> _Address | None:
    """How the addresses of a page are put together; `prefix` is what the server has it stand below."""
    plain, stand_in = _AS_IT_IS.get(name, (None, ""))
    if plain is None:
        return None
    given = {"language": language} if language else {}
    if not name:
        return _Address(reverse(f"issues:{page}", kwargs=given), "", plain)
    start, _, end = reverse(f"issues:{page}", kwargs=given | {name: stand_in}).rpartition(stand_in)
    return _Address(start, end, plain)


@dataclass(frozen=True)
class Site:
    """One language of the publication. With `base`, all addresses are absolute, as feeds and mails need them.

    None of its methods asks the database.
    """

    publication: Publication
    language: str
    base: str = ""

    @property
    def name(self) -> str:
        return self.publication.name

    @property
    def html_language(self) -> str:
        return html_language(self.language)

    @property
    def tagline_language(self) -> str:
        """For the `lang` attribute of the tagline, of which there is one for all languages."""
        return language_of_title(self.publication.tagline, self.language)

    @property
    def is_right_to_left(self) -> bool:
        return is_right_to_left(self.language)

    @property
    def interface_language(self) -> str:
        """The language of labels and buttons."""
        return interface_language(self.language)

    @property
    def interface_html_language(self) -> str:
        """The language of labels and buttons for a `lang` attribute, empty where it is the page's own."""
        interface = html_language(self.interface_language)
        return "" if self.html_language.split("-")[0] == interface.split("-")[0] else interface

    @property
    def interface_lang(self) -> SafeString:
        """The `lang` attribute of a label, with the blank before it; empty where labels are in the page's language."""
        language = self.interface_html_language
        return SafeString(f' lang="{language}"' if language else "")

    @property
    def language_shown(self) -> str:
        """The name of the language where the name of the publication would not tell; empty for the default one."""
        return language_name(self.language) if self.language != self.publication.default_language else ""

    @cached_property
    def zone(self):
        return self.publication.zone

    def day(self, moment: datetime.datetime | datetime.date) -> datetime.date:
        """The day of a moment in the publication's time zone."""
        return moment.astimezone(self.zone).date() if isinstance(moment, datetime.datetime) else moment

    def in_language(self, language: str) -> "Site":
        return self if language == self.language else dataclasses.replace(self, language=language)

    def absolute(self) -> "Site":
        return self._absolute

    @cached_property
    def _absolute(self) -> "Site":
        return dataclasses.replace(self, base=settings.AKIRA_BASE_URL)

    def path(self, page: str, **arguments) -> str:
        """The address of a page in this language; the default language has no prefix."""
        if len(arguments) < 2:
            [(name, value)] = arguments.items() or [("", "")]
            known = self._addresses.get((page, name)) or self._address(page, name)
            if known and known.plain.fullmatch(value):
                return f"{self.base}{known.start}{value}{known.end}"
        given = {"language": self._prefix} if self._prefix else {}
        return self.base + reverse(f"issues:{page}", kwargs=given | arguments)

    @property
    def _prefix(self) -> str:
        return self.language if self.language != self.publication.default_language else ""

    @cached_property
    def _addresses(self) -> dict[tuple[str, str], _Address | None]:
        return {}

    def _address(self, page: str, name: str) -> _Address | None:
        known = self._addresses[page, name] = _address(page, self._prefix, get_script_prefix(), name)
        return known

    def issue_path(self, issue: Issue) -> str:
        return self.in_language(issue.language).path("issue", slug=issue.slug)

    def entry_path(self, entry: Entry, language: str = "") -> str:
        return self.in_language(language or self.language).path("entry", public_id=entry.public_id)

    def work_path(self, work: Work) -> str:
        if work.arxiv_id:
            return self.path("paper", arxiv_id=work.arxiv_id)
        words = work_slug(work.title)
        return self.path("work", work=f"{work.public_id}-{words}" if words else work.public_id)

    def topic_path(self, topic: Topic) -> str:
        return self.path("topic", slug=topic.slug)

    def file_path(self, file) -> str:
        """The address of an upload, wherever its storage keeps it."""
        return self.address_of(file.url)

    def address_of(self, url: str) -> str:
        """The address of what a storage keeps, from the address that it gives."""
        return self.base + url if url.startswith("/") else url
