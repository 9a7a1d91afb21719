"""Entries and topics at the desk."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.db.models import Count, TextField
from django.db.models.functions import Cast
from django.utils.html import format_html

from common.desk import WatchedAdmin
from issues.forms import EntryForm, TopicForm, text_area, text_field
from issues.models import Entry, TaggedEntry, Topic
from issues.removing import remove_entry
from issues.rights import may, where
from papers import recording
from papers.fetch_words import fetch_of, requested_in_words, state_in_words
from papers.models import Work

from .history import ToldAdmin
from .parts import KeptAdmin, language_filter, link_to
from .permitted import PermittedAdmin
from .searching import SearchedAdmin


def topics_field(*, may_add=True):
    """Topics by autocompletion in any language, with a “+” for a new one; taggit's own comma list can't search."""
    widget = AutocompleteSelectMultiple(Entry._meta.get_field("topics"), admin.site)
    widget = RelatedFieldWidgetWrapper(widget, TaggedEntry._meta.get_field("tag").remote_field, admin.site, may_add)
    return forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        required=False,
        widget=widget,
        help_text="Type a part of a topic's name in any language, or its slug. Make a new one with +.",
    )


class EntryPageForm(EntryForm):
    topics = topics_field()
    one_liner = text_field(Entry, "one_liner", label="In one line")
    source_title = text_field(Entry, "source_title")
    figure_alt = text_field(Entry, "figure_alt", text_area(2), label="What it shows")
    figure_credit = text_field(Entry, "figure_credit", label="Whose it is")
    figure_source_url = text_field(Entry, "figure_source_url", label="Where it comes from")
    card_url = text_field(Entry, "card_url", label="Address")
    card_title = text_field(Entry, "card_title", label="Title")
    card_description = text_field(Entry, "card_description", text_area(2), label="Description")

    class Meta(EntryForm.Meta):
        labels = {"figure_license": "Licence", "card_domain": "Site", "domain_shown": "Site as shown"}


@admin.register(Entry)
class EntryAdmin(SearchedAdmin, KeptAdmin):
    adding, changing, removing = "add_entry", "change_entry", "remove_entry"
    form = EntryPageForm
    remove = remove_entry
    change_form_template = "admin/issues/entry/change_form.html"
    list_display = ["__str__", "label", "issue_link", "section_name", "domain", "star"]
    list_filter = [language_filter("section__issue__language"), "section__kind", "starred"]
    list_select_related = ["section__issue"]
    search_fields = ["title", "source_title", "summary", "url", "=label", "=public_id"]
    search_help_text = "Words, “words side by side”, -not; an address, a label such as 26.9."
    autocomplete_fields = ["section", "repeats"]
    ordering = ["-pk"]
    actions = ["fetch_works"]
    readonly_fields = ["label", "public_id", "work_link", "url_given", "figure_name", "thumbnail"]
    fieldsets = [
        (None, {"fields": ["section", "position", "title", "url", "summary", "topics", "starred", "one_liner"]}),
        (
            "Figure",
            {
                "fields": [
                    *("thumbnail", "figure", "figure_alt", "figure_credit"),
                    *("figure_source_url", "figure_license", "figure_name"),
                ]
            },
        ),
        ("The work it is about", {"fields": ["work_link", "source_title", "source_arxiv_id", "repeats"]}),
        (
            "What the linked page says of itself",
            {"classes": ["collapse"], "fields": ["card_url", "card_title", "card_description", "card_domain"]},
        ),
        (
            "Fixed",
            {"classes": ["collapse"], "fields": ["label", "public_id", "url_given", "domain_shown"]},
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("work", "section__issue")

    def get_form(self, request, obj=None, change=False, **options):
        form = super().get_form(request, obj, change=change, **options)
        if "topics" in form.base_fields and not may(request.user, "add_topic"):
            form.base_fields["topics"] = topics_field(may_add=False)
        return form

    def formfield_for_foreignkey(self, db_field, request, **options):
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "section":
            field.queryset = field.queryset.filter(where(request.user, "add_entry", prefix="issue__"))
        return field

    def save_model(self, request, obj, form, change):
        if not change:
            obj.added_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description="issue", ordering="section__issue__slug")
    def issue_link(self, entry):
        return link_to(entry.section.issue, f"{entry.section.issue.name} ({entry.section.issue.language})")

    @admin.display(description="section")
    def section_name(self, entry):
        return str(entry.section)

    @admin.display(description="starred", ordering="starred")
    def star(self, entry):
        return "★" if entry.starred else ""

    @admin.display(description="work")
    def work_link(self, entry):
        if entry.work is None:
            return "None yet. It follows from the link."
        name = f"{entry.work} ({entry.work.identity})" if entry.work.title else None
        state = state_in_words(fetch_of(entry.work))
        return format_html('{} <span class="soft">{}</span>', link_to(entry.work, name), state)

    def has_fetch_permission(self, request):
        return may(request.user, "change_work")

    @admin.action(description="Fetch what the page says", permissions=["fetch"])
    def fetch_works(self, request, queryset):
        count = recording.request(Work.objects.filter(pk__in=queryset.order_by().values("work")).only("pk"))
        self.message_user(request, requested_in_words(count), messages.SUCCESS if count else messages.WARNING)

    @admin.display(description="as it is now")
    def thumbnail(self, entry):
        if not entry.figure:
            return "No figure."
        width, height = entry.figure_width or 0, entry.figure_height or 0
        return format_html(
            '<img class="thumbnail" src="{}" alt="{}"{}>',
            entry.figure.url,
            entry.figure_alt,
            format_html(' width="{}" height="{}"', width, height) if width and height else "",
        )


@admin.register(Topic)
class TopicAdmin(ToldAdmin, PermittedAdmin, WatchedAdmin):
    adding, changing, removing = "add_topic", "change_topic", "remove_topic"
    form = TopicForm
    list_display = ["slug", "name", "names_in_words", "entry_count"]
    list_select_related = False
    list_filter = ["origin"]
    search_fields = ["name", "slug"]
    search_help_text = "A name in any language, or the slug."
    ordering = ["slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "names", "description"]

    def get_queryset(self, request):
        names = Cast("names", TextField())
        return super().get_queryset(request).annotate(entry_count=Count("tagged"), names_as_text=names)

    def get_search_results(self, request, queryset, search_term):
        """By name and slug as usual, and by the names that readers of each language see."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term:
            found = found | queryset.filter(names_as_text__icontains=search_term)
        return found, may_repeat

    @admin.display(description="names")
    def names_in_words(self, topic):
        return " · ".join(topic.names.values())

    @admin.display(description="entries", ordering="entry_count")
    def entry_count(self, topic):
        return topic.entry_count
