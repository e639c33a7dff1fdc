"""What residents say is wrong about them, and what staff make of it. The register changes only when it is granted."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry import persons, roster, rules
from grids.registry.enums import Correctable, CorrectionState, Leaving, Relation
from grids.registry.models import Resident
from grids.registry.models_correction import Correction
from grids.registry.querysets import CorrectionQuerySet
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.notifications.services import queue
from portal.workdays.queries import clock_for

# Five working days: what a person may expect to be answered within.
ANSWER_WITHIN = timedelta(hours=40)


def resident_for(actor: Actor, resident_id: UUID) -> Resident:
    """A person whose data this actor may ask to correct: themselves, or somebody within reach. Raises NotFound."""
    found = Resident.objects.select_related("household__building").filter(pk=resident_id).first()
    if found is None or not rules.may_ask_correction(actor, found):
        raise NotFound()
    return found


def ask_correction(*, actor: Actor, resident_id: UUID, field: str, value: str, reason: str = "") -> Correction:
    """Say that a field is wrong and what it should be ("" takes a telephone or a relation out).

    The same asked again while nobody has looked changes the words of the open one. Raises NotFound for whose data it is
    not, Invalid for a field that cannot be corrected, a value that is none, or one that already stands there.
    """
    value = read_value(field, value)

    def work() -> Correction:
        resident = resident_for(actor, resident_id)
        if (getattr(resident, field) or "") == value:
            raise Invalid(_("登记的已经是这个了。"), errors={"value": [_("登记的已经是这个了。")]})
        path = resident.household.building.path
        why = persons.said(reason)
        given = {"value": value, "reason": why, "asked_by": actor.user}
        correction = Correction.objects.waiting().select_for_update().filter(resident=resident, field=field).first()
        if correction is not None:
            for name, one in given.items():
                setattr(correction, name, one)
            correction.save(update_fields=list(given))
        else:
            clock = clock_for(resident.household.building.code, hold=True)
            answer_by = clock.add_working_time(timezone.now(), ANSWER_WITHIN).at
            correction = _insert(Correction(resident=resident, field=field, answer_by=answer_by, **given))
        record(
            actor=actor,
            verb="registry.correction_ask",
            target=correction,
            path=path,
            subject_id=resident.pk,
            fields=[field],
            reason=why,
        )
        return correction

    return in_one_transaction(work)


def _insert(correction: Correction) -> Correction:
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError as error:  # asked twice at once
        raise Conflict(_("这一项刚刚已经有人提了，请看一眼再说。"), code="ALREADY_ASKED") from error
    return correction


def read_value(field: str, value: str) -> str:
    """The value as the register keeps it. Raises Invalid."""
    if field not in Correctable.values:
        raise Invalid(errors={"field": [_("这一项不能在这里改，请到社区说一声。")]})
    try:
        if field == Correctable.NAME:
            name = roster.read_name(value)
            if not name:
                raise roster.BadLine(_("请写姓名。"))
            return name
        if field == Correctable.PHONE:
            return roster.read_phone(value) or ""
    except roster.BadLine as error:
        raise Invalid(str(error), errors={"value": [str(error)]}) from error
    if value and value not in Relation.values:
        raise Invalid(errors={"value": [_("请从列出来的里面选。")]})
    return value


def decide(*, actor: Actor, correction_id: UUID, accept: bool, reason: str = "") -> Correction:
    """Grant a correction (the register changes in the same transaction) or refuse it with a reason; tells who asked.

    The same decision twice changes nothing. Raises NotFound beyond reach, Forbidden for one's own, Conflict
    ALREADY_DECIDED, SAME_NAME or GONE, Invalid for a refusal without a reason.
    """
    reason = persons.said(reason)
    wanted = CorrectionState.ACCEPTED if accept else CorrectionState.REFUSED
    if not accept and not rules.says_something(reason):
        words = _("不改要说为什么，本人看得到。")
        raise Invalid(words, code="REASON_NEEDED", errors={"reason": [words]})

    def work() -> Correction:
        correction = Correction.objects.visible_to(actor.reach).select_for_update(of=("self",)).filter(pk=correction_id)
        found = correction.first()
        if found is None:
            raise NotFound()
        if found.state == wanted:
            return found
        if found.state != CorrectionState.ASKED:
            raise Conflict(_("这一条已经答复过了。"), code="ALREADY_DECIDED")
        if actor.id is not None and found.asked_by_id == actor.id:
            raise Forbidden(_("自己提的，请同事来核对。"), code="OWN_CORRECTION")
        # Whoever has gone since is answered as well: what was asked would wait for ever.
        resident = (
            Resident.everyone.select_for_update(of=("self",))
            .select_related("household__building")
            .get(pk=found.resident_id)
        )
        if accept:
            _apply(resident, found)
        found.state, found.answer = wanted, reason
        found.decided_by, found.decided_at = actor.user, timezone.now()
        found.save(update_fields=["state", "answer", "decided_by", "decided_at"])
        record(
            actor=actor,
            verb=f"registry.correction_{'accept' if accept else 'refuse'}",
            target=found,
            path=resident.household.building.path,
            subject_id=resident.pk,
            fields=[found.field],
            reason=reason,
        )
        _tell(found, resident)
        return found

    return in_one_transaction(work)


def _apply(resident: Resident, correction: Correction) -> None:
    if persons.is_erased(resident):
        raise Conflict(_("登记里他已经不住这里了。"), code="GONE")
    if correction.field == Correctable.NAME:
        columns = persons.set_name(resident, correction.value)
    elif correction.field == Correctable.PHONE:
        columns = persons.set_phone(resident, correction.value or None)
    else:
        resident.relation, columns = correction.value, ["relation"]
    try:
        with transaction.atomic():
            resident.save(update_fields=columns)
    except IntegrityError as error:
        raise Conflict(_("这一户已经有一位叫这个名字的人，先看看是不是同一个人。"), code="SAME_NAME") from error


def _tell(correction: Correction, resident: Resident) -> None:
    """Whoever asked, and whose data it is where that is somebody else with an account; nobody who has died."""
    what = Correctable(correction.field).label
    granted = correction.state == CorrectionState.ACCEPTED
    theirs = (_("您登记的%(what)s，改好了") if granted else _("您登记的%(what)s，没有改")) % {"what": what}
    others = _("%(name)s的%(what)s，有答复了") % {"name": resident, "what": what}
    here = f"/my/corrections/{resident.pk}/" if resident.left_on is None else reverse("my-data")
    for user in {one for one in (resident.user, correction.asked_by) if one is not None}:
        own = user.pk == resident.user_id
        if resident.leaving == Leaving.DIED and resident.life.filter(account=user).exists():
            continue
        queue(
            key=f"correction:{correction.pk}:{user.pk}",
            to=user,
            subject=theirs if own else others,
            body=correction.answer,
            url=here if own else correction.get_absolute_url(),
            about=correction.pk,
        )


# ---------------------------------------------------------------- reading
def corrections_within(actor: Actor) -> CorrectionQuerySet:
    return Correction.objects.visible_to(actor.reach).select_related("resident__household__building", "asked_by")


def waiting_within(actor: Actor) -> CorrectionQuerySet:
    """Those that nobody has looked at yet, the most urgent first: one query for any reach."""
    return corrections_within(actor).waiting()


def asked_about(resident: Resident) -> list[Correction]:
    """What was asked about one person so far, the newest first."""
    return list(resident.corrections.select_related("decided_by").order_by("-created_at", "-pk")[:20])
