"""A system that files here, and a lamp it told of: what `requests.json` of the demo shows with the key DEMO_KEY."""

from django.http import QueryDict
from django.utils.http import urlencode

from petitions.open311 import services
from petitions.open311.reading import sent
from portal.accounts.actors import SYSTEM
from portal.workbench.demo import Scene

# The demo's own, and the demo refuses a database that is not its own.
DEMO_KEY = "demo-open311-key"
FILED = {
    "service_code": "facility",
    "address_string": "文昌花园社区东门外，公交站旁",
    "description": "公交站旁边的路灯一闪一闪的，晚上晃眼睛。",
    "attribute[external_id]": "SSP-20481",
}


def load(scene: Scene) -> None:
    key, _told = services.issue_key(
        actor=SYSTEM, name="随手拍小程序", contact="区数据局 8555 0199", grid=scene.place["槐荫区"], secret=DEMO_KEY
    )
    given = QueryDict(urlencode(FILED | {"jurisdiction_id": scene.place["文昌花园社区"].code}))
    services.file(key=key, sent=sent(given, key.grid, ""))
