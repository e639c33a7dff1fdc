"""The demo's shelf and drive."""

import datetime as dt

import pytest

from centres.sharing import demo, queries
from centres.sharing.models import LoanCopy, LoanItem
from centres.sharing.models_loan import Loan
from portal.flow.due import sweep
from portal.notifications.models import Notice
from portal.workbench.demo import Scene
from tests.centres.sharing.people import NOW, Centre

pytestmark = pytest.mark.django_db
SIGN_INS = {
    "resident": "resident", "neighbour": "neighbour", "volunteer": "volunteer", "org": "org_contact",
    "clerk": "clerk", "district": "district_admin",
}  # fmt: skip


@pytest.fixture
def scene(cast) -> Scene:
    Centre.objects.create(grid=cast.place.community, name="文昌花园社区党群服务中心")
    place = {node.name: node for node in vars(cast.place).values()}
    return Scene(now=NOW, users={name: cast.users[who] for name, who in SIGN_INS.items()}, place=place)


def test_demo_has_a_shelf_with_loans_one_of_them_late_and_a_drive_that_runs(scene, cast):
    demo.load(scene)
    kinds = list(LoanItem.objects.values_list("kind", flat=True))
    assert (kinds.count("kit"), kinds.count("book")) == (3, 12)
    assert Loan.objects.overdue(NOW.date()).count() == 1
    assert queries.journey_of(LoanCopy.objects.get(item__name="《朝花夕拾》")).readers == 4
    (drive,) = queries.drives_for(cast.place.community, NOW.date())
    assert drive.is_running(NOW.date())
    assert all(row.total > 300 for street in queries.count_of(drive) for row in street.communities)


def test_first_sweep_after_the_demo_sends_no_old_reminders(scene):
    """What was due before the demo began is not said now, and nothing is said twice."""
    demo.load(scene)
    sweep(NOW)
    before = Loan.objects.filter(state="out", due_on__gte=NOW.date() + dt.timedelta(days=2)).values_list(
        "pk", flat=True
    )
    assert not Notice.objects.filter(about_id__in=before, subject__contains="该还").exists()
