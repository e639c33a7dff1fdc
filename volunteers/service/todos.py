from datetime import datetime

from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.workbench.registry import Todo, todo_source
from volunteers.service.queries import asking_for


@todo_source
def who_wants_to_join(actor: Actor, now: datetime) -> list[Todo]:
    """One line for each team that somebody wants to join."""
    waiting: dict[str, Todo] = {}
    for asked in asking_for(actor, now):
        team = asked.team
        said = _("有人想加入“%(team)s”") % {"team": team.name}
        waiting.setdefault(str(team.pk), Todo(said, team.get_absolute_url(), kind=_("志愿队")))
    return list(waiting.values())
