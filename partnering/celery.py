"""The Celery application: `celery -A partnering worker -B`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnering.settings")

app = Celery("partnering")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
