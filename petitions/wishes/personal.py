from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import BLANK, Basis, Held, Hold, Keep, Whose, declare, plain, records

WISHES = _("微心愿")
CONTACT = Keep(_("心愿了结就删"))
declare(
    "petitions.Wish",
    whose=Whose(user="wisher", resident="resident"),
    title=_("您的心愿"),
    room=WISHES,
    purpose=_("有人愿意帮您实现"),
    basis=Basis.CONSENT,
    keep=Keep(_("了结两年后删掉写的话"), after="closed_at", days=730, does=BLANK),
    fields={
        "text": Held(_("想要什么"), blank="—"),
        "wall_text": Held(_("墙上的话"), blank="keep", stays=_("名字、门牌、号码都已经去掉")),
        "contact_name": Held(_("怎么称呼"), keep=CONTACT),
        "contact_phone": Held(_("联系电话"), purpose=_("帮您的人找得到您"), keep=CONTACT),
        "consent_at": Held(_("您同意留联系方式的时间"), keep=CONTACT),
    },
    links="wisher resident",
    by="written_by",
    plain="version ref state grid clock_version clock_at allowance due_at due_provisional opened_at closed_at",
    head="ref created_at state",
    hold=Hold(
        _("有一个心愿还没了结"),
        (("state__in", ("in_review", "needs_changes", "open", "claimed", "in_progress", "to_confirm")),),
    ),
)
plain("petitions.WishTerms", "grid review_hours claim_hours open_days")
records("petitions.WishRecord", whose=Whose(user="subject__wisher", resident="subject__resident"), room=WISHES)
declare(
    "petitions.WishClaim",
    whose=Whose(user="claimed_by"),
    title=_("您认领的心愿"),
    room=WISHES,
    purpose=_("知道是谁在帮，办得怎样"),
    basis=Basis.CONSENT,
    keep=Keep(_("两年后删掉写的话"), after="ended_at", days=730, does=BLANK),
    fields={
        "evidence": _("办得怎样"),
        "claimed_at": Held(_("认领时间"), keep=Keep(_("一直留着")), blank="keep", stays=_("不含姓名")),
    },
    links="claimed_by volunteer",
    plain="wish team unit handed_in_at ended_at outcome",
    head="claimed_at outcome",
    hold=Hold(_("有一个心愿在您手里"), (("ended_at__isnull", True),)),
)
