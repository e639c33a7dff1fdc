"""Words of a case. Codes are part of the API; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.enums import COMMUNITY, DISTRICT, STREET, Role


class State(models.TextChoices):
    SUBMITTED = "submitted", _("待受理")
    NEEDS_INFO = "needs_info", _("待补充")
    ACCEPTED = "accepted", _("待分派")
    ASSIGNED = "assigned", _("待签收")
    IN_PROGRESS = "in_progress", _("办理中")
    ESCALATED = "escalated", _("待上级接收")
    SHELVED = "shelved", _("挂账")
    UNDER_REVIEW = "under_review", _("待核查")
    AWAITING_FEEDBACK = "awaiting_feedback", _("待评价")
    CLOSED = "closed", _("已结案")
    REJECTED = "rejected", _("不予受理")
    MERGED = "merged", _("已并案")
    WITHDRAWN = "withdrawn", _("已撤回")


# Somebody has to do something and the clock runs.
RUNNING = (State.SUBMITTED, State.ACCEPTED, State.ASSIGNED, State.IN_PROGRESS, State.ESCALATED)
PAUSED = (State.NEEDS_INFO, State.SHELVED)
# Not over yet, whoever it waits for.
OPEN = (*RUNNING, *PAUSED, State.UNDER_REVIEW, State.AWAITING_FEEDBACK)
# Counted in no figure (domain: "Excluded throughout").
EXCLUDED = (State.REJECTED, State.WITHDRAWN, State.MERGED)
OVER = (State.CLOSED, *EXCLUDED)


class Event(models.TextChoices):
    """Labels are the buttons."""

    SUBMIT = "submit", _("反映问题")
    ACCEPT = "accept", _("受理")
    REJECT = "reject", _("不予受理")
    MERGE = "merge", _("并到另一件")
    CONTACT = "contact", _("记下：联系过了")
    REQUEST_INFO = "request_info", _("请反映人补充")
    PROVIDE_INFO = "provide_info", _("补充")
    ASSIGN = "assign", _("分派")
    REASSIGN = "reassign", _("改派")
    SIGN = "sign", _("签收")
    RETURN = "return", _("退单")
    RULE = "rule", _("裁定退单")
    ESCALATE = "escalate", _("上报")
    RECEIVE = "receive", _("接收")
    SEND_BACK = "send_back", _("退回下级")
    WHISTLE = "whistle", _("吹哨")
    ASK_SHELVE = "ask_shelve", _("申请挂账")
    ASK_EXTEND = "ask_extend", _("申请延期")
    GRANT = "grant", _("同意申请")
    REFUSE = "refuse", _("不同意申请")
    UNSHELVE = "unshelve", _("恢复办理")
    SUBMIT_RESULT = "submit_result", _("交结果")
    VERIFY_PASS = "verify_pass", _("核查通过")
    VERIFY_FAIL = "verify_fail", _("核查不通过")
    RATE = "rate", _("评价")
    LAPSE = "lapse", _("到期未评价")
    REOPEN = "reopen", _("重新打开")
    WITHDRAW = "withdraw", _("撤回")


class Sla(models.TextChoices):
    EMERGENCY = "emergency", _("紧急")
    UTILITY = "utility", _("水电气热")
    CONSULTATION = "consultation", _("咨询")
    HELP = "help", _("求助、建议")
    COMPLAINT = "complaint", _("投诉、复杂")
    # The class of every round after the first; nobody files one.
    REWORK = "rework", _("重办")


FILED = (Sla.EMERGENCY, Sla.UTILITY, Sla.CONSULTATION, Sla.HELP, Sla.COMPLAINT)


class ClockName(models.TextChoices):
    SIGN = "sign", _("签收")
    CONTACT = "contact", _("首次联系")
    RESULT = "result", _("首次处置")
    FINISH = "finish", _("办结")
    RECEIVE = "receive", _("接收上报")
    VERIFY = "verify", _("核查")
    INFO = "info", _("补充材料")
    RATE = "rate", pgettext_lazy("clock", "评价")
    RULING = "ruling", _("裁定退单")
    ARRIVE = "arrive", _("吹哨到场")


class Outcome(models.TextChoices):
    """How a clock ended; empty while it runs."""

    MET = "met", _("按时")
    MISSED = "missed", _("超时")
    VOID = "void", _("作废")


class Level(models.TextChoices):
    """Who holds a case; 上报 goes one up."""

    GRID = "grid", _("网格")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区")


LADDER = (Level.GRID, Level.COMMUNITY, Level.STREET, Level.DISTRICT)
ROLES_AT: dict[str, tuple[str, ...]] = {
    Level.GRID: (Role.GRID_WORKER,),
    Level.COMMUNITY: COMMUNITY,
    Level.STREET: STREET,
    Level.DISTRICT: DISTRICT,
}


def level_above(level: str) -> str | None:
    """The next level up; None above the district."""
    at = LADDER.index(Level(level))
    return LADDER[at + 1] if at + 1 < len(LADDER) else None


def roles_from(level: str) -> tuple[str, ...]:
    """The roles of this level and of every one above it."""
    return tuple(role for one in LADDER[LADDER.index(Level(level)) :] for role in ROLES_AT[one])


class Rung(models.TextChoices):
    """督办: who is told that a case is late. Warn reminds the holder; the others tell the level above."""

    WARN = "warn", _("已提醒经办")
    L1 = "L1", _("社区已知道")
    L2 = "L2", _("街道已知道")
    L3 = "L3", _("区里已知道")


class Solved(models.TextChoices):
    YES = "yes", _("办好了")
    PARTLY = "partly", _("办了一部分")
    NO = "no", _("没办好")


class Satisfaction(models.TextChoices):
    SATISFIED = "satisfied", _("满意")
    FAIRLY = "fairly", _("基本满意")
    DISSATISFIED = "dissatisfied", _("不满意")


class ReplyBy(models.TextChoices):
    CALL = "call", _("打电话")
    SMS = "sms", _("发短信")
    SLIP = "slip", _("不用找我，我凭回单查")


class Kind(models.TextChoices):
    """What sort of category: restricted ones are read by the secretary and whoever holds the case, nobody else.

    A level above holds it while something of it lies there: handed up, to be ruled on, to be shelved, to be verified
    where the level below did it itself. A department that was called to it, until it has reported. Every opening is
    recorded as an access.
    """

    PLAIN = "plain", _("一般")
    MEDIATION = "mediation", _("调解")
    CARE = "care", _("特殊群体")


class Asking(models.TextChoices):
    """What the holder has asked for and nobody has decided yet."""

    SHELVE = "shelve", _("挂账")
    EXTEND = "extend", _("延期")


# ---------------------------------------------------------------- 吹哨报到
class CallState(models.TextChoices):
    """One department's call."""

    CALLED = "called", _("等到场")
    ARRIVED = "arrived", _("到场了")
    REPORTED = "reported", _("回话了")
    RATED = "rated", _("评过了")
    CALLED_OFF = "called_off", _("不用来了")


# The department has something to do yet.
LIVE_CALLS = (CallState.CALLED, CallState.ARRIVED)


class CallEvent(models.TextChoices):
    """Labels are the buttons."""

    CALL = "call", _("吹哨")
    ARRIVE = "arrive", _("到场了")
    REPORT = "report", _("回话")
    RATE = "rate", _("评一评")
    CALL_OFF = "call_off", _("不用来了")


class RatedBy(models.TextChoices):
    """By which way a verdict reached us."""

    WEB = "web", _("网上")
    SLIP = "slip", _("回单")
    LINK = "link", _("短信链接")
    PHONE = "phone", _("电话回访")
    PAPER = "paper", _("纸上")


class Called(models.TextChoices):
    """How a follow-up call went."""

    REACHED = "reached", _("打通了")
    NOT_REACHED = "not_reached", _("没打通")
    MORE = "wants_more", _("打通了，还有话")


class SendTo(models.TextChoices):
    """Whom a routing rule names: a team, or whoever looks after the grid a case lies in."""

    TEAM = "team", _("一个部门或网格")
    GRID = "grid", _("事情所在的网格")
