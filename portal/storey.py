"""A storey is one Django app; its rooms are folders that Django and Celery do not look inside by themselves."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

# What a room may hang on the house when it opens. Order matters only in that admin comes first.
HANGERS = (
    "admin",
    "checks",
    # What it holds about people: what for, how long, whose (portal.privacy.declarations).
    "personal",
    "tasks",
    "duties",
    "works",
    "panels",
    "todos",
    "follow_ups",
    # Files with people in them that two persons may let out (portal.privacy.exports).
    "exports",
    "figures",
    # What a superior wants counted every month (portal.workbench.ledgers).
    "ledgers",
    "receivers",
)


class Storey(AppConfig):
    """AppConfig of a storey. Subclasses name their `rooms`, in the order of the floor plan."""

    default_auto_field = "django.db.models.BigAutoField"
    rooms: tuple[str, ...] = ()

    def ready(self) -> None:
        for room in self.rooms:
            for hanger in HANGERS:
                module = f"{self.name}.{room}.{hanger}"
                # find_spec, not try/except ImportError: a typo inside a room must not make the room vanish.
                if find_spec(module) is not None:
                    import_module(module)
