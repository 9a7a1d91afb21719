"""The door for web servers that speak WSGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akira.settings")

django_application = get_wsgi_application()

# It knows models, and so needs Django to be set up.
from akira.page_store.door import in_front_of  # noqa: E402

application = in_front_of(django_application)
