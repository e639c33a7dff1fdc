from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.templatetags.jmk import ph
from portal.ui import words

NOW = datetime(2026, 9, 18, 6, 20, tzinfo=UTC)  # 14:20 in Shanghai, a Friday


def at(day: int, hour: int, minute: int = 0, month: int = 9, year: int = 2026) -> datetime:
    return (
        datetime(year, month, day, hour - 8, minute, tzinfo=UTC)
        if hour >= 8
        else datetime(year, month, day - 1, hour + 16, minute, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(18, 14, 20), "今天 14:20"),
        (at(18, 9, 5), "今天 9:05"),
        (at(19, 8, 0), "明天 8:00"),
        (at(20, 8, 0), "后天 8:00"),
        (at(17, 23, 59), "昨天 23:59"),
        (at(22, 10, 12), "9月22日 周二 10:12"),
        (at(4, 10, 12, month=1, year=2027), "2027年1月4日 周一 10:12"),
        (None, ""),
    ],
)
def test_when_is_said_as_people_say_it(moment, said):
    assert words.when(moment, NOW) == said


def test_what_ends_at_midnight_ends_with_the_day_before():
    assert words.by(at(19, 0), NOW) == "今天"
    assert words.by(at(19, 0, 15), NOW) == "明天 0:15"
    assert words.by(date(2026, 9, 20), NOW) == "后天"


def test_when_counts_days_in_local_time_not_in_utc():
    # 00:30 on the 19th in Shanghai is still the 18th in UTC.
    assert words.when(datetime(2026, 9, 18, 16, 30, tzinfo=UTC), NOW) == "明天 0:30"


def test_when_of_a_date_has_no_clock():
    assert words.when(date(2026, 9, 20), NOW) == "后天"
    assert words.when(date(2026, 9, 24), NOW) == "9月24日 周四"
    assert words.when(date(2026, 9, 24), NOW, weekday=False) == "9月24日"


def test_when_in_english():
    with translation.override("en"):
        assert words.when(at(22, 10, 12), NOW) == "Tue 22 Sep 10:12"
        assert words.when(at(18, 15), NOW, elder=True) == "today 3 pm"
        assert words.day(date(2027, 1, 4), NOW) == "Mon 4 Jan 2027"


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 30, "凌晨 12 点半"),
        (7, 0, "早上 7 点"),
        (9, 15, "上午 9 点 15 分"),
        (12, 0, "中午 12 点"),
        (15, 0, "下午 3 点"),
        (17, 30, "下午 5 点半"),
        (19, 0, "晚上 7 点"),
    ],
)
def test_clock12_is_in_elders_words(hour, minute, said):
    assert words.clock12(datetime(2026, 9, 18, hour, minute)) == said  # noqa: DTZ001


def test_span_says_the_part_of_the_day_once():
    assert words.span(at(18, 15, 30), at(18, 17)) == "15:30–17:00"
    assert words.span(at(18, 15, 30), at(18, 17), elder=True) == "下午 3 点半到 5 点"
    assert words.span(at(18, 17), at(18, 19), elder=True) == "下午 5 点到晚上 7 点"


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (2, "两"), (10, "十"), (11, "11"), (0, "0")])
def test_count_before_a_measure_word(number, said):
    assert words.count(number) == said


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800002046", "138 **** 2046"),
        ("+86 138 0000 2046", "138 **** 2046"),
        ("8555 0110", "****10"),
        ("", ""),
        (None, ""),
    ],
)
def test_phone_masked_shows_no_middle(phone, masked):
    assert words.phone_masked(phone) == masked


def test_tel_keeps_digits_only():
    assert words.tel("8555 0110") == "85550110"
    assert words.tel("+86 10-8555 0110") == "+861085550110"


@pytest.mark.parametrize(
    ("ref", "spoken"),
    [("HY0916014", "HY 0916 014"), ("HY 0916 014", "HY 0916 014"), ("HY-0916-014", "HY 0916 014"), ("X", "X")],
)
def test_ref_is_spoken_in_groups(ref, spoken):
    assert words.spoken_ref(ref) == spoken


def test_title_without_phrases_breaks_after_its_commas():
    assert (
        ph("老人、食堂和电梯，先办哪件？")
        == '<span class="ph">老人、食堂和电梯，</span><span class="ph">先办哪件？</span>'
    )
    assert ph("好，|不好，不行") == '<span class="ph">好，</span><span class="ph">不好，不行</span>'


@pytest.mark.parametrize(("elder", "said"), [(0, "14:30"), (1, "下午 2 点半")])
def test_hour_is_said_as_the_reader_tells_the_time(elder, said):
    shown = Template("{% hour moment %}").render(Context({"moment": at(18, 14, 30), "elder": elder}))
    assert shown == said
