"""What other systems send, read into our words. What cannot be read is told all at once, and nothing is written."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from grids.tree import queries as tree
from petitions.cases import queries as cases
from petitions.cases.enums import Kind, ReplyBy
from portal import phones
from portal.errors import Refusal

if TYPE_CHECKING:
    from grids.tree.models import Grid

DAYS = timedelta(days=90)
MOST = 1000
LONGEST = 4000  # of a description, as the standard has it
STATUSES = ("open", "closed")
NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?")


class Unreadable(Refusal):
    """`problems`: (HTTP status, sentence) of each thing that is wrong; the first gives the answer its status."""

    status = 400
    code = "UNREADABLE"

    def __init__(self, problems: list[tuple[int, str]]):
        super().__init__(problems[0][1], status=problems[0][0])
        self.problems = problems


def text(given: QueryDict, name: str, most: int = 200) -> str:
    """One field without control characters (PostgreSQL refuses a NUL, XML most others), cut to its length."""
    said = "".join(char for char in given.get(name) or "" if char.isprintable() or char in "\n\t")
    return said.strip()[:most]


def several(given: QueryDict, name: str) -> list[str]:
    """`a,b` and a repeated field alike."""
    return [one.strip()[:60] for said in given.getlist(name) for one in said.split(",") if one.strip()]


# ---------------------------------------------------------------- where
def jurisdiction(given: QueryDict) -> "Grid | None":
    """The node a `jurisdiction_id` names by its code; None where none is asked for, or the portal itself is named."""
    said = text(given, "jurisdiction_id", 60)
    if not said or said == urlsplit(settings.SITE_URL).hostname:
        return None
    node = tree.by_code(said)
    if node is None or not node.is_active:
        raise Unreadable([(404, _("没有 jurisdiction_id “%(said)s”，请写区、街道或社区的代码。") % {"said": said})])
    return node


# ---------------------------------------------------------------- lists
@dataclass
class Asked:
    """What a list is asked for. `numbers` overrides all the rest."""

    node: "Grid | None" = None
    numbers: list[str] | None = None
    categories: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1
    size: int = MOST


def asked(given: QueryDict, now: datetime) -> Asked:
    """GET requests. Raises Unreadable."""
    wanted = Asked(node=jurisdiction(given))
    if said := several(given, "service_request_id"):
        wanted.numbers = [found for one in said[:MOST] if (found := cases.number(one))]
        return wanted
    problems: list[tuple[int, str]] = []
    # No code has a character that cannot be shown; PostgreSQL would refuse the question.
    wanted.categories = [cases.printable(one) for one in several(given, "service_code")]
    wanted.statuses = several(given, "status")
    if wrong := [one for one in wanted.statuses if one not in STATUSES]:
        problems.append((400, _("status 只有 open 和 closed，没有“%(said)s”。") % {"said": wrong[0]}))
    since, until = (moment(given, name, problems) for name in ("start_date", "end_date"))
    wanted.until = until or (min(since + DAYS, now) if since else now)
    wanted.since = since or wanted.until - DAYS
    if wanted.until - wanted.since > DAYS:
        problems.append((400, _("start_date 到 end_date 一次最多 90 天，请分几次来取。")))
    wanted.page = whole(given, "page", 1, 100_000, problems)
    wanted.size = whole(given, "page_size", MOST, MOST, problems)
    if problems:
        raise Unreadable(problems)
    return wanted


def moment(given: QueryDict, name: str, problems: list[tuple[int, str]]) -> datetime | None:
    """A W3C date and time; without an offset it is ours. A `+` that an address turned into a space is put back."""
    said = text(given, name, 40)
    if not said:
        return None
    try:
        found = parse_datetime(re.sub(r" (\d\d:?\d\d)$", r"+\1", said))
        if found is None and (day := parse_date(said)):
            found = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (made aware below)
        if found is not None and timezone.is_naive(found):
            found = timezone.make_aware(found)
        # As far as a difference of ninety days can still be told.
        if found is not None and 1970 <= found.year <= 9000:
            return found
    except (ValueError, OverflowError):
        pass
    problems.append(
        (400, _("%(name)s 看不懂“%(said)s”，请写成 2026-09-18T14:20:00+08:00。") % {"name": name, "said": said})
    )
    return None


def whole(given: QueryDict, name: str, default: int, most: int, problems: list[tuple[int, str]]) -> int:
    said = text(given, name, 12)
    if not said:
        return default
    if not said.isdecimal() or not 1 <= int(said) <= most:
        problems.append((400, _("%(name)s 是 1 到 %(most)s 的整数。") % {"name": name, "most": most}))
        return default
    return int(said)


# ---------------------------------------------------------------- filing
@dataclass
class Sent:
    """A request as it will be filed. `aside`: what has no field of its own here, for whoever handles it."""

    category: Any
    description: str
    address: str
    grid: "Grid | None"
    name: str
    phone: str
    reply_by: str
    external_id: str
    aside: list[str]


def sent(given: QueryDict, ground: "Grid | None", external_id: str) -> Sent:
    """POST requests. ground: where this sender may file. Raises Unreadable with all that is wrong."""
    node = jurisdiction(given)
    problems: list[tuple[int, str]] = []
    category = _category(given, problems)
    address, coordinates = _location(given, problems)
    grid = _grid(given, node, ground, address, problems)
    description = text(given, "description", LONGEST + 1)
    if len(description) > LONGEST:
        problems.append((400, _("description 写得太长了，最多 4000 字。")))
    media = text(given, "media_url", 500)
    if media and urlsplit_or_none(media) is None:
        problems.append((400, _("media_url 要是 http 或 https 的网址。")))
    phone, unknown = _phone(given)
    reply_by = text(given, "attribute[reply_by]", 20)
    if reply_by and reply_by not in ReplyBy.values:
        problems.append((400, _("attribute[reply_by] 只有 %(known)s。") % {"known": _("、").join(ReplyBy.values)}))
    elif reply_by in (ReplyBy.CALL, ReplyBy.SMS) and not phone:
        problems.append((400, _("要我们联系反映人，请在 phone 写一个打得通的电话。")))
    if problems:
        raise Unreadable(problems)
    aside = [
        *([_("坐标：%(said)s") % {"said": coordinates}] if coordinates and coordinates not in address else []),
        # Told, never fetched: an address somebody else wrote would have the server call wherever they like.
        *([_("对方给的照片网址：%(said)s") % {"said": media}] if media else []),
        *([_("对方写的电话（不能直接拨）：%(said)s") % {"said": unknown}] if unknown else []),
    ]
    external_id = text(given, "attribute[external_id]", 90) or external_id
    # The standard lets a request do without words: then the kind is what is known.
    words = description if len(description) >= 2 else f"{category.name} {description}".strip()
    return Sent(category, words, address, grid, _name(given), phone, reply_by, external_id, aside)


def _category(given: QueryDict, problems: list[tuple[int, str]]) -> Any:
    code = cases.printable(text(given, "service_code", 60))
    if not code:
        problems.append((400, _("没有写 service_code。有哪些，见 services。")))
        return None
    found = cases.category_by_code(code)
    if found is None or found.kind != Kind.PLAIN:
        problems.append((404, _("没有 service_code “%(said)s”。有哪些，见 services。") % {"said": code}))
        return None
    return found


def _location(given: QueryDict, problems: list[tuple[int, str]]) -> tuple[str, str]:
    """(words for the place, coordinates); one of the two suffices, and so does an address_id."""
    lat, long = text(given, "lat", 30), text(given, "long", 30)
    coordinates = ""
    if lat or long:
        if is_degree(lat, 90) and is_degree(long, 180):
            coordinates = f"{float(lat):.5f}, {float(long):.5f}"
        else:
            problems.append((400, _("lat 和 long 要一起写，是 WGS84 的度数，比如 35.72000 和 107.64000。")))
            return "", ""
    address = text(given, "address_string", 200).replace("\n", " ")[:120]
    if not (address or coordinates or text(given, "address_id", 40)):
        problems.append((400, _("没有说在哪里：请写 address_string，或 address_id，或 lat 和 long。")))
    return address or coordinates, coordinates


def is_degree(said: str, most: int) -> bool:
    return NUMBER.fullmatch(said) is not None and abs(float(said)) <= most


def _grid(
    given: QueryDict, node: "Grid | None", ground: "Grid | None", address: str, problems: list[tuple[int, str]]
) -> "Grid | None":
    """Where it lies: the node of address_id, the community its address or jurisdiction names, else the portal's own."""

    def within(one: "Grid | None") -> bool:
        return one is not None and one.is_active and (ground is None or one.path.startswith(ground.path))

    if code := cases.printable(text(given, "address_id", 40)):
        found = tree.by_code(code)
        if not within(found):
            problems.append((404, _("没有 address_id “%(said)s”，或者不在您能报的范围里。") % {"said": code}))
        return found
    inside = [one for one in tree.communities() if within(one) and (node is None or one.path.startswith(node.path))]
    if node is not None and node.depth >= tree.COMMUNITY_DEPTH and within(node):
        return node
    if not inside:
        problems.append((404, _("jurisdiction_id 不在您能报的范围里。")))
        return None
    said = "".join(address.split())
    named = [one for one in inside if "".join(one.name.split()) in said]
    own = [one for one in inside if one.code == settings.DEFAULT_COMMUNITY]
    return max(named, key=lambda one: len(one.name), default=(own or inside)[0])


def _phone(given: QueryDict) -> tuple[str, str]:
    """(a number that can be dialled, what was written instead): a wrong one must not cost somebody their report."""
    said = text(given, "phone", 40).replace("\n", " ")
    try:
        return (phones.e164(said) if said else ""), ""
    except phones.NotAPhone:
        return "", said


def _name(given: QueryDict) -> str:
    """林 + 秀英 → 林秀英; smith + john → john smith."""
    first, last = (text(given, name, 30).replace("\n", " ") for name in ("first_name", "last_name"))
    joined = f"{first} {last}" if (first + last).isascii() else f"{last}{first}"
    return joined.strip()[:20]


def urlsplit_or_none(address: str) -> Any:
    """The parts of a web address; None where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname and " " not in address else None
