from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import BLANK, DELETE, WITH_IT, Basis, Held, Hold, Keep, Whose, declare, plain, records

ROOMS = _("活动室")
WHOSE = Whose(user="user", resident="resident")
TWO_YEARS = 730

plain("centres.Centre", "grid name address phone desk_hours welcome monthly_quota order is_active")
plain("centres.Part", "centre name order")
plain(
    "centres.Room",
    "centre name kind capacity area equipment floor access_note step_free house_rule order is_active needs_booking "
    "needs_approval guardian_required by_place place_word uses_quota min_minutes max_minutes notice_minutes "
    "horizon_days others_horizon_days buffer_minutes",
)
plain("centres.RoomPart", "room part")
plain("centres.OpeningHour", "centre room day_kind opens closes")
plain("centres.DayException", "centre room first_day last_day opens closes reason")
declare(
    "centres.Booking",
    whose=WHOSE,
    title=_("您的预约"),
    room=ROOMS,
    purpose=_("房间给您留着，不让别人占了"),
    basis=Basis.SERVICE,
    keep=Keep(_("用过两年后删掉写的用途"), after="ends_at", days=TWO_YEARS, does=BLANK),
    fields={
        "purpose": Held(_("做什么"), blank="—"),
        "people": _("多少人"),
        "override_reason": Held(_("破例的原因"), blank="—", stays=_("规矩是按它破例的，人走了也要说得清")),
    },
    links="user resident",
    by="booked_by",
    plain="version ref state room part series starts_at ends_at buffer_minutes is_programme quota_month counts "
    "overridden checked_in_at",
    head="room starts_at state",
    hold=Hold(_("有一间活动室还约着"), (("state__in", ("pending", "confirmed", "checked_in")),)),
)
records("centres.BookingRecord", whose=Whose(user="subject__user", resident="subject__resident"), room=ROOMS)
declare(
    "centres.BookingSeries",
    whose=Whose(user="booked_by"),
    title=_("您约的一串"),
    room=ROOMS,
    purpose=_("一次约好几天"),
    basis=Basis.SERVICE,
    keep=Keep(_("两年后删掉写的用途"), after="created_at", days=TWO_YEARS, does=BLANK),
    fields={"purpose": Held(_("做什么"), blank="—")},
    links="booked_by",
    plain="room",
    head="room",
)
plain("centres.Occupancy", "part period used_until booking offer")
declare(
    "centres.WaitlistEntry",
    whose=WHOSE,
    title=_("您排的候补"),
    room=ROOMS,
    purpose=_("空出来了先问您"),
    basis=Basis.SERVICE,
    keep=Keep(_("过了那天两年后删掉写的用途"), after="ends_at", days=TWO_YEARS, does=BLANK),
    fields={"purpose": Held(_("做什么"), blank="—"), "people": _("多少人")},
    links="user resident",
    by="joined_by",
    plain="version state room starts_at ends_at offered_at offer_until booking",
    head="room starts_at state",
    hold=Hold(_("还在候补里排着"), (("state__in", ("waiting", "offered")),)),
)
records("centres.WaitlistRecord", whose=Whose(user="subject__user", resident="subject__resident"), room=ROOMS)
declare(
    "centres.Suspension",
    whose=WHOSE,
    title=_("暂停自己预约"),
    erased=DELETE,
    room=ROOMS,
    purpose=_("约了几次没来，先请到窗口约"),
    basis=Basis.SERVICE,
    keep=Keep(_("到期后一年"), after="until", days=365, does=DELETE, along=("appeal",)),
    fields={"reason": _("为什么"), "until": _("到什么时候"), "lifted_at": _("提前恢复")},
    links="user resident",
    plain="centre",
    head="centre until",
)
declare(
    "centres.SuspensionAppeal",
    whose=Whose(user="suspension__user", resident="suspension__resident"),
    title=_("您说的话和回话"),
    room=ROOMS,
    purpose=_("听您说怎么回事"),
    basis=Basis.SERVICE,
    keep=WITH_IT,
    fields={"words": Held(_("怎么回事"), blank="—"), "reply": Held(_("回话"), blank="—")},
    links="made_by",
    by="decided_by",
    plain="suspension state decided_at",
)
plain("centres.RefCounter", "head last")
declare(
    "centres.CalendarFeed",
    whose=Whose(user="user"),
    title=_("您的日历地址"),
    erased=DELETE,
    room=ROOMS,
    purpose=_("预约自动进您手机的日历"),
    basis=Basis.CONSENT,
    keep=Keep(_("换一个就作废；注销就删")),
    fields={"number": _("第几个地址"), "made_at": _("什么时候要的")},
    links="user",
)
plain("centres.RoomLink", "room kind number is_on made_at", by="made_by")
