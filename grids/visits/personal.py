from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import BLANK, WITH_IT, Basis, Held, Keep, Whose, declare, plain

VISITS = _("走访")
TWO_YEARS = 730

plain("grids.VisitRound", "grid name starts_on ends_on purposes per_day", by="opened_by")
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
    fields={"text": Held(_("答应了什么"), blank="—"), "kept_note": _("怎么办的")},
    links="household",
    by="kept_by",
    plain="visit due_on kept_at",
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
