"""Where a case goes: the most specific rule holds, proposed at acceptance; a dry run that writes nothing."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from petitions.cases import routing
from petitions.cases.enums import Kind, SendTo
from petitions.cases.models import Case, CaseRecord, Category, RoutingRule
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from tests.petitions.cases.test_report import once
from tests.petitions.cases.test_views import go


@pytest.fixture
def rule(desk, category):
    """rule(place="street", team="sector", category=…) → a rule in use, written past the service."""

    def make(place: str = "community", team: str = "", category: Category | None = None, kind: str = "", **fields):
        node = getattr(desk.cast.place, team) if team else None
        return RoutingRule.objects.create(
            place=getattr(desk.cast.place, place), category=category, kind=kind, team=node,
            send_to=SendTo.TEAM if team else SendTo.GRID, **fields,
        )  # fmt: skip

    return make


def proposed(case: Case) -> str:
    found = routing.propose(Case.objects.select_related("grid", "category").get(pk=case.pk))
    return found.node.label if found else ""


# ---------------------------------------------------------------- which one holds
def test_without_a_rule_nothing_is_proposed(desk):
    assert proposed(desk.file()) == ""


def test_category_comes_before_kind_before_place(desk, rule, category):
    case = desk.file(category=category)
    rule("grid")  # any category, the nearest place
    assert proposed(case) == "第 1 网格"
    rule("street", "community", kind=Kind.PLAIN)
    assert proposed(case) == "文昌花园社区"
    named = rule("district", "sector", category)
    assert proposed(case) == "城管网格"
    rule("community", "grid_b", category)  # as specific in what it is about, and nearer
    assert proposed(case) == "第 2 网格"
    RoutingRule.objects.exclude(pk=named.pk).update(is_active=False)
    assert proposed(case) == "城管网格"


def test_a_rule_of_another_category_kind_or_place_does_not_fit(desk, rule, category):
    other = Category.objects.create(code="gas", name="燃气", sla="emergency")
    rule("community", "sector", other)
    rule("community", "grid", kind=Kind.CARE)
    rule("community_b", "grid_c")
    assert proposed(desk.file(category=category)) == ""


def test_a_team_out_of_use_is_passed_over(desk, rule, category):
    rule("community", "sector", category)
    rule("street", "street")
    case = desk.file(category=category)
    desk.cast.place.sector.is_active = False
    desk.cast.place.sector.save()
    assert proposed(case) == "曲江街道"


def test_to_the_grid_where_it_lies_and_not_where_it_names_none(desk, rule):
    rule("community")
    assert proposed(desk.file(grid=desk.cast.place.building_b)) == "第 2 网格"
    assert proposed(desk.file(grid=desk.cast.place.community)) == ""


def test_proposing_costs_two_queries_however_many_rules(desk, rule, category, django_assert_num_queries):
    case = desk.file(category=category)
    case = Case.objects.select_related("grid", "category").get(pk=case.pk)
    for place in ("district", "street", "community", "area", "grid"):
        rule(place)
    with django_assert_num_queries(2):
        assert routing.propose(case)


# ---------------------------------------------------------------- one press
def test_after_accepting_the_team_stands_there_and_one_press_assigns(desk, browse, rule, category):
    rule("street", "sector", category)
    case = desk.file(category=category)
    client = browse("clerk")
    page = client.get(go(client, case, "accept").url)
    text = page.content.decode()
    value = f"department:{desk.cast.place.sector.pk}"
    assert f'value="{value}" selected' in text
    assert text.count(value) == 1
    assert "公共设施坏了 · 曲江街道" in text
    go(client, case, "assign", to=value)
    case.refresh_from_db()
    assert (case.state, case.holder_grid) == ("assigned", desk.cast.place.sector)


def test_who_changes_hands_is_not_sent_back_where_the_rule_sent_it(desk, browse, rule):
    rule("street", "sector")
    case = desk.at("assigned")
    text = browse("clerk").get(reverse("case-event", args=[case.ref, "reassign"])).content.decode()
    assert "按分派规则" not in text


def test_a_returned_case_is_not_sent_back_by_one_press(desk, browse, rule):
    rule("street", "sector")
    case = desk.at("assigned")
    desk.act(case, "return", "grid_worker", reason="不归网格")
    text = browse("clerk").get(reverse("case-event", args=[case.ref, "assign"])).content.decode()
    assert "按分派规则" not in text
    assert "城管网格" in text


# ---------------------------------------------------------------- writing
def write(desk, who: str = "secretary", place: str = "community", **fields) -> RoutingRule:
    fields = {"send_to": SendTo.GRID} | fields
    return routing.save_rule(actor=desk.cast.actor(who), place=getattr(desk.cast.place, place), **fields)


def test_a_written_rule_is_recorded(desk):
    made = write(desk)
    assert AuditEntry.objects.filter(verb="case.rule_add", object_id=str(made.pk)).count() == 1


WHOSE = [
    ("secretary", "community", True),
    ("secretary", "grid", True),
    ("secretary", "street", False),
    ("secretary", "community_b", False),
    ("clerk", "community", False),
    ("grid_worker", "grid", False),
    ("street_supervisor", "street", True),
    ("street_supervisor", "community", True),
    ("street_supervisor", "street_b", False),
    ("district_admin", "district", False),
    ("department_handler", "sector", False),
    ("auditor", "district", False),
    ("sysadmin", "community_b", True),
]


def test_whose_rules_these_are(desk):
    for who, where, allowed in WHOSE:
        RoutingRule.objects.all().delete()
        if allowed:
            assert write(desk, who, where).place == getattr(desk.cast.place, where)
            continue
        with pytest.raises(Forbidden):
            write(desk, who, where)


TEAMS = [
    ("secretary", "community", "sector", True),
    ("secretary", "community", "grid_b", True),
    ("secretary", "grid", "grid_b", True),  # a neighbouring grid of the community
    ("secretary", "community", "street", False),  # above her: that is 上报
    ("secretary", "community", "grid_c", False),
    ("street_supervisor", "street", "street", True),
    ("street_supervisor", "street", "grid", False),  # not every case of the street may go there
    ("street_supervisor", "community", "grid", True),
    ("sysadmin", "community", "grid_c", False),
]


def test_a_team_that_could_never_be_given_it_is_refused(desk):
    for who, where, team, allowed in TEAMS:
        RoutingRule.objects.all().delete()
        node = getattr(desk.cast.place, team)
        if allowed:
            assert write(desk, who, where, send_to=SendTo.TEAM, team=node).team == node
            continue
        with pytest.raises(Invalid) as refused:
            write(desk, who, where, send_to=SendTo.TEAM, team=node)
        assert "不管这一片" in refused.value.extra["errors"]["to"][0]


@pytest.mark.parametrize(("node", "field"), [("grid_b", "to"), ("grid", "place"), ("sector", "to")])
def test_a_node_out_of_use_is_refused(desk, node, field):
    out = getattr(desk.cast.place, node)
    out.is_active = False
    out.save()
    given = {"place": "grid"} if field == "place" else {"send_to": SendTo.TEAM, "team": out}
    with pytest.raises(Invalid) as refused:
        write(desk, **given)
    assert "已经停用" in refused.value.extra["errors"][field][0]


def test_of_a_retired_category_or_one_of_another_kind_is_refused(desk, category):
    with pytest.raises(Invalid) as refused:
        write(desk, category=category, kind=Kind.CARE)
    assert "永远用不上" in refused.value.extra["errors"]["kind"][0]
    category.is_active = False
    with pytest.raises(Invalid) as refused:
        write(desk, category=category)
    assert "已经停用" in refused.value.extra["errors"]["category"][0]


def test_two_rules_of_the_same_are_refused_until_one_is_switched_off(desk):
    first = write(desk)
    with pytest.raises(Conflict) as refused:
        write(desk)
    assert refused.value.code == "RULE_TWICE"
    routing.switch_rule(actor=desk.cast.actor("secretary"), rule=first, on=False)
    write(desk)
    with pytest.raises(Conflict):
        routing.switch_rule(actor=desk.cast.actor("secretary"), rule=first, on=True)


def test_nobody_elses_rule_is_found(desk):
    made = write(desk)
    for who in ("secretary_b", "street_supervisor_b", "clerk", "resident"):
        with pytest.raises(NotFound):
            routing.rule_for(desk.cast.actor(who).reach, made.pk)


# ---------------------------------------------------------------- the dry run
def last_weeks(desk, category, cases: int = 1) -> None:
    for n in range(cases):
        case = desk.at("assigned", now=timezone.now() - timedelta(days=3), category=category)
        assert case.holder_label.startswith("第 1 网格")
        Case.objects.filter(pk=case.pk).update(title=f"路灯 {n}")


def run(desk, who: str = "secretary", draft: RoutingRule | None = None) -> routing.DryRun:
    now = timezone.now()
    return routing.dry_run(desk.cast.actor(who).reach, now - timedelta(days=30), now, draft)


def test_the_dry_run_shows_old_and_new_and_writes_nothing(desk, rule, category):
    last_weeks(desk, category)
    desk.at("assigned", now=timezone.now() - timedelta(days=40))
    desk.at("rejected", now=timezone.now() - timedelta(days=2))
    rule("community", "sector", category)
    before = CaseRecord.objects.count(), AuditEntry.objects.count()
    found = run(desk)
    assert (found.cases, found.changed, found.unruled, found.teams) == (1, 1, 0, [("城管网格", 1)])
    assert [(one.before, one.after) for one in found.trials] == [("第 1 网格 grid_worker", "城管网格")]
    assert (CaseRecord.objects.count(), AuditEntry.objects.count()) == before


def test_a_rule_not_saved_yet_is_tried_in_place_of_its_old_self(desk, rule, category):
    last_weeks(desk, category)
    old = rule("community", "sector", category)
    draft = RoutingRule(
        pk=old.pk, place=desk.cast.place.community, category=category, send_to=SendTo.GRID, team=None
    )  # fmt: skip
    found = run(desk, draft=draft)
    assert (found.changed, found.teams) == (0, [("第 1 网格", 1)])  # where it went anyway
    assert RoutingRule.objects.get().team == desk.cast.place.sector


def test_the_dry_run_knows_only_what_its_reader_may_see(desk, rule):
    care = Category.objects.create(code="care", name="特殊群体", sla="help", kind=Kind.CARE)
    desk.at("submitted", now=timezone.now() - timedelta(days=3), category=care)
    assert run(desk, "secretary").cases == 1
    assert run(desk, "street_supervisor").cases == 0
    assert run(desk, "secretary_b").cases == 0
    sysadmin = run(desk, "sysadmin")  # keeps settings, reads nobody's words
    assert (sysadmin.cases, sysadmin.trials) == (1, [])


@pytest.mark.parametrize("cases", [1, 12])
def test_the_dry_run_costs_three_queries(desk, rule, category, django_assert_num_queries, cases):
    last_weeks(desk, category, cases)
    rule("community", "sector", category)
    rule("street")
    reach, now = desk.cast.actor("secretary").reach, timezone.now()
    with django_assert_num_queries(3):
        found = routing.dry_run(reach, now - timedelta(days=30), now)
    assert found.cases == cases


# ---------------------------------------------------------------- the pages
def test_a_secretary_writes_tries_and_switches_a_rule(desk, browse, category):
    last_weeks(desk, category)
    client, new = browse("secretary"), reverse("routing-rule-new")
    page = client.get(new)
    given = {
        "_once": once(page), "category": "lamp", "place": desk.cast.place.community.pk,
        "to": f"team:{desk.cast.place.sector.pk}",
    }  # fmt: skip
    tried = client.post(new, given | {"try": "1"}).content.decode()
    assert "有 1 件会换个地方" in tried
    assert not RoutingRule.objects.exists()
    assert client.post(new, given).url == reverse("routing-rules")
    made = RoutingRule.objects.get()
    listed = client.get(reverse("routing-rules")).content.decode()
    assert "公共设施坏了" in listed
    assert "城管网格" in listed
    assert "有 1 件会换个地方" in client.get(reverse("routing-try")).content.decode()
    client.post(reverse("routing-rule-switch", args=[made.pk]), {"on": "0"})
    made.refresh_from_db()
    assert not made.is_active


def test_counted_are_the_rules_in_use_and_a_switch_is_confirmed(desk, browse):
    one, other = write(desk), write(desk, place="grid")
    client = browse("secretary")
    off = client.post(reverse("routing-rule-switch", args=[one.pk]), {"on": "0"}, follow=True).content.decode()
    assert "一条规则" in off
    assert "停掉了" in off
    client.post(reverse("routing-rule-switch", args=[other.pk]), {"on": "0"})
    assert "规则都停着" in client.get(reverse("routing-rules")).content.decode()
    on = client.post(reverse("routing-rule-switch", args=[one.pk]), {"on": "1"}, follow=True).content.decode()
    assert "又用上了" in on


def test_a_refused_rule_keeps_what_was_chosen_and_says_why(desk, browse):
    client, new = browse("secretary"), reverse("routing-rule-new")
    given = {"place": desk.cast.place.community.pk, "to": "grid"}
    client.post(new, {"_once": once(client.get(new))} | given)
    page = client.post(new, {"_once": once(client.get(new))} | given)
    assert page.status_code == 409
    assert "已经有一条在用的规则了" in page.content.decode()
    for junk in ({"place": "x", "to": "grid"}, {"place": desk.cast.place.community_b.pk, "to": "team:x"}, {}):
        assert client.post(new, {"_once": once(client.get(new))} | junk).status_code == 422


@pytest.mark.parametrize("rules", [1, 9])
def test_the_rules_cost_the_same(desk, browse, rule, django_assert_num_queries, rules):
    for place in ("community", "area", "grid", "grid_b", "building", "building_b", "street", "district", "area_b")[
        :rules
    ]:
        rule(place)
    client = browse("sysadmin")
    client.get(reverse("routing-rules"))
    with django_assert_num_queries(RULES):
        page = client.get(reverse("routing-rules")).content.decode()
    assert len(re.findall("在用，停掉", page)) == rules


RULES = 8
