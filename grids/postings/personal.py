from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import Basis, Held, Hold, Keep, Whose, declare

OFFICE = _("当时归谁管，要查得到；不含姓名")

declare(
    "grids.Posting",
    whose=Whose(user="user"),
    title=_("您的任职"),
    room=_("网格"),
    purpose=_("居民要知道这一片归谁管、电话多少"),
    basis=Basis.DUTY,
    keep=Keep(_("任职期间公示；卸任后留着，查得到当时归谁")),
    fields={
        "role": Held(_("角色"), stays=OFFICE),
        "title": Held(_("怎么称呼这个岗位"), stays=OFFICE),
        "phone": _("公示的工作电话"),
        "starts_at": Held(_("从什么时候"), stays=OFFICE),
        "ends_at": Held(_("到什么时候"), stays=OFFICE),
    },
    hold=Hold(_("您还在任职"), (("ends_at__isnull", True),)),
    links="user",
    plain="grid stands_in_for",
    head="grid",
)
