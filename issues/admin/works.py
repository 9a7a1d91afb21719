"""Works at the desk, found as readers find them: the floor on which works stand knows no search."""

from django.contrib import admin

from papers.admin import WorkAdmin as PlainWorkAdmin
from papers.models import Work

from .searching import SearchedAdmin

admin.site.unregister(Work)


@admin.register(Work)
class WorkAdmin(SearchedAdmin, PlainWorkAdmin):
    search_help_text = "Words of title, authors and abstract; an arXiv id, a DOI, an address."
