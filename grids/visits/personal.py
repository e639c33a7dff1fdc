from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import (
    BLANK,
    DELETE,
    NIGHT,
    WITH_IT,
    Basis,
    Held,
    Keep,
    Whose,
    declare,
    plain,
)

VISITS = _("走访")
TWO_YEARS = 730

plain(
    "grids.VisitRound",
    "grid name starts_on ends_on purposes per_day target unvisited_days follows ended_at",
    by="opened_by",
)
declare(
    "grids.Visit",
    whose=Whose(resident="household__residents", since="visited_at"),
    title=_("到您家的走访"),
    room=VISITS,
    purpose=_("网格员来过没有、为了什么，下次接着办"),
    basis=Basis.DUTY,
    keep=Keep(_("两年后删掉写的话，只留来过没有"), after="visited_at", days=TWO_YEARS, does=BLANK),
    fields={
        "note": _("写下的话"),
        "quiet_reason": _("请勿上门时为什么去了"),
        "pending": Held(_("等书记看过才算的内容"), secret=True),
    },
    links="household",
    by="worker judged_by",
    plain="round purposes outcome visited_at state digest judged_at",
    head="visited_at outcome",
)
declare(
    "grids.Promise",
    whose=Whose(resident="household__residents", since="visit__visited_at"),
    title=_("答应您家的事"),
    room=VISITS,
    purpose=_("答应的事要办到，谁接手都看得见"),
    basis=Basis.SERVICE,
    keep=Keep(_("办到后两年删掉写的话"), after="kept_at", days=TWO_YEARS, does=BLANK),
    fields={
        "text": Held(_("答应了什么"), blank="—"),
        "kept_note": _("怎么办的"),
        "moved_reason": Held(_("为什么改日子"), blank="—"),
    },
    links="household",
    by="kept_by moved_by",
    plain="visit due_on kept_at first_due_on moved_at",
    head="due_on",
)
declare(
    "grids.VisitPhoto",
    whose=Whose(resident="visit__household__residents", since="visit__visited_at"),
    title=_("走访时拍的照片"),
    room=VISITS,
    purpose=_("看清要修要办的东西，不拍人"),
    basis=Basis.SERVICE,
    keep=WITH_IT,
    fields={"attachment": Held(_("照片"), secret=True)},
    plain="visit sha256",
    head="visit__visited_at",
)
plain("grids.VisitFollowUp", "visit code target_id label url")
declare(
    "grids.DoorSign",
    whose=Whose(resident="household__residents", since="set_at"),
    title=_("您家门上的话"),
    room=VISITS,
    purpose=_("在您方便的时候来，您不方便的时候不来"),
    basis=Basis.CONSENT,
    keep=Keep(_("住在这里期间；设的人都搬走半年后删掉"), does=NIGHT),
    fields={
        "likes": _("什么时候来好"),
        "quiet_from": _("请勿上门，从"),
        "quiet_until": _("请勿上门，到"),
    },
    links="household",
    by="set_by",
    plain="set_at by_themselves",
    head="set_at",
)
declare(
    "grids.Objection",
    whose=Whose(user="by", resident="visit__household__residents", since="visit__visited_at"),
    title=_("您说走访记得不对"),
    room=VISITS,
    purpose=_("记错了能改，怎么改的查得到"),
    basis=Basis.DUTY,
    keep=Keep(_("定下两年后删掉"), after="decided_at", days=TWO_YEARS, does=DELETE),
    fields={"text": Held(_("哪里不对"), blank="—"), "answer": _("怎么定的")},
    links="by",
    by="decided_by",
    plain="visit state decided_at",
    head="visit__visited_at state",
)
declare(
    "grids.Errand",
    whose=Whose(resident="household__residents", since="created_at"),
    title=_("托人到您家顺路办的事"),
    room=VISITS,
    purpose=_("几个部门的事一次敲门办完"),
    basis=Basis.DUTY,
    keep=Keep(_("办了两年后删掉写的话"), after="done_at", days=TWO_YEARS, does=BLANK),
    fields={"text": Held(_("办什么"), blank="—"), "answer": _("回话")},
    links="household",
    by="asked_by done_by",
    plain="asker until state visit done_at",
    head="until state",
)
plain("grids.VisitRound_buildings", "visitround grid")
plain("grids.PolicyMaterial", "grid title about review_on is_active")
plain("grids.VisitMaterial", "visit material")
declare(
    "grids.WorkNote",
    erased=DELETE,
    whose=Whose(user="worker"),
    title=_("您的工作日记"),
    room=VISITS,
    purpose=_("做了什么自己说，不靠定位"),
    basis=Basis.DUTY,
    keep=Keep(_("一年后删掉"), after="day", days=366, does=DELETE),
    fields={"text": _("做了什么"), "day": _("哪天"), "half_hours": _("大约多久")},
    links="worker",
    plain="grid",
    head="day",
)
# Phones of those who work here: whose, and that they forgot. Not where they are, not when they are used.
plain("grids.OfflineDevice", "", by="worker")
plain("grids.WipeOrder", "path reason destroys", by="worker ordered_by")
plain("grids.WipeReceipt", "order device unsent")
plain("grids.CardBatch", "grid per count work_id", by="printed_by")
plain("grids.ContactCard", "household place token batch revoked_at", by="printed_for")
