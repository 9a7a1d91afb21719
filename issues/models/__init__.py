"""The newsletter: publication, issues and what stands in them."""

from .audit import AuditRecord
from .entry import Entry, EntryQuerySet
from .history import Change, Deed, Step
from .issue import Erratum, Highlight, Issue, IssueKind, IssueQuerySet, IssueStatus, Section, SectionKind, published
from .kept import KeptText
from .moments import EntryCount, EntryMoment
from .preflight import Preflight, Waiver
from .presence import Presence, issue_of, note_presence
from .publication import Publication, ReviewRequired
from .removal import Removal
from .review import Approval, Comment, CommentPlace, ReviewLink
from .search import SearchKind, SearchRules, SearchText, SearchWord
from .stamp import Stamp
from .topic import TaggedEntry, Topic

__all__ = [
    "Approval",
    "AuditRecord",
    "Change",
    "Comment",
    "CommentPlace",
    "Deed",
    "Entry",
    "EntryCount",
    "EntryMoment",
    "EntryQuerySet",
    "Erratum",
    "Highlight",
    "Issue",
    "IssueKind",
    "IssueQuerySet",
    "IssueStatus",
    "KeptText",
    "Preflight",
    "Presence",
    "Publication",
    "Removal",
    "ReviewLink",
    "ReviewRequired",
    "SearchKind",
    "SearchRules",
    "SearchText",
    "SearchWord",
    "Section",
    "SectionKind",
    "Stamp",
    "Step",
    "TaggedEntry",
    "Topic",
    "Waiver",
    "issue_of",
    "note_presence",
    "published",
]
