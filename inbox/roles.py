"""What the three roles hold of the inbox. A change here needs a migration that makes it so everywhere."""

from issues.roles import CONTRIBUTOR, EDITOR, PUBLISHER

# Whoever may add candidates may decide about those, too.
_OF_CONTRIBUTORS = ["inbox.view_candidate", "inbox.add_candidate"]
_OF_EDITORS = [
    *_OF_CONTRIBUTORS,
    *("inbox.change_candidate", "inbox.delete_candidate"),
    *(f"inbox.{action}_source" for action in ("view", "add", "change", "delete")),
]

GRANTED = {CONTRIBUTOR: _OF_CONTRIBUTORS, EDITOR: _OF_EDITORS, PUBLISHER: _OF_EDITORS}
