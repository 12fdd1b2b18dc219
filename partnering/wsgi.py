"""Django's WSGI application: what granian serves in production."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnering.settings")

application = get_wsgi_application()
