"""What the demo shows: twenty kinds, a hundred courses, three groups at three points of their way."""

import pytest
from django.utils import timezone

from centres.rooms import demo as rooms_demo
from centres.training import demo
from centres.training.models import CourseCategory, CourseOffer
from centres.training.models_order import TrainingOrder
from portal.workbench.demo import Scene
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_demo_fills_the_base(cast: Cast):
    scene = Scene(now=timezone.now(), say=lambda said: None)
    scene.place = {cast.place.community.name: cast.place.community}
    scene.users = {"org": cast.org_contact, "secretary": cast.secretary} | {
        name: cast.users[name] for name in ("resident", "neighbour", "volunteer")
    }
    rooms_demo.load(scene)
    demo.load(scene)
    assert (CourseCategory.objects.count(), CourseOffer.objects.count()) == (20, 100)
    states = set(TrainingOrder.objects.values_list("state", flat=True))
    assert states >= {"confirmed", "submitted", "declined"}
    assert {order.contact_id for order in TrainingOrder.objects.all()} == {cast.org_contact.pk}
