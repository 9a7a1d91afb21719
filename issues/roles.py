"""What the three roles hold of the newsletter. A change here needs a migration that makes it so everywhere."""

CONTRIBUTOR, EDITOR, PUBLISHER = "contributor", "editor", "publisher"


def _each(label: str, models: str, actions: str) -> list[str]:
    return [f"{label}.{action}_{model}" for model in models.split() for action in actions.split()]


_OF_CONTRIBUTORS = [
    *_each("issues", "publication issue highlight section entry erratum topic", "view"),
    # Whoever may add entries may change and remove those, too.
    "issues.add_entry",
    *_each("papers", "work alias", "view"),
]
_OF_EDITORS = [
    *_OF_CONTRIBUTORS,
    *_each("issues", "issue highlight section erratum topic", "add change delete"),
    *_each("issues", "entry", "change delete"),
    *("issues.review_issue", "issues.waive_finding", "issues.correct_issue", "issues.see_history"),
    *_each("papers", "work alias", "add change delete"),
    *_each("papers", "fetch", "view change"),
]
_OF_PUBLISHERS = [
    *_OF_EDITORS,
    *("issues.publish_issue", "issues.export_archive", "issues.view_auditrecord"),
    *_each("issues", "publication", "add change"),
]

GRANTED = {CONTRIBUTOR: _OF_CONTRIBUTORS, EDITOR: _OF_EDITORS, PUBLISHER: _OF_PUBLISHERS}
