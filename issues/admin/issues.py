"""Issues and their corrections at the desk."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince

from common.desk import WatchedAdmin
from common.editing import WatchedFormSet
from issues import publishing
from issues.desk import previews, views
from issues.desk.begin import begin
from issues.desk.compose.urls import PAGES as COMPOSER
from issues.desk.findings import PAGES as FINDINGS
from issues.desk.overview import overview
from issues.desk.places import workplace
from issues.desk.publish import publish
from issues.desk.review import PAGES as REVIEW
from issues.desk.words import state_in_words
from issues.forms import ErratumForm, HighlightForm, IssueForm, SectionForm, is_fixed
from issues.languages import language_name
from issues.models import Entry, Erratum, Highlight, Issue, Publication, Section
from issues.removing import remove_issue
from issues.rights import may
from issues.site import Site

from .choosing import ChoicesView, ChoosingAdmin
from .history import ToldAdmin
from .parts import KeptAdmin, RemovingFormSet, language_filter, link_to, moment, state_badge
from .permitted import PermittedAdmin, PermittedInline
from .searching import SearchedAdmin


class SectionInline(PermittedInline, admin.TabularInline):
    verbs = ("arrange",)
    model = Section
    form = SectionForm
    formset = RemovingFormSet
    fields = ["position", "kind", "title"]
    extra = 0
    show_change_link = True

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not is_fixed(obj)


class HighlightInline(PermittedInline, admin.TabularInline):
    verbs = ("arrange",)
    model = Highlight
    form = HighlightForm
    formset = RemovingFormSet
    fields = ["position", "group", "group_title", "text"]
    extra = 0


class ErratumInline(PermittedInline, admin.TabularInline):
    """Corrections; the entries to choose from are those of the issue."""

    verbs = ("correct",)
    model = Erratum
    form = ErratumForm
    formset = WatchedFormSet
    fields = ["noted_on", "entry", "text"]
    extra = 0
    verbose_name = "correction"
    verbose_name_plural = "corrections (errata)"

    def get_formset(self, request, obj=None, **options):
        entries = Entry.objects.filter(section__issue=obj) if obj else Entry.objects.none()
        return super().get_formset(request, obj, formfield_callback=partial(self._field, request, entries), **options)

    def _field(self, request, entries, column, **options):
        field = self.formfield_for_dbfield(column, request, **options)
        if column.name == "entry":
            field.queryset = entries
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = field.widget.can_delete_related = False
        return field


# What the preflight found, in the colours of states: none of them is a colour alone, each says what it counts.
_BADGES = {"error": "gone", "warning": "review", "notice": "draft"}


def _each(css_class, texts):
    return [(css_class, text) for text in texts]


class IssueList(ChangeList):
    """The issues of a page, each with what it lacks and who works on it."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        told = overview(self.result_list)
        for issue in self.result_list:
            issue.overview = told[issue.pk]
            issue.may_compose = may(request.user, "compose", issue)


@admin.register(Issue)
class IssueAdmin(SearchedAdmin, KeptAdmin):
    adding, changing, removing = "begin", "arrange", "remove_issue"
    form = IssueForm
    remove = remove_issue
    change_form_template = "admin/issues/issue/change_form.html"
    list_display = ["name", "title_shown", "about", "state", "missing"]
    list_display_links = ["name", "title_shown"]
    list_filter = ["status", language_filter("language"), "kind", "origin"]
    list_select_related = ["publication"]
    search_fields = ["title", "intro", "slug", "=number"]
    search_help_text = "Words of the title, the introduction and the highlights, or the number."
    # Drafts have no moment, so they stand on top.
    ordering = ["-published_at", "-number", "-pk"]
    actions = ["publish_issues", "withdraw_issues"]
    readonly_fields = ["state_sentence", "other_editions", "contents", "origin"]
    fieldsets = [
        (None, {"fields": ["state_sentence", "title", "intro"]}),
        (
            "What it is",
            {"fields": ["language", ("kind", "number"), ("year", "week", "month"), "slug"]},
        ),
        (
            "Editions in other languages",
            {"classes": ["collapse"], "fields": ["other_editions", "translation_key"]},
        ),
        (
            "Where it was published first",
            {"classes": ["collapse"], "fields": ["origin", "source_url", "date_text", "leftovers", "contents"]},
        ),
    ]

    def get_urls(self):
        pages = [
            ("preview/", "preview", previews.preview),
            ("preview/<slug:name>/", "preview", previews.preview),
            ("publish/", "publish", publish),
            ("take-back/", "take_back", views.take_back),
            ("withdraw/", "withdraw", views.withdraw),
            *((f"compose/{address}", name, view) for address, name, view in COMPOSER),
            *REVIEW,
            *FINDINGS,
        ]
        own = [
            path(
                f"<int:pk>/{address}",
                self.admin_site.admin_view(partial(view, model_admin=self)),
                name=f"issues_issue_{name}",
            )
            for address, name, view in pages
        ]
        begin_view = self.admin_site.admin_view(partial(begin, model_admin=self))
        own.append(path("begin/", begin_view, name="issues_issue_begin"))
        choices = self.admin_site.admin_view(ChoicesView.as_view(admin_site=self.admin_site))
        return [*own, path("choices/", choices, name="issues_issue_choices"), *super().get_urls()]

    def get_inlines(self, request, obj):
        inlines = [HighlightInline, SectionInline]
        # A page stays what it was when it was opened, though the issue be published or withdrawn before it is sent.
        has_errata = "errata-TOTAL_FORMS" in request.POST if request.method == "POST" else obj and obj.is_public
        return [*inlines, ErratumInline] if has_errata else inlines

    def get_readonly_fields(self, request, obj=None):
        fixed = ["language", "slug", "translation_key"] if is_fixed(obj) else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_changeform_initial_data(self, request):
        return {"publication": Publication.objects.first(), **super().get_changeform_initial_data(request)}

    def add_view(self, request, form_url="", extra_context=None):
        if not Publication.objects.exists():
            self.message_user(request, "Name the newsletter first; then it can have issues.", messages.WARNING)
            return HttpResponseRedirect(reverse("admin:issues_publication_add"))
        return super().add_view(request, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {
                "is_fixed": is_fixed(obj),
                "is_waiting": obj.is_waiting,
                "is_public": obj.is_public,
                "may_compose": may(request.user, "compose", obj),
                "may_publish": may(request.user, "publish", obj),
                # What was sent may have taken the address from the row, as it is shown here.
                "public_path": Site(obj.publication, obj.language).issue_path(obj) if obj.is_public else "",
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_formset(self, request, form, formset, change):
        if formset.model is Erratum:
            for each in formset.forms:
                each.by = request.user
        super().save_formset(request, form, formset, change)

    def response_change(self, request, obj):
        for button in ("publish", "preview"):
            if f"_{button}" in request.POST:
                return HttpResponseRedirect(reverse(f"admin:issues_issue_{button}", args=[obj.pk]))
        return super().response_change(request, obj)

    @admin.display(description="title", ordering="title")
    def title_shown(self, issue):
        return issue.title or "Not yet titled"

    @admin.display(description="about", ordering="kind")
    def about(self, issue):
        said = [issue.get_kind_display(), language_name(issue.language)]
        people = [f"{presence.user}, {timesince(presence.seen_at, depth=1)} ago" for presence in issue.overview.people]
        lines = format_html_join(
            "", '<span class="{}">{}</span>', [("soft", " · ".join(said)), *_each("person", people)]
        )
        if not issue.may_compose:
            return lines
        return format_html(
            '{}<a href="{}">Compose<span class="visually-hidden"> {}</span></a>', lines, workplace(issue), issue
        )

    @admin.display(description="state", ordering="published_at")
    def state(self, issue):
        return format_html('{} <span class="soft">{}</span>', state_badge(issue), moment(issue))

    @admin.display(description="what is missing")
    def missing(self, issue):
        lacks = format_html_join(
            " ", '<span class="badge review">{}</span>', ((lack,) for lack in issue.overview.missing)
        )
        found = format_html_join(
            " ",
            '<span class="badge {}">{}</span>',
            ((_BADGES[of], words) for of, words in issue.overview.findings.items()),
        )
        lacks = format_html("{} {}", lacks, found) if found else lacks
        if not (count := issue.overview.open_comments):
            return lacks
        address = reverse("admin:issues_issue_review", args=[issue.pk])
        words = f"{count} comment{'s' if count > 1 else ''} open"
        return format_html('{} <a class="badge scheduled" href="{}#comments">{}</a>', lacks, address, words)

    def get_changelist(self, request, **kwargs):
        return IssueList

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Issues"} | (extra_context or {}))

    @admin.display(description="state")
    def state_sentence(self, issue):
        return state_in_words(issue) if issue.pk else "A draft, once saved. Readers don't see it."

    @admin.display(description="editions")
    def other_editions(self, issue):
        others = Issue.objects.filter(publication=issue.publication_id, translation_key=issue.translation_key)
        others = others.exclude(pk=issue.pk).order_by("language") if issue.pk else []
        lines = [(link_to(other, f"{language_name(other.language)}: {other}"),) for other in others]
        return format_html_join(" · ", "{}", lines) or "None yet."

    @admin.display(description="its own list of contents")
    def contents(self, issue):
        return "\n".join(issue.contents_lines) or "None."

    def has_publish_permission(self, request):
        return may(request.user, "publish")

    def has_withdraw_permission(self, request):
        return may(request.user, "withdraw")

    @admin.action(description="Publish now", permissions=["publish"])
    def publish_issues(self, request, queryset):
        self._call(request, publishing.publish, queryset, "published")

    @admin.action(description="Withdraw…", permissions=["withdraw"])
    def withdraw_issues(self, request, queryset):
        if "confirmed" not in request.POST:
            context = {**self.admin_site.each_context(request), "opts": self.opts, "issues": queryset}
            return TemplateResponse(request, "issues/desk/withdraw_selected.html", context)
        return self._call(request, publishing.withdraw, queryset, "withdrawn")

    def _call(self, request, verb, queryset, done):
        changed = []
        for issue in queryset:
            try:
                changed.append(str(verb(issue, by=request.user)))
                self.log_change(request, issue, f"{done.capitalize()}. {state_in_words(issue)}")
            except publishing.PublishingError as refusal:
                # That somebody was quicker is no failure.
                is_done = isinstance(refusal, publishing.AlreadyPublished | publishing.AlreadyWithdrawn)
                self.message_user(request, str(refusal), messages.INFO if is_done else messages.ERROR)
        if changed:
            names = ", ".join(f"“{name}”" for name in changed)
            self.message_user(request, f"{names}: {done}.", messages.SUCCESS)


@admin.register(Erratum)
class ErratumAdmin(ToldAdmin, PermittedAdmin, ChoosingAdmin, WatchedAdmin):
    adding = changing = removing = "correct"
    form = ErratumForm
    refusals = (publishing.PublishingError,)
    list_display = ["noted_on", "issue", "entry", "text"]
    list_display_links = ["noted_on", "text"]
    list_filter = [language_filter("issue__language")]
    list_select_related = ["issue", "entry"]
    search_fields = ["text", "issue__title", "entry__title"]
    autocomplete_fields = ["issue", "entry"]
    ordering = ["-noted_on", "-pk"]

    def save_model(self, request, obj, form, change):
        form.by = request.user
        super().save_model(request, obj, form, change)
