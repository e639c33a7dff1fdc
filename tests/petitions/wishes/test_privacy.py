"""Guardrail 13: no name, no door, no photo in public; contact for the one who helps, after consent, gone at closing."""

import io

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from petitions.wishes import services
from petitions.wishes.models import Wish, WishClaim
from petitions.wishes.rules import wall_problems
from portal.attachments.models import Attachment
from portal.attachments.queries import may_see
from portal.audit.models import AuditEntry
from portal.errors import Forbidden, NotFound, Refusal
from tests.petitions.wishes.people import PHONE, TEXT, a_wish, bring_to, do, helpers

pytestmark = pytest.mark.django_db

SAID = "林奶奶想要一副老花镜，5号楼1单元301室，13800009999"
HIDDEN = ("林奶奶", "13800009999", "138 0000 9999", "301室", "1单元", "5号楼", "小孙")
ON_THE_WALL = ["open", "claimed", "in_progress", "to_confirm", "fulfilled"]


def photo() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    out.seek(0)
    out.name = "p.jpg"
    return out


def hung_with_secrets(cast) -> Wish:
    helpers(cast)
    wish = a_wish(cast, text=SAID)
    return services.approve(actor=cast.actor("secretary"), wish_id=wish.pk, text=TEXT)


# ---------------------------------------------------------------- what the public reads
@pytest.mark.parametrize("state", ON_THE_WALL)
def test_public_page_gives_nobody_away(cast, browse, state):
    wish = hung_with_secrets(cast)
    for event, person in [
        ("claim", "volunteer"),
        ("start", "volunteer"),
        ("hand_in", "volunteer"),
        ("confirm", "resident"),
    ]:
        if wish.state == state:
            break
        given = {"evidence": "送到林奶奶手里了", "photos": [photo()]} if event == "hand_in" else {}
        wish = do(cast.actor(person), wish, event, **given)
    show = {"open": "open", "fulfilled": "fulfilled"}.get(state, "taken")
    for who in ("", "outsider", "neighbour", "clerk_b", "auditor"):
        page, wall = browse(who).get(f"/wishes/{wish.pk}/"), browse(who).get(f"/wishes/?show={show}")
        text = page.content.decode()
        assert TEXT in text, who
        assert [word for word in (*HIDDEN, "送到", "/photos/") if word in text] == [], who
        assert [word for word in HIDDEN if word in wall.content.decode()] == [], who


@pytest.mark.parametrize("state", ["in_review", "needs_changes", "declined", "expired", "withdrawn"])
def test_what_does_not_hang_is_not_there_for_others(cast, browse, state):
    helpers(cast)
    wish = bring_to(cast, state)
    for who in (
        "",
        "outsider",
        "neighbour",
        "grid_worker_b",
        "clerk_b",
        "secretary_b",
        "street_supervisor_b",
        "auditor",
    ):
        assert browse(who).get(f"/wishes/{wish.pk}/").status_code == 404, who
    for who in ("resident", "clerk", "secretary", "street_supervisor", "district_admin"):
        assert browse(who).get(f"/wishes/{wish.pk}/").status_code == 200, who


def test_api_hides_the_same(cast, call):
    wish = hung_with_secrets(cast)
    do(cast.actor("volunteer"), wish, "claim")
    for who in ("outsider", "neighbour", "clerk_b"):
        for answer in (call(who).get("/api/v1/wishes/"), call(who).get(f"/api/v1/wishes/{wish.pk}/")):
            assert answer.status_code == 200
            assert [word for word in HIDDEN if word in answer.content.decode()] == [], who
    assert call("outsider").get(f"/api/v1/wishes/{wish.pk}/").data["records"] == []


# ---------------------------------------------------------------- what may hang
@pytest.mark.parametrize(
    "text",
    [
        "想要老花镜，打13800009999",
        "想要老花镜，电话 8555 0110",
        "微信号abc_12345，想学书法",
        "家住5号楼，想修窗子",
        "三栋二单元想修窗子",
        "501室的窗子想修一修",
        "槐荫路12号门口想要个凳子",
        "住5-1-301，想修窗子",
        "林奶奶想要一副老花镜",
    ],
)
def test_words_that_give_somebody_away_do_not_hang(cast, text):
    wish = a_wish(cast, text=text)
    with pytest.raises(Refusal) as refused:
        services.approve(actor=cast.actor("secretary"), wish_id=wish.pk)
    assert (refused.value.code, refused.value.status) == ("WALL_TEXT", 422)
    assert Wish.objects.get(pk=wish.pk).state == "in_review"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "家在六楼，走不动，想请人陪着下楼晒太阳",
        "三室一厅要打扫，想请人搭把手",
        "想要1本2024年的日历",
        "楼道的灯坏了，想换个亮的",
        "八十岁了，想和老邻居们照张合影",
    ],
)
def test_plain_words_hang(text):
    assert wall_problems(text, {"林奶奶"}) == []


def test_what_hangs_is_what_the_community_read(cast):
    """The wisher's own words never reach the wall by themselves; the database says so too."""
    wish = a_wish(cast)
    assert wish.wall_text == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        Wish.objects.filter(pk=wish.pk).update(state="open")


# ---------------------------------------------------------------- contact
def test_contact_appears_to_the_claimant_and_the_look_is_recorded(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    page = browse("volunteer").get(f"/wishes/{wish.pk}/")
    assert "138 0000 9999" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    look = AuditEntry.objects.get(verb="wish.contact")
    assert (look.actor_id, look.subject_id) == (cast.volunteer.pk, cast.resident.pk)
    assert (look.actor_role, look.fields) == ("volunteer", ["contact_name", "contact_phone"])


def test_contact_stays_hidden_without_consent(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "claimed", a_wish(cast, consent=False))
    assert (wish.contact_phone, wish.consent_at) == ("", None)
    assert "9999" not in browse("volunteer").get(f"/wishes/{wish.pk}/").content.decode()


@pytest.mark.parametrize(("event", "who"), [("give_up", "volunteer"), ("revoke", "secretary"), ("release", None)])
def test_contact_goes_with_the_claim(cast, browse, event, who):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    do(cast.actor(who) if who else None, wish, event)
    assert "9999" not in browse("volunteer").get(f"/wishes/{wish.pk}/").content.decode()
    with pytest.raises(NotFound):
        services.reveal_contact(actor=cast.actor("volunteer"), wish_id=wish.pk)


@pytest.mark.parametrize("state", ["declined", "fulfilled", "expired", "withdrawn"])
def test_contact_is_erased_at_closing(cast, state):
    helpers(cast)
    wish = bring_to(cast, state)
    assert (wish.contact_name, wish.contact_phone, wish.consent_at) == ("", "", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wish.objects.filter(pk=wish.pk).update(contact_phone=PHONE)


def test_wisher_takes_consent_back_at_once(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    services.set_consent(actor=cast.actor("resident"), wish_id=wish.pk, agreed=False)
    assert Wish.objects.get(pk=wish.pk).contact_phone == ""
    assert "9999" not in browse("volunteer").get(f"/wishes/{wish.pk}/").content.decode()


@pytest.mark.parametrize("who", ["volunteer", "neighbour", "secretary", "grid_worker"])
def test_consent_is_the_wishers_alone(cast, who):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    with pytest.raises(Forbidden):
        services.set_consent(actor=cast.actor(who), wish_id=wish.pk, agreed=True, contact_phone="13800001111")


@pytest.mark.parametrize("who", ["neighbour", "outsider", "clerk_b", "street_supervisor", "auditor", "sysadmin"])
def test_contact_is_not_there_for_others(cast, browse, who):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    assert browse(who).post(f"/wishes/{wish.pk}/contact/").status_code == 404
    assert not AuditEntry.objects.filter(verb="wish.contact").exists()


def test_community_sees_it_masked_and_opens_it_on_record(cast, browse):
    wish = a_wish(cast)
    masked = browse("clerk").get(f"/wishes/{wish.pk}/").content.decode()
    assert "138 **** 9999" in masked
    assert "138 0000 9999" not in masked
    assert "138 0000 9999" in browse("clerk").post(f"/wishes/{wish.pk}/contact/").content.decode()
    assert AuditEntry.objects.get(verb="wish.contact").actor_id == cast.clerk.pk


# ---------------------------------------------------------------- photos
def test_evidence_is_for_the_parties(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "in_progress")
    do(cast.actor("volunteer"), wish, "hand_in", photos=[photo()])
    kept = Attachment.objects.get()
    assert kept.owner_id == WishClaim.objects.get(wish=wish).pk
    for who in ("", "outsider", "neighbour", "clerk_b", "grid_worker_b", "auditor"):
        assert browse(who).get(f"/photos/{kept.pk}/").status_code == 404, who
    for who in ("resident", "volunteer", "clerk", "secretary"):
        assert may_see(cast.actor(who), kept), who


def test_evidence_is_not_kept_twice(cast):
    """What the helper wrote may name somebody: it stands with the claim, where erasure reaches it."""
    helpers(cast)
    wish = bring_to(cast, "in_progress")
    do(cast.actor("volunteer"), wish, "hand_in", evidence="送到林奶奶手里了")
    assert wish.records.get(event="hand_in").data == {}
