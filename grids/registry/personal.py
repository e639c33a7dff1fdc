from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grids.registry.care import LASTS, consent_over
from grids.registry.enums_care import CareKind
from grids.registry.forgetting import HALF_YEAR
from grids.registry.models_care import purpose_of_kind
from grids.tree.queries import by_paths
from portal.accounts.enums import Role
from portal.privacy.consents import purpose
from portal.privacy.declarations import BLANK, DELETE, NIGHT, Basis, Held, Keep, Whose, declare, plain

REGISTER = _("居民登记")


def pieces(row: Any) -> str:
    """The pieces of the name, without the place they are kept under."""
    return str(_("、")).join(one.removeprefix(row.place) for one in row.keys)


def community(row: Any) -> str:
    found = by_paths([row.place]).get(row.place)
    return found.name if found else ""


# grids/registry/forgetting.py does it.
HALF_A_YEAR = _("住在这里期间；搬走或去世半年后抹掉，认不出是谁")
OF_THEM = Keep(HALF_A_YEAR, after="left_on", days=HALF_YEAR.days, does=NIGHT)
WITH_THEM = Keep(HALF_A_YEAR, after="resident__left_on", days=HALF_YEAR.days, does=NIGHT)

plain("grids.Household", "building unit door code door_order is_active place")
declare(
    "grids.Resident",
    whose=Whose(resident="pk"),
    title=_("您的登记"),
    room=REGISTER,
    purpose=_("知道这一户住着谁，有事找得到人"),
    basis=Basis.DUTY,
    keep=OF_THEM,
    fields={
        "household": Held(_("住在哪一户"), stays=_("只留下门牌，不留是谁")),
        "name": Held(_("姓名"), blank="erased"),
        "sort_key": Held(_("姓名的拼音"), purpose=_("按拼音找得到您")),
        "initials": Held(_("拼音的首字母"), purpose=_("按拼音找得到您")),
        "spelled": Held(_("姓名的全拼"), purpose=_("按拼音找得到您")),
        "keys": Held(_("姓名里的字"), purpose=_("按姓名里的两个字找得到您")),
        "place": Held(_("在哪个社区"), stays=_("只留下社区，不留是谁")),
        "left_on": Held(_("哪天起不住这里"), stays=_("只留下哪天，不留是谁")),
        "leaving": Held(_("怎么离开的")),
        "phone": Held(_("电话"), purpose=_("有事通知您、您来电时认得出")),
        "phone_tail": Held(_("电话后四位"), purpose=_("您报后四位就找得到您")),
        "relation": Held(_("与户主的关系"), basis=Basis.CONSENT, purpose=_("您愿意说的话；不影响办任何事")),
        "user": Held(_("确认是您的账号"), purpose=_("您登录就认得出是您，不用再填住址")),
        "linked_at": Held(_("什么时候确认的"), purpose=_("账号是谁的，有人当面确认过")),
    },
    by="linked_by",
    head="household",
    says={"keys": pieces, "place": community},
)
declare(
    "grids.Correction",
    whose=Whose(resident="resident"),
    erased=DELETE,
    title=_("您要求的更正"),
    room=REGISTER,
    purpose=_("登记不对，核对以后改过来"),
    basis=Basis.DUTY,
    keep=Keep(_("答复后一年"), after="decided_at", days=365, does=DELETE),
    fields={
        "value": _("您说应该是"),
        "reason": _("您说的原因"),
        "answer": _("社区的答复"),
        "answer_by": _("最迟哪天答复"),
        "decided_at": _("哪天答复的"),
    },
    links="resident",
    by="asked_by decided_by",
    plain="field state",
    head="field",
)
plain("grids.RosterImport", "community name file state options figures done_at", by="by")
declare(
    "grids.RosterChange",
    whose=Whose(resident="resident"),
    title=_("名册导入时的改动"),
    room=REGISTER,
    purpose=_("名册导错了，能改回原来的样子"),
    basis=Basis.DUTY,
    keep=Keep(_("导入后九十天"), after="created_at", days=90, does=DELETE),
    fields={"before": Held(_("改动前"), secret=True), "after": Held(_("改动后"), secret=True)},
    links="resident",
    plain="batch kind household",
    head="kind",
)
declare(
    "grids.Organisation",
    whose=Whose(user="contact"),
    title=_("您是联系人的单位"),
    room=_("单位"),
    purpose=_("和单位联系"),
    basis=Basis.CONSENT,
    keep=Keep(_("是联系人期间；换了人就删")),
    fields={"phone": _("联系电话")},
    links="contact",
    plain="name sort_key kind grid is_active",
    head="name",
)

AFTER_CARE = Keep(_("结束九十天后删掉写的话，两年后全删"), after="ended_at", days=90, does=BLANK)
CARE_GONE = Keep(_("结束两年后全删"), after="ended_at", days=730, does=DELETE)
declare(
    "grids.CareNeed",
    whose=Whose(resident="resident"),
    erased=DELETE,
    # Guardrail 7. The clerk who prints somebody's page prints it without this; the secretary with it.
    only=(Role.SECRETARY,),
    title=_("您要人帮的事"),
    room=_("关爱"),
    purpose=_("安排人来帮您；只有照看您的人和社区书记看得到"),
    basis=Basis.CONSENT,
    keep=AFTER_CARE,
    fields={
        "need": _("要帮什么"),
        "guardian_name": _("监护人"),
        "guardian_phone": _("监护人电话"),
        "basis_ref": _("纸质单号或文号"),
        "kind": Held(_("哪一类"), keep=CARE_GONE),
        "under_14": Held(_("不满 14 岁"), purpose=_("孩子的事要监护人同意"), keep=CARE_GONE),
        "basis": Held(_("凭什么记"), keep=CARE_GONE),
        "statute": Held(_("哪部法"), keep=CARE_GONE),
        "starts_on": Held(_("从哪天"), keep=CARE_GONE),
        "expires_on": Held(_("到哪天"), keep=CARE_GONE),
        "ended_why": Held(_("为什么结束"), keep=CARE_GONE),
    },
    links="resident",
    by="asked_by opened_by assignee",
    plain="state ended_at ended_with",
    head="kind state",
)
# A consent for each sort of help: taking one back leaves the others.
for kind in CareKind:
    purpose(
        purpose_of_kind(kind),
        format_lazy("{} · {}", _("关爱需求"), kind.label),
        words=_(
            "我同意社区记下我要人帮什么忙（不记病情），只给照看我的人和社区书记看，用来安排人帮我。"
            "一年到期，不续就不再用；随时可以撤回，撤回马上停。"
        ),
        lasts=LASTS,
        on_end=consent_over,
        only=(Role.SECRETARY,),
    )
declare(
    "grids.LifeEvent",
    whose=Whose(resident="resident"),
    title=_("您登记的变动"),
    room=REGISTER,
    purpose=_("什么时候来的、去了哪一户，登记说得清，记错了改得回来"),
    basis=Basis.DUTY,
    keep=WITH_THEM,
    erased=DELETE,
    fields={
        "kind": _("哪一种变动"),
        "on": _("哪天"),
        "from_household": _("从哪一户"),
        "to_household": _("到哪一户"),
        "relation_before": Held(_("变动前与户主的关系"), basis=Basis.CONSENT),
        "relation_after": Held(_("变动后与户主的关系"), basis=Basis.CONSENT),
    },
    links="resident account",
    by="recorded_by",
    plain="act done_at here_since undoes",
    head="created_at",
)
declare(
    "grids.ResidentMerge",
    whose=Whose(resident="kept"),
    title=_("两条登记合成一条"),
    room=REGISTER,
    purpose=_("登记重了，合成一条；合错了拆得开"),
    basis=Basis.DUTY,
    keep=Keep(_("合并后九十天"), after="created_at", days=90, does=DELETE),
    erased=DELETE,
    fields={"before": Held(_("合并前"), secret=True), "after": Held(_("合并后"), secret=True)},
    links="kept gone",
    by="by",
    plain="moved undone_at",
    head="created_at",
)
declare(
    "grids.DifferentPeople",
    whose=Whose(resident="first"),
    title=_("和同名的人分清了"),
    room=REGISTER,
    purpose=_("同名的人不再当成登记重了"),
    basis=Basis.DUTY,
    keep=Keep(HALF_A_YEAR, after="first__left_on", days=HALF_YEAR.days, does=NIGHT),
    erased=DELETE,
    fields={"second": Held(_("和哪一位不是同一个人"), secret=True)},
    links="first",
    by="by",
    head="created_at",
)
declare(
    "grids.AnchorHousehold",
    whose=Whose(resident="household__residents", since="created_at"),
    title=_("您家是中心户"),
    room=REGISTER,
    purpose=_("您家答应联系邻居，邻居有事找得到"),
    basis=Basis.CONSENT,
    keep=Keep(_("不做中心户以后两年"), after="ends_on", days=731, does=DELETE),
    fields={
        "circle": Held(_("叫什么"), blank="—"),
        "agreed_on": Held(_("哪天答应的"), stays=_("只有日子，不含姓名")),
        "members": _("您家说有几位成员"),
    },
    links="household",
    by="recorded_by",
    plain="starts_on ends_on",
    head="starts_on",
)
plain("grids.AnchorHome", "anchor household")
