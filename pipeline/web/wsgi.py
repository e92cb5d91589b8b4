"""The WSGI application that ``guongsang web`` and ``guongsang run`` serve."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")
application = get_wsgi_application()
