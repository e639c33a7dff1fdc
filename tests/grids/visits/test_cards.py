"""Contact cards: one job prints them all, again only those whose worker changed; a code names nobody but the worker."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.postings.models import Posting
from grids.visits import cards, works
from grids.visits.models_cards import CardBatch, ContactCard
from portal.accounts.models import User
from portal.audit.models import AuditEntry
from portal.errors import Invalid, NotFound
from portal.longwork.models import LongWork
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


def printed(cast, who="secretary", *, place=None, per="household", only_needed=True) -> str:
    """What one printing writes."""
    grid = place or cast.place.community
    work = cards.print_cards(actor=cast.actor(who), grid_id=grid.pk, per=per, only_needed=only_needed)
    return run(work)


def run(work: LongWork) -> str:
    result = works.run(work, lambda done, total: None)
    if result.content is None:
        return ""
    with result.content as file:
        return file.read().decode()


def tokens(sheet: str) -> int:
    return sheet.count('<section class="card">')


def test_each_door_gets_one_card_with_its_worker_and_no_name_of_its_people(cast, homes):
    Posting.objects.update(phone="85550110")
    sheet = printed(cast)
    assert tokens(sheet) == 2
    assert "grid_worker" in sheet
    assert "85550110" in sheet
    for name in ("林秀英", "林建国", "赵国平"):
        assert name not in sheet
    assert (CardBatch.objects.get().count, ContactCard.objects.count()) == (2, 2)
    assert AuditEntry.objects.filter(verb="cards.print").count() == 1


def test_eleven_cards_are_two_sheets(cast):
    for n in range(11):
        open_door(cast.place.building, f"{100 + n}")
    sheet = printed(cast)
    assert sheet.count('<div class="sheet">') == 2
    assert sheet.count("<div") == sheet.count("</div>")


def test_printing_again_prints_only_doors_whose_worker_changed(cast, homes):
    printed(cast)
    assert tokens(printed(cast)) == 0
    now = timezone.now()
    Posting.objects.filter(user=cast.grid_worker).update(ends_at=now)
    Posting.objects.create(user=cast.volunteer, grid=cast.place.grid, role="grid_worker", starts_at=now)
    assert [need.outdated for need in cards.needs([cast.place.community.path])] == [1, 0]
    assert tokens(printed(cast)) == 1
    assert [need.wanting for need in cards.needs([cast.place.community.path])] == [0, 0]
    assert tokens(printed(cast, only_needed=False)) == 2
    assert ContactCard.objects.count() == 2


def test_work_killed_after_its_record_prints_the_same_again(cast, homes):
    work = cards.print_cards(
        actor=cast.actor("secretary"), grid_id=cast.place.community.pk, per="household", only_needed=True
    )
    first, again = run(work), run(work)
    assert first == again
    assert CardBatch.objects.count() == 1


def test_a_stand_in_of_a_fortnight_is_not_printed(cast, homes):
    holder = Posting.objects.get(user=cast.grid_worker)
    Posting.objects.create(user=cast.volunteer, grid=cast.place.grid, role="grid_worker", stands_in_for=holder)
    assert "<b>volunteer</b>" not in printed(cast)


def test_card_opens_the_worker_of_today_and_names_nobody_else(browse, cast, homes):
    printed(cast)
    url = reverse("contact-card", args=[homes.lin.cards.get().token])
    answer = browse().get(url)
    page = answer.content.decode()
    assert "您的网格员是grid_worker" in page
    assert 'href="/report/?class=consultation"' in page
    assert not re.search("林|301", page.split("<main")[1])
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")


def test_revoked_card_opens_nothing_and_the_next_has_another_code(browse, cast, homes):
    printed(cast)
    token = homes.lin.cards.get().token
    assert browse("clerk").post("/grid/cards/revoke/", {"code": "5-1-301", "_once": "a" * 32}).status_code == 302
    assert browse().get(f"/c/{token}/").status_code == 410
    assert browse().get(f"/c/{'x' * 22}/").status_code == 404
    assert tokens(printed(cast)) == 1
    assert homes.lin.cards.filter(revoked_at__isnull=True).get().token != token


@pytest.mark.parametrize("who", ["grid_worker_b", "secretary_b", "street_supervisor", "sysadmin", "resident"])
def test_out_of_reach_prints_and_revokes_nothing(cast, homes, who):
    printed(cast)
    with pytest.raises(NotFound):
        cards.print_cards(actor=cast.actor(who), grid_id=cast.place.grid.pk, per="household", only_needed=False)
    with pytest.raises(NotFound):
        cards.revoke(actor=cast.actor(who), code="5-1-301")


def test_reach_lost_while_the_job_waited_prints_nothing(cast, homes):
    work = cards.print_cards(
        actor=cast.actor("grid_worker"), grid_id=cast.place.grid.pk, per="household", only_needed=False
    )
    Posting.objects.filter(user=cast.grid_worker).update(ends_at=timezone.now())
    work = LongWork.objects.select_related("owner").get(pk=work.pk)
    work.owner = User.objects.get(pk=cast.grid_worker.pk)
    with pytest.raises(NotFound):
        works.run(work, lambda done, total: None)


def test_building_and_grid_have_cards_of_their_own(cast, homes):
    assert tokens(printed(cast, per="building")) == 2
    assert tokens(printed(cast, per="grid", place=cast.place.grid)) == 1
    with pytest.raises(Invalid):
        printed(cast, per="street")


def test_page_says_how_many_want_a_card_and_starts_the_printing(browse, cast, homes):
    page = browse("secretary").get("/grid/cards/").content.decode()
    assert "2 户要印新卡" in page
    sent = {"grid": cast.place.community.pk, "per": "household", "only": "needed", "_once": "b" * 32}
    answer = browse("secretary").post("/grid/cards/", sent)
    assert answer.url == LongWork.objects.get().get_absolute_url()
    assert browse("grid_worker_b").post("/grid/cards/", sent | {"_once": "c" * 32}).status_code == 404
