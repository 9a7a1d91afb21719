"""What other packages register at the desk and editors have no use for."""

from django.contrib import admin
from django_tasks_db import admin as tasks_admin
from django_tasks_db.models import DBTaskResult

# The page about background work tells what became of each row. Its admin had to be read before it can be taken back.
assert tasks_admin
admin.site.unregister(DBTaskResult)
