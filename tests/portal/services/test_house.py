from portal.services.house import CLOSING_ORDER, HEALTHY_SECONDS, LONGEST_PAUSE, SERVERS, Pauses


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_first_start_is_immediate_and_no_restart() -> None:
    assert Pauses().next("web") == (False, 0.0)


def test_restarts_come_slower_and_slower_up_to_a_limit() -> None:
    pauses = Pauses(Clock())
    pauses.next("web")
    waits = [pauses.next("web")[1] for _ in range(9)]
    assert waits[:4] == [0.5, 1.0, 2.0, 4.0]
    assert waits[-1] == LONGEST_PAUSE


def test_a_child_that_was_well_for_a_while_starts_at_once() -> None:
    clock = Clock()
    pauses = Pauses(clock)
    pauses.next("web")
    pauses.next("web")
    clock.now += HEALTHY_SECONDS + 1
    assert pauses.next("web") == (True, 0.0)


def test_one_childs_trouble_does_not_slow_another() -> None:
    pauses = Pauses(Clock())
    for _ in range(5):
        pauses.next("web")
    assert pauses.next("worker") == (False, 0.0)


def test_servers_close_after_those_who_use_them() -> None:
    order = [name for group in CLOSING_ORDER for name in group]
    assert order.index("postgres") > max(order.index(name) for name in ("web", "worker", "beat", "prepare"))
    assert set(SERVERS) <= set(order)
