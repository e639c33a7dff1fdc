"""Who is told what when a case moves. Written into the outbox in the event's own transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from petitions.cases import holders, merging, rating_links
from petitions.cases.enums import Event, Level, ReplyBy, Sla, State
from petitions.cases.flow import flow
from petitions.cases.models import Case, Remark
from portal.accounts.models import User
from portal.flow import due
from portal.flow.engine import Step
from portal.notifications.enums import Channel
from portal.notifications.services import Message, queue, queue_many
from portal.ui.words import spoken_ref, when

CaseStep = Step[Case]


@flow.after
def tell(step: CaseStep) -> None:
    """Notices are in the portal's own language, whatever the language of the page that caused them."""
    with translation.override(settings.LANGUAGE_CODE):
        to_reporter(step)
        to_colleagues(step)


# ---------------------------------------------------------------- the reporter
def to_reporter(step: CaseStep) -> None:
    case = step.subject
    if said := sentence(step):
        # The message that asks for a verdict carries the link that gives one: once, and nothing else.
        link = rating_links.issue(case) if step.row.event == Event.VERIFY_PASS and by_phone(case) else ""
        tell_reporter(case, f"v{case.version}:{step.row.event}", *said, link=link)
    if others := merging.told(step.row.event, case, step.to_state, step.reason):
        # 并案: whoever asked the same hears it too, under the name of what they asked themselves.
        for other in case.merged.select_related("reporter"):
            subject = others[0] % {"title": other.title}
            tell_reporter(other, f"merged:{case.pk}:v{case.version}", subject, others[1])


def sentence(step: CaseStep) -> tuple[str, str] | None:
    """Subject and body for the reporter; None where there is nothing to say to them."""
    case = step.subject
    title = {"title": case.title}
    match step.row.event:
        case Event.SUBMIT if case.contact_phone or case.reporter_id:
            return (
                _("收到了，回单号 %(ref)s") % {"ref": spoken_ref(case.ref)},
                _("最迟%(when)s有人联系您。") % {"when": when(case.respond_by, step.now)},
            )
        case Event.ACCEPT:
            return (
                _("社区受理了：%(title)s") % title,
                _("最迟%(when)s给您结果。") % {"when": when(case.due_at, step.now)},
            )
        case Event.REJECT:
            return _("这件事社区没有受理：%(title)s") % title, step.reason
        case Event.MERGE:
            return (
                _("和另一件是同一回事，并在一起办：%(title)s") % title,
                (merging.answer_so_far(case.merged_into) if case.merged_into else "") or _("办好了一样告诉您。"),
            )
        case Event.REQUEST_INFO:
            return _("想再问您一句：%(title)s") % title, step.reason
        case Event.VERIFY_PASS:
            return _("有结果了，请您评一评：%(title)s") % title, case.answer
        case Event.WHISTLE:
            return (
                _("请了%(who)s一起来办：%(title)s") % (title | {"who": step.data["to"]}),
                _("最迟%(when)s到场。") % {"when": when(step.data["arrive_by"], step.now)},
            )
        case Event.LAPSE:
            return (
                _("先结案了：%(title)s") % title,
                _("没有等到您的评价，记作未评价。三十天内觉得没办好，还可以重新打开一次。"),
            )
        case Event.GRANT if step.to_state == State.SHELVED:
            return (
                _("现在办不了，先挂着，不会忘：%(title)s") % title,
                _("%(when)s再看。") % {"when": when(case.step_due_at, step.now)},
            )
    return None


def by_phone(case: Case) -> bool:
    """Whether the reporter left a telephone and did not say: I look it up myself."""
    return bool(case.contact_phone) and case.reply_by != ReplyBy.SLIP


def tell_reporter(case: Case, occasion: str, subject: str, body: str, *, link: str = "") -> None:
    """In-app to the account, by text message to the telephone they left. `link`: another one than that of the slip."""
    link = link or settings.SITE_URL + case.track_path
    key = f"case:{case.pk}:{occasion}:reporter"
    if case.reporter is not None:
        queue(key=key, to=case.reporter, subject=subject[:120], body=body, url=case.track_path, about=case.pk)
    if by_phone(case):
        queue(
            key=key, to=None, subject=subject[:120], body=f"{body} {link}", about=case.pk, by=(Channel.SMS,),
            phone=case.contact_phone,
        )  # fmt: skip


# ---------------------------------------------------------------- colleagues
def to_colleagues(step: CaseStep) -> None:
    case, event = step.subject, step.row.event
    found = _whom(step)
    if found is None:
        return
    people, subject = found
    by = (Channel.INAPP, Channel.SMS) if case.sla == Sla.EMERGENCY else (Channel.INAPP,)
    body = _("%(ref)s，办结期限 %(when)s") % {"ref": spoken_ref(case.ref), "when": when(case.due_at, step.now)}
    head = _("%(subject)s：%(title)s") % {"subject": subject, "title": title_for(case)}
    tell_people(case, f"v{case.version}:{event}", people, head, body, by=by, but=step.actor.id)


class Titled(Protocol):
    @property
    def restricted(self) -> bool: ...
    @property
    def title(self) -> str: ...


def title_for(case: Titled) -> str:
    """What a message to colleagues may call it. Of a restricted kind only that there is one: whoever is told that it is
    late, or passes by a telephone on a desk, is not among those who read it."""
    return str(_("一件限制查看的诉求")) if case.restricted else case.title


def _whom(step: CaseStep) -> tuple[Iterable[User], str] | None:
    case, now = step.subject, step.now
    match step.row.event:
        case Event.SUBMIT:
            return holders.desk_of(case, now), _("有一件新诉求待受理")
        case Event.ASSIGN | Event.REASSIGN | Event.REOPEN:
            return holders.people_holding(case, now), _("交给您办，请签收")
        case Event.RATE if step.to_state == State.ASSIGNED:
            return holders.people_holding(case, now), _("居民说没办好，重新办")
        case Event.RETURN if step.to_state == State.ACCEPTED:
            return holders.desk_of(case, now), _("退回来了，请另外分派")
        case Event.RETURN:
            return holders.people_at(case, Level.STREET, now), _("第二次退单，请裁定")
        case Event.RULE if step.to_state == State.ACCEPTED:
            return holders.desk_of(case, now), _("街道同意退单，请另外分派")
        case Event.RULE:
            return holders.people_holding(case, now), _("街道没有同意退单，请签收")
        case Event.ESCALATE:
            return holders.people_at(case, case.holder_level, now), _("下级上报，请接收")
        case Event.SEND_BACK | Event.VERIFY_FAIL | Event.GRANT | Event.REFUSE | Event.UNSHELVE:
            return holders.people_holding(case, now), _words_back(step)
        case Event.PROVIDE_INFO:
            people = holders.people_holding(case, now) if case.holder_label else holders.desk_of(case, now)
            return people, _("反映人补充了")
        case Event.ASK_SHELVE:
            return holders.people_at(case, Level.STREET, now), _("申请挂账，等您点头")
        case Event.ASK_EXTEND:
            return holders.people_at(case, Level.COMMUNITY, now), _("申请延期，等您点头")
        case Event.SUBMIT_RESULT:
            level = Level.COMMUNITY if case.holder_level == Level.GRID else case.holder_level
            return holders.people_at(case, level, now), _("结果交来了，请核查")
    return None


def _words_back(step: CaseStep) -> str:
    said: dict[str, Any] = {
        Event.SEND_BACK: _("上级退回来了"),
        Event.VERIFY_FAIL: _("核查没有通过"),
        Event.GRANT: _("申请同意了"),
        Event.REFUSE: _("申请没有同意"),
        Event.UNSHELVE: _("挂账到期，接着办"),
    }
    return str(said[step.row.event])


def tell_people(
    case: Case,
    occasion: str,
    people: Iterable[User],
    subject: str,
    body: str,
    *,
    by: tuple[str, ...] = (Channel.INAPP,),
    but: Any = None,
    url: str | None = None,
) -> int:
    """One message to each, under a key that names case, occasion and person; returns how many are new."""
    link = case.get_absolute_url() if url is None else url
    return queue_many(
        Message(f"case:{case.pk}:{occasion}:{person.pk}", person, subject[:120], body, link, case.pk, by)
        for person in people
        if person.pk != but
    )


def tell_remark(remark: Remark) -> None:
    """A word from one side goes to the other."""
    case = remark.case
    with translation.override(settings.LANGUAGE_CODE):
        if remark.by_reporter:
            people = holders.people_holding(case, remark.at)
            subject = _("反映人说了一句：%(title)s") % {"title": title_for(case)}
            tell_people(case, f"remark:{remark.pk}", people, subject, "" if case.restricted else remark.text)
        else:
            tell_reporter(case, f"remark:{remark.pk}", _("有新的进展：%(title)s") % {"title": case.title}, remark.text)


def tell_moved(case: Case, now: datetime) -> None:
    """Its community came under another street: those who have it now hear of it."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("社区划归你们街道，这件也过来了：%(title)s") % {"title": title_for(case)}
        body = _("%(ref)s，办结期限 %(when)s") % {"ref": spoken_ref(case.ref), "when": when(case.due_at, now)}
        tell_people(case, f"v{case.version}:moved", holders.people_holding(case, now), subject, body)


COMES_BACK = (Event.PROVIDE_INFO, Event.UNSHELVE, Event.VERIFY_FAIL, Event.SEND_BACK)


def look_after(step: CaseStep) -> None:
    """A case that comes back into work may come back to somebody who has left meanwhile."""
    case = step.subject
    comes_back = step.to_state == State.IN_PROGRESS and step.row.event in COMES_BACK
    if comes_back and case.holder_user_id and not holders.still_on_duty(case, step.now):
        key = f"case:{case.pk}:left:v{case.version}"
        due.schedule(key=key, kind="case.posting", subject_id=case.holder_user_id, due_at=step.now)


flow.after(look_after)
