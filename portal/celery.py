"""Celery only wakes work up. What is due, and what is done, are rows in PostgreSQL (docs/adr/0003)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("jiamenkou")
app.config_from_object("django.conf:settings", namespace="CELERY")
