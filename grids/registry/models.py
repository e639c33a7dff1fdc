from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from grids.registry import found_by
from grids.registry.enums import Leaving, Relation
from grids.registry.names import surname
from grids.registry.querysets import HouseholdQuerySet, PresentManager, ResidentQuerySet
from portal.rows import Row


class Household(Row):
    """户: one door of a building. It holds where the door is, and nothing about those behind it."""

    building = models.ForeignKey("grids.Grid", models.PROTECT, related_name="households", verbose_name=_("楼栋"))
    unit = models.CharField(_("单元"), max_length=8, blank=True)
    door = models.CharField(_("门牌"), max_length=16)
    # What the door is called with its building: 5-1-301. Kept, because lists show it by the thousand.
    code = models.CharField(_("户号"), max_length=40)
    # Place of the door on the way up the stairs.
    door_order = models.PositiveIntegerField(_("走访次序"), default=0)
    is_active = models.BooleanField(_("在用"), default=True)
    # The community it lies in, by the path of that level. Written by the database.
    place = models.CharField(max_length=12, editable=False, default="", db_default="")

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("户")
        constraints = [
            # A door written twice would be visited twice and counted twice.
            models.UniqueConstraint(fields=["building", "unit", "door"], name="household_door_once"),
        ]
        indexes = [
            models.Index(fields=["building", "door_order"], name="household_walk"),
            models.Index("place", OpClass("code", name="varchar_pattern_ops"), name="household_found_by_code"),
        ]
        triggers = [found_by.household_place, found_by.household_moves]

    def __str__(self) -> str:
        return self.code

    @property
    def door_label(self) -> str:
        """1 单元 301: what is said once the building is known."""
        return f"{self.unit} 单元 {self.door}" if self.unit else self.door


class Resident(Row):
    """居民: a person in the register. Name, telephone, door, and what they are to the household if they said so."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="residents", verbose_name=_("户"))
    name = models.CharField(_("姓名"), max_length=40)
    # Pinyin, because the database sorts by code point: "lin xiuying", "lxy".
    sort_key = models.CharField(max_length=160, editable=False)
    initials = models.CharField(max_length=40, editable=False)
    # Full pinyin as it is typed: linxiuying.
    spelled = models.GeneratedField(
        expression=Replace(F("sort_key"), Value(" "), Value("")),
        output_field=models.CharField(max_length=160),
        db_persist=True,
    )
    # Where the search looks, and by which pieces of the name. Written by the database.
    place = models.CharField(max_length=12, editable=False, default="", db_default="")
    keys = ArrayField(models.CharField(max_length=16), editable=False, default=list, db_default=[])
    phone = models.CharField(_("电话"), max_length=16, null=True, blank=True)
    phone_tail = models.CharField(max_length=4, blank=True, editable=False)
    relation = models.CharField(_("与户主的关系"), max_length=8, choices=Relation.choices, blank=True)
    # The account of this person, linked by somebody who knows them; a code on a handset proves the handset alone.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="residents",
        verbose_name=_("账号"),
    )
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    linked_at = models.DateTimeField(_("确认账号的时间"), null=True, blank=True)
    left_on = models.DateField(_("哪天起不住这里"), null=True, blank=True)
    leaving = models.CharField(_("怎么离开的"), max_length=8, choices=Leaving.choices, blank=True)

    # Who lives here. Those who moved away or died stay as rows of the door's history; whoever forgot to leave them out
    # would send a card to the dead.
    objects = PresentManager()
    everyone = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("居民")
        constraints = [
            # A roster read twice must find the person again; within a household people are told apart by name.
            models.UniqueConstraint(
                fields=["household", "name"], name="resident_once_in_household", condition=Q(left_on__isnull=True)
            ),
            models.CheckConstraint(
                name="resident_phone_e164", condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[0-9]{6,15}$")
            ),
            # Who confirmed a link is part of the link.
            models.CheckConstraint(
                name="resident_link_is_signed", condition=Q(user__isnull=True) | Q(linked_at__isnull=False)
            ),
            models.CheckConstraint(
                name="resident_left_somehow", condition=Q(left_on__isnull=True, leaving="") | Q(left_on__isnull=False)
            ),
        ]
        indexes = [
            # Each led by the place: what a reader's community costs does not grow with the district.
            models.Index(fields=["place", "phone_tail"], name="resident_tail", condition=~Q(phone_tail="")),
            models.Index("place", OpClass("initials", name="varchar_pattern_ops"), name="resident_initials"),
            models.Index("place", OpClass("spelled", name="varchar_pattern_ops"), name="resident_spelled"),
            # Without the list of what is pending: a search would read through it after every import.
            GinIndex(fields=["keys"], name="resident_keys", fastupdate=False),
            models.Index(fields=["phone"], name="resident_phone", condition=Q(phone__isnull=False)),
            models.Index(fields=["sort_key", "id"], name="resident_sorted"),
            # Who may be there twice: the same name, of those who live here.
            models.Index(fields=["name"], name="resident_namesakes", condition=Q(left_on__isnull=True)),
        ]
        triggers = [found_by.resident_keys]

    def __str__(self) -> str:
        return self.name

    @property
    def surname(self) -> str:
        """林家: a door is called by the family name of who is first in it."""
        return surname(self.name)
