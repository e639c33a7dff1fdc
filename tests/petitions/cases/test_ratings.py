"""A verdict by every way it comes: the link works once, the desk writes in its own name and never for its own work."""

import re
from threading import Barrier

import pytest
from django.urls import reverse

from petitions.cases import ratings
from petitions.cases.models import Case, CaseRecord, Rating, RatingLink
from portal.errors import Conflict, Forbidden, NotFound
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import FILED_AT
from tests.petitions.cases.test_race import race

GOOD = {"solved": "yes", "satisfaction": "satisfied"}


@pytest.fixture
def sent(desk, time_machine):
    """A case that waits for its verdict, and the address in the message that asked for it."""
    time_machine.move_to(FILED_AT, tick=False)

    def make(**fields) -> tuple[Case, str]:
        case = desk.at("awaiting_feedback", contact_phone="13800002046", reply_by="sms", **fields)
        body = Notice.objects.get(about_id=case.pk, channel="sms", subject__startswith="有结果了").body
        return case, re.search(r"/rate/[\w-]{22}/", body).group()

    return make


# ---------------------------------------------------------------- the link
def test_the_message_carries_a_link_of_its_own_and_the_table_only_its_hash(desk, sent):
    case, url = sent()
    token = url.split("/")[2]
    assert token != case.token
    row = RatingLink.objects.get()
    assert token not in str(vars(row))
    assert (row.case, row.round, row.expires_at) == (case, 1, case.step_due_at)


def test_who_looks_it_up_by_the_slip_gets_no_link(desk):
    desk.at("awaiting_feedback", reply_by="slip")
    assert not RatingLink.objects.exists()


def test_looking_uses_nothing_up_and_rating_uses_it_up(desk, sent, browse):
    case, url = sent()
    client = browse()
    for _look in range(3):
        page = client.get(url)
        assert page.status_code == 200
        assert "换了新灯。" in page.content.decode()
        assert page["X-Robots-Tag"].startswith("noindex")
    answer = client.post(url, GOOD | {"words": "挺快"}, follow=True)
    assert "记下了" in answer.content.decode()
    rating = Rating.objects.get()
    assert (rating.channel, rating.words, rating.taken_by) == ("link", "挺快", None)
    assert Case.objects.get(pk=case.pk).state == "closed"
    for again in (client.get(url), client.post(url, GOOD)):
        assert again.status_code == 410
        assert "用过了" in again.content.decode()
        assert "楼道灯不亮" not in again.content.decode()
    assert Rating.objects.count() == 1


def test_badly_rated_by_link_it_is_worked_on_again_and_the_next_answer_has_a_new_link(desk, sent, browse):
    case, url = sent()
    browse().post(url, {"solved": "no", "satisfaction": "dissatisfied"})
    case.refresh_from_db()
    assert (case.state, case.round) == ("assigned", 2)
    desk.act(case, "sign", "grid_worker")
    desk.act(case, "submit_result", "grid_worker", answer="换了线。", solved="yes")
    desk.act(case, "verify_pass", "secretary")
    assert RatingLink.objects.count() == 2
    assert browse().get(url).status_code == 410


def test_an_expired_link_says_so(desk, sent, browse, time_machine):
    case, url = sent()
    time_machine.move_to(case.step_due_at, tick=False)
    page = browse().post(url, GOOD)
    assert page.status_code == 410
    assert "过期了" in page.content.decode()
    assert not Rating.objects.exists()


def test_rated_on_the_slip_the_link_is_over(desk, sent, browse):
    case, url = sent()
    desk.act(case, "rate", "slip", **GOOD)
    assert Rating.objects.get().channel == "slip"
    assert "已经评过了" in browse().get(url).content.decode()


@pytest.mark.parametrize("token", ["x", "A" * 22, "A" * 23, "数" * 22])
def test_a_guessed_link_is_not_there(browse, token):
    assert browse().get(f"/rate/{token}/").status_code == 404


def test_half_a_verdict_uses_nothing_up(desk, sent, browse):
    _case, url = sent()
    assert browse().post(url, {"solved": "yes"}).status_code == 422
    assert browse().get(url).status_code == 200


def test_the_link_is_no_way_for_who_handled_it(desk, sent, browse):
    _case, url = sent()
    page = browse("grid_worker").post(url, GOOD)
    assert page.status_code == 403
    assert not Rating.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rivals", [2, 8])
def test_of_many_taps_one_counts(desk, sent, rivals):
    _case, url = sent()
    token, actor = url.split("/")[2], desk.actor("")
    ends = race(rivals, lambda n: ratings.rate_by_link(actor=actor, token=token, **GOOD))
    assert ends == {"ok": 1, "LINK_OVER": rivals - 1}
    assert Rating.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_second_tap_is_not_told_plainly(desk, sent, monkeypatch):
    """The negative control: both find the link unused; the second meets the table instead of the sentence."""
    from petitions.cases import rating_links

    _case, url = sent()
    token, actor, met = url.split("/")[2], desk.actor(""), Barrier(2)
    held = rating_links.held

    def unlocked(token, now, *, lock=False):
        found = held(token, now)
        met.wait(20)
        return found

    monkeypatch.setattr(rating_links, "held", unlocked)
    ends = race(2, lambda n: ratings.rate_by_link(actor=actor, token=token, **GOOD))
    assert ends["ok"] == 1
    assert "LINK_OVER" not in ends


# ---------------------------------------------------------------- the desk
@pytest.mark.parametrize("channel", ["phone", "paper"])
def test_the_desk_writes_down_what_was_said_in_its_own_name(desk, channel):
    case = desk.at("awaiting_feedback")
    clerk = desk.actor("clerk")
    ratings.take_down(actor=clerk, case_id=case.pk, version=case.version, channel=channel, **GOOD)
    rating = Rating.objects.get()
    assert (rating.channel, rating.taken_by) == (channel, desk.cast.clerk)
    record = CaseRecord.objects.get(event="rate")
    assert (record.actor, record.data["channel"], record.actor_role) == (desk.cast.clerk, channel, "desk_clerk")


def test_never_for_a_case_one_handled(desk):
    case = desk.file()
    desk.act(case, "accept", "clerk")
    desk.act(case, "assign", "secretary", person=desk.cast.clerk)
    desk.act(case, "sign", "clerk")
    desk.act(case, "submit_result", "clerk", answer="换了新灯。", solved="yes")
    desk.act(case, "verify_pass", "secretary")
    with pytest.raises(Forbidden):
        ratings.take_down(actor=desk.actor("clerk"), case_id=case.pk, version=None, channel="phone", **GOOD)
    ratings.take_down(actor=desk.actor("secretary"), case_id=case.pk, version=None, channel="phone", **GOOD)


@pytest.mark.parametrize(
    "who", ["clerk_b", "grid_worker", "grid_worker_b", "street_supervisor", "auditor", "neighbour"]
)
def test_nobody_but_the_communitys_desk(desk, who):
    case = desk.at("awaiting_feedback")
    with pytest.raises(Forbidden):
        ratings.take_down(actor=desk.actor(who), case_id=case.pk, version=None, channel="paper", **GOOD)


def test_what_is_sent_along_does_not_choose_the_channel(desk):
    case = desk.at("awaiting_feedback")
    desk.act(case, "rate", "resident", **GOOD, channel="paper")
    assert Rating.objects.get().channel == "web"


def test_the_slip_and_the_case_say_it_was_told_on_the_telephone(desk, browse):
    case = desk.at("awaiting_feedback")
    ratings.take_down(actor=desk.actor("clerk"), case_id=case.pk, version=None, channel="phone", **GOOD)
    for page in (browse().get(case.track_path), browse("clerk").get(case.get_absolute_url())):
        assert "电话里说的，窗口记下" in page.content.decode()


def test_links_never_seen_are_not_found(desk):
    with pytest.raises(NotFound):
        ratings.rate_by_link(actor=desk.actor(""), token="A" * 22, **GOOD)


def test_a_used_link_is_a_conflict_for_services_too(desk, sent):
    _case, url = sent()
    token = reverse("rate-link", args=["x"]) and url.split("/")[2]
    ratings.rate_by_link(actor=desk.actor(""), token=token, **GOOD)
    with pytest.raises(Conflict) as refused:
        ratings.rate_by_link(actor=desk.actor(""), token=token, **GOOD)
    assert refused.value.code == "LINK_OVER"
