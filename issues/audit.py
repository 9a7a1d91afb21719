"""The verb that writes down a deed for the audit trail."""

from django.db.models import Func, TextField

from common.acting import who_acts

from .models import AuditRecord

# Words that no key of a detail may hold: what stands here is read by others, and kept.
_NEVER_KEPT = ("password", "secret", "token", "email", "address", "session", "cookie")


def note(deed: str, row=None, *, by=None, **detail) -> AuditRecord:
    """Write down that `by` (a user; None: whoever acts, where that is known) did this, to `row` if it is about one.

    To be called inside the transaction of the deed, so that both are kept or neither. `detail` is what JSON can
    hold, without secrets and without readers' addresses: a key that sounds like one raises ValueError.
    """
    _refuse_secrets(detail)
    acting = who_acts()
    if getattr(by, "pk", None):
        acting |= {"person": by.pk, "name": by.get_username()}
    return AuditRecord.objects.create(
        deed=deed,
        person_id=acting.get("person"),
        person_name=acting.get("name", ""),
        via=acting.get("via", ProgramName()),
        detail=detail,
        **_about(row),
    )


class ProgramName(Func):
    """How the program is called that speaks to the database, which is told of a command."""

    template = "left(current_setting('application_name'), 100)"
    output_field = TextField()


def _refuse_secrets(detail: dict) -> None:
    for key in detail:
        if any(word in key.lower() for word in _NEVER_KEPT):
            raise ValueError(f"{key!r} sounds like what an audit trail must not keep; name what happened instead.")


def _about(row) -> dict:
    if row is None:
        return {}
    pk = "" if row.pk is None else str(row.pk)
    return {"row_model": row._meta.label_lower, "row_pk": pk, "row_name": str(row)[:500]}
