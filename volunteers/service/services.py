"""Every write of the volunteers' room. Each is one transaction: lock, recheck, write, record, queue the notice."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.postings.queries import holders
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, Refusal
from portal.notifications.services import queue
from portal.pinyin import sort_key
from volunteers.service import rules
from volunteers.service.enums import Availability, Skill, TeamKind
from volunteers.service.models import TeamMembership, Volunteer, VolunteerTeam


# ---------------------------------------------------------------- volunteers
def become_volunteer(
    *, actor: Actor, name: str, skills: Sequence[str] = (), availability: Sequence[str] = ()
) -> Volunteer:
    """Sign up, come back, or change what one said of oneself. Doing it twice changes nothing.

    Raises Forbidden without an account, Invalid for no name or a choice that is not listed.
    """
    if actor.user is None:
        raise Forbidden()
    fields = _read_profile(name, skills, availability)

    def work() -> Volunteer:
        volunteer, is_new = Volunteer.objects.select_for_update().get_or_create(user=actor.user, defaults=fields)
        changed = [field for field, value in fields.items() if getattr(volunteer, field) != value]
        if volunteer.left_at is not None:
            volunteer.left_at = None
            changed.append("left_at")
        if not is_new and changed:
            for field, value in fields.items():
                setattr(volunteer, field, value)
            volunteer.save(update_fields=changed)
        if is_new or changed:
            verb = "volunteer.join" if is_new or "left_at" in changed else "volunteer.change"
            record(actor=actor, verb=verb, target=volunteer, subject_id=actor.id, fields=changed or list(fields))
        return volunteer

    return in_one_transaction(work)


def _read_profile(name: str, skills: Sequence[str], availability: Sequence[str]) -> dict[str, object]:
    name = " ".join(name.split())
    errors = {}
    if not 1 <= len(name) <= 20:
        errors["name"] = [_("写下别人怎么称呼您，二十个字以内。")]
    if set(skills) - set(Skill.values):
        errors["skills"] = [_("这一项选不了，请从列出来的里面选。")]
    if set(availability) - set(Availability.values):
        errors["availability"] = [_("这一项选不了，请从列出来的里面选。")]
    if errors:
        raise Invalid(errors=errors)
    # In the order of the page, each once: the same choice made twice is the same value.
    return {
        "name": name,
        "sort_key": sort_key(name),
        "skills": [skill for skill in Skill.values if skill in skills],
        "availability": [time for time in Availability.values if time in availability],
    }


@transaction.atomic
def stop_volunteering(*, actor: Actor) -> bool:
    """Leave: memberships and requests end, led teams are left without a leader. False where nothing was to end."""
    volunteer = (
        Volunteer.objects.select_for_update().filter(user=actor.user, left_at=None).first() if actor.user else None
    )
    if volunteer is None:
        return False
    now = timezone.now()
    volunteer.left_at = now
    volunteer.save(update_fields=["left_at"])
    volunteer.memberships.standing().update(ended_at=now)
    volunteer.led_teams.update(leader=None)
    record(actor=actor, verb="volunteer.leave", target=volunteer, subject_id=actor.id)
    return True


# ---------------------------------------------------------------- teams
def found_team(
    *, actor: Actor, grid, name: str, kind: str, about: str = "", leader: Volunteer | None = None
) -> VolunteerTeam:
    """Set up a team in a place of the actor's community. The leader is a member from the start.

    Raises Forbidden outside the community's reach, Invalid for a bad name or kind, Conflict TEAM_EXISTS.
    """
    if not (actor.is_system or actor.reach.covers(grid.path, *COMMUNITY)):
        raise Forbidden()
    name, about = " ".join(name.split()), about.strip()
    if not 2 <= len(name) <= 40 or kind not in TeamKind.values or len(about) > 120:
        raise Invalid(errors={"name": [_("队名两个字到四十个字，再选一类。")]})

    def work() -> VolunteerTeam:
        try:
            with transaction.atomic():
                team = VolunteerTeam.objects.create(
                    grid=grid, name=name, sort_key=sort_key(name)[:160], kind=kind, about=about, leader=leader
                )
        except IntegrityError as error:
            raise Conflict(_("这里已经有一支叫这个名字的队了。"), code="TEAM_EXISTS") from error
        record(actor=actor, verb="team.found", target=team, path=grid.path)
        if leader is not None:
            _make_member(team, leader)
        return team

    return in_one_transaction(work)


def appoint_leader(*, actor: Actor, team_id: UUID, volunteer: Volunteer) -> VolunteerTeam:
    """Name the leader; they become a member if they are none. Raises Forbidden outside the community's reach."""

    def work() -> VolunteerTeam:
        team = _locked(team_id)
        if not (actor.is_system or rules.works_for(actor, team)):
            raise Forbidden()
        if volunteer.left_at is not None:
            raise Refusal(_("这位志愿者已经退出了。"), code="NOT_A_VOLUNTEER")
        team.leader = volunteer
        team.save(update_fields=["leader"])
        _make_member(team, volunteer)
        record(actor=actor, verb="team.appoint", target=team, path=team.grid.path, subject_id=volunteer.user_id)
        return team

    return in_one_transaction(work)


def ask_to_join(*, actor: Actor, team_id: UUID) -> TeamMembership:
    """Ask to become a member. Asking twice, or as a member, changes nothing and answers the same row.

    Raises Refusal VOLUNTEER_FIRST for somebody who is no volunteer yet, Conflict TEAM_ENDED.
    """

    def work() -> TeamMembership:
        team = _locked(team_id)
        volunteer = Volunteer.objects.active().filter(user=actor.user).first() if actor.user else None
        if actor.id is None or volunteer is None:
            raise Refusal(_("先登记成志愿者，再来入队。"), code="VOLUNTEER_FIRST")
        standing = TeamMembership.objects.standing().filter(team=team, volunteer=volunteer).first()
        if standing is not None:
            return standing
        membership = TeamMembership.objects.create(team=team, volunteer=volunteer)
        record(actor=actor, verb="team.ask", target=membership, path=team.grid.path, subject_id=actor.id)
        _tell_who_decides(team, membership)
        return membership

    return in_one_transaction(work)


def take_in(*, actor: Actor, membership_id: UUID) -> TeamMembership:
    """Accept somebody who asked. Raises Forbidden unless leader or community, Conflict NOT_ASKING once settled."""
    return _decide(actor, membership_id, accepted=True)


def turn_down(*, actor: Actor, membership_id: UUID) -> TeamMembership:
    """Decline a request. Same refusals as take_in."""
    return _decide(actor, membership_id, accepted=False)


def _decide(actor: Actor, membership_id: UUID, *, accepted: bool) -> TeamMembership:
    def work() -> TeamMembership:
        membership = _locked_membership(membership_id)
        team = membership.team
        if not rules.may_take_in(actor, team):
            raise Forbidden()
        if not membership.is_asking:
            raise Conflict(_("这份申请已经有答复了。"), code="NOT_ASKING")
        field = "joined_at" if accepted else "ended_at"
        setattr(membership, field, timezone.now())
        membership.save(update_fields=[field])
        user = membership.volunteer.user
        verb = "team.take_in" if accepted else "team.turn_down"
        record(actor=_as_leader(actor, team), verb=verb, target=membership, path=team.grid.path, subject_id=user.pk)
        said = _("“%s”收下您了，欢迎。") if accepted else _("“%s”这次没有收，您可以看看别的队。")
        queue(
            key=f"team:{membership.pk}:{field}:{user.pk}",
            to=user,
            subject=said % team.name,
            url=team.get_absolute_url(),
        )
        return membership

    return in_one_transaction(work)


def leave_team(*, actor: Actor, membership_id: UUID) -> TeamMembership:
    """End a membership or take a request back; the member, the leader or the community. Twice changes nothing."""

    def work() -> TeamMembership:
        membership = _locked_membership(membership_id)
        team = membership.team
        is_self = rules.is_the_member(actor, membership)
        if not (is_self or rules.may_take_in(actor, team)):
            raise Forbidden()
        if membership.ended_at is not None:
            return membership
        membership.ended_at = timezone.now()
        membership.save(update_fields=["ended_at"])
        if team.leader_id == membership.volunteer_id:
            team.leader = None
            team.save(update_fields=["leader"])
        doer = actor if is_self else _as_leader(actor, team)
        subject = membership.volunteer.user_id
        record(actor=doer, verb="team.leave", target=membership, path=team.grid.path, subject_id=subject)
        return membership

    return in_one_transaction(work)


# ---------------------------------------------------------------- parts of the above
def _locked(team_id: UUID) -> VolunteerTeam:
    team = VolunteerTeam.objects.select_for_update(of=("self",)).select_related("grid", "leader").get(pk=team_id)
    if team.ended_at is not None:
        raise Conflict(_("这支队已经解散了。"), code="TEAM_ENDED")
    return team


def _locked_membership(membership_id: UUID) -> TeamMembership:
    return (
        TeamMembership.objects.select_for_update(of=("self",))
        .select_related("team__grid", "team__leader", "volunteer__user")
        .get(pk=membership_id)
    )


def _make_member(team: VolunteerTeam, volunteer: Volunteer) -> TeamMembership:
    now = timezone.now()
    membership, _new = TeamMembership.objects.standing().get_or_create(
        team=team, volunteer=volunteer, defaults={"asked_at": now, "joined_at": now}
    )
    if membership.joined_at is None:
        membership.joined_at = now
        membership.save(update_fields=["joined_at"])
    return membership


def _as_leader(actor: Actor, team: VolunteerTeam) -> Actor:
    return actor if rules.works_for(actor, team) else actor.acting(Role.TEAM_LEADER)


def _tell_who_decides(team: VolunteerTeam, membership: TeamMembership) -> None:
    """The leader; a team without one is looked after by its community."""
    people = [team.leader.user] if team.leader is not None else []
    if not people:
        posted = holders(path=team.grid.path, roles=COMMUNITY, at=timezone.now(), nearest=True)
        people = [posting.user for posting in posted]
    for user in people:
        queue(
            key=f"team:{membership.pk}:asked:{user.pk}",
            to=user,
            subject=_("有人想加入“%s”。") % team.name,
            url=reverse("team", args=[team.pk]),
        )
