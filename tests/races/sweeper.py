"""One sweeping process of test_sweep.py: waits for the word on stdin, sweeps once, says how much it did.

python tests/races/sweeper.py DATABASE NOW [--without-locks]
"""

import json
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any

import django
from django.conf import settings


def take_the_locks_out() -> None:
    """The negative control: no claim, no unique row, no unique key. Two of these must tell people twice."""
    from uuid import uuid4

    from django.db import IntegrityError
    from django.db.models import QuerySet
    from django.db.transaction import atomic

    from petitions.cases import ladder
    from petitions.cases.models import Supervision

    QuerySet.select_for_update = lambda self, **options: self
    key_of, record = ladder.key_of, ladder._record
    ladder.key_of = lambda step, person: f"{key_of(step, person)}:{uuid4().hex[:8]}"

    def keep_what_is_new(rows: list[Any], now: datetime) -> None:
        rungs = Supervision.objects.values_list("case_id", "round", "rung")
        known = {(str(case_id), *rest) for case_id, *rest in rungs}
        with suppress(IntegrityError), atomic():
            record([row for row in rows if (row[0].case_id, row[0].round, row[0].rung) not in known], now)

    ladder._record = keep_what_is_new


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
    due.MANY = 10  # small batches, so that both have something to take
    tally = due.sweep(now, batch=10)
    print(json.dumps({"done": tally.done, "failed": tally.failed}), flush=True)


if __name__ == "__main__":
    main()
