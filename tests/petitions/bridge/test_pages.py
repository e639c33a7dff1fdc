"""The bridge's table as people use it, and what stands on a case's page."""

from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from petitions.bridge import importing, keys
from petitions.bridge.models import CategoryMapping, ExternalSystem, ExternalTicket, InboundProblem, OutboundUpdate
from petitions.bridge.todos import stuck
from petitions.cases import services
from petitions.cases.models import Case
from tests.petitions.cases.conftest import FILED_AT

HEAD = "工单号,题目,诉求内容,类别,地址,姓名,联系电话,办结时限\n"
ROW = "GD-1,路灯不亮,东门外两盏灯三天不亮,0302,文昌花园社区东门,林阿姨,13800002046,2026-09-23 18:00\n"


def table(*rows: str, head: str = HEAD) -> BytesIO:
    made = BytesIO((head + "".join(rows)).encode("utf-8-sig"))
    made.name = "工单.csv"
    return made


def dead(bridge, **more) -> OutboundUpdate:
    update = OutboundUpdate.objects.get(ticket=bridge.take(**more))
    OutboundUpdate.objects.filter(pk=update.pk).update(stage="dead", last_error="对方不收（422）", attempt=1)
    return update


def test_the_table_says_what_waits_and_each_line_leads_to_it(bridge, browse):
    update = dead(bridge, category="77")
    bridge.take(description="别的事", category="77")
    page = browse("clerk").get("/desk/bridge/").content.decode()
    for words in ("一条没送出去", "一个代码不认识", "一张工单要核对", "对方不收（422）", "GD-2026-0918-01"):
        assert words in page
    assert update.get_absolute_url() in page
    assert browse("clerk_b").get("/desk/bridge/").content.decode().count("GD-2026") == 0


def test_a_quiet_bridge_says_so(bridge, browse):
    assert "都接上了" in browse("secretary").get("/desk/bridge/").content.decode()


def test_sending_again_from_the_page(bridge, browse, remote):
    update, client = dead(bridge), browse("clerk")
    assert "对方不收" in client.get(update.get_absolute_url()).content.decode()
    answer = client.post(update.get_absolute_url(), {"do": "resend"}, follow=True)
    assert "又送出去了" in answer.content.decode()
    assert bridge.work() == 1
    # Somebody else has the page still open.
    assert client.post(update.get_absolute_url(), {"do": "resend"}).status_code == 409


def test_giving_up_from_the_page(bridge, browse):
    update, client = dead(bridge), browse("clerk")
    assert client.post(update.get_absolute_url(), {"do": "give_up", "reason": ""}).status_code == 422
    client.post(update.get_absolute_url(), {"do": "give_up", "reason": "打电话说过了"})
    assert "打电话说过了" in client.get(update.get_absolute_url()).content.decode()


@pytest.mark.parametrize("body", [{}, {"do": "nonsense"}, {"do": "resend", "answer": "\0"}])
def test_a_garbled_form_is_no_error(bridge, browse, body):
    assert browse("clerk").post(dead(bridge).get_absolute_url(), body).status_code in (302, 422)


def test_a_code_is_explained_once_for_all(bridge, browse, category):
    one, two = bridge.take(category="77"), bridge.take(id="GD-2", category="77")
    client, url = browse("clerk"), reverse("bridge-code", args=[one.pk])
    assert "“77”" in client.get(url).content.decode()
    assert client.post(url, {"category": "nonsense"}).status_code == 422
    client.post(url, {"category": "lamp"})
    assert not ExternalTicket.objects.filter(category_unknown=True).exists()
    assert bridge.take(id="GD-3", category="77").case.category == category
    assert two.system.mappings.get(external_code="77").category == category


def test_a_ticket_without_a_category_is_only_seen_to(bridge, browse):
    ticket = bridge.take(category="")
    client, url = browse("clerk"), reverse("bridge-code", args=[ticket.pk])
    assert "没有写类别" in client.get(url).content.decode()
    assert client.post(url, {"category": "lamp"}).status_code == 422
    client.post(url, {"do": "seen"})
    assert not ExternalTicket.objects.filter(category_unknown=True).exists()
    assert CategoryMapping.objects.count() == 1


def test_a_problem_is_settled_once(bridge, browse):
    bridge.take()
    bridge.take(description="别的事")
    url = reverse("bridge-settle", args=[InboundProblem.objects.get().pk])
    for _again in range(2):
        assert browse("secretary").post(url).status_code == 302
    assert InboundProblem.objects.get().settled_by == bridge.desk.cast.secretary
    assert browse("secretary").get(url).status_code == 405


def test_todos_are_for_those_who_can_act(bridge):
    dead(bridge, category="77")
    bridge.take(description="别的事", category="77")
    desk = bridge.desk
    assert len(stuck(desk.actor("clerk"), FILED_AT)) == 3
    for who in ("clerk_b", "grid_worker", "resident", "department_handler", "auditor"):
        assert stuck(desk.actor(who), FILED_AT) == []


def test_the_case_shows_their_deadline_beside_ours(bridge, browse, remote):
    ticket = bridge.take()
    bridge.work()
    page = browse("clerk").get(ticket.case.get_absolute_url()).content.decode()
    for words in ("转来的工单", "GD-2026-0918-01", "12345 热线", "对方要求办完", "9月23日", "别的系统转来"):
        assert words in page
    dead(bridge, id="GD-2")
    assert (
        "有一条没送出去"
        in browse("clerk").get(ExternalTicket.objects.get(external_id="GD-2").case.get_absolute_url()).content.decode()
    )


# ---------------------------------------------------------------- tables
def send(client, file, do="look", system="12345-gy"):
    return client.post("/desk/bridge/import/", {"system": system, "file": file, "do": do})


def test_a_table_is_looked_at_first_and_taken_once(bridge, browse):
    client = browse("clerk")
    other = ROW.replace("GD-1", "GD-2").replace("0302", "77")
    looked = send(client, table(ROW, other, "GD-3,,,,,,,\n")).content.decode()
    assert "会新立 2 件" in looked
    assert "没有写是什么事" in looked
    assert "77" in looked
    assert Case.objects.count() == 0
    assert "新立 2 件" in send(client, table(ROW, other), "save").content.decode()
    again = send(client, table(ROW, other), "save").content.decode()
    assert "新立 0 件" in again
    assert Case.objects.count() == 2
    case = ExternalTicket.objects.get(external_id="GD-1").case
    assert (case.grid, case.contact_phone) == (bridge.desk.cast.place.community, "+8613800002046")


def test_the_clerk_of_one_community_files_nothing_in_another(bridge, browse):
    there = bridge.desk.cast.place.community_b
    head = HEAD.replace("地址", "网格")
    said = send(browse("clerk"), table(ROW.replace("文昌花园社区东门", there.code), head=head), "save").content.decode()
    assert "不在您这里" in said
    assert Case.objects.count() == 0


def test_a_table_and_a_push_of_one_ticket_are_one(bridge):
    bridge.take(id="GD-1", description="东门外两盏灯三天不亮", address="文昌花园社区东门", reported_at=None)
    actor = bridge.desk.actor("district_admin")
    report = importing.import_tickets(actor=actor, system=bridge.system, source=table(ROW))
    assert (report.new, report.same, report.bad) == (0, 1, [])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (table(ROW, ROW), "和第 2 行是同一个工单号"),
        (table(ROW.replace("2026-09-23 18:00", "后天")), "时间看不懂"),
        (table("a,b\n", head=""), "缺少这些列"),
        (table(head=HEAD), "会新立 0 件"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_line_by_line(bridge, browse, file, words):
    file.seek(0)
    assert words in send(browse("clerk"), file).content.decode()


def test_an_empty_form_and_an_unknown_system_are_told(bridge, browse):
    assert browse("clerk").post("/desk/bridge/import/", {}).status_code == 422
    assert send(browse("clerk"), table(ROW), system="nobody").status_code == 422


def test_the_command_rehearses_imports_pulls_and_gives_tokens(bridge, tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_bytes(table(ROW).read())
    call_command("bridge", "import", "12345-gy", str(file))
    assert "预演" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("bridge", "import", "12345-gy", str(file), "--save")
    call_command("bridge", "import", "12345-gy", str(file), "--save", "--operator", "district_admin")
    assert Case.objects.count() == 1
    call_command("bridge", "pull", "12345-gy")
    capsys.readouterr()
    call_command("bridge", "token", "12345-gy")
    bridge.system.refresh_from_db()
    assert keys.fits(capsys.readouterr().out.strip(), bridge.system.token_hash)
    with pytest.raises(CommandError):
        call_command("bridge", "pull", "nobody")


# ---------------------------------------------------------------- settings
ADMIN = {"code": "new", "name": "新热线", "kind": "hotline", "state_codes": "{}", "is_active": "on"}


def test_the_office_sets_up_a_system_and_sees_its_keys_once(bridge, browse):
    cast = bridge.desk.cast
    cast.sysadmin.is_staff = cast.sysadmin.is_superuser = True
    cast.sysadmin.save()
    client, add = browse("sysadmin"), "/admin/petitions/externalsystem/add/"
    given = ADMIN | {"grid": str(cast.place.district.pk), "answer_url": "https://hotline.example.org/in"}
    assert "密钥只显示这一次" in client.post(add, given, follow=True).content.decode()
    system = ExternalSystem.objects.get(code="new")
    assert len(keys.unlocked(system.secret_box)) > 30
    change = f"/admin/petitions/externalsystem/{system.pk}/change/"
    assert "密钥只显示" not in client.post(change, given, follow=True).content.decode()
    asked = {"action": "give_token", "_selected_action": str(system.pk)}
    said = client.post("/admin/petitions/externalsystem/", asked, follow=True).content.decode()
    assert "令牌只显示这一次" in said
    for url in ("file:///etc/passwd", "ftp://a/b", "http://", "https://user:pw@host/", "javascript:1", "http://a b/"):
        answer = client.post(change, given | {"answer_url": url})
        assert "请写完整的网址" in answer.content.decode(), url
    for model in ("externalticket", "inboundproblem", "outboundupdate", "categorymapping"):
        assert client.get(f"/admin/petitions/{model}/").status_code == 200
        assert client.get(f"/admin/petitions/{model}/add/").status_code == 403


def test_a_lost_server_key_signs_nothing(bridge, remote, settings):
    bridge.take()
    settings.SECRET_KEY = "another" * 8
    bridge.work()
    assert remote.got == []
    assert "密钥" in OutboundUpdate.objects.get().last_error


# ---------------------------------------------------------------- what it costs
@pytest.mark.parametrize("rows", [1, 20])
def test_the_table_costs_the_same_at_one_and_at_twenty(bridge, browse, django_assert_num_queries, rows):
    for n in range(rows):
        dead(bridge, id=f"GD-{n}", category=f"code-{n}")
        bridge.take(id=f"GD-{n}", description="别的事")
    client = browse("clerk")
    client.get("/desk/bridge/")
    with django_assert_num_queries(TABLE):
        client.get("/desk/bridge/")


def test_a_step_that_is_told_costs_a_constant_few(bridge, django_assert_num_queries):
    """What a step of an ordinary case costs is counted in tests/petitions/cases; the bridge adds nothing to it."""
    ticket, clerk = bridge.take(), bridge.desk.actor("clerk")
    with django_assert_num_queries(TOLD):
        services.act(actor=clerk, case_id=ticket.case_id, event="accept")


# Literal, so that one more is seen.
TABLE = 13
TOLD = 17
