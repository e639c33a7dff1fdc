"""What the tests of displays share. It is Friday 18 September."""

import datetime as dt
from typing import Any

from django.utils import timezone

from centres.displays import services
from centres.displays.models import DisplayItem
from tests.cast import Cast
from tests.centres.rooms.people import NOW
from tests.centres.surveys.people import a_centre

TODAY = timezone.localdate(NOW)
ONE_DAY = dt.timedelta(days=1)


def an_item(cast: Cast, who: str = "clerk", hung: int = 0, grid: Any = None, **given: Any) -> DisplayItem:
    """A board of the clerk's community, put up `hung` days ago; by default looked at after 90."""
    fields = {
        "place": "一楼大厅进门左手",
        "kind": "board",
        "title": "夏天的活动",
        "text": "七月到八月，暑托班在二楼教室。",
        "put_up_on": TODAY - hung * ONE_DAY,
        "now": NOW,
    }
    centre = a_centre(grid or cast.place.community)
    return services.put_up(actor=cast.actor(who), centre=centre, **fields | given)
