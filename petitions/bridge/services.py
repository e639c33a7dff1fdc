"""The door of the bridge: every write, by the file that holds it."""

from petitions.bridge.importing import Report, import_tickets
from petitions.bridge.outbox import begin, give_up, resend, send
from petitions.bridge.pulling import pull
from petitions.bridge.receiving import (
    Received,
    configure,
    leave_category,
    map_code,
    new_token,
    receive,
    settle,
    system_for,
)

__all__ = [
    "Received",
    "Report",
    "begin",
    "configure",
    "give_up",
    "import_tickets",
    "leave_category",
    "map_code",
    "new_token",
    "pull",
    "receive",
    "resend",
    "send",
    "settle",
    "system_for",
]
