"""What is kept of history and audit trail for a while only, and how a name is taken out of both."""

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from .models import AuditRecord, Change, Step

# What stood in a field between two saves of one sitting; what stood there before and after is kept for ever.
STEPS_KEPT_FOR = datetime.timedelta(days=30)
LOGINS_KEPT_FOR = datetime.timedelta(days=90)
RECORDS_KEPT_FOR = datetime.timedelta(days=730)
# By what the deeds begin with. What concerns publication is kept for ever.
_LOGINS = Q(deed__startswith="login.")
_PUBLICATION = Q(deed__startswith="issue.") | Q(deed__startswith="finding.") | Q(deed__startswith="review.")


def thin() -> str:
    """Give up what has been kept for its time, by the clock of the database; what was given up, as a line for a log."""
    steps, _ = Step.objects.filter(saved_at__lt=Now() - STEPS_KEPT_FOR).delete()
    is_old = Q(happened_at__lt=Now() - RECORDS_KEPT_FOR) & ~_PUBLICATION
    is_old_login = Q(happened_at__lt=Now() - LOGINS_KEPT_FOR) & _LOGINS
    records, _ = AuditRecord.objects.filter(is_old | is_old_login).delete()
    return f"{steps} steps of the history and {records} records of the audit trail were given up"


class StillHere(Exception):
    """The name is that of an account."""


@transaction.atomic
def forget_person(name: str, *, instead: str = "a former editor") -> int:
    """Put other words in place of the name of somebody whose account is gone; how often it stood there.

    What was done stays. Raises StillHere while an account bears the name: further deeds would bring it back.
    """
    if get_user_model().objects.filter(username=name).exists():
        raise StillHere(f"“{name}” is the name of an account. Delete the account first.")
    accounts = AuditRecord.objects.filter(row_model="auth.user", row_name=name).update(row_name=instead)
    records = AuditRecord.objects.filter(person_name=name).update(person_name=instead)
    AuditRecord.objects.filter(detail__was=name).update(detail={})
    AuditRecord.objects.filter(detail__of=name).update(detail={})
    return accounts + records + Change.objects.filter(person_name=name).update(person_name=instead)
