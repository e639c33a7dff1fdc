"""谁管哪个网格: seen by those who arrange it; appointing, ending, standing in, taking it back."""

from datetime import timedelta

import pytest
import time_machine
from django.db.transaction import atomic
from django.utils import timezone

from grids.postings.models import Posting
from grids.postings.panels import too_large
from grids.tree.models import Grid
from grids.tree.planting import Seedling, plant
from grids.visits.entry import PromiseEntry, VisitEntry
from grids.visits.services import log_visit
from portal.accounts.enums import Role
from portal.accounts.reach import reach_of
from portal.audit.models import AuditEntry
from portal.notifications.models import Notice
from portal.rows import uuid7
from tests.grids.conftest import open_door
from tests.petitions.cases.conftest import FILED_AT, Desk, at

pytestmark = pytest.mark.django_db
LIST = "/grid/postings/"


@pytest.fixture
def holder(cast) -> Posting:
    return Posting.objects.get(user=cast.grid_worker)


@pytest.fixture
def office(browse):
    return browse("secretary")


def page_of(client, url=LIST) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def heading(page: str) -> str:
    said = page.split("<h1")[1].split(">", 1)[1].split("</h1>")[0]
    return said.replace('<span class="ph">', "").replace("</span>", "")


def leave(posting: Posting) -> None:
    Posting.objects.filter(pk=posting.pk).update(starts_at=timezone.now() - timedelta(9), ends_at=timezone.now())


def days(first: int, last: int | None = None) -> dict:
    today = timezone.localdate()
    return {"first_day": today + timedelta(first)} | ({} if last is None else {"last_day": today + timedelta(last)})


# ---------------------------------------------------------------- the list
def test_grid_without_anybody_stands_first_and_in_the_heading(office, cast):
    assert heading(page_of(office)) == "2 个网格，格格有人管"
    leave(Posting.objects.get(user=cast.grid_worker_b))
    page = page_of(office)
    assert heading(page) == "第 2 网格现在没有人"
    rows = page.split('id="all"')[1]
    assert rows.index("第 2 网格") < rows.index("现在没有人") < rows.index("第 1 网格")


def test_several_without_anybody_are_counted(office, cast):
    Posting.objects.filter(role=Role.GRID_WORKER).delete()
    assert heading(page_of(office)) == "两个网格现在没有人"


def test_worker_of_the_area_looks_after_its_grids(office, cast, holder):
    Posting.objects.filter(pk=holder.pk).update(grid=cast.place.area)
    assert "格格有人管" in heading(page_of(office))
    assert "文昌花园一片区" in page_of(office, f"{LIST}{cast.place.grid.pk}/")


@pytest.mark.parametrize(
    ("who", "said", "grids"),
    [
        ("secretary", "2 个网格，格格有人管", 2),
        ("street_supervisor", "2 个网格，格格有人管", 2),
        ("secretary_b", "第 1 网格现在没有人", 1),
        ("district_admin", "南大街社区第 1 网格现在没有人", 3),
    ],
)
def test_each_sees_the_grids_of_their_ground(browse, cast, who, said, grids):
    page = page_of(browse(who))
    assert heading(page) == said
    assert page.split('id="all"')[1].count(f'href="{LIST}') == grids + 1  # and the footer


def test_ground_without_grids_says_so(office, cast):
    Grid.objects.update(is_active=False)
    assert heading(page_of(office)) == "这一片还没有分网格"


def test_page_is_in_the_footer_of_those_who_arrange_it_and_of_nobody_else(browse):
    for who, shown in (("secretary", True), ("district_admin", True), ("clerk", False), ("grid_worker", False)):
        assert (f'href="{LIST}"' in browse(who).get("/").content.decode()) is shown, who


@pytest.mark.parametrize("rows", [1, 30])
def test_list_takes_the_same_queries_however_many_grids(rows, cast, office, no_masthead, django_assert_num_queries):
    seed = {"level": "basic_grid"}
    plant([Seedling(f"more-{n}", cast.place.area.code, seed | {"name": f"第 {n + 20} 网格"}) for n in range(rows)])
    found = Grid.objects.filter(code__startswith="more-")
    Posting.objects.bulk_create(Posting(user=cast.clerk, grid=grid, role=Role.GRID_WORKER) for grid in found)
    # session, user, reach, grids, postings, communities, sizes
    with django_assert_num_queries(7):
        office.get(LIST)


# ---------------------------------------------------------------- appointing
GIVEN = {"name": "outsider", "phone": "138 0000 0013", "title": "网格员", "public_phone": "8555 0110"}


def test_appointed_by_name_and_telephone_and_told(office, cast):
    answer = office.post(f"{LIST}{cast.place.grid.pk}/", GIVEN | days(0))
    assert answer.url == f"{LIST}{cast.place.grid.pk}/"
    assert "第 1 网格现在有两个人" in heading(page_of(office, answer.url))
    assert reach_of(cast.outsider.pk).covers(cast.place.building.path, Role.GRID_WORKER)
    assert Notice.objects.filter(recipient=cast.outsider).count() == 1


def test_appointed_for_later_begins_with_that_day_and_ends_with_its_last(office, cast):
    office.post(f"{LIST}{cast.place.grid.pk}/", GIVEN | days(2, 3))
    assert not reach_of(cast.outsider.pk).scopes
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    made = Posting.objects.get(user=cast.outsider)
    assert (made.starts_at, made.ends_at) == (midnight + timedelta(2), midnight + timedelta(4))


WRONG = [
    ({"name": "陌生人"}, "没有这个姓名和号码的账号"),
    ({"phone": "138 0000 0099"}, "没有这个姓名和号码的账号"),
    ({"phone": "1380000"}, "手机号是 11 位"),
    ({"name": ""}, "这里还没填"),
    (days(-1), "这一天已经过去了"),
    (days(3, 1), "到哪天要在从哪天以后"),
    (days(9999), "这一天太远了"),
    ({"name": "grid_worker", "phone": "13800000003"}, "他已经在这里任这个职了"),
    ({"name": "secretary", "phone": "13800000005"}, "自己的任职请上级来办"),
    ({"name": "auditor", "phone": "13800000011"}, "要分开三个人"),
]


def test_what_is_wrong_is_said_once_and_nothing_is_written(office, cast):
    before = Posting.objects.count()
    for given, said in WRONG:
        answer = office.post(f"{LIST}{cast.place.grid.pk}/", GIVEN | days(0) | given)
        assert answer.status_code == 422, given
        assert said in answer.content.decode(), given
    assert Posting.objects.count() == before


# ---------------------------------------------------------------- ending
def test_ending_says_what_is_handed_over_and_ends_with_the_day(office, cast, holder, homes):
    entry = VisitEntry(homes.lin.pk, "met", timezone.now(), promises=(PromiseEntry("送表", timezone.localdate()),))
    log_visit(actor=cast.actor("grid_worker"), visit_id=uuid7(), entry=entry)
    page = page_of(office, f"{LIST}end/{holder.pk}/")
    assert "这一片 1 户，要有人接着上门" in page
    assert "答应居民的 1 件还没兑现" in page
    office.post(f"{LIST}end/{holder.pk}/", {"last_day": timezone.localdate(), "reason": "调走了"})
    assert reach_of(cast.grid_worker.pk).scopes
    tomorrow = timezone.now() + timedelta(1)
    assert not reach_of(cast.grid_worker.pk, tomorrow).scopes
    assert "到今天为止" in Notice.objects.get(recipient=cast.grid_worker).subject


def test_cases_in_hand_are_named_before_they_are_handed_on(office, cast):
    Posting.objects.update(starts_at=at("2026-01-01 00:00"))
    with time_machine.travel(FILED_AT, tick=False):
        Desk(cast).at("in_progress")
    holders = Posting.objects.filter(role=Role.GRID_WORKER, grid__path__startswith=cast.place.community.path)
    said = [page_of(office, f"{LIST}end/{one.pk}/") for one in holders]
    assert sum("手上 1 件诉求，到时候自动转给同一片的人" in page for page in said) == 1


def test_end_that_is_set_can_only_be_moved_forward(office, holder):
    url = f"{LIST}end/{holder.pk}/"
    office.post(url, {"last_day": days(5)["first_day"]})
    answer = office.post(url, {"last_day": days(9)["first_day"]})
    assert "只能往前改" in answer.content.decode()
    office.post(url, {"last_day": days(1)["first_day"]})
    assert Posting.objects.get(pk=holder.pk).ends_at < timezone.now() + timedelta(3)


def test_what_has_ended_is_not_there(office, holder):
    leave(holder)
    for page in ("end", "stand-in"):
        assert office.get(f"{LIST}{page}/{holder.pk}/").status_code == 404


# ---------------------------------------------------------------- standing in
def stand_in(client, cast, holder, first, last, who="grid_worker_b"):
    return client.post(f"{LIST}stand-in/{holder.pk}/", {"who": cast.users[who].pk} | days(first, last))


def test_stand_in_and_holder_both_reach_the_doors_and_it_ends_by_itself(office, cast, holder):
    answer = stand_in(office, cast, holder, 0, 2)
    page = page_of(office, answer.url)
    assert "替grid_worker" in page
    assert "这几天由grid_worker_b替" in page
    for who in ("grid_worker", "grid_worker_b"):
        assert reach_of(cast.users[who].pk).covers(cast.place.building.path)
    later = reach_of(cast.grid_worker_b.pk, timezone.now() + timedelta(3))
    assert not later.covers(cast.place.building.path)
    assert later.covers(cast.place.building_b.path)


# The holder, whoever gives the work, and another community's.
OUT = ("grid_worker", "secretary", "clerk_b")


def test_stand_in_is_one_of_the_community(office, cast, holder):
    page = page_of(office, f"{LIST}stand-in/{holder.pk}/").split("<select")[1]
    offered = {who for who in ("grid_worker_b", "clerk", *OUT) if str(cast.users[who].pk) in page}
    assert offered == {"grid_worker_b", "clerk"}
    assert stand_in(office, cast, holder, 0, 2, who="clerk_b").status_code == 422


def test_without_colleagues_it_says_what_to_do(office, cast, holder):
    Posting.objects.exclude(user__in=[cast.grid_worker, cast.secretary]).delete()
    assert "社区里没有别的同事" in page_of(office, f"{LIST}stand-in/{holder.pk}/")


def test_stand_in_that_runs_is_ended_now(office, cast, holder):
    stand_in(office, cast, holder, 0, 2)
    made = Posting.objects.get(stands_in_for=holder)
    office.post(f"{LIST}call-off/{made.pk}/")
    assert not reach_of(cast.grid_worker_b.pk).covers(cast.place.building.path)
    assert reach_of(cast.grid_worker.pk).covers(cast.place.building.path)


def test_stand_in_that_has_not_begun_is_as_if_never_given_and_told(office, cast, holder):
    stand_in(office, cast, holder, 3, 5)
    made = Posting.objects.get(stands_in_for=holder)
    assert "起" in page_of(office, f"{LIST}{holder.grid_id}/")
    office.post(f"{LIST}call-off/{made.pk}/")
    assert not Posting.objects.filter(pk=made.pk).exists()
    assert AuditEntry.objects.filter(verb="posting.call_off", object_id=str(made.pk)).count() == 1
    assert Notice.objects.filter(recipient=cast.grid_worker_b, subject__contains="不用您去了").count() == 1


def test_own_work_that_runs_is_not_called_off(office, holder):
    office.post(f"{LIST}call-off/{holder.pk}/")
    assert Posting.objects.get(pk=holder.pk).ends_at is None


# ---------------------------------------------------------------- reach
def test_out_of_reach_is_not_there(browse, cast, holder):
    client = browse("secretary_b")
    urls = [f"{LIST}{cast.place.grid.pk}/", *(f"{LIST}{what}/{holder.pk}/" for what in ("end", "stand-in"))]
    for url in urls:
        assert client.get(url).status_code == 404, url
        assert client.post(url, GIVEN | days(0, 1)).status_code == 404, url
    assert client.post(f"{LIST}call-off/{holder.pk}/").status_code == 404
    assert browse("secretary").get(f"{LIST}{cast.place.sector.pk}/").status_code == 404


# ---------------------------------------------------------------- sizes
@pytest.fixture
def small_limit(settings, cast):
    settings.GRID_MOST_HOUSEHOLDS, settings.GRID_MOST_PEOPLE = 2, 3
    for n in range(3):
        open_door(cast.place.building, f"{100 + n}", (f"周晓{n}", None))


def test_grid_over_the_limit_is_told_on_board_list_and_page(browse, office, cast, small_limit):
    said = "3 户，超过 2 户，该分一分了"
    for url in ("/board/", LIST, f"{LIST}{cast.place.grid.pk}/"):
        assert page_of(office, url).count(said) == 1, url
    assert said not in page_of(office, f"{LIST}{cast.place.grid_b.pk}/")
    assert said in page_of(browse("street_supervisor"), "/board/")
    for who in ("district_admin", "secretary_b", "street_supervisor_b"):
        assert "该分一分" not in page_of(browse(who), "/board/"), who


def test_at_the_limit_nothing_is_shown(office, settings, small_limit):
    settings.GRID_MOST_HOUSEHOLDS = 3
    assert "该分一分" not in page_of(office, "/board/") + page_of(office)


def test_people_count_too_without_those_who_left_and_doors_without_those_shut(office, cast, settings, small_limit):
    settings.GRID_MOST_HOUSEHOLDS = 3
    shut = open_door(cast.place.building, "201", ("吴一", None), ("吴二", None))
    shut.is_active = False
    shut.save()
    home = open_door(cast.place.building_b, "202", *((f"郑{n}", None) for n in "甲乙丙丁"))
    assert "4 人，超过 3 人，该分一分了" in page_of(office)
    home.residents.filter(name="郑甲").update(left_on="2026-01-01", leaving="moved")
    assert "该分一分" not in page_of(office)


def test_building_on_no_grid_is_nobodys_to_split(office, cast, small_limit):
    with atomic():
        Grid.objects.move(cast.place.building, cast.place.community, pos="last-child")
    assert "该分一分" not in page_of(office, "/board/") + page_of(office)


@pytest.mark.parametrize("rows", [1, 30])
def test_panel_takes_one_query_for_the_sizes_and_one_for_the_names(
    rows, cast, small_limit, settings, django_assert_num_queries
):
    for n in range(rows):
        open_door(cast.place.building_b, f"{300 + n}")
    actor = cast.actor("secretary")
    with django_assert_num_queries(2):
        assert too_large(actor, timezone.now(), None)
    settings.GRID_MOST_HOUSEHOLDS = 99
    settings.GRID_MOST_PEOPLE = 99
    with django_assert_num_queries(1):
        assert too_large(actor, timezone.now(), None) is None
