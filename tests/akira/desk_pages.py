"""The table of the desk: each address and verb, and who may come there in which states of an issue.

A page that is not here fails `test_rights.py`: add a line when you add a page.
"""

from dataclasses import dataclass, field

from tests.people import ROLES

from .desk_world import STATES, UNPUBLISHED

# --- Who: by role, the states in which it is allowed ------------------------------------------------------------------


def _who(stranger=(), contributor=(), editor=STATES, publisher=STATES, superuser=STATES):
    return {
        "anonymous": (),
        "stranger": stranger,
        "contributor": contributor,
        "editor": editor,
        "publisher": publisher,
        "superuser": superuser,
    }


EVERYBODY = _who(stranger=STATES, contributor=STATES)
READERS = _who(contributor=STATES)
WRITERS = _who(contributor=UNPUBLISHED)
EDITORS = _who()
PUBLISHERS = _who(editor=())
SUPERUSERS = _who(editor=(), publisher=())
NOBODY = _who(editor=(), publisher=(), superuser=())


@dataclass(frozen=True)
class Line:
    """One way of asking: the row that fills the address, what is sent, and who may.

    `{name}` in a value stands for the key of a row. `missing` names the roles for whom there is no such page, though
    they may ask.
    """

    route: str
    who: dict
    method: str = "get"
    row: str = "issue"
    values: dict = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()

    def __str__(self):
        told = " ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.method} {self.route} {self.row} {told}".strip()


def get(route, who, of="issue", *rest, missing=(), **values):
    return Line(route, who, "get", of, values, missing, rest)


def post(route, who, of="issue", *rest, missing=(), **values):
    return Line(route, who, "post", of, values, missing, rest)


# --- Pages of Django's admin ------------------------------------------------------------------------------------------


def _rows(base, row, *, see, change, remove, history):
    one = f"{base}/<path:object_id>"
    return [
        get(f"{one}/change/", see, row),
        post(f"{one}/change/", change, row),
        get(f"{one}/delete/", remove, row),
        post(f"{one}/delete/", remove, row, post="yes"),
        get(f"{one}/history/", history, row),
    ]


def _model(base, row, *, see, add, change, remove, history=EDITORS):
    return [
        get(f"{base}/", see, row),
        get(f"{base}/add/", add, row),
        post(f"{base}/add/", add, row),
        # It leads to the page that asks.
        get(f"{base}/<path:object_id>/", EVERYBODY, row),
        *_rows(base, row, see=see, change=change, remove=remove, history=history),
    ]


OWN_ENTRY = {"see": READERS, "change": WRITERS, "remove": WRITERS, "history": EDITORS}
# Where nobody may do it with a row, a page for one that is not there does not matter either.
ADMIN = [
    *_model("admin/issues/issue", "issue", see=READERS, add=EDITORS, change=EDITORS, remove=EDITORS),
    *_model("admin/issues/section", "section", see=READERS, add=EDITORS, change=EDITORS, remove=EDITORS),
    *_model("admin/issues/highlight", "highlight", see=READERS, add=EDITORS, change=EDITORS, remove=EDITORS),
    *_model("admin/issues/entry", "theirs", see=READERS, add=READERS, change=EDITORS, remove=EDITORS),
    *_rows("admin/issues/entry", "own", **OWN_ENTRY),
    *_model("admin/issues/erratum", "erratum", see=READERS, add=EDITORS, change=EDITORS, remove=EDITORS),
    *_model("admin/issues/topic", "topic", see=READERS, add=EDITORS, change=EDITORS, remove=EDITORS),
    *_model("admin/issues/publication", "publication", see=READERS, add=NOBODY, change=PUBLISHERS, remove=NOBODY),
    *_model("admin/papers/work", "work", see=READERS, add=EDITORS, change=EDITORS, remove=EDITORS, history=READERS),
    *_model("admin/papers/alias", "alias", see=READERS, add=EDITORS, change=EDITORS, remove=EDITORS, history=READERS),
    post("admin/papers/work/<int:pk>/fetch/", EDITORS, "work"),
    *_model("admin/inbox/source", "source", see=EDITORS, add=EDITORS, change=EDITORS, remove=EDITORS),
    post("admin/inbox/source/<int:pk>/poll/", EDITORS, "source"),
    post("admin/inbox/source/<int:pk>/pause/", EDITORS, "source"),
    *_model(
        "admin/inbox/candidate",
        *("candidate",),
        **{"see": READERS, "add": NOBODY, "change": NOBODY, "remove": EDITORS, "history": READERS},
    ),
    *_rows("admin/inbox/candidate", "own_candidate", see=READERS, change=NOBODY, remove=EDITORS, history=READERS),
    *_model(
        "admin/auth/user",
        *("user",),
        **{"see": SUPERUSERS, "add": SUPERUSERS, "change": SUPERUSERS, "remove": SUPERUSERS, "history": SUPERUSERS},
    ),
    *_model(
        "admin/auth/group",
        *("group",),
        **{"see": SUPERUSERS, "add": SUPERUSERS, "change": SUPERUSERS, "remove": SUPERUSERS, "history": SUPERUSERS},
    ),
    get("admin/auth/user/<id>/password/", SUPERUSERS, "user"),
    post("admin/auth/user/<id>/password/", SUPERUSERS, "user"),
    get("admin/", EVERYBODY, "topic"),
    get("admin/jsi18n/", EVERYBODY, "topic"),
    get("admin/r/<path:content_type_id>/<path:object_id>/", EVERYBODY, "topic", "987654", missing=ROLES),
    get("admin/(?P<url>.*)$", EVERYBODY, "topic", "nothing/", missing=ROLES),
    *(
        get("admin/autocomplete/", READERS, "topic", app_label="issues", model_name=model, field_name=name)
        for model, name in [("taggedentry", "tag"), ("erratum", "issue"), ("section", "issue"), ("highlight", "issue")]
    ),
    *(
        get("admin/issues/issue/choices/", READERS, "topic", app_label="issues", model_name=model, field_name=name)
        for model, name in [("entry", "section"), ("entry", "repeats"), ("erratum", "entry"), ("section", "issue")]
    ),
    # What a list does to the rows that were selected.
    *(
        post("admin/issues/issue/", who, action=action, _selected_action="{issue}")
        for action, who in [
            ("publish_issues", PUBLISHERS),
            ("withdraw_issues", PUBLISHERS),
            ("delete_selected", EDITORS),
        ]
    ),
    post("admin/issues/entry/", EDITORS, "theirs", action="fetch_works", _selected_action="{theirs}"),
    post("admin/issues/entry/", READERS, "theirs", action="delete_selected", _selected_action="{theirs}"),
    post("admin/issues/entry/", EDITORS, "theirs", action="delete_selected", _selected_action="{theirs}", post="yes"),
    post("admin/issues/entry/", WRITERS, "own", action="delete_selected", _selected_action="{own}", post="yes"),
    post("admin/papers/work/", EDITORS, "work", action="fetch_works", _selected_action="{work}"),
    post("admin/inbox/source/", EDITORS, "source", action="pause", _selected_action="{source}"),
    post("admin/issues/topic/", EDITORS, "topic", action="delete_selected", _selected_action="{topic}"),
]

# --- An issue ---------------------------------------------------------------------------------------------------------

_ISSUE = "admin/issues/issue/<int:pk>/"
_COMPOSE = _ISSUE + "compose/"
PREVIEWS = ("phone", "page", "feed", "mail", "text")
ISSUE = [
    get("admin/issues/issue/begin/", EDITORS, "topic"),
    post("admin/issues/issue/begin/", EDITORS, "topic", number="4000"),
    get(_ISSUE + "preview/", READERS),
    *(get(_ISSUE + "preview/<slug:name>/", READERS, "issue", name) for name in PREVIEWS),
    get(_ISSUE + "publish/", PUBLISHERS),
    post(_ISSUE + "publish/", PUBLISHERS, when="now"),
    post(_ISSUE + "take-back/", PUBLISHERS),
    get(_ISSUE + "withdraw/", PUBLISHERS),
    post(_ISSUE + "withdraw/", PUBLISHERS),
    get(_ISSUE + "findings/", READERS),
    post(_ISSUE + "findings/fix/", READERS, finding="nothing-that-is-there"),
    post(_ISSUE + "findings/fix/", WRITERS, undo="nothing"),
    post(_ISSUE + "findings/waive/", EDITORS, finding="nothing-that-is-there", reason="It is so."),
    get(_ISSUE + "review/", READERS),
    post(_ISSUE + "review/", EDITORS, name="Aki", days="3"),
    *(post(f"{_ISSUE}review/{verb}/", EDITORS) for verb in ("submit", "approve", "reopen")),
    post(_ISSUE + "review/comment/", EDITORS, text="Is this so?"),
    post(_ISSUE + "review/revoke/", EDITORS, link="{link}"),
    post(_ISSUE + "review/answer/", EDITORS, comment="{comment}", text="It is."),
    post(_ISSUE + "review/unresolve/", EDITORS, comment="{comment}"),
]
COMPOSER = [
    get(_COMPOSE, WRITERS),
    get(_COMPOSE, WRITERS, open="entry:{theirs}", move="entry:{theirs}"),
    get(_COMPOSE + "state/", WRITERS, known="e1_s1", open="e{theirs}.{own}"),
    post(_COMPOSE + "preview/", WRITERS, summary="*Words*"),
    get(_COMPOSE + "topics/", WRITERS, q="com"),
    *(
        get(_COMPOSE + name, who, row=row)
        for name in ("edit/", "place/")
        for row, who in [("entry:{theirs}", EDITORS), ("entry:{own}", WRITERS), ("highlight:{highlight}", EDITORS)]
    ),
    *(
        post(_COMPOSE + "save/", who, row=row, **{name: "Another", f"initial-{name}": ""})
        for row, name, who in [
            ("entry:{theirs}", "summary", EDITORS),
            ("entry:{own}", "summary", WRITERS),
            ("issue:{issue}", "title", EDITORS),
            ("section:{section}", "title", EDITORS),
            ("highlight:{highlight}", "text", EDITORS),
        ]
    ),
    *(
        post(_COMPOSE + name, who, row=row, **values)
        for name, values in [("figure/", {"remove-figure": "1"}), ("fetch/", {}), ("fetch/", {"without": "1"})]
        for row, who in [("entry:{theirs}", EDITORS), ("entry:{own}", WRITERS)]
    ),
    *(
        post(_COMPOSE + "move/", who, move=move)
        for move, who in [
            ("entry:{theirs}:{section}:2", EDITORS),
            ("entry:{own}:{section}:1", WRITERS),
            ("section:{section}::1", EDITORS),
            ("highlight:{highlight}::1", EDITORS),
        ]
    ),
    *(
        post(_COMPOSE + "remove/", who, row=row)
        for row, who in [
            ("entry:{theirs}", EDITORS),
            ("entry:{own}", WRITERS),
            ("section:{section}", EDITORS),
            ("highlight:{highlight}", EDITORS),
            ("issue:{issue}", EDITORS),
        ]
    ),
    post(_COMPOSE + "restore/", EDITORS, removal="{removed}"),
    post(_COMPOSE + "restore/", WRITERS, removal="{own_removed}"),
    post(_COMPOSE + "add/", WRITERS, text="https://example.org/a-new-one"),
    post(_COMPOSE + "add/", WRITERS, blank="1", section="{section}"),
    post(_COMPOSE + "add-section/", EDITORS, kind="paper"),
    post(_COMPOSE + "add-highlight/", EDITORS, about="entry:{own}"),
    *(
        post(_COMPOSE + "link/", who, row=row, target="entry:{theirs}", words="it")
        for row, who in [("entry:{theirs}", EDITORS), ("entry:{own}", WRITERS), ("highlight:{highlight}", EDITORS)]
    ),
]

# --- The inbox, background work ---------------------------------------------------------------------------------------

_ONE = "admin/inbox/<int:pk>/"
_DECIDE = _ONE + "<decision:decision>/"
INBOX = [
    get("admin/inbox/", READERS, "topic"),
    get("admin/inbox/add/", READERS, "topic"),
    post("admin/inbox/add/", READERS, "topic", text="https://example.org/a-new-one"),
    get("admin/inbox/pane/", READERS, "topic", issue="{issue}"),
    get("admin/inbox/rows/", READERS, "topic", pk="{candidate}"),
    get("admin/inbox/ways/", READERS, "topic"),
    post("admin/inbox/ways/", READERS, "topic", name="another phone"),
    # It is the contributor's. Superusers see those of all.
    post("admin/inbox/ways/tokens/<int:pk>/revoke/", READERS, "token", missing=("editor", "publisher")),
    *(
        line
        for row, who in [("candidate", EDITORS), ("own_candidate", READERS)]
        for line in [
            *(post(_DECIDE, who, row, decision) for decision in ("keep", "drop", "take-back")),
            post(_DECIDE, who, row, "place", section="{section}"),
            *(
                post(
                    "admin/inbox/selected/<decision:decision>/",
                    who,
                    "topic",
                    decision,
                    pk=f"{{{row}}}",
                    section="{section}",
                )
                for decision in ("keep", "drop", "take-back", "place")
            ),
            post(_ONE + "star/", who, row, starred="1"),
            post(_ONE + "read-again/", who, row),
            get(_ONE + "note/", who, row),
            post(_ONE + "note/", who, row, note="Words"),
        ]
    ),
]
WORK = [
    get("admin/background/", EDITORS, "topic"),
    post("admin/background/", EDITORS, "topic", all="1"),
    get("admin/locks/", SUPERUSERS, "topic"),
    post("admin/locks/", SUPERUSERS, "topic"),
]

HISTORY = [
    get("admin/issues/auditrecord/", PUBLISHERS, "topic"),
    get("admin/issues/change/", EDITORS, "topic"),
    *(get("admin/issues/change/of/<str:model>/<int:pk>/", EDITORS, row, row) for row in ("issue", "section", "topic")),
    post("admin/issues/change/<int:pk>/bring-back/", EDITORS, "change"),
]

LINES = [*ADMIN, *ISSUE, *COMPOSER, *INBOX, *WORK, *HISTORY]

# Addresses that know nobody's role: each says in its own tests to whom it answers.
ELSEWHERE = {
    "api/candidates": "test_the_interface_for_programs_asks_for_the_role_of_the_owner",
    "preview/<str:secret>/": "tests/issues/test_reviewers.py",
    "preview/<str:secret>/<slug:name>/": "tests/issues/test_reviewers.py",
}
# Of logging in and of one's own account, which are the same for all: tests/akira/accounts.
ACCOUNTS = (
    *("admin/login/", "admin/logout/", "admin/account/", "admin/password/", "admin/password_change/"),
    "admin/^password/",
)
