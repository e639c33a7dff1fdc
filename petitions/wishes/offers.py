"""The small forms under a wish: what this person can do with it now, in which words, with which fields."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from petitions.wishes.enums import Event
from petitions.wishes.forms import ApproveForm, EventForm, HandInForm, ReasonForm, ResubmitForm
from petitions.wishes.lifecycle import flow
from petitions.wishes.models import Wish
from petitions.wishes.words import COMMUNITY, HELPER, WISHER
from portal.accounts.actors import Actor

FORMS: dict[str, type[EventForm]] = {
    Event.APPROVE: ApproveForm,
    Event.REQUEST_CHANGES: ReasonForm,
    Event.DECLINE: ReasonForm,
    Event.RESUBMIT: ResubmitForm,
    Event.START: EventForm,
    Event.GIVE_UP: ReasonForm,
    Event.REVOKE: ReasonForm,
    Event.HAND_IN: HandInForm,
    Event.CONFIRM: EventForm,
    Event.NOT_YET: ReasonForm,
    Event.WITHDRAW: EventForm,
}
# What this side most likely came to do.
MAIN = {
    WISHER: (Event.CONFIRM, Event.RESUBMIT),
    HELPER: (Event.START, Event.HAND_IN),
    COMMUNITY: (Event.APPROVE,),
}


@dataclass
class Offer:
    """One act. `main` stands open, the others unfold; `says` what follows, so that nobody needs asking twice."""

    event: str
    label: str
    says: str
    form: EventForm
    main: bool = False
    # Unfolded: it was sent and something in it is wrong.
    open: bool = False


def offers(actor: Actor, wish: Wish, side: str, sent: EventForm | None = None) -> list[Offer]:
    """In the order of the table, the main one first. `sent`: a form that came back with errors takes its place."""
    sent_event = sent.data.get("event") if sent is not None else None
    found = []
    for event in flow.open_events(actor, wish):
        if event not in FORMS:
            continue
        form = sent if sent is not None and event == sent_event else FORMS[event](initial=_initial(event, wish))
        form.auto_id = f"{event}_%s"
        found.append(
            Offer(
                event=event,
                label=_label(event, side),
                says=_says(event, side),
                form=form,
                main=event in MAIN.get(side, ()),
                open=event == sent_event,
            )
        )
    return sorted(found, key=lambda offer: not offer.main)


def _initial(event: str, wish: Wish) -> dict[str, Any]:
    words = {"text": wish.text} if event in (Event.APPROVE, Event.RESUBMIT) else {}
    return {"event": event, "version": wish.version, **words}


def _label(event: str, side: str) -> str:
    if side == COMMUNITY and event == Event.CONFIRM:
        return _("替许愿的人点头")
    if side == COMMUNITY and event == Event.NOT_YET:
        return _("替许愿的人说还差一点")
    return str(Event(event).label)


def _says(event: str, side: str) -> str:
    if side == COMMUNITY and event == Event.CONFIRM:
        return _("先问过许愿的人。记录里会写明是社区替他点的头。")
    return {
        Event.APPROVE: _("挂上去，谁都看得到，等人来认领。"),
        Event.REQUEST_CHANGES: _("心愿先不挂，许愿的人改好了再送来。"),
        Event.DECLINE: _("心愿不挂，许愿的人会看到原因。"),
        Event.START: _("许愿的人会知道您动手了。"),
        Event.GIVE_UP: _("心愿马上回到墙上，别人可以接着认领。没关系，下次再来。"),
        Event.REVOKE: _("心愿马上回到墙上，认领的人会看到原因。"),
        Event.CONFIRM: _("点了头，这个心愿就了结了，您留的电话也收走。"),
        Event.NOT_YET: _("心愿还在他手里，接着办。"),
        Event.WITHDRAW: _("撤回以后就从墙上取下，留的电话也收走。"),
    }.get(Event(event), "")
