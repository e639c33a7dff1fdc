"""Where a case may lie: on ground that somebody answers for."""

import pytest

from petitions.cases import holders, queries
from petitions.cases.models import Case
from portal.errors import Forbidden
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import FILED_AT


@pytest.mark.parametrize("where", ["sector", "grid"])
def test_a_department_and_what_has_ended_are_nobodys_ground(desk, call, where):
    node = getattr(desk.cast.place, where)
    type(node).objects.filter(pk=desk.cast.place.grid.pk).update(is_active=False)
    sent = {"description": "东门的路灯不亮", "grid": node.code}
    answer = call("resident").post("/api/v1/cases/", sent, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["grid"])
    assert not Case.objects.exists()


def test_what_lies_on_the_whole_district_is_the_districts_to_accept(desk):
    """A hotline's ticket that names no place: no community and no street could touch it, and nobody was told."""
    case = desk.file(grid=desk.cast.place.district)
    admin = desk.actor("district_admin")
    assert holders.desk_of(case, FILED_AT) == [desk.cast.district_admin]
    assert Notice.objects.filter(recipient=desk.cast.district_admin, about_id=case.pk).exists()
    assert list(queries.to_accept(admin.reach)) == [case]
    for who in ("clerk", "secretary", "street_supervisor"):
        with pytest.raises(Forbidden):
            desk.act(case, "accept", who)
    case = desk.act(case, "accept", "district_admin", grid=desk.cast.place.community)
    assert (case.state, case.grid) == ("accepted", desk.cast.place.community)
    assert list(queries.to_assign(admin.reach)) == []
    assert desk.act(case, "assign", "clerk", person=desk.cast.grid_worker).state == "assigned"


def test_what_lies_in_a_street_is_not_the_districts(desk):
    for node in (desk.cast.place.street, desk.cast.place.community):
        case = desk.file(grid=node)
        assert not queries.to_accept(desk.actor("district_admin").reach).exists()
        with pytest.raises(Forbidden):
            desk.act(case, "accept", "district_admin")
