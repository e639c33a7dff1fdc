"""心愿实现率 by a set small enough to count by hand: page, API, workbook and the rows behind its two numbers agree."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from petitions.cases import figures
from petitions.cases.figures import Figure, Period
from petitions.wishes import services
from petitions.wishes.models import Wish
from portal.ui.words import spoken_ref
from tests.cast import Cast
from tests.petitions.cases.conftest import at
from tests.petitions.wishes.people import TEXT, a_wish, bring_to, do, helpers

pytestmark = pytest.mark.django_db

SEPTEMBER = Period(at("2026-09-01 00:00"), at("2026-10-01 00:00"))
QUERY = "from=2026-09-01&to=2026-09-30"


def hung_up(cast: Cast, when: str, text: str = TEXT, **fields) -> Wish:
    """A wish of the resident, approved at that moment."""
    wish = a_wish(cast, text=text, now=at(when), **fields)
    return do(cast.actor("secretary"), wish, "approve", now=at(when))


def come_true(cast: Cast, wish: Wish, when: str) -> Wish:
    """Claimed, done and confirmed at that moment."""
    for event, who in (("claim", "volunteer"), ("start", "volunteer"), ("hand_in", "volunteer")):
        do(cast.actor(who), wish, event, now=at(when))
    return do(cast.actor("resident"), wish, "confirm", now=at(when))


@pytest.fixture
def lives(cast) -> dict[str, Wish]:
    """Published in September and counted: first, twice, last, waiting, expired. Of them came true: first, twice, last.

    Not counted: before (hung up in August, true in September), after (hung up in October), withdrawn from the wall,
    declined, in review.
    """
    helpers(cast)
    before = come_true(cast, hung_up(cast, "2026-08-31 23:59"), "2026-09-02 10:00")
    first = come_true(cast, hung_up(cast, "2026-09-01 00:00", "想要一盏台灯。"), "2026-09-03 10:00")
    twice = hung_up(cast, "2026-09-02 10:00")
    for event in ("claim", "give_up"):
        do(cast.actor("volunteer"), twice, event, now=at("2026-09-03 10:00"))
    twice = come_true(cast, twice, "2026-09-04 10:00")
    waiting = hung_up(cast, "2026-09-10 10:00", grid=cast.place.grid)
    gone = services.expire(wish_id=hung_up(cast, "2026-09-11 10:00").pk, now=at("2026-10-20 10:00"))
    withdrawn = hung_up(cast, "2026-09-12 10:00")
    withdrawn = do(cast.actor("resident"), withdrawn, "withdraw", now=at("2026-09-13 10:00"))
    monday = at("2026-09-14 10:00")
    declined = do(cast.actor("secretary"), a_wish(cast, now=monday), "decline", now=monday)
    in_review = a_wish(cast, now=monday)
    last = come_true(cast, hung_up(cast, "2026-09-30 23:59"), "2026-10-12 10:00")
    after = hung_up(cast, "2026-10-01 00:00")
    return {
        **{"first": first, "twice": twice, "waiting": waiting, "expired": gone, "last": last},
        **{"before": before, "after": after, "withdrawn": withdrawn, "declined": declined, "in_review": in_review},
    }


def counted(cast: Cast, who: str, path: str = "") -> tuple[int, int]:
    (found,) = figures.figures(cast.actor(who).reach, path, SEPTEMBER, ("wishes",))
    return found.numerator, found.denominator


def test_it_is_as_counted_by_hand(cast, lives):
    reach = cast.actor("secretary").reach
    number_of = {wish.ref: name for name, wish in lives.items()}
    above, below = (
        {number_of[row.at_ref] for row in figures.rows_behind("wishes", part, reach, "", SEPTEMBER)}
        for part in figures.PARTS
    )
    assert above == {"first", "twice", "last"}
    assert below == {"first", "twice", "last", "waiting", "expired"}
    assert counted(cast, "secretary") == (3, 5)


def test_page_api_and_file_say_the_same(cast, lives, browse, call):
    said = call("secretary").get(f"/api/v1/figures/?{QUERY}").json()["wishes"]
    assert said == {"numerator": 3, "denominator": 5, "value": 0.6}
    page = browse("secretary").get(f"/cases/figures/?{QUERY}")
    (shown,) = [one for one in page.context["figures"] if one["value"].figure.name == "wishes"]
    assert shown["value"].percent == "60%"
    assert "心愿实现率" in page.content.decode()
    for part, number in (("numerator", 3), ("denominator", 5)):
        assert len(browse("secretary").get(shown[part]).context["rows"]) == number
    file = browse("secretary").get(page.context["export"])
    rows = list(load_workbook(io.BytesIO(file.content)).active.iter_rows(min_row=5, values_only=True))
    assert rows[-1] == ("心愿实现率", "已实现", 3, "挂出的心愿", 5, 0.6)


def test_rows_open_the_wishes_and_name_nobody(cast, lives, browse):
    Wish.objects.filter(pk=lives["waiting"].pk).update(text="五号楼二单元的林奶奶想要一副老花镜。")
    client = browse("secretary")
    page = client.get(f"/cases/figures/wishes/denominator/?{QUERY}")
    text = page.content.decode()
    for name in ("first", "twice", "last", "waiting", "expired"):
        assert f'href="/wishes/{lives[name].pk}/"' in text
        assert spoken_ref(lives[name].ref) in text
    assert "想要一盏台灯。" in text
    assert "待认领" in text
    assert "已过期" in text
    main = text.partition("<main")[2]
    for secret in ("林奶奶", "五号楼", "9999", str(cast.resident.name), str(cast.volunteer.name)):
        assert secret not in main, secret
    assert client.get(page.context["rows"][0].url).status_code == 200


def test_it_is_of_ones_own_ground_and_node(cast, lives, call, browse):
    theirs = a_wish(cast, grid=cast.place.community_b)
    do(cast.actor("secretary_b"), theirs, "approve", now=at("2026-09-15 10:00"))
    assert counted(cast, "secretary") == (3, 5)
    assert counted(cast, "secretary_b") == (0, 1)
    assert counted(cast, "street_supervisor") == (3, 5)
    assert counted(cast, "district_admin") == (3, 6)
    assert counted(cast, "district_admin", cast.place.community_b.path) == (0, 1)
    assert counted(cast, "secretary", cast.place.grid.path) == (0, 1)
    assert counted(cast, "resident") == (0, 0)
    rows = browse("secretary_b").get(f"/cases/figures/wishes/denominator/?{QUERY}").context["rows"]
    assert [row.url for row in rows] == [f"/wishes/{theirs.pk}/"]
    said = call("secretary").get(f"/api/v1/figures/?{QUERY}&grid={cast.place.grid.code}").json()["wishes"]
    assert said == {"numerator": 0, "denominator": 1, "value": 0.0}


def test_where_no_wish_was_published_stands_a_dash(cast):
    bring_to(cast, "in_review")
    (found,) = figures.figures(cast.actor("secretary").reach, "", SEPTEMBER, ("wishes",))
    assert (found.value, found.percent) == (None, "—")


def test_rows_ask_the_database_the_same_at_any_length(cast, browse):
    client, url = browse("secretary"), f"/cases/figures/wishes/denominator/?{QUERY}"
    asked = []
    for more in (1, 29):
        for _n in range(more):
            hung_up(cast, "2026-09-02 10:00")
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        asked.append((len(page.context["rows"]), len(queries)))
    assert asked == [(1, asked[0][1]), (30, asked[0][1])]
    with CaptureQueriesContext(connection) as queries:
        figures.figures(cast.actor("secretary").reach, "", SEPTEMBER, ("wishes",))
    assert len([one for one in queries if "petitions_wish" in one["sql"]]) == 1


def test_two_rooms_do_not_share_a_name(cast):
    with pytest.raises(ValueError, match="wishes"):
        figures.add_figure(Figure("wishes", "", "", "", lambda period: Wish.objects.all(), lambda: figures.Q()))
