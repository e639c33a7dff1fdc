"""The printed number and the link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.cases import queries, refs, slips
from petitions.cases.models import Case
from tests.petitions.cases.conftest import at


@pytest.mark.parametrize(
    ("name", "letters"),
    [("文昌花园社区", "WC"), ("360社区", "SQ"), ("东大街社区", "DD"), ("1", "XX")],
)
def test_letters_come_from_the_community(name, letters):
    assert refs.letters_of(name) == letters


@given(number=st.integers(1, 99_999), place=st.integers(0, 20), digit=st.integers(1, 9))
def test_one_wrong_digit_never_passes(number, place, digit):
    ref = refs.compose("WC-1124", number)
    at_ = [i for i, char in enumerate(ref) if char.isdigit()]
    i = at_[place % len(at_)]
    wrong = ref[:i] + str((int(ref[i]) + digit) % 10) + ref[i + 1 :]
    assert refs.parse(wrong) is None


@given(number=st.integers(1, 99_999), place=st.integers(0, 20))
def test_two_neighbours_swapped_never_pass(number, place):
    plain = refs.compose("WC-1124", number).replace("-", "")
    i = 2 + place % (len(plain) - 3)
    swapped = plain[:i] + plain[i + 1] + plain[i] + plain[i + 2 :]
    assert swapped == plain or refs.parse(swapped) is None


@pytest.mark.parametrize(
    "said", ["wc 1124 0067 {c}", "WC11240067{c}", "ＷＣ－１１２４－００６７－{c}", " WC-1124-0067-{c} "]
)
def test_a_number_is_read_however_it_is_typed(said):
    ref = refs.compose("WC-1124", 67)
    assert refs.parse(said.format(c=ref[-1])) == ref


@pytest.mark.parametrize("said", ["", "0067", "WC", "WC-1124", "📷", "WC 1124 00\x0067 3", "9" * 200])
def test_what_is_no_number_is_none(said):
    assert refs.parse(said) is None


def test_numbers_of_a_day_follow_each_other(desk):
    first, second = desk.file(), desk.file()
    next_day = desk.file(now=at("2026-09-15 09:00"))
    next_year = desk.file(now=at("2027-09-14 09:00"))
    assert [c.ref[:12] for c in (first, second, next_day, next_year)] == [
        "WC-0914-0001",
        "WC-0914-0002",
        "WC-0915-0001",
        "WC-0914-0003",
    ]


def test_the_link_is_not_in_the_database(desk):
    case = Case.objects.get(pk=desk.file().pk)
    token = case.token
    assert len(token) == 22  # 128 bits
    assert token not in str(Case.objects.filter(pk=case.pk).values())
    assert queries.by_token(token) == case
    assert queries.by_token(token[:-1] + ("A" if token[-1] != "A" else "B")) is None


def test_the_link_outlives_a_change_of_key(desk, settings):
    case = Case.objects.get(pk=desk.file().pk)
    token = case.token
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert case.token == token
    settings.SECRET_KEY_FALLBACKS = []
    assert (case.token, case.track_path) == ("", "")
    assert queries.by_token(token) == case  # the old paper still opens it
    assert slips.hash_of(token) == case.token_hash
