"""What forms are called, and how long filling one took, in words."""

from typing import Any

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

# By the name of the route. What is not here stands under one name for all: a code says nothing to whoever reads it.
FORMS: dict[str, Any] = {
    "report": _("反映问题：什么事"),
    "report-where": _("反映问题：在哪里"),
    "report-reply": _("反映问题：怎么回"),
    "track": _("看回单"),
    "case-say": _("在回单上说一句"),
    "case-event": _("办件：下一步"),
    "case-follow-up": _("回访"),
    "desk": _("窗口记一件"),
    "wish-new": _("许个愿"),
    "wish-claim": _("认领心愿"),
    "wish-consent": _("留电话给认领的人"),
    "wish-act": _("心愿：下一步"),
    "room-book": _("约活动室"),
    "room-wait": _("排活动室的候补"),
    "room-series": _("约一串活动室"),
    "booking-move": _("改活动室的时间"),
    "desk-walk-in": _("窗口：人来了就用"),
    "desk-closures": _("哪天不开"),
    "activity-enrol": _("活动报名"),
    "enrolment-pickup": _("谁来接孩子"),
    "desk-activity-new": _("写一个活动"),
    "desk-activity-edit": _("改一个活动"),
    "desk-activity-plan": _("给活动排日子"),
    "training-group": _("带队来：谁来、哪几天"),
    "training-order-group": _("带队来：改人数和日子"),
    "training-act": _("带队来：下一步"),
    "drive-pledge": _("说好要捐"),
    "drive-receive": _("收到捐赠"),
    "volunteer-join": _("登记当志愿者"),
    "team-new": _("成立志愿队"),
    "correction-ask": _("我的信息不对"),
    "my-door-sign": _("门上挂的话"),
    "my-door-object": _("走访记得不对"),
    "errand-new": _("请人上门"),
    "visit-rounds": _("开一轮走访"),
    "materials": _("添一样发的东西"),
    "work-notes": _("工作日记"),
    "rosters": _("交名册"),
    "export-ask": _("申请导出"),
    "inspection-new": _("开一次检查"),
    "booking-act": _("预约：下一步"),
    "waitlist-act": _("候补：下一步"),
    "enrolment-act": _("报名：下一步"),
    "desk-activity-act": _("活动：下一步"),
    "loan-act": _("借用：下一步"),
    "whistle-act": _("吹哨：下一步"),
    "suspension-appeal": _("暂停预约：说明情况"),
    "suspension-decide": _("暂停预约：答复"),
    "team-ask": _("申请入队"),
    "team-decide": _("入队：答复"),
}
# What a form asks without a label of its own.
FIELDS: dict[str, Any] = {
    "at_request": _("应本人要求"),
    "code": _("号码或口令"),
    "reason": _("原因"),
}

TOOK = (
    _("半分钟以内"),
    _("1 分钟以内"),
    _("2 分钟以内"),
    _("5 分钟以内"),
    _("10 分钟以内"),
    _("半小时以内"),
    _("半小时以上"),
)


def form_title(code: str) -> Any:
    return FORMS.get(code) or _("别的表格")


def field_title(label: str, code: str) -> str:
    """The label was kept as it stands in the source; it is said in the reader's language."""
    return translated(label) if label else str(FIELDS.get(code) or _("没有名称的一项"))


def took(bucket: int | None) -> Any:
    return "—" if bucket is None else TOOK[bucket]
