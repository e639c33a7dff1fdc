"""The shape of a wish for other systems: what the public may read, and beside it what this reader may."""

from typing import Any

from rest_framework import serializers

from petitions.wishes import rules, words
from petitions.wishes.enums import Event, WishState
from petitions.wishes.lifecycle import flow
from petitions.wishes.models import Wish, WishRecord
from petitions.wishes.services import MOST_PHOTOS, PLAIN, Contact
from portal.accounts.actors import Actor
from volunteers.service.enums import CapacityKind

ASKED_FOR = (*PLAIN, Event.APPROVE, Event.RESUBMIT, Event.CLAIM, Event.HAND_IN)


class NewWishSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=120)
    grid = serializers.UUIDField(required=False, allow_null=True)
    on_behalf = serializers.BooleanField(default=False)
    resident = serializers.UUIDField(required=False, allow_null=True)
    consent = serializers.BooleanField(default=False)
    contact_name = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    contact_phone = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")


class WishEventSerializer(serializers.Serializer):
    """`capacity` for claim: `volunteer:<id>`, `team:<id>`, `unit:<id>`; empty: oneself. `text`: approve, resubmit."""

    event = serializers.ChoiceField(choices=[(str(event), str(event)) for event in sorted(ASKED_FOR)])
    version = serializers.IntegerField(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=200)
    text = serializers.CharField(required=False, allow_blank=True, max_length=120)
    capacity = serializers.CharField(required=False, allow_blank=True, max_length=60)
    evidence = serializers.CharField(required=False, allow_blank=True, max_length=300)
    attachments = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_PHOTOS)


class ClaimantSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=CapacityKind.choices)
    name = serializers.CharField(allow_blank=True, help_text="Empty for a person, in public.")


class WishSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=WishState.choices)
    version = serializers.IntegerField()
    text = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    provisional = serializers.BooleanField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    claimant = ClaimantSerializer(allow_null=True)
    mine = serializers.BooleanField(help_text="The reader's own wish.")
    url = serializers.CharField()


class ContactSerializer(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField()


class WishRecordSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    event = serializers.CharField()
    from_state = serializers.CharField(allow_blank=True)
    to_state = serializers.CharField()
    actor_role = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)
    on_behalf = serializers.BooleanField()


class WishDetailSerializer(WishSerializer):
    said = serializers.CharField(allow_blank=True, help_text="As the wisher said it; for the parties only.")
    contact = ContactSerializer(allow_null=True)
    events = serializers.ListField(child=serializers.CharField(), help_text="What the reader may do with it now.")
    records = WishRecordSerializer(many=True)


# ---------------------------------------------------------------- values
def shown(wish: Wish, actor: Actor) -> dict[str, Any]:
    """A row of the list, as this reader may see it. `wish` comes with its grid and its live claim."""
    side = words.side_of(actor, wish)
    claim = wish.live_claim
    person = claim is not None and claim.kind == CapacityKind.VOLUNTEER and side == words.PUBLIC
    return {
        "id": wish.pk,
        "ref": wish.ref,
        "state": wish.state,
        "version": wish.version,
        "text": wish.wall_text or (wish.text if rules.is_party(actor, wish) else ""),
        "due_at": wish.due_at,
        "provisional": wish.due_provisional,
        "opened_at": wish.opened_at,
        "closed_at": wish.closed_at,
        "claimant": {"kind": claim.kind, "name": "" if person else claim.claimant_name} if claim else None,
        "mine": rules.is_wisher(actor, wish),
        "url": wish.get_absolute_url(),
    }


def detailed(wish: Wish, actor: Actor, contact: Contact | None) -> dict[str, Any]:
    inside = rules.is_party(actor, wish)
    return shown(wish, actor) | {
        "said": wish.text if inside else "",
        "contact": contact,
        "events": flow.open_events(actor, wish),
        "records": [_record(record) for record in wish.records.all()] if inside else [],
    }


def _record(record: WishRecord) -> dict[str, Any]:
    names = ("version", "event", "from_state", "to_state", "actor_role", "at", "reason")
    return {name: getattr(record, name) for name in names} | {"on_behalf": bool(record.data.get("on_behalf"))}
