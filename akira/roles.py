"""The roles of all apps together: what the groups contributor, editor and publisher hold when they are as shipped."""

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, transaction

from common.roles import grant
from inbox import roles as of_inbox
from issues import roles as of_issues

# Each app says in its `roles.py` what is held of it, and has migrations that make it so.
GRANTED = (of_issues.GRANTED, of_inbox.GRANTED)


@transaction.atomic
def ensure_roles(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Make the groups that are missing, and give all of them what they lack; how many permissions that were.

    What somebody gave a group beyond that stays, and so do its members. Safe to run again.
    """
    return sum(grant(apps, granted, using=using) for granted in GRANTED)
