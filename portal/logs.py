"""What goes into the log. The framework writes the address of every refusal; some addresses are keys."""

import logging
import re

# A part of a path as long as a tracking link's 128 bits and no id: whoever reads the log must not open the slip.
SECRET = re.compile(r"(?<=/)(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:/|$))[\w~.-]{16,}")


class Discreet(logging.Filter):
    """Shortens keys in addresses to "…"."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.") and isinstance(record.args, tuple):
            record.args = tuple(SECRET.sub("…", one) if isinstance(one, str) else one for one in record.args)
        return True
