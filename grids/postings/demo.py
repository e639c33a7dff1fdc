"""Who works where in the demo: the sign-ins, and invented colleagues so that every grid has its worker."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from grids.postings.models import Posting
from grids.tree.enums import ChangeKind, Kind, Level
from grids.tree.models import Grid
from grids.tree.queries import buildings_under
from grids.tree.services import Part, Plan, plan_change
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.workbench.demo import Scene

HOME = "文昌花园社区"
OFFICE = "8555 0110"
# A grid that waits for somebody, one whose worker is away, and whose neighbour stands in.
NOBODY, AWAY, STANDS_IN = "第 14 网格", "第 4 网格", "第 3 网格"
# username → role, where, what stands on the door
POSTINGS = {
    "gridworker": (Role.GRID_WORKER, f"{HOME}/第 1 网格", "网格员"),
    "clerk": (Role.DESK_CLERK, HOME, "窗口"),
    "secretary": (Role.SECRETARY, HOME, "社区党委书记"),
    "street": (Role.STREET_SUPERVISOR, "解放路街道", "街道督办"),
    "district": (Role.DISTRICT_ADMIN, "槐荫区", "区网格中心"),
    "department": (Role.DEPARTMENT_HANDLER, "城管网格", "经办"),
    "auditor": (Role.AUDITOR, "槐荫区", "审计"),
    "sysadmin": (Role.SYSADMIN, "槐荫区", "系统管理"),
}


def load(scene: Scene) -> None:
    since = scene.now - timedelta(days=400)
    postings = [
        Posting(user=scene.users[who], role=role, grid=scene.place[place], title=title, starts_at=since, phone=OFFICE)
        for who, (role, place, title) in POSTINGS.items()
    ]
    colleagues: list[User] = []
    nobody = make_password(None)
    names = scene.names("postings")

    def hire(username: str, role: str, grid: Grid, title: str, phone: str) -> None:
        user = User(username=username, name=names.person(), password=nobody)
        colleagues.append(user)
        postings.append(Posting(user=user, role=role, grid=grid, title=title, starts_at=since, phone=phone))

    taken = {(posting.role, posting.grid.pk) for posting in postings}
    community = None
    for grid in scene.place.values():
        if grid.level == Level.STREET and (Role.STREET_SUPERVISOR, grid.pk) not in taken:
            hire(f"street-{grid.code}", Role.STREET_SUPERVISOR, grid, "街道督办", grid.phone)
        elif grid.level == Level.COMMUNITY:
            community = grid
            if (Role.SECRETARY, grid.pk) not in taken:
                hire(f"secretary-{grid.code}", Role.SECRETARY, grid, "社区党组织书记", grid.phone)
                hire(f"clerk-{grid.code}", Role.DESK_CLERK, grid, "窗口", grid.phone)
        elif grid.level == Level.BASIC_GRID and grid.kind == Kind.SECTOR:
            if (Role.DEPARTMENT_HANDLER, grid.pk) not in taken:
                hire(f"handler-{grid.code}", Role.DEPARTMENT_HANDLER, grid, "经办", "8555 0000")
        elif grid.level == Level.BASIC_GRID and (Role.GRID_WORKER, grid.pk) not in taken:
            hire(f"worker-{grid.code}", Role.GRID_WORKER, grid, "网格员", community.phone if community else "")
    # The large community needs a second pair of hands at its counter: who verifies is never who handled.
    hire("clerk-2", Role.DESK_CLERK, scene.place[HOME], "窗口", OFFICE)
    # One who has gone: what their phone hands in afterwards waits for the secretary.
    hire("worker-left", Role.GRID_WORKER, scene.place[f"{HOME}/第 2 网格"], "网格员", OFFICE)
    postings[-1].ends_at = scene.now - timedelta(days=2)
    at_home = {
        posting.grid.short_name or posting.grid.name: posting for posting in postings[:-1] if _at_home(scene, posting)
    }
    # Nobody has followed this one yet.
    at_home[NOBODY].ends_at = scene.now - timedelta(days=1)
    User.objects.bulk_create(colleagues, batch_size=500)
    Posting.objects.bulk_create(postings, batch_size=500)
    holder, neighbour = at_home[AWAY], at_home[STANDS_IN]
    Posting.objects.create(
        user=neighbour.user,
        role=Role.GRID_WORKER,
        grid=holder.grid,
        title=holder.title,
        phone=neighbour.phone,
        starts_at=scene.now - timedelta(days=1),
        ends_at=scene.now + timedelta(days=6),
        stands_in_for=holder,
    )
    _plan(scene, at_home["第 13 网格"].user_id)


def _at_home(scene: Scene, posting: Posting) -> bool:
    return posting.role == Role.GRID_WORKER and posting.grid.path.startswith(scene.place[HOME].path)


def _plan(scene: Scene, worker: UUID) -> None:
    """The last grid of the large community is to be two in a month; the new one goes to the worker next door."""
    last = scene.place[f"{HOME}/第 15 网格"]
    buildings = [one.pk for one in buildings_under(last.path)]
    new = Part(name="第 16 网格", worker=worker, buildings=buildings[3:])
    parts = [Part(grid=last.pk, buildings=buildings[:3]), new]
    plan_change(
        actor=Actor.of(scene.users["street"]),
        plan=Plan(ChangeKind.SPLIT, [last.pk], parts),
        on=timezone.localdate(scene.now) + timedelta(days=30),
        reason="第 15 网格楼多，快满 300 户，分三栋另成一格",
    )
