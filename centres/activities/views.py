import datetime as dt
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from centres.activities import ics, queries, rules, seating, words
from centres.activities.enums import Stage
from centres.activities.forms import AGES, LookForm
from centres.activities.models import Activity, Session
from centres.rooms.queries import centre_of
from grids.tree.queries import current_community
from portal.accounts.policy import anyone, slip_holder
from portal.errors import NotFound
from portal.requests import actor_of

WEEK = 7
ONE_DAY = dt.timedelta(days=1)
# How far ahead one may leaf.
FURTHEST = 26 * WEEK


@anyone
@require_GET
def activities(request: HttpRequest) -> HttpResponse:
    """这一周有什么：一天一天排，还有名额的在前。`?kind= &age= &from=`."""
    now = timezone.localtime()
    centre = centre_of(current_community(request))
    form = LookForm(request.GET if {"kind", "age"} & set(request.GET) else None)
    first = read_first(request.GET.get("from"), now.date())
    asked = form.asked
    days: list[dict[str, Any]] = []
    if centre is not None:
        sessions = queries.on_between(centre, queries.midnight(first), queries.midnight(first + WEEK * ONE_DAY), now)
        if kind := asked.get("kind"):
            sessions = sessions.filter(activity__kind=kind)
        if age := asked.get("age"):
            sessions = sessions.filter(queries.suits_age(*AGES[age]))
        days = by_day(queries.rows_of(sessions, now), now)
    keep = urlencode({name: value for name, value in asked.items() if value})
    context = {
        "centre": centre,
        "form": form,
        "days": days,
        "total": sum(len(day["rows"]) for day in days),
        "with_room": sum(1 for day in days for line in day["rows"] if line["row"].has_room),
        "first": first,
        "is_now": first == now.date(),
        "narrowed": bool(keep),
        "keep": f"&{keep}" if keep else "",
        "before": max(first - WEEK * ONE_DAY, now.date()) if first > now.date() else None,
        "after": first + WEEK * ONE_DAY if (first - now.date()).days < FURTHEST else None,
    }
    return render(request, "centres/activities/activities.html", context)


def read_first(text: str | None, today: dt.date) -> dt.date:
    """The first date of the week asked for, within half a year from today; today where it is none."""
    try:
        found = parse_date(text or "")
    except ValueError:
        found = None
    return found if found is not None and 0 <= (found - today).days <= FURTHEST else today


def by_day(rows: list[queries.Row], now: dt.datetime) -> list[dict[str, Any]]:
    """One heading for each date; what still has places first, then by the clock."""
    found: list[dict[str, Any]] = []
    known: set[UUID] = set()
    for date, some in groupby(rows, key=lambda row: timezone.localtime(row.session.starts_at).date()):
        ordered = sorted(some, key=lambda row: (not row.lit, not row.has_room, row.session.starts_at))
        # What comes every day is explained the first time.
        lines = [{"row": row, "is_new": row.activity.pk not in known} for row in ordered]
        known.update(row.activity.pk for row in ordered)
        found.append({"date": date, "said": words.ui.day(date, now), "rows": lines})
    return found


@anyone
@require_GET
def activity(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """一个活动：还有没有位子，哪几天，怎么报。"""
    now, actor = timezone.localtime(), actor_of(request)
    found = _activity(request, activity_id)
    sessions = queries.sessions_of(found)
    coming = [one for one in sessions if one.ends_at > now]
    seats = None if found.by_session else seating.seats_of(found, None)
    shut = _shut(found, sessions)
    open_now = found.stage == Stage.PUBLISHED and shut is not None and now < shut
    rows = {row.session.pk: row for row in queries.rows_of([one for one in coming if not one.is_cancelled], now)}
    context = {
        "activity": found,
        "centre": found.centre,
        "headline": words.headline(found, seats, found.opens_at, shut, now),
        "seats": seats,
        "ages": words.ages(found),
        "fee": words.fee(found),
        "place": words.place(found, coming[0] if coming else None),
        "shut": shut,
        "open": open_now and (found.opens_at is None or now >= found.opens_at),
        "opens_at": found.opens_at if found.opens_at and now < found.opens_at else None,
        "dates": [{"session": one, "row": rows.get(one.pk)} for one in coming],
        "main_room": coming[0].room_id if coming else None,
        "past": len(sessions) - len(coming),
        "mine": _mine(actor.id, found),
        "runs": rules.runs(actor, found),
        "others": rules.may_enrol_others(actor, found),
    }
    return render(request, "centres/activities/activity.html", context)


def _activity(request: HttpRequest, activity_id: UUID) -> Activity:
    found = queries.visible_activity(actor_of(request), activity_id)
    if found is None:
        raise NotFound()
    return found


def _shut(activity: Activity, sessions: list[Session]) -> dt.datetime | None:
    standing = [one for one in sessions if not one.is_cancelled]
    if not standing:
        return None
    term = seating.Term(standing[0].starts_at, max(one.ends_at for one in standing))
    return seating.shuts_at(activity, standing[-1] if activity.by_session else None, term)


def _mine(user_id: UUID | None, activity: Activity) -> list[Any]:
    return [one for one in queries.live_of(user_id) if one.activity_id == activity.pk] if user_id else []


@anyone
@require_GET
def activity_ics(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """The dates for the telephone's calendar; asked again and again, it follows what is moved and called off."""
    found = _activity(request, activity_id)
    response = HttpResponse(
        ics.calendar(found, queries.sessions_of(found)), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="activity.ics"'
    return response


@slip_holder
@require_GET
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """结业证真不真：whoever holds the paper reads the masked name, what, and how many hours; nothing else."""
    found = queries.certificate_by_code(code)
    if found is None:
        # Whoever asks holds a paper: "no such page" would leave them guessing whether it is genuine.
        return render(request, "centres/activities/certificate.html", status=404)
    context = {"certificate": found, "hours": words.hours(found.minutes)}
    return render(request, "centres/activities/certificate.html", context)
