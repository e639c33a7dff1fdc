"""捎带的事: several departments' errands merged into one knock. Asked, ticked off within a visit, answered."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry.queries import household_at, household_by_id
from grids.tree.queries import by_id
from grids.visits import rules
from grids.visits.entry import ErrandEntry
from grids.visits.enums import ErrandState
from grids.visits.models import Visit
from grids.visits.models_errands import Errand
from grids.visits.promising import morning_of
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.flow import due
from portal.notifications.services import Message, queue_many

if TYPE_CHECKING:
    from grids.registry.models import Household

LONGEST = 200
FURTHEST = timedelta(days=60)


def ask_errand(
    *,
    actor: Actor,
    asker_id: UUID,
    text: str,
    until: date,
    household_id: UUID | None = None,
    place: str = "",
    code: str = "",
) -> Errand:
    """Ask whoever knocks next at a door to see to something by a day.

    The door by its id, for those whose reach opens it; else as it is written on letters: the code of the community and
    5-1-301. Nothing about who lives there is answered. asker_id: a node on which the actor holds a role that may ask.
    Raises NotFound, Invalid (422).
    """
    text = " ".join(text.split())
    wrong: dict[str, str] = {}
    today = timezone.localdate()
    if sum(char.isalnum() for char in text) < 2 or len(text) > LONGEST:
        wrong["text"] = _("写一句请顺路办什么，最多 %(n)d 个字。") % {"n": LONGEST}
    if not today <= until <= today + FURTHEST:
        wrong["until"] = _("从今天起，%(n)d 天以内的一天。") % {"n": FURTHEST.days}
    if wrong:
        raise Invalid(next(iter(wrong.values())), errors={name: [said] for name, said in wrong.items()})
    if actor.user is None or asker_id not in actor.reach.grid_ids(*rules.ASKERS):
        raise NotFound()
    by = actor.user

    def work() -> Errand:
        household = _door(actor, household_id, place, code)
        made = Errand.objects.create(household=household, asker_id=asker_id, asked_by=by, text=text, until=until)
        due.schedule(
            key=f"errand:{made.pk}",
            kind="visit.errand",
            subject_id=made.pk,
            due_at=morning_of(until + timedelta(days=1)),
        )
        record(
            actor=actor, verb="visit.ask_errand", target=made, path=household.building.path, fields=["text", "until"]
        )
        return made

    return in_one_transaction(work)


def _door(actor: Actor, household_id: UUID | None, place: str, code: str) -> "Household":
    if household_id is not None:
        household = household_by_id(household_id)
        if household is None or not rules.may_read(actor, household.building.path):
            raise NotFound()
        return household
    found = household_at(place, code)
    # A department's node hangs beside the grids: it asks within its own district, and nowhere else.
    nodes = filter(None, (by_id(grid_id) for grid_id in actor.reach.grid_ids(*rules.ASKERS)))
    if found is None or not any(found.building.path.startswith(one.path[: one.steplen]) for one in nodes):
        said = _("没有这扇门。写成 5-1-301 这样，社区也选对。")
        raise Invalid(said, errors={"code": [said]})
    return found


def see_to(*, actor: Actor, visit: Visit, household: "Household", ticked: Iterable[ErrandEntry]) -> None:
    """Within a visit's transaction: these errands are done, and whoever asked is told. Twice: the first stands."""
    answers = {one.errand_id: one.answer for one in ticked}
    rows = Errand.objects.select_for_update(of=("self",)).select_related("asked_by")
    for one in rows.filter(pk__in=answers, household=household).exclude(state=ErrandState.DONE).order_by("pk"):
        one.state, one.visit, one.answer = ErrandState.DONE, visit, answers[one.pk]
        one.done_by, one.done_at = actor.user, timezone.now()
        one.save(update_fields=["state", "visit", "answer", "done_by", "done_at"])
        due.cancel(subject_id=one.pk)
        record(actor=actor, verb="visit.errand", target=one, path=household.building.path, fields=["state", "answer"])
        said = _("您托的事办了：%(what)s") % {"what": one.text}
        queue_many([Message(f"errand:{one.pk}:done", one.asked_by, said, one.answer, one.get_absolute_url(), one.pk)])


def withdraw_errand(*, actor: Actor, errand_id: UUID) -> Errand:
    """Take back what was asked; twice changes nothing. Raises NotFound for others, Conflict where it is done."""

    def work() -> Errand:
        rows = Errand.objects.filter(asker_id__in=actor.reach.grid_ids(*rules.ASKERS))
        one = rows.select_for_update().filter(pk=errand_id).first()
        if one is None:
            raise NotFound()
        if one.state == ErrandState.DONE:
            raise Conflict(_("这件事已经办了。"), code="ALREADY_DONE")
        if one.state == ErrandState.OPEN:
            one.state = ErrandState.WITHDRAWN
            one.save(update_fields=["state"])
            due.cancel(subject_id=one.pk)
            record(actor=actor, verb="visit.withdraw_errand", target=one, path=one.asker.path, fields=["state"])
        return one

    return in_one_transaction(work)


def lapse_errand(errand_id: UUID) -> bool:
    """Its day has passed and nobody got to the door: the asker is told. Answers whether there was anything to tell."""
    one = Errand.objects.select_for_update(of=("self",)).select_related("asked_by").filter(pk=errand_id).first()
    if one is None or one.state != ErrandState.OPEN:
        return False
    one.state = ErrandState.LAPSED
    one.save(update_fields=["state"])
    said = _("到日子没办上：%(what)s") % {"what": one.text}
    body = _("没有人敲开过这扇门。还要办，请再托一次。")
    queue_many([Message(f"errand:{one.pk}:lapsed", one.asked_by, said, body, one.get_absolute_url(), one.pk)])
    return True


def answers_to(actor: Actor) -> tuple[UUID, ...]:
    """The nodes whose errands this person asked for or may read: their department's, their desk's."""
    return actor.reach.grid_ids(Role.DEPARTMENT_HANDLER, *rules.ASKERS)
