"""One sweeping process of test_sweep.py: waits for the word on stdin, sweeps once, says how much it did.

python tests/races/sweeper.py DATABASE NOW [--without-locks]
"""

import json
import sys
from datetime import datetime

import django
from django.conf import settings


def take_the_locks_out() -> None:
    """The negative control: no claim, no unique row, no unique key. Two of these must tell people twice."""
    from uuid import uuid4

    from django.db.models import QuerySet

    from petitions.cases import ladder
    from petitions.cases.models import Supervision

    QuerySet.select_for_update = lambda self, **options: self
    told = ladder.tell_people
    ladder.tell_people = lambda case, occasion, *rest, **more: told(
        case, f"{occasion}:{uuid4().hex[:8]}", *rest, **more
    )
    create = Supervision.objects.bulk_create
    Supervision.objects.create = lambda **row: create([Supervision(**row)], ignore_conflicts=True)


def main() -> None:
    database, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    if "--without-locks" in sys.argv:
        take_the_locks_out()
    from portal.flow import due
    from portal.flow.models import DueRow

    DueRow.objects.exists()  # connected and warm before the start
    print("ready", flush=True)
    sys.stdin.readline()
    tally = due.sweep(now, batch=10)
    print(json.dumps({"done": tally.done, "failed": tally.failed}), flush=True)


if __name__ == "__main__":
    main()
