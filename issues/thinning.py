"""What is kept of history and audit trail for a while only."""

import datetime

from django.db.models import Q
from django.db.models.functions import Now

from .models import AuditRecord, Step

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
