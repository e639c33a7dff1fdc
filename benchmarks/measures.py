"""What is compared with what: every figure is a ratio of two medians taken in turn, so a busy machine slows both."""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from statistics import median
from uuid import uuid4

from django.conf import settings
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import bookings
from centres.rooms.models import Room
from centres.rooms.queries import diary_for
from grids.registry.models import Household, Resident
from petitions.cases.models import Case, CaseClock
from portal.accounts.models import User
from portal.flow import due
from portal.rows import uuid7
from portal.workbench.demo import furnish
from portal.workdays.queries import clock_for

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
PLAIN = "/help/"
# Who opens which page of the demo.
PAGES = (
    ("", "/", "home"),
    ("", "/rooms/", "rooms of a day"),
    ("", "/wishes/", "wish wall"),
    ("gridworker", "/grid/today/", "today's walk"),
    ("clerk", "/desk/", "desk"),
    ("secretary", "/cases/", "cases"),
    ("secretary", "/board/", "board of a community"),
    ("district", "/board/", "board of the district"),
    ("gridworker", "/grid/households/", "households"),
)


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def ratio(act: Callable[[], object], base: Callable[[], object], rounds: int = ROUNDS) -> float:
    """How many times as long `act` takes as `base`: medians of rounds in turn, after one that counts for nothing."""
    act(), base()
    took = [(seconds(act), seconds(base)) for _round in range(rounds)]
    return median(one for one, _other in took) / median(other for _one, other in took)


def signed_in(username: str) -> Client:
    client = Client()
    if username:
        user = User.objects.get(username=username)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session.update({"second_factor": str(user.pk), "seen": int(time.time())})
        session.save()
    return client


def opens(client: Client, path: str) -> Callable[[], None]:
    def act() -> None:
        assert client.get(path).status_code == 200, path

    return act


def queries(act: Callable[[], object]) -> int:
    reset_queries()
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def measure() -> Iterator[str]:
    settings.WHITENOISE_AUTOREFRESH = True
    furnish(say=lambda _line: None)
    # Throw-away servers count nothing by themselves, and a plan for tables never counted is another plan.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield f"{'a page of the demo':38}{'× a plain page':>16}{'queries':>10}"
    plain = opens(Client(), PLAIN)
    for who, path, name in PAGES:
        act = opens(signed_in(who), path)
        yield f"{name:38}{ratio(act, plain):>16.1f}{queries(act):>10}"
    yield ""
    yield f"{'ten times as much':38}{'× once as much':>16}"
    yield f"{'working time: 80 WH against 8':38}{working_time():>16.1f}"
    yield f"{'sweep: 500 due rows against 50':38}{sweeping():>16.1f}"
    yield f"{'households: after ten times as many':38}{households():>16.1f}"
    grown, before, after = board_of_cases()
    yield f"{'board: after ten times the cases':38}{grown:>16.1f}   queries {before} then {after}"
    yield ""
    yield f"{'twelve times as much':38}{'× once as much':>16}"
    yield f"{'a day of 12 rooms against 1':38}{a_day_of_rooms():>16.1f}"
    yield ""
    yield from bookings.measure(User.objects.get(username="secretary").postings.get().grid, ROUNDS)


def working_time() -> float:
    clock = clock_for()
    start = timezone.now()
    return ratio(
        lambda: clock.add_working_time(start, dt.timedelta(hours=80)),
        lambda: clock.add_working_time(start, dt.timedelta(hours=8)),
        rounds=200,
    )


def sweeping() -> float:
    """Work proportional to what is due: about ten."""
    due.sweep()

    def of(rows: int) -> float:
        now = timezone.now()
        due.schedule_many([due.Due(f"bench:{uuid4()}", "bench.nothing", uuid4(), now) for _row in range(rows)])
        return seconds(due.sweep)

    due.duty("bench.nothing")(lambda *_given: None)
    of(50)
    took = [(of(500), of(50)) for _round in range(3)]
    return median(one for one, _other in took) / median(other for _one, other in took)


def households() -> float:
    """A grid worker's own list, while the rest of the district grows tenfold: about one."""
    act = opens(signed_in("gridworker"), "/grid/households/")
    act()
    before = median(seconds(act) for _round in range(ROUNDS))
    mine = User.objects.get(username="gridworker").postings.get().grid
    elsewhere = Household.objects.exclude(building__path__startswith=mine.path).select_related("building")
    copies = [
        Household(building=one.building, unit=one.unit, door=f"{one.door}-{n}", code=f"{one.code}-{n}")
        for one in elsewhere
        for n in range(9)
    ]
    Household.objects.bulk_create(copies, batch_size=2000)
    Resident.objects.bulk_create(
        [Resident(household=one, name="某人", sort_key="某人", initials="MR") for one in copies], batch_size=2000
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return median(seconds(act) for _round in range(ROUNDS)) / before


def board_of_cases() -> tuple[float, int, int]:
    """A community's board, its cases and their clocks multiplied by ten: how much slower, queries before and after."""
    act = opens(signed_in("secretary"), "/board/")
    act()
    counted, before = queries(act), median(seconds(act) for _round in range(ROUNDS))
    clocks: dict[object, list[CaseClock]] = {}
    for clock in CaseClock.objects.all():
        clocks.setdefault(clock.case_id, []).append(clock)
    for case in list(Case.objects.filter(merged_into=None)):
        original, ref = case.pk, case.ref
        for n in range(9):
            case.pk, case.ref, case.token_hash = uuid7(), f"{ref[:15]}+{n}", uuid4().hex
            case.save(force_insert=True)
            for clock in clocks.get(original, []):
                clock.pk, clock.case = uuid7(), case
                clock.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return median(seconds(act) for _round in range(ROUNDS)) / before, counted, queries(act)


def a_day_of_rooms() -> float:
    """Twelve rooms of one centre for one day: read together, not one after the other."""
    today, now = timezone.localdate(), timezone.now()
    home = User.objects.get(username="secretary").postings.get().grid
    rooms = list(Room.objects.with_centre().filter(centre__grid=home)[:12])
    assert len(rooms) == 12

    def of(some: list[Room]) -> Callable[[], object]:
        def act() -> object:
            diary = diary_for(None, some[0].centre, some, today, 1, now)
            return [diary.day(room, today) for room in some]

        return act

    return ratio(of(rooms), of(rooms[:1]))
