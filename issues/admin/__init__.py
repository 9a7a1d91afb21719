"""The desk: the pages under /admin/ on which editors make the newsletter."""

from django.contrib import admin
from taggit import admin as taggit_admin
from taggit.models import Tag

from .entries import EntryAdmin, TopicAdmin
from .history import AuditRecordAdmin, ChangeAdmin
from .issues import ErratumAdmin, IssueAdmin
from .publications import PublicationAdmin
from .sections import HighlightAdmin, SectionAdmin
from .works import WorkAdmin

# Topics are our tags; those of taggit itself hold nothing. Its admin had to be read before it can be taken back.
assert taggit_admin
admin.site.unregister(Tag)

admin.site.site_header = admin.site.site_title = "Akira desk"
admin.site.index_title = "The desk"

__all__ = [
    "AuditRecordAdmin",
    "ChangeAdmin",
    "EntryAdmin",
    "ErratumAdmin",
    "HighlightAdmin",
    "IssueAdmin",
    "PublicationAdmin",
    "SectionAdmin",
    "TopicAdmin",
    "WorkAdmin",
]
