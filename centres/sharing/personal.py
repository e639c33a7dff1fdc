from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import BLANK, DELETE, WITH_IT, Basis, Held, Hold, Keep, Whose, declare, plain, records

SHARING = _("借东西、捐东西")
WHOSE = Whose(user="user", resident="resident")
YEAR = 365

plain("centres.LoanItem", "centre kind name contents loan_days order is_active")
plain("centres.LoanCopy", "item label code is_active")
declare(
    "centres.LoanWait",
    whose=WHOSE,
    title=_("您排队等的东西"),
    erased=DELETE,
    room=SHARING,
    purpose=_("还回来了先给您留着"),
    basis=Basis.SERVICE,
    keep=Keep(_("排队结束后一年"), after="ended_at", days=YEAR, does=DELETE),
    fields={"outcome": _("结果")},
    links="user resident",
    plain="item ended_at",
    head="item created_at",
)
declare(
    "centres.Loan",
    whose=WHOSE,
    title=_("您借的东西"),
    room=SHARING,
    purpose=_("借出去的东西要还回来"),
    basis=Basis.SERVICE,
    # A loan must be somebody's (loan_of_somebody), so it goes whole, with its records.
    keep=Keep(_("还清后一年"), after="ended_at", days=YEAR, does=DELETE, along=("records",)),
    fields={
        "condition": _("还回来的样子"),
        "out_on": Held(_("哪天借走"), stays=_("只剩日子，不知道是谁")),
        "due_on": Held(_("哪天该还"), stays=_("只剩日子，不知道是谁")),
        "renewed": Held(_("续过"), stays=_("只剩日子，不知道是谁")),
    },
    links="user resident",
    plain="version state copy hold_until ended_at",
    head="copy__item__name out_on state",
    hold=Hold(_("还有东西没还"), (("state__in", ("reserved", "out")),)),
)
records("centres.LoanRecord", whose=Whose(user="subject__user", resident="subject__resident"), room=SHARING)
plain("centres.DonationDrive", "grid title purpose unit target first_day last_day where")
declare(
    "centres.Pledge",
    whose=Whose(user="user"),
    title=_("您说好要送来的"),
    room=SHARING,
    purpose=_("知道会收到多少，送来时对得上"),
    basis=Basis.CONSENT,
    keep=WITH_IT,
    fields={
        "quantity": Held(_("多少"), stays=_("总数要对得上，不含姓名")),
        "state": Held(_("送来没有"), stays=_("总数要对得上，不含姓名")),
    },
    links="user",
    plain="drive community",
    head="drive",
)
declare(
    "centres.Donation",
    whose=Whose(user="giver"),
    title=_("您捐的"),
    room=SHARING,
    purpose=_("谢谢您；不在外面公开"),
    basis=Basis.CONSENT,
    keep=Keep(_("募捐结束一年后不留名字，只留数目"), after="drive__last_day", days=YEAR, does=BLANK),
    fields={
        "giver_name": _("您的名字"),
        "giver": Held(_("您的账号"), secret=True),
        "reason": Held(_("为什么改"), blank="—"),
    },
    by="recorded_by",
    plain="drive community quantity pledge reverses",
    head="drive quantity",
)
