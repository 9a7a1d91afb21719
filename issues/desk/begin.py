"""The page of the desk on which an issue begins: what the last one suggests, to be changed before anything is made."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from issues.beginning import AlreadyBegun, Proposal, begin_issue, propose
from issues.languages import language_name
from issues.models import IssueKind, Publication
from issues.rights import require

from .places import workplace

PROPOSED = ("number", "year", "week", "month", "title", "intro")


class BeginForm(forms.Form):
    """A new issue as proposed; the sections are chosen among the proposed ones, by their place."""

    number = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000)
    year = forms.IntegerField(required=False, min_value=1, max_value=9999)
    week = forms.IntegerField(required=False, min_value=0, max_value=53)
    month = forms.IntegerField(required=False, min_value=1, max_value=12)
    title = forms.CharField(required=False, max_length=10_000)
    intro = forms.CharField(
        required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 3}), label="Introduction"
    )
    sections = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, proposal: Proposal, **kwargs):
        initial = {name: getattr(proposal, name) for name in PROPOSED}
        places = [str(place) for place in range(len(proposal.sections))]
        super().__init__(*args, initial=initial | {"sections": places}, **kwargs)
        self.proposal = proposal
        names = [planned.title or planned.kind for planned in proposal.sections]
        self.fields["sections"].choices = list(zip(places, names, strict=True))

    def clean(self):
        cleaned = super().clean()
        needs_year = cleaned.get("week") is not None or cleaned.get("month") is not None
        if needs_year and not cleaned.get("year") and "year" not in self.errors:
            self.add_error("year", "A week or a month needs its year.")
        return cleaned

    def begin(self, publication: Publication):
        chosen = [self.proposal.sections[int(place)] for place in self.cleaned_data["sections"]]
        values = {name: self.cleaned_data[name] for name in PROPOSED}
        return begin_issue(
            publication, kind=self.proposal.kind, language=self.proposal.language, sections=chosen, **values
        )


def _asked(request, name, known, otherwise):
    asked = request.GET.get(name)
    return asked if asked in known else otherwise


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, *, model_admin):
    """Propose the next issue of the kind and the language asked for, and make it."""
    require(request.user, "begin")
    publication = Publication.objects.first()
    if publication is None:
        messages.warning(request, "Name the newsletter first; then it can have issues.")
        return HttpResponseRedirect(reverse("admin:issues_publication_add"))
    language = _asked(request, "language", publication.languages, publication.default_language)
    kind = _asked(request, "kind", IssueKind.values, IssueKind.WEEKLY)
    form = BeginForm(request.POST or None, proposal=propose(publication, kind=kind, language=language))
    if request.method == "POST" and form.is_valid():
        try:
            issue = form.begin(publication)
        except AlreadyBegun as refusal:
            form.add_error(None, format_html('{} <a href="{}">Open it</a>', str(refusal), workplace(refusal.issue)))
        else:
            model_admin.log_addition(request, issue, "Begun.")
            return HttpResponseRedirect(workplace(issue))
    context = {
        "title": "New issue",
        "opts": model_admin.opts,
        "form": form,
        "follows": form.proposal.follows,
        "kinds": [(*choice, choice[0] == kind) for choice in IssueKind.choices],
        "languages": [(code, language_name(code), code == language) for code in publication.languages],
        "kind": kind,
        "language": language,
    }
    return TemplateResponse(
        request, "issues/desk/begin.html", {**model_admin.admin_site.each_context(request), **context}
    )
