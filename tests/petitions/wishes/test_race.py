"""Who presses 我来 at the same moment: one has the wish, everybody else is told so. Real connections, no mocks."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

from petitions.wishes import services
from petitions.wishes.lifecycle import flow
from petitions.wishes.models import Wish, WishClaim, WishRecord
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.errors import Refusal
from tests.petitions.wishes.people import a_wish
from volunteers.service.models import Volunteer


def rivals(number: int) -> list[Actor]:
    users = [User(username=f"rival-{n}", name=f"志愿者{n}") for n in range(number)]
    User.objects.bulk_create(users)
    Volunteer.objects.bulk_create([Volunteer(user=user, name=user.name, sort_key=user.name) for user in users])
    return [Actor.of(user) for user in users]


def hang(cast) -> Wish:
    wish = a_wish(cast)
    return services.approve(actor=cast.actor("secretary"), wish_id=wish.pk)


def all_at_once(actors: list[Actor], act: Callable[[Actor], object]) -> Counter[str]:
    """Everybody waits at the barrier on a connection of their own; how each of them fared."""
    barrier, answers = Barrier(len(actors)), []

    def one(actor: Actor) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            act(actor)
            answers.append("ok")
        except Refusal as refused:
            answers.append(f"{refused.status} {refused.code}")
        except Exception as error:
            answers.append(repr(error))
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return Counter(answers)


def claim(wish: Wish) -> Callable[[Actor], object]:
    return lambda actor: services.claim(actor=actor, wish_id=wish.pk)


def assert_one_has_it(wish: Wish, answers: Counter[str], number: int) -> None:
    assert answers == Counter({"ok": 1, "409 TAKEN": number - 1})
    assert WishClaim.objects.filter(wish=wish, ended_at=None).count() == 1
    assert WishRecord.objects.filter(subject=wish, event="claim").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_rivals_five_times(cast):
    actors = rivals(2)
    for _round in range(5):
        wish = hang(cast)
        assert_one_has_it(wish, all_at_once(actors, claim(wish)), 2)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_rivals_forty_times(cast):
    actors = rivals(2)
    for _round in range(40):
        wish = hang(cast)
        assert_one_has_it(wish, all_at_once(actors, claim(wish)), 2)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_fifty_rivals_ten_times(cast):
    actors = rivals(50)
    for _round in range(10):
        wish = hang(cast)
        assert_one_has_it(wish, all_at_once(actors, claim(wish)), 50)


@pytest.mark.django_db(transaction=True)
def test_giving_up_and_claiming_never_leaves_two(cast):
    """A slip that comes back while others reach for it has one claim or none, and its state says which."""
    first, *others = rivals(6)
    wish = hang(cast)
    services.claim(actor=first, wish_id=wish.pk)

    def act(actor: Actor) -> object:
        if actor is first:
            return services.act(actor=actor, wish_id=wish.pk, event="give_up", reason="赶不及")
        return services.claim(actor=actor, wish_id=wish.pk)

    answers = all_at_once([first, *others], act)
    assert set(answers) <= {"ok", "409 TAKEN"}
    live = WishClaim.objects.filter(wish=wish, ended_at=None).count()
    assert live == (1 if Wish.objects.get(pk=wish.pk).state == "claimed" else 0)
    assert live == answers["ok"] - 1


# ---------------------------------------------------------------- negative controls: what holds it, taken away
@contextmanager
def without_the_lock(monkeypatch):
    """Nobody waits for anybody, and everybody looks before anybody writes."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **given: rows)
    monkeypatch.setitem(flow._effects, "claim", [lambda step: time.sleep(0.3), *flow._effects["claim"]])
    yield


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_constraint_still_says_taken(cast, monkeypatch):
    actors = rivals(4)
    wish = hang(cast)
    with without_the_lock(monkeypatch):
        answers = all_at_once(actors, claim(wish))
    assert_one_has_it(wish, answers, 4)


@pytest.mark.django_db(transaction=True)
def test_without_lock_and_constraints_it_goes_wrong(cast, monkeypatch):
    """The tests above measure something: with both taken out, several believe they have it."""
    actors = rivals(4)
    wish = hang(cast)
    constraints = [
        (WishClaim, next(c for c in WishClaim._meta.constraints if c.name == "wish_claim_live_once")),
        (WishRecord, next(c for c in WishRecord._meta.constraints if c.name == "wish_record_once")),
    ]
    with connection.schema_editor() as editor:
        for model, constraint in constraints:
            editor.remove_constraint(model, constraint)
    try:
        with without_the_lock(monkeypatch):
            answers = all_at_once(actors, claim(wish))
        assert answers["ok"] > 1
        assert WishClaim.objects.filter(wish=wish, ended_at=None).count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE petitions_wish CASCADE")
        with connection.schema_editor() as editor:
            for model, constraint in constraints:
                editor.add_constraint(model, constraint)
