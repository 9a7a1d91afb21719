"""The verb that writes down a deed for the audit trail."""

from .models import AuditRecord

# Words that no key of a detail may hold: what stands here is read by others, and kept.
_NEVER_KEPT = ("password", "secret", "token", "email", "address", "session", "cookie")


def note(deed: str, row=None, *, by=None, **detail) -> AuditRecord:
    """Write down that `by` (a user, or None where nobody is known) did this, to `row` if it is about one.

    To be called inside the transaction of the deed, so that both are kept or neither. `detail` is what JSON can
    hold, without secrets and without readers' addresses: a key that sounds like one raises ValueError.
    """
    _refuse_secrets(detail)
    person = by if getattr(by, "pk", None) else None
    record = AuditRecord.objects.create(
        deed=deed, person=person, person_name=person.get_username() if person else "", detail=detail, **_about(row)
    )
    return record


def _refuse_secrets(detail: dict) -> None:
    for key in detail:
        if any(word in key.lower() for word in _NEVER_KEPT):
            raise ValueError(f"{key!r} sounds like what an audit trail must not keep; name what happened instead.")


def _about(row) -> dict:
    if row is None:
        return {}
    pk = "" if row.pk is None else str(row.pk)
    return {"row_model": row._meta.label_lower, "row_pk": pk, "row_name": str(row)[:500]}
