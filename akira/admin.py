"""What other packages register at the desk and editors have no use for, and the accounts of editors."""

from allauth.account import admin as account_admin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin
from allauth.mfa.models import Authenticator
from allauth.usersessions import admin as usersessions_admin
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django_tasks_db import admin as tasks_admin
from django_tasks_db.models import DBTaskResult

from akira.accounts import admin as our_accounts

# The page about background work tells what became of each row; accounts are looked after on pages of our own, which
# show no secret. Their admins had to be read before they can be taken back.
assert all((tasks_admin, account_admin, mfa_admin, usersessions_admin, our_accounts))
for model in (DBTaskResult, EmailAddress, Authenticator, UserSession):
    admin.site.unregister(model)
