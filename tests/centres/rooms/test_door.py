"""The code at the door: it changes, it is needed by whoever is not of the house, and a photograph of it is soon worth
nothing."""

import datetime as dt
import re

import pytest

from centres.rooms import arrivals, doorcodes, links, services
from centres.rooms.enums import LinkKind
from centres.rooms.models_booking import Booking
from centres.rooms.models_door import RoomLink
from portal.audit.models import AuditEntry
from portal.errors import Forbidden, IllegalTransition, NotFound, Refusal
from portal.throttle.models import Tries
from tests.centres.rooms.people import NOW, at, book, digits, furnish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def mine(cast, house) -> Booking:
    """The resident's, from 14:30 on: at 14:20 one may check in."""
    return book(cast, house.studio, "09-18 14:30", "09-18 16:00")


def arrive(cast, booking, code="", who="resident", now=NOW, **given) -> Booking:
    return services.check_in(actor=cast.actor(who), booking_id=booking.pk, code=code, now=now, **given)


def here(room, code) -> str:
    return f"/rooms/{room.pk}/here/{code}/"


def text(answer) -> str:
    """What a page says, without its tags and blanks."""
    return re.sub(r"<[^>]*>|\s", "", answer.content.decode().split("<main", 1)[-1])


# ---------------------------------------------------------------- the digits themselves
def test_code_is_six_digits_of_its_room_and_its_half_minute(house):
    code = digits(house.studio)
    assert re.fullmatch(r"\d{6}", code)
    assert code == digits(house.studio, NOW + 29 * SECOND)
    assert code != digits(house.studio, NOW + 30 * SECOND)
    assert code != digits(house.stage)


def test_code_depends_on_the_secret_key(house, settings):
    before = digits(house.studio)
    settings.SECRET_KEY = "another" * 8
    assert digits(house.studio) != before


@pytest.mark.parametrize(("later", "good"), [(0, True), (29, True), (30, True), (59, True), (60, False), (3600, False)])
def test_code_lives_for_its_window_and_the_next(house, later, good):
    assert doorcodes.accepts(house.studio.pk, digits(house.studio), NOW + later * SECOND) is good


def test_code_of_the_future_is_none_yet(house):
    assert not doorcodes.accepts(house.studio.pk, digits(house.studio, NOW + 30 * SECOND), NOW)


def test_seconds_left_run_down_to_one(house):
    assert [doorcodes.seconds_left(NOW + n * SECOND) for n in (0, 1, 29, 30)] == [30, 29, 1, 30]


# ---------------------------------------------------------------- who needs it
@pytest.mark.parametrize("code", ["", "   ", "不知道", "000000"])
def test_from_home_nobody_checks_in(cast, mine, code):
    with pytest.raises(Refusal) as refused:
        arrive(cast, mine, code)
    assert (refused.value.code, refused.value.status) == ("DOOR_CODE", 422)
    assert Booking.objects.get().state == "confirmed"


def test_grid_worker_who_booked_for_a_door_needs_it_too(cast, house, settle):
    settle("奶奶", "building", None)
    resident = settle("爷爷", "building", None)
    booking = book(cast, house.studio, "09-18 14:30", "09-18 15:30", "grid_worker", on_behalf_of=resident.pk)
    with pytest.raises(Refusal, match="DOOR_CODE"):
        arrive(cast, booking, who="grid_worker")
    assert arrive(cast, booking, digits(house.studio), who="grid_worker").state == "checked_in"


@pytest.mark.parametrize("who", ["clerk", "secretary"])
def test_staff_of_the_place_need_none(cast, mine, who):
    assert arrive(cast, mine, who=who).state == "checked_in"
    assert not Tries.objects.exists()


def test_others_are_told_what_they_always_were(cast, mine):
    with pytest.raises(NotFound):
        arrive(cast, mine, digits(mine.room), who="neighbour")
    with pytest.raises(Forbidden):
        arrive(cast, mine, digits(mine.room), who="street_supervisor")


@pytest.mark.parametrize("shape", ["{0}", "{1} {2}", "{1}-{2}", " {0} "])
def test_digits_are_read_as_people_type_them(cast, mine, shape):
    code = digits(mine.room)
    assert arrive(cast, mine, shape.format(code, code[:3], code[3:])).state == "checked_in"


def test_full_width_digits_are_digits(cast, mine):
    wide = "".join(chr(ord(one) + 0xFEE0) for one in digits(mine.room))
    assert arrive(cast, mine, wide).state == "checked_in"


def test_code_of_another_room_is_no_code(cast, house, mine):
    with pytest.raises(Refusal, match="DOOR_CODE"):
        arrive(cast, mine, digits(house.stage))


def test_who_has_the_whole_hall_stands_at_the_door_of_a_half(cast, house):
    booking = book(cast, house.hall, "09-18 14:30", "09-18 15:30")
    assert arrive(cast, booking, digits(house.west)).state == "checked_in"


def test_a_half_is_not_the_other_half(cast, house):
    booking = book(cast, house.east, "09-18 14:30", "09-18 15:30")
    with pytest.raises(Refusal, match="DOOR_CODE"):
        arrive(cast, booking, digits(house.west))


def test_photograph_of_yesterday_opens_nothing(cast, mine, friday):
    photographed = digits(mine.room)
    friday.shift(60)
    with pytest.raises(Refusal, match="DOOR_CODE"):
        services.check_in(actor=cast.actor("resident"), booking_id=mine.pk, code=photographed)


def test_twice_is_said_plainly(cast, mine):
    arrive(cast, mine, digits(mine.room))
    with pytest.raises(IllegalTransition, match="已经签过到了"):
        arrive(cast, mine, digits(mine.room))


@pytest.mark.parametrize(("when", "code"), [("09-18 14:14", "TOO_EARLY"), ("09-18 16:00", "OVER")])
def test_right_digits_at_the_wrong_time(cast, mine, when, code):
    with pytest.raises(Refusal, match=code):
        arrive(cast, mine, digits(mine.room, when), now=at(when))


# ---------------------------------------------------------------- guessing
def test_guessing_ends_after_ten_and_the_right_one_helps_no_more(cast, mine):
    for _n in range(arrivals.TRIES):
        with pytest.raises(Refusal, match="DOOR_CODE"):
            arrive(cast, mine, "000000")
    with pytest.raises(Refusal) as refused:
        arrive(cast, mine, digits(mine.room))
    assert (refused.value.code, refused.value.status) == ("THROTTLED", 429)
    assert arrive(cast, mine, who="clerk").state == "checked_in"


def test_guesses_of_one_are_not_held_against_another(cast, house, mine):
    theirs = book(cast, house.east, "09-18 14:30", "09-18 15:30", "neighbour")
    for _n in range(arrivals.TRIES + 1):
        with pytest.raises(Refusal):
            arrive(cast, mine, "000000")
    assert arrive(cast, theirs, digits(house.east), who="neighbour").state == "checked_in"


def test_a_quarter_of_an_hour_later_one_may_try_again(cast, mine, friday):
    for _n in range(arrivals.TRIES + 1):
        with pytest.raises(Refusal):
            arrive(cast, mine, "000000")
    friday.shift(arrivals.WITHIN + SECOND)
    now = NOW + arrivals.WITHIN + SECOND
    assert arrive(cast, mine, digits(mine.room, now), now=now).state == "checked_in"
    assert Tries.objects.get().count == 1


def test_tries_are_counted_though_the_call_is_refused_and_has_a_key(cast, mine, call):
    """An Idempotency-Key wraps a call in one transaction: a raised refusal would take its count back."""
    client, where = call("resident"), f"/api/v1/bookings/{mine.pk}/check_in/"
    for n in range(arrivals.TRIES):
        answer = client.post(where, {"code": "000000"}, headers={"Idempotency-Key": f"guess-{n}"})
        assert (answer.status_code, answer.json()["code"]) == (422, "DOOR_CODE")
    answer = client.post(where, {"code": digits(mine.room)}, headers={"Idempotency-Key": "guess-last"})
    assert (answer.status_code, answer.json()["code"]) == (429, "THROTTLED")


def test_call_keeps_its_path_and_takes_the_code(cast, mine, call):
    where = f"/api/v1/bookings/{mine.pk}/check_in/"
    answer = call("resident").post(where)
    assert (answer.status_code, answer.json()["code"]) == (422, "DOOR_CODE")
    assert call("resident").post(where, {"code": digits(mine.room)}).json()["state"] == "checked_in"


# ---------------------------------------------------------------- the page the code opens
def test_scan_finds_the_booking_and_one_button_checks_in(cast, mine, browse):
    client, where = browse("resident"), here(mine.room, digits(mine.room))
    page = client.get(where)
    assert "人到了就按一下" in text(page)
    assert mine.purpose in text(page)
    scan = re.search(r'name="scan" value="([^"]+)"', page.content.decode()).group(1)
    done = client.post(where, {"scan": scan})
    assert done["Location"] == mine.get_absolute_url()
    assert Booking.objects.get().state == "checked_in"
    assert "已经签过到了" in text(client.get(where))


def test_looking_writes_nothing_to_the_booking(cast, mine, browse):
    browse("resident").get(here(mine.room, digits(mine.room)))
    assert Booking.objects.get().state == "confirmed"


def test_who_reads_slowly_may_still_press_but_not_for_ever(cast, mine, browse, friday):
    client, code = browse("resident"), digits(mine.room)
    scan = re.search(r'name="scan" value="([^"]+)"', client.get(here(mine.room, code)).content.decode()).group(1)
    friday.shift(doorcodes.SCAN_HOLDS + SECOND)
    late = client.post(here(mine.room, code), {"scan": scan})
    assert (late.status_code, Booking.objects.get().state) == (422, "confirmed")
    assert "再看一眼门口的屏" in text(late)
    friday.shift(-2 * SECOND)
    assert client.post(here(mine.room, code), {"scan": scan}).status_code == 302


def test_scan_of_one_is_worth_nothing_to_another(cast, house, browse, friday):
    code = digits(house.east)
    book(cast, house.east, "09-18 14:30", "09-18 15:30", "neighbour")
    scan = doorcodes.scan(house.east.pk, code, cast.resident.pk, NOW)
    friday.shift(61)
    assert browse("neighbour").post(here(house.east, code), {"scan": scan}).status_code == 422


def test_replayed_address_has_run_out_and_says_so(cast, mine, browse, friday):
    where = here(mine.room, digits(mine.room))
    friday.shift(60)
    for answer in (browse("resident").get(where), browse("resident").post(where)):
        assert answer.status_code == 422
        assert "码已经换了" in text(answer)
        assert "去填六位数" in text(answer)
    assert Booking.objects.get().state == "confirmed"


def test_signing_in_takes_its_time_and_the_scan_still_counts(cast, mine, browse, friday):
    client, where = browse(), here(mine.room, digits(mine.room))
    assert client.get(where)["Location"].startswith("/accounts/")
    friday.shift(120)
    client.force_login(cast.resident, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "人到了就按一下" in text(client.get(where))
    friday.shift(doorcodes.SCAN_HOLDS)
    assert client.get(where).status_code == 422


def test_nobody_learns_from_the_address_whether_a_guess_was_right(cast, mine, browse):
    right, wrong = (browse().get(here(mine.room, code)) for code in (digits(mine.room), "000000"))
    assert right.status_code == wrong.status_code == 302
    assert not Tries.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "room", "said"),
    [
        ("09-18 16:00", "09-18 17:00", "studio", "15:45起可以签到"),
        ("09-18 14:30", "09-18 15:30", "east", "您约的是大厅东半"),
        ("09-19 14:30", "09-19 15:30", "studio", "这间没有您的预约"),
    ],
)
def test_why_not_is_said_plainly(cast, house, browse, start, end, room, said):
    book(cast, getattr(house, room), start, end)
    assert said in text(browse("resident").get(here(house.studio, digits(house.studio))))


def test_booking_of_somebody_else_is_not_shown(cast, mine, browse):
    page = browse("neighbour").get(here(mine.room, digits(mine.room)))
    assert "这间没有您的预约" in text(page)
    assert mine.purpose not in text(page)


def test_one_that_waits_and_one_that_was_missed(cast, house, browse, friday):
    waits = book(cast, house.stage, "09-18 16:30", "09-18 17:30")
    assert "社区还没点头" in text(browse("resident").get(here(house.stage, digits(house.stage))))
    Booking.objects.filter(pk=waits.pk).update(state="no_show")
    assert "已经让给别人了" in text(browse("resident").get(here(house.stage, digits(house.stage))))


def test_typed_on_the_bookings_own_page(cast, mine, browse):
    client = browse("resident")
    page = client.get(mine.get_absolute_url()).content.decode()
    assert 'name="code"' in page
    wrong = client.post(f"{mine.get_absolute_url()}act/", {"event": "check_in", "code": "000000"})
    assert wrong.status_code == 422
    assert "半分钟一换" in text(wrong)
    client.post(f"{mine.get_absolute_url()}act/", {"event": "check_in", "code": digits(mine.room)})
    assert Booking.objects.get().state == "checked_in"
    assert 'name="code"' not in browse("clerk").get(mine.get_absolute_url()).content.decode()


# ---------------------------------------------------------------- the tablet
def door_of(cast, room, who="clerk") -> str:
    return links.path_of(links.make_link(actor=cast.actor(who), room_id=room.pk, kind=LinkKind.DOOR))


def test_door_says_what_is_on_and_what_comes_without_names(cast, house, browse):
    book(cast, house.studio, "09-18 14:30", "09-18 15:00", purpose="给王奶奶过生日")
    book(cast, house.studio, "09-18 15:00", "09-18 16:00", "clerk", purpose="书法班")
    page = text(browse().get(door_of(cast, house.studio)))
    assert "书画室" in page
    assert "现在空着，到14:30" in page
    assert "14:30–15:00有人约了" in page
    assert "15:00–16:00书法班" in page
    assert "王奶奶" not in page
    assert "resident" not in page
    code = digits(house.studio)
    assert f"{code[:3]}{code[3:]}" in page


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("09-18 07:30", "还没开，8:00开"),
        ("09-18 15:10", "书法班，到16:00"),
        ("09-18 16:10", "正在收拾，到16:15"),
        ("09-18 20:00", "今天后面没有人约"),
        ("09-18 21:30", "今天不开了"),
        ("10-01 10:00", "今天不开了"),
    ],
)
def test_door_at_every_hour(cast, house, browse, friday, when, said):
    house.studio.buffer_minutes = 15
    house.studio.save()
    book(cast, house.studio, "09-18 15:00", "09-18 16:00", "clerk", purpose="书法班")
    where = door_of(cast, house.studio)
    friday.move_to(at(when))
    assert said in text(browse().get(where))


def test_door_changes_its_code_and_renews_itself(cast, house, browse, friday):
    where = door_of(cast, house.studio)
    friday.shift(10)
    page = browse().get(where)
    assert '<noscript><meta http-equiv="refresh" content="20"></noscript>' in page.content.decode()
    assert 'hx-trigger="every 10s"' in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    first = text(page)
    friday.shift(20)
    fragment = browse().get(where, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert digits(house.studio, NOW + 30 * SECOND) in text(fragment)
    assert digits(house.studio, NOW + 30 * SECOND) not in first


@pytest.mark.usefixtures("calendar_known")
def test_door_is_asked_for_in_few_questions(cast, house, browse, django_assert_num_queries):
    where, client, polled = door_of(cast, house.studio), browse(), {"HX-Request": "true"}
    client.get(where)
    for hour in range(15, 20):
        with django_assert_num_queries(6):
            client.get(where)
        with django_assert_num_queries(6):
            client.get(where, headers=polled)
        book(cast, house.studio, f"09-18 {hour}:00", f"09-18 {hour}:30", "clerk")


def test_newer_address_and_one_taken_back_open_nothing(cast, house, browse):
    first = door_of(cast, house.studio)
    second = door_of(cast, house.studio)
    assert [browse().get(one).status_code for one in (first, second)] == [404, 200]
    assert links.revoke_link(actor=cast.actor("clerk"), room_id=house.studio.pk, kind=LinkKind.DOOR)
    assert not links.revoke_link(actor=cast.actor("clerk"), room_id=house.studio.pk, kind=LinkKind.DOOR)
    assert browse().get(second).status_code == 404
    third = door_of(cast, house.studio)
    assert [browse().get(one).status_code for one in (first, second, third)] == [404, 404, 200]
    verbs = AuditEntry.objects.filter(object_id=str(house.studio.pk)).values_list("verb", flat=True)
    assert sorted(verbs) == ["room.door_link"] * 3 + ["room.door_link_off"]


def test_address_of_the_calendar_is_not_that_of_the_door(cast, house, browse):
    link = links.make_link(actor=cast.actor("clerk"), room_id=house.studio.pk, kind=LinkKind.FEED)
    door_of(cast, house.studio)
    assert browse().get(f"/door/{links.token_of(link)}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "x~y", "~", "0" * 300])
def test_nonsense_is_nobodys_door(house, browse, token):
    assert browse().get(f"/door/{token}/").status_code == 404


@pytest.mark.parametrize("who", ["resident", "grid_worker", "clerk_b", "street_supervisor"])
def test_only_the_house_makes_and_takes_back(cast, house, who):
    for work in (links.make_link, links.revoke_link):
        with pytest.raises(Forbidden):
            work(actor=cast.actor(who), room_id=house.studio.pk, kind=LinkKind.DOOR)
    assert not RoomLink.objects.exists()


def test_staff_set_it_up_on_one_page(cast, house, browse):
    client, where = browse("clerk"), f"/rooms/{house.studio.pk}/links/"
    assert "还没有屏" in text(client.get(where))
    client.post(where, {"do": "make:door"})
    page = client.get(where)
    address = re.search(r'value="http://testserver(/door/[^"]+)"', page.content.decode()).group(1)
    assert browse().get(address).status_code == 200
    client.post(where, {"do": "off:door"})
    assert browse().get(address).status_code == 404
    assert client.post(where, {"do": "make:castle"}).status_code == 404
    assert browse("resident").get(where).status_code == 403


def test_another_house_has_its_own(cast, house, browse):
    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    assert browse("clerk").get(f"/rooms/{other.studio.pk}/links/").status_code == 404
