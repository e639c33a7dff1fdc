from django.utils.translation import gettext_lazy as _

from portal.privacy.declarations import DELETE, Basis, Held, Keep, Whose, declare, plain

HELP = _("志愿服务")
AS_LONG = Keep(_("做志愿者期间；您退出、要求删就删"))
declare(
    "volunteers.Volunteer",
    whose=Whose(user="user"),
    title=_("您的志愿者登记"),
    room=HELP,
    purpose=_("知道您愿意帮什么、什么时候有空"),
    basis=Basis.CONSENT,
    keep=AS_LONG,
    fields={
        "name": Held(_("怎么称呼"), blank="—"),
        "sort_key": Held(_("称呼的拼音"), purpose=_("名单按拼音排")),
        "skills": _("会做什么"),
        "availability": _("什么时候有空"),
        "left_at": _("退出时间"),
    },
    links="user",
)
plain("volunteers.VolunteerTeam", "grid name sort_key kind about ended_at leader")
declare(
    "volunteers.TeamMembership",
    whose=Whose(user="volunteer__user"),
    title=_("您加入的志愿队"),
    erased=DELETE,
    room=HELP,
    purpose=_("队长知道队里有谁"),
    basis=Basis.CONSENT,
    keep=AS_LONG,
    fields={"asked_at": _("什么时候报的名"), "joined_at": _("什么时候加入"), "ended_at": _("什么时候离开")},
    links="volunteer",
    plain="team",
    head="team",
)
