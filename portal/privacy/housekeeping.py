"""Ends that no declaration can say by a column: rooms register what they do at night.

@at_night("portal.Export")
def files_go(now: datetime) -> int: ...        # how many; the second call of a night answers 0
"""

from collections.abc import Callable
from datetime import datetime

Job = Callable[[datetime], int]
_jobs: dict[str, Job] = {}


def at_night(label: str) -> Callable[[Job], Job]:
    def register(job: Job) -> Job:
        _jobs[label] = job
        return job

    return register


def run(now: datetime) -> dict[str, int]:
    return {label: job(now) for label, job in _jobs.items()}
