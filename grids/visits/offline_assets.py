"""The files that make the door page work without a network, and a version that changes when one of them does."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

ROOM = "grids/visits/offline"
# In the order they are needed: the page names them too, so that a slow line does not discover them one by one.
MODULES = (
    "main.js",
    "screen.js",
    "panel.js",
    "outbox.js",
    "vault.js",
    "store.js",
    "contact.js",
    "form.js",
    "photo.js",
    "ids.js",
    "words.js",
)
FILES = (
    "portal/tokens.css",
    "portal/base.css",
    "portal/components.css",
    "portal/forms.css",
    "portal/days.css",
    "portal/work.css",
    "portal/modes.css",
    "grids/visits.css",
    "portal/app.js",
    "portal/kept.js",
    "portal/icons/door.svg",
    "django_htmx/htmx-2.min.js",
    *(f"{ROOM}/{name}" for name in MODULES),
)
WORKER = f"{ROOM}/worker.js"


def module_urls() -> list[str]:
    return [static(f"{ROOM}/{name}") for name in MODULES]


def worker_source() -> str:
    """The service worker with its list in front. Any change of a file changes it, and so the browser fetches anew."""
    return _source() if not settings.DEBUG else _source.__wrapped__()


@lru_cache(maxsize=1)
def _source() -> str:
    version = hashlib.sha256()
    for name in (*FILES, WORKER, "templates"):
        version.update(_read(name) if name != "templates" else _templates())
    urls = ",".join(f'"{static(name)}"' for name in FILES)
    head = f'const VERSION = "{version.hexdigest()[:16]}";\nconst FILES = [{urls}];\n'
    return head + _read(WORKER).decode()


def _read(name: str) -> bytes:
    found = finders.find(name)
    # Where the sources of the statics are not shipped, collected ones are.
    return Path(str(found) if found else settings.STATIC_ROOT / name).read_bytes()


def _templates() -> bytes:
    names = ("base.html", "grids/visits/offline.html", "grids/visits/_offline.html")
    return b"".join((settings.BASE_DIR / "templates" / name).read_bytes() for name in names)
