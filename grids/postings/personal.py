from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import Basis, Keep, Whose, declare

declare(
    "grids.Posting",
    whose=Whose(user="user"),
    title=_("您的任职"),
    room=_("网格"),
    purpose=_("居民要知道这一片归谁管、电话多少"),
    basis=Basis.DUTY,
    keep=Keep(_("任职期间公示；卸任后留着，查得到当时归谁")),
    fields={
        "role": _("角色"),
        "title": _("怎么称呼这个岗位"),
        "phone": _("公示的工作电话"),
        "starts_at": _("从什么时候"),
        "ends_at": _("到什么时候"),
    },
    links="user",
    plain="grid stands_in_for",
    head="grid",
)
