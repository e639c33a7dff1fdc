"""Sweeping processes for test_killed.py, born at once: Django is set up one time, each "go" forks a sweeper.

python tests/races/nursery.py DATABASE NOW — for each line on stdin a sweeper: its pid on stdout, and it sweeps until
nothing is left. Each has a connection of its own, like a worker's process; whoever asked kills it or waits.
"""

import os
import signal
import sys
from datetime import datetime

import django
from django.conf import settings


def main() -> None:
    database, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from portal.flow import due

    due.BATCH = due.MANY = 20  # short transactions: a kill meets one that is open, not only the pause between two
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that were killed
    print("ready", flush=True)
    for _go in sys.stdin:
        if child := os.fork():
            print(child, flush=True)
            continue
        due.sweep(now, batch=due.BATCH)
        os._exit(0)


if __name__ == "__main__":
    main()
