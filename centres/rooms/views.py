import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centres.rooms import answers, closurewords, dayview, places, queries, roomwords, rules, words
from centres.rooms.diary import Diary
from centres.rooms.forms import WantedForm, read_date
from centres.rooms.hours import midnight
from centres.rooms.models import Centre, Room
from centres.rooms.spans import last_bookable_day
from grids.tree.queries import current_community
from portal.accounts.policy import anyone
from portal.errors import NotFound

WEEK = 7
NEAR = 5
ONE_DAY = dt.timedelta(days=1)


@anyone
@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """今天还空着的：一天、所有房间，空着的在前。`?date= &part= &minutes= &people= &centre=`."""
    now = timezone.localtime()
    centre = asked_centre(request)
    if centre is None:
        return render(request, "centres/rooms/nowhere.html", {"here": current_community(request)})
    today = now.date()
    day = max(read_date(request.GET.get("date"), today), today)
    strip = today + (day - today) // (WEEK * ONE_DAY) * (WEEK * ONE_DAY)
    form = WantedForm(request.GET if {"part", "minutes", "people"} & set(request.GET) else None)
    found = queries.rooms_of(centre)
    actor = request.actor  # type: ignore[attr-defined]
    days = (day - strip).days + queries.LOOK_AHEAD
    diary = queries.diary_for(actor, centre, found, strip, days, now)
    rows = rows_of(diary, found, day, form, me=actor.id, elder=bool(request.elder))  # type: ignore[attr-defined]
    near = [] if rows["free"] or form.wanted.asked else near_of(request, centre, day, now)
    context = {
        "near": near,
        "centre": centre,
        "form": form,
        "day": day,
        "is_today": day == today,
        "title": words.weekday(day, now),
        "days": days_of(diary, centre, strip, day, now),
        "before": max(strip - WEEK * ONE_DAY, today) if strip > today else None,
        "after": strip + WEEK * ONE_DAY if (strip - today).days < 28 else None,
        "wanted": form.wanted.asked,
        **kept(request),
        "quota": queries.quota_of(diary.person, centre, day) if diary.person else None,
        "month": words.month(day),
        "walk_in": [room for room in found if not room.needs_booking],
        **rows,
    }
    return render(request, "centres/rooms/rooms.html", context)


def near_of(request: HttpRequest, centre: Centre, day: dt.date, now: dt.datetime) -> list[answers.Near]:
    """Where else in the street something is free, once this house has nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    return [
        answers.Near(
            house.name,
            house.address,
            f"{reverse('rooms')}?{urlencode({'centre': str(house.pk), 'date': f'{day:%Y-%m-%d}'})}",
            free,
        )
        for house, free in queries.free_near(actor, centre, day, now)[:NEAR]
    ]


def kept(request: HttpRequest) -> dict[str, str]:
    """What a link to another day takes along: the centre that was asked for, and what is looked for."""
    asked = request.GET.get("centre", "")
    centre = f"&{urlencode({'centre': asked})}" if asked else ""
    wishes = {name: request.GET[name] for name in ("part", "minutes", "people") if request.GET.get(name)}
    return {"asked_centre": asked, "keep_centre": centre, "keep": centre + (f"&{urlencode(wishes)}" if wishes else "")}


def asked_centre(request: HttpRequest) -> Centre | None:
    """The centre that was asked for, else that of the visitor's community."""
    if asked := request.GET.get("centre"):
        try:
            centre = queries.centre_by_id(UUID(asked))
        except ValueError:
            centre = None
        if centre is None:
            raise NotFound()
        return centre
    return queries.centre_of(current_community(request))


def rows_of(
    diary: Diary, rooms: list[Room], day: dt.date, form: WantedForm, *, me: UUID | None, elder: bool
) -> dict[str, Any]:
    """The rows of a day: free rooms first, in the centre's order; those that do not suit are counted, not shown."""
    bookable = [room for room in rooms if room.needs_booking]
    wanted = form.wanted
    is_today = day == timezone.localtime(diary.now).date()
    hours = [diary.hours.on(room, day) for room in bookable]
    frame = dayview.frame_of(hours, diary.now if is_today else None)
    if frame is None:
        names = [one.name for one in hours if one.name]
        opens = min(
            (span for room in bookable if (span := queries.next_free(diary, room, day, WEEK + 1))),
            default=None,
            key=lambda span: span.starts_at,
        )
        return {
            "frame": None,
            "rows": [],
            "left_out": 0,
            "why": names[0] if names else "",
            "opens": opens,
            "free": 0,
            "over": any(one.spans for one in hours),
        }
    suiting = [room for room in bookable if wanted.fits(room)]
    rows = []
    for room in suiting:
        row = dayview.row_of(room, diary.day(room, day), frame, now=diary.now, wanted=wanted, me=me, elder=elder)
        row.heading, row.href, row.note = room.name, room.get_absolute_url(), words.facts(room)
        if row.free and room.by_place:
            row.left = places.said(room, places.left(diary, room, row.spans[0].starts_at))
        if not row.free:
            row.next = queries.next_free(diary, room, day, queries.LOOK_AHEAD - 1)
        rows.append(row)
    rows.sort(key=lambda row: not row.free)
    free = sum(1 for row in rows if row.free)
    title = words.weekday(day, diary.now)
    answer = answers.headline(rows, diary.now, title=title, is_today=is_today, wanted=wanted.asked)
    left_out = len(bookable) - len(suiting)
    return {"frame": frame, "rows": rows, "left_out": left_out, "free": free, "over": False, "answer": answer}


def days_of(diary: Diary, centre: Centre, strip: dt.date, day: dt.date, now: dt.datetime) -> list[dict[str, Any]]:
    """Seven dates to press; those the front door stays shut are faint."""
    today = now.date()
    found = []
    for n in range(WEEK):
        date = strip + n * ONE_DAY
        hours = diary.hours.door(centre.pk, date)
        small = _("今天") if date == today else words.short_weekday(date)
        off = not hours.spans
        said = queries.day_label(date, now) + (_("，不开门") if off else "")
        found.append(
            {"date": date, "small": small, "number": date.day, "off": off, "current": date == day, "said": said}
        )
    return found


@anyone
@require_GET
def room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """一间房：现在怎样，这一周哪些时候空着，有什么规矩。"""
    now = timezone.localtime()
    found = queries.room_by_id(room_id)
    if found is None:
        raise NotFound()
    actor = request.actor  # type: ignore[attr-defined]
    first = max(read_date(request.GET.get("date"), now.date()), now.date())
    days = (first - now.date()).days + WEEK + 1
    diary = queries.diary_for(actor, found.centre, [found], now.date(), days, now)
    dates = [first + n * ONE_DAY for n in range(WEEK)]
    last = last_bookable_day(found, now, local=diary.local)
    context = {
        "room": found,
        "centre": found.centre,
        "standing": roomwords.standing(diary, found, now),
        "place_word": places.word(found),
        # The first of these days on which somebody has some of it.
        "wait_day": next((date for date in dates if _is_taken(diary, found, date)), first),
        "ahead": closurewords.ahead(queries.announced_for(found, now.date()), now),
        "rows": week_rows(diary, found, dates, me=actor.id, elder=bool(request.elder)),  # type: ignore[attr-defined]
        "frame": dayview.frame_of(diary.hours.on(found, date) for date in dates),
        "rules": roomwords.rules_of(found),
        "hours": roomwords.hours_of(diary.hours, found),
        "before": max(first - WEEK * ONE_DAY, now.date()) if first > now.date() else None,
        "after": first + WEEK * ONE_DAY if first + WEEK * ONE_DAY <= last else None,
        "this_week": first == now.date(),
        "keeps_house": rules.runs(actor, found),
    }
    return render(request, "centres/rooms/room.html", context)


def _is_taken(diary: Diary, room: Room, date: dt.date) -> bool:
    return any(timezone.localtime(one.starts_at).date() == date for one in diary.taken[room.pk])


def week_rows(diary: Diary, room: Room, dates: list[dt.date], *, me: UUID | None, elder: bool) -> list[dayview.Row]:
    """One row for each date, all within the same hours, so that the eye can run down them."""
    shared = dayview.frame_of(diary.hours.on(room, date) for date in dates)
    if shared is None:
        return []
    rows = []
    for date in dates:
        later = midnight(date) - midnight(shared.start.date())
        frame = dayview.Frame(shared.start + later, shared.end + later)
        row = dayview.row_of(room, diary.day(room, date), frame, now=diary.now, me=me, elder=elder)
        hours = diary.hours.on(room, date)
        row.heading, row.note = queries.day_label(date, diary.now), hours.name
        row.is_off = not hours.spans
        rows.append(row)
    return rows
