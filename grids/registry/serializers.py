from typing import Any

from rest_framework import serializers

from grids.registry.enums import Relation
from grids.registry.models import Household, Resident
from portal.phones import masked


class BuildingSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()


class HouseholdSerializer(serializers.Serializer):
    """A door: where it is, and how many people live behind it."""

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="5-1-301: building, stair, door")
    unit = serializers.CharField()
    door = serializers.CharField()
    building = BuildingSerializer()
    people = serializers.IntegerField()


class PersonSerializer(serializers.Serializer):
    """A person of the register; the telephone is masked."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    phone = serializers.SerializerMethodField(help_text="138****2046; empty without one")
    relation = serializers.ChoiceField(choices=["", *Relation.values])
    has_account = serializers.SerializerMethodField()

    def get_phone(self, resident: Resident) -> str:
        return masked(resident.phone)

    def get_has_account(self, resident: Resident) -> bool:
        return resident.user_id is not None


class DoorSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()


class ResidentSerializer(PersonSerializer):
    household = DoorSerializer()


class HouseholdDetailSerializer(HouseholdSerializer):
    residents = serializers.SerializerMethodField()

    def get_residents(self, household: Household) -> list[dict[str, Any]]:
        return list(PersonSerializer(household.family, many=True).data)  # type: ignore[attr-defined]


class RevealSerializer(serializers.Serializer):
    field = serializers.ChoiceField(choices=["phone"])
    reason = serializers.CharField(max_length=200, allow_blank=True)


class RevealedSerializer(serializers.Serializer):
    field = serializers.CharField()
    value = serializers.CharField()
