"""Everything that pages of the desk are about, once for each state of an issue, and a client for each role."""

import datetime

from django.test import Client
from django.utils import timezone

from inbox.tokens import digest_of
from issues import removing, reviewing
from issues.models import Change, Entry, Erratum, Issue, IssueStatus
from papers.models import Alias
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic
from tests.inbox.factories import make_candidate, make_source, make_token
from tests.people import ROLES, make_person

DAY = datetime.timedelta(days=1)


def _since(moment, status=IssueStatus.PUBLISHED):
    return {"status": status, "published_at": moment, "appeared_at": moment}


def states():
    """What makes an issue stand so, by the name of the state."""
    now = timezone.now()
    return {
        "draft": {"status": IssueStatus.DRAFT},
        "in_review": {"status": IssueStatus.IN_REVIEW},
        "approved": {"status": IssueStatus.APPROVED},
        "scheduled": _since(now + DAY) | {"appeared_at": None},
        "published": _since(now - DAY),
        "withdrawn": _since(now - DAY, IssueStatus.WITHDRAWN),
    }


STATES = tuple(states())
# Those in which contributors may write.
UNPUBLISHED = ("draft", "in_review", "approved")


class World:
    """Rows by name, those of each state by `of(state)`; `clients` by role."""

    def __init__(self):
        self.people = {role: make_person(role) for role in ROLES}
        self.clients = {role: self._client(person) for role, person in self.people.items()}
        self.shared = self._shared()
        self.by_state = {state: self._issue(values) for state, values in states().items()}

    def _client(self, person):
        client = Client()
        if person:
            client.force_login(person)
        return client

    def _shared(self):
        contributor, editor = self.people["contributor"], self.people["editor"]
        make_publication(languages=["en", "ja"])
        candidate = make_candidate(added_by=editor)
        return {
            "topic": make_topic("common"),
            "work": candidate.work,
            "alias": Alias.objects.create(work=candidate.work, identity="url:example.org/also"),
            "source": make_source(),
            "candidate": candidate,
            "own_candidate": make_candidate(added_by=contributor),
            "publication": candidate.publication,
            "user": self.people["stranger"],
            "group": editor.groups.get(),
            "token": make_token(contributor),
        }

    def _issue(self, state):
        contributor, editor = self.people["contributor"], self.people["editor"]
        issue = make_issue(published=False)
        section = make_section(issue)
        rows = {
            "issue": issue,
            "section": section,
            "highlight": make_highlight(issue),
            "theirs": make_entry(section, added_by=editor),
            "own": make_entry(section, added_by=contributor),
            "removed": removing.remove_entry(make_entry(section, added_by=editor), by=editor),
            "own_removed": removing.remove_entry(make_entry(section, added_by=contributor), by=contributor),
            "link": reviewing.invite(issue, name="Ken", days=3, by=editor)[0],
            "comment": reviewing.comment(issue, "Really?", by=editor),
        }
        Entry.objects.filter(pk=rows["theirs"].pk).update(summary="Written anew.")
        Issue.objects.filter(pk=issue.pk).update(**state)
        issue.refresh_from_db()
        rows["erratum"] = Erratum.objects.create(issue=issue, noted_on=timezone.localdate(), text="Wrong.")
        return rows

    def of(self, state):
        rows = self.shared | self.by_state[state]
        return rows | {"change": Change.objects.filter(model="entry", row=rows["theirs"].pk).first()}

    def make_tokens(self):
        """The text of a token of each person, by role."""
        texts = {role: f"akira_{role}" for role, person in self.people.items() if person}
        for role, text in texts.items():
            make_token(self.people[role], name="table", digest=digest_of(text))
        return texts
