"""Reading cases, always narrowed to the reader. Other rooms read through here."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from grids.postings import queries as postings
from grids.tree import queries as tree
from grids.tree.enums import Level as GridLevel
from petitions.cases import refs, slips
from petitions.cases.enums import LADDER, OPEN, Kind, State, roles_from
from petitions.cases.figures import Figure as Figure  # lent to neighbouring rooms: theirs stand beside ours
from petitions.cases.figures import Line as Line
from petitions.cases.figures import Period as Period
from petitions.cases.figures import add_figure as add_figure
from petitions.cases.models import Case, CaseRecord, Category
from petitions.cases.querysets import CaseQuerySet, through, within
from portal import phones
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DATA_ROLES, DISTRICT, STREET, Role
from portal.accounts.reach import Reach

if TYPE_CHECKING:
    from grids.tree.models import Grid

FULL = ("grid", "category", "holder_user", "holder_grid", "reporter", "merged_into")


def printable(text: str) -> str:
    """What somebody typed into an address, without control characters: PostgreSQL refuses a NUL with an error."""
    return "".join(char for char in text if char.isprintable()).strip()[:60]


# ---------------------------------------------------------------- one case
def find(reach: Reach, ref: str) -> Case | None:
    """The case of a printed number, if it is within reach; out of reach is not there."""
    stored = refs.parse(ref)
    if stored is None:
        return None
    return Case.objects.visible_to(reach).select_related(*FULL).filter(ref=stored).first()


def by_token(token: str) -> Case | None:
    """The case a tracking link opens. 128 bits, found by their hash: guessing one leads nowhere."""
    if not 20 <= len(token) <= 24:
        return None
    return Case.objects.select_related(*FULL).filter(token_hash=slips.hash_of(token)).first()


def by_number_and_tail(ref: str, tail: str) -> Case | None:
    """The case of a printed number together with the last four digits of its telephone. None for everything else."""
    stored = refs.parse(ref)
    digits = phones.digits_in(tail)
    if stored is None or len(digits) != 4:
        return None
    case = Case.objects.filter(ref=stored).exclude(contact_phone="").first()
    return case if case is not None and phones.tail(case.contact_phone) == digits else None


def visible(reach: Reach) -> QuerySet[Case]:
    """All cases within reach."""
    return Case.objects.visible_to(reach)


def visible_through(to: str, reach: Reach) -> Q:
    """That the case a row points at by `to` is within reach: a condition for lists of other rooms."""
    return through(to, within(reach))


def of_reporter(user_id: UUID) -> QuerySet[Case]:
    """A resident's own, the newest first."""
    return Case.objects.filter(reporter_id=user_id).order_by("-id")


def may_see(actor: Actor, case_id: UUID) -> bool:
    return Case.objects.visible_to(actor.reach).filter(pk=case_id).exists()


def in_public() -> QuerySet[Case]:
    """What a passer-by may know to exist: no restricted kind. `changed_at`: the moment of its last step.

    What of it they may read is said by whoever shows it; the words of reporter and handlers are never among it.
    """
    last = CaseRecord.objects.filter(subject=OuterRef("pk")).order_by("-version").values("at")[:1]
    rows = Case.objects.filter(Q(category=None) | Q(category__kind=Kind.PLAIN), restricted=False)
    return rows.select_related("grid", "category", "merged_into__category").annotate(changed_at=Subquery(last))


def number(text: str) -> str | None:
    """A number as somebody typed it → as it is stored; None where it is none."""
    return refs.parse(text)


def is_answered(case_id: UUID) -> bool:
    """The result has been verified: from then on it is the reporter's to read."""
    return Case.objects.filter(pk=case_id, state__in=(State.AWAITING_FEEDBACK, State.CLOSED)).exists()


def target_of(case: Case) -> Case:
    """The case a merged one went into, whole. For the slip, which asks for no reach."""
    return Case.objects.select_related(*FULL).get(merged=case)


def merged_with(reach: Reach, case: Case) -> list[Case]:
    """The one it went into and those that came into it, as far as this reader sees them. One query."""
    together = Q(merged_into=case)
    if case.merged_into_id is not None:
        together |= Q(pk=case.merged_into_id)
    return list(Case.objects.visible_to(reach).filter(together).order_by("id"))


def categories() -> list[Category]:
    return list(Category.objects.filter(is_active=True))


def uses_of(category: Category) -> int:
    """How many cases, rules and templates stand on a category."""
    return Case.objects.filter(category=category).count() + category.rules.count() + category.templates.count()


def category_by_code(code: str) -> Category | None:
    return Category.objects.filter(code=code, is_active=True).first()


def node_within(reach: Reach, text: str) -> "Grid | None":
    """A node of the tree by code or id, if it is within reach."""
    text = printable(text)
    node = tree.by_code(text)
    if node is None:
        try:
            node = tree.by_id(UUID(text))
        except ValueError:
            return None
    return node if node is not None and reach.covers(node.path) else None


# ---------------------------------------------------------------- lists
def late(reach: Reach, now: datetime) -> QuerySet[Case]:
    """超时的, longest late first."""
    return Case.objects.visible_to(reach).late(now).for_list().in_order()


def due_today(reach: Reach, now: datetime) -> QuerySet[Case]:
    return Case.objects.visible_to(reach).due_today(now).for_list().in_order()


def rest(reach: Reach, now: datetime) -> QuerySet[Case]:
    """Open, neither late nor due today."""
    today = Case.objects.due_today(now).values("pk")
    return open_cases(reach).on_time(now).exclude(pk__in=today)


def open_cases(reach: Reach) -> CaseQuerySet:
    return Case.objects.visible_to(reach).open().for_list().in_order()


def to_accept(reach: Reach) -> QuerySet[Case]:
    """待受理 on the ground of a clerk, a secretary or the street; of the district what lies on no street."""
    return Case.objects.visible_to(reach).filter(_desk_of(reach), state=State.SUBMITTED).for_list().in_order()


def to_assign(reach: Reach) -> QuerySet[Case]:
    return Case.objects.visible_to(reach).filter(_desk_of(reach), state=State.ACCEPTED).for_list().in_order()


def _desk_of(reach: Reach) -> Q:
    """Whose it is to accept and to assign (rules.community, rules.street)."""
    ground = reach.q("grid__path", *COMMUNITY, *STREET)
    if reach.holds(*DISTRICT):
        ground |= Q(grid__level=GridLevel.DISTRICT) & reach.q("grid__path", *DISTRICT)
    return ground


def to_verify(reach: Reach) -> QuerySet[Case]:
    """待核查, of those this person may verify: their level or below, and not one they handled themselves."""
    return Case.objects.visible_to(reach).filter(verifiable(reach)).for_list().order_by("step_due_at", "id")


def verifiable(reach: Reach) -> Q:
    may = Q(pk__in=[])
    for scope in reach.scopes:
        levels = [level for level in LADDER if scope.role in roles_from(level)]
        if levels:
            may |= Q(grid__path__startswith=scope.path, holder_level__in=levels)
    if reach.user_id is not None:
        may &= ~Q(handled_by__contains=[reach.user_id]) & ~Q(holder_user_id=reach.user_id)
    return may & Q(state=State.UNDER_REVIEW)


def in_hand(reach: Reach) -> QuerySet[Case]:
    """With this person: to sign, or being worked on."""
    states = (State.ASSIGNED, State.IN_PROGRESS, State.SHELVED)
    return Case.objects.visible_to(reach).held_by(reach).filter(state__in=states).for_list().in_order()


def in_hands_of(user_id: UUID, path: str) -> int:
    """How many cases below a path would be handed on if this person went."""
    held = Case.objects.filter(holder_user_id=user_id, state__in=(State.ASSIGNED, State.IN_PROGRESS))
    return held.filter(grid__path__startswith=path).count()


def to_receive(reach: Reach) -> QuerySet[Case]:
    """Escalated to this person's level."""
    may = Q(pk__in=[])
    for level, roles in (
        ("community", COMMUNITY),
        ("street", (Role.STREET_SUPERVISOR,)),
        ("district", (Role.DISTRICT_ADMIN,)),
    ):
        may |= Q(holder_level=level) & reach.q("grid__path", *roles)
    return Case.objects.visible_to(reach).filter(may, state=State.ESCALATED).for_list().in_order()


def to_rule(reach: Reach) -> QuerySet[Case]:
    """What the street is asked: a second return, a request to shelve."""
    ground = reach.q("grid__path", Role.STREET_SUPERVISOR)
    asked = Q(ruling_open=True) | Q(asking="shelve")
    return Case.objects.visible_to(reach).filter(ground & asked, state__in=OPEN).for_list().in_order()


def to_extend(reach: Reach) -> QuerySet[Case]:
    ground = reach.q("grid__path", *COMMUNITY)
    return Case.objects.visible_to(reach).filter(ground, asking="extend", state__in=OPEN).for_list().in_order()


@dataclass
class Wanted:
    """What a list is asked for. Every number on the board is one of these, so that it opens exactly its rows."""

    view: str = "open"
    words: str = ""
    grid: "Grid | None" = None
    # Only what lies on the node itself, not below it: what has no grid yet.
    exact: bool = False
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None


VIEWS = (
    *(
        "open",
        "late",
        "today",
        "rest",
        "mine",
        "accept",
        "assign",
        "verify",
        "receive",
        "rule",
        "extend",
        "closed",
        "all",
    ),
)


def listing(reach: Reach, wanted: Wanted, now: datetime) -> QuerySet[Case]:
    """The rows of a list, narrowed to reach."""
    by_view: dict[str, Any] = {
        "late": lambda: late(reach, now),
        "today": lambda: due_today(reach, now),
        "rest": lambda: rest(reach, now),
        "mine": lambda: in_hand(reach),
        "accept": lambda: to_accept(reach),
        "assign": lambda: to_assign(reach),
        "verify": lambda: to_verify(reach),
        "receive": lambda: to_receive(reach),
        "rule": lambda: to_rule(reach),
        "extend": lambda: to_extend(reach),
        "closed": lambda: Case.objects.visible_to(reach).exclude(first_closed_at=None).for_list().order_by("-id"),
        "all": lambda: Case.objects.visible_to(reach).for_list().order_by("-id"),
    }
    rows: QuerySet[Case] = by_view.get(wanted.view, lambda: open_cases(reach))()
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.grid is not None:
        place = {"grid": wanted.grid} if wanted.exact else {"grid__path__startswith": wanted.grid.path}
        rows = rows.filter(**place)
    column = "first_closed_at" if wanted.view == "closed" else "submitted_at"
    if wanted.since:
        rows = rows.filter(**{f"{column}__gte": wanted.since})
    if wanted.until:
        rows = rows.filter(**{f"{column}__lt": wanted.until})
    if words := printable(wanted.words):
        stored = refs.parse(words)
        rows = (
            rows.filter(ref=stored) if stored else rows.filter(Q(title__icontains=words) | Q(address__icontains=words))
        )
    return rows


def search(reach: Reach, text: str, limit: int = 10) -> list[Case]:
    """Cases a word at the counter may mean: a slip number, a telephone or its tail, words of the title."""
    text = printable(text)
    if not text:
        return []
    found = Case.objects.visible_to(reach).for_list().order_by("-id")
    if stored := refs.parse(text):
        return list(found.filter(ref=stored)[:limit])
    digits = phones.digits_in(text)
    if digits and len(digits) == len(text.replace(" ", "")):
        by = Q(contact_phone__endswith=digits) if len(digits) >= 4 else Q(pk__in=[])
        return list(found.filter(by, state__in=OPEN)[:limit])
    if len(text) < 2:
        return []
    return list(found.filter(Q(title__icontains=text) | Q(reporter_name=text), state__in=OPEN)[:limit])


# ---------------------------------------------------------------- to whom
@dataclass(frozen=True)
class Choice:
    """One possible holder: `value` is what the form sends ("person:<id>", "department:<id>")."""

    value: str
    label: str
    group: str


def candidates(case: Case, at: datetime) -> list[Choice]:
    """Whom this case may be given to: people posted on its ground from near to far, then the departments.

    One that names no building lies on the community: the workers of its grids are offered too, or it could go to none.
    """
    people = postings.holders(path=case.grid.path, roles=DATA_ROLES, at=at)
    workers = []
    if case.grid.depth == tree.COMMUNITY_DEPTH:
        workers = postings.below(path=case.grid.path, roles=(Role.GRID_WORKER,), at=at)
    seen: dict[UUID, Choice] = {}
    for row in people:
        if row.role == Role.DISTRICT_ADMIN:
            continue
        label = f"{row.grid.label} {row.user.name}（{row.title or row.get_role_display()}）"
        seen.setdefault(row.user_id, Choice(f"person:{row.user_id}", label, _("这一片的人")))
    for row in workers:
        label = f"{row.grid.label} {row.user.name}"
        seen.setdefault(row.user_id, Choice(f"person:{row.user_id}", label, _("各网格的网格员")))
    departments = [
        Choice(f"department:{node.pk}", node.label, _("部门")) for node in tree.sectors(case.grid.path[: tree.STEP])
    ]
    return [*seen.values(), *departments]
