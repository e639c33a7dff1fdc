"""Words of loans and drives. Codes are part of the API; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemKind(models.TextChoices):
    KIT = "kit", _("三件套")
    TOOL = "tool", _("工具")
    BOOK = "book", _("漂流书")


class LoanState(models.TextChoices):
    RESERVED = "reserved", _("留着了")
    OUT = "out", _("借走了")
    RETURNED = "returned", _("还了")
    LAPSED = "lapsed", _("没来拿")
    CANCELLED = "cancelled", _("不要了")


# The copy is theirs: kept for them, or in their hands. Being late is a fact about `out`, not a state.
LIVE = (LoanState.RESERVED, LoanState.OUT)


class Event(models.TextChoices):
    """Labels are the buttons."""

    RESERVE = "reserve", _("给我留着")
    OFFER = "offer", _("轮到了，留着")
    LEND = "lend", _("借给他")
    TAKE_OVER = "take_over", _("书到我手里了")
    HAND_OVER = "hand_over", _("交给他了")
    RENEW = "renew", _("续借")
    RETURN = "return", _("还回来了")
    PASS_ON = "pass_on", _("传给下一位")
    CANCEL = "cancel", _("不要了")
    LAPSE = "lapse", _("到时候没来拿")


class WaitOutcome(models.TextChoices):
    """How a place in the line ended. Empty while it is held."""

    SERVED = "served", _("轮到了")
    LEFT = "left", _("不排了")


class Unit(models.TextChoices):
    BOOKS = "books", _("册")
    PIECES = "pieces", _("件")
    YUAN = "yuan", _("元")


class PledgeState(models.TextChoices):
    PLEDGED = "pledged", _("说好要送来")
    BROUGHT = "brought", _("收到了")
    WITHDRAWN = "withdrawn", _("不送了")
