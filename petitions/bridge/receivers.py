"""Where cases are heard: a step leaves a record, and the record is what the other system is told. Cases know nothing
of it."""

from typing import Any

from django.db.models.signals import post_save

from petitions.bridge import outbox
from petitions.bridge.enums import CHANNEL
from petitions.cases.enums import Event

FINAL = (Event.VERIFY_PASS, Event.LAPSE, Event.RATE, Event.REOPEN, Event.REJECT)


def recorded(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    """In the step's own transaction, whoever took it, by whichever door. A case of another door costs nothing, but for
    one question when it is answered, over, or taken up again: whether a ticket was merged into it."""
    case = instance.subject
    if not created or instance.event == Event.SUBMIT:
        return
    if case.channel == CHANNEL:
        outbox.tell_step(case, instance)
    if instance.event in FINAL:
        outbox.tell_merged(case, instance)


post_save.connect(recorded, sender="petitions.CaseRecord", dispatch_uid="bridge.recorded")
