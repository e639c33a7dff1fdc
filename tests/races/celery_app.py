"""The portal's own Celery, its sweep woken four times a second instead of four times a minute, and nothing else."""

from portal.celery import app

app.conf.beat_schedule = {
    "sweep": app.conf.beat_schedule["sweep"] | {"schedule": 0.25},
}
