"""这句话不对: a resident objects to what was written about a visit; somebody other than its writer decides."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.postings.queries import holders
from grids.registry.queries import residents_of
from grids.visits import rules
from grids.visits.entry import LONGEST_NOTE
from grids.visits.enums import ObjectionState
from grids.visits.models import Visit
from grids.visits.models_door import Objection
from grids.visits.queries import homes_of
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.notifications.services import Message, queue_many

LONGEST = 300
# Until when it is answered; later it is late on the secretary's list.
ANSWER_WITHIN = timedelta(days=7)


def object_to(*, actor: Actor, visit_id: UUID, text: str) -> Objection:
    """Say that what was written about a visit to one's own door is wrong. Again while it waits: the first stands.

    Raises NotFound for a visit that was not to one's door, Invalid where nothing is said.
    """
    text = " ".join(text.split())[:LONGEST]
    if sum(char.isalnum() for char in text) < 2:
        said = _("请写一句哪里不对。")
        raise Invalid(said, errors={"text": [said]})

    def work() -> Objection:
        homes = homes_of(residents_of(actor.user))
        rows = Visit.objects.kept().select_related("household__building", "worker")
        visit = rows.select_for_update(of=("self",)).filter(pk=visit_id).first()
        if visit is None or visit.household_id not in homes or visit.visited_at < homes[visit.household_id]:
            raise NotFound()
        try:
            with transaction.atomic():
                made = Objection.objects.create(visit=visit, by=actor.user, text=text)
        except IntegrityError:
            return Objection.objects.waiting().get(visit=visit)
        path = visit.household.building.path
        record(actor=actor.acting(Role.RESIDENT), verb="visit.object", target=visit, path=path, fields=["note"])
        now = timezone.now()
        judges = [
            one.user for one in holders(path=path, roles=(Role.SECRETARY,), at=now) if one.user_id != visit.worker_id
        ]
        told = judges or [one.user for one in holders(path=path, roles=(Role.STREET_SUPERVISOR,), at=now)]
        queue_many(
            Message(
                f"objection:{made.pk}:{user.pk}",
                user,
                _("%(door)s 说走访记录不对，请您看看") % {"door": visit.household.code},
                url=visit.get_absolute_url(),
                about=visit.pk,
            )
            for user in dict.fromkeys(told)
        )
        return made

    return in_one_transaction(work)


def decide(*, actor: Actor, objection_id: UUID, note: str | None, answer: str) -> Objection:
    """Answer an objection. note: what the visit's note says from now on (may be empty), None: it stays as it is.

    Raises NotFound beyond reach or for the writer of the note, Invalid without an answer, Conflict ALREADY_DECIDED.
    """
    answer = " ".join(answer.split())[:LONGEST]
    if sum(char.isalnum() for char in answer) < 2:
        said = _("请写一句怎么定的，住户看得到。")
        raise Invalid(said, errors={"answer": [said]})
    if note is not None and len(note) > LONGEST_NOTE:
        said = _("话太长了，最多 %(n)d 个字。") % {"n": LONGEST_NOTE}
        raise Invalid(said, errors={"note": [said]})

    def work() -> Objection:
        rows = Objection.objects.visible_to(actor.reach).select_related("visit__household__building", "by")
        found = rows.select_for_update(of=("self",)).filter(pk=objection_id).first()
        if found is None:
            raise NotFound()
        visit, path = found.visit, found.visit.household.building.path
        if not rules.may_decide(actor, path, visit.worker_id):
            raise NotFound()
        if found.state != ObjectionState.WAITING:
            raise Conflict(_("这一条已经定过了。"), code="ALREADY_DECIDED")
        found.state = ObjectionState.KEPT if note is None else ObjectionState.CHANGED
        found.answer, found.decided_by, found.decided_at = answer, actor.user, timezone.now()
        found.save(update_fields=["state", "answer", "decided_by", "decided_at"])
        if note is not None:
            visit.note = note.strip()
            visit.save(update_fields=["note"])
        fields = ["note"] if note is not None else []
        record(actor=actor, verb="visit.decide_objection", target=visit, path=path, fields=fields)
        if found.by is not None:
            said = _("您说不对的走访记录，改了") if note is not None else _("您说不对的走访记录，看过了")
            key = f"objection:{found.pk}:decided:{found.by_id}"
            queue_many([Message(key, found.by, said, answer, reverse("my-door"), visit.pk)])
        return found

    return in_one_transaction(work)
