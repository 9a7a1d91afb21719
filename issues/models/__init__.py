"""The newsletter: publication, issues and what stands in them."""

from .audit import AuditRecord
from .entry import Entry, EntryQuerySet
from .issue import Erratum, Highlight, Issue, IssueKind, IssueQuerySet, IssueStatus, Section, SectionKind, published
from .preflight import Preflight, Waiver
from .presence import Presence, issue_of, note_presence
from .publication import Publication
from .removal import Removal
from .topic import TaggedEntry, Topic

__all__ = [
    "AuditRecord",
    "Entry",
    "EntryQuerySet",
    "Erratum",
    "Highlight",
    "Issue",
    "IssueKind",
    "IssueQuerySet",
    "IssueStatus",
    "Preflight",
    "Presence",
    "Publication",
    "Removal",
    "Section",
    "SectionKind",
    "TaggedEntry",
    "Topic",
    "Waiver",
    "issue_of",
    "note_presence",
    "published",
]
