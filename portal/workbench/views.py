from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.enums import Role
from portal.accounts.policy import anyone, roles, signed_in, staff
from portal.flow.due import LATE, oldest_due
from portal.notifications import queries as notices
from portal.notifications import services as notifying
from portal.requests import actor_of, user_of
from portal.workbench import registry, words
from portal.workdays.queries import day_info

BOARD = (Role.SECRETARY, Role.STREET_SUPERVISOR, Role.DISTRICT_ADMIN)


@anyone
def home(request: HttpRequest) -> HttpResponse:
    """今天：门开没开，什么推门就能进，要办的四件事，墙上的心愿，要知道的。"""
    now = timezone.localtime()
    place = registry.place_of(request)
    context = {
        "place": place,
        "day": day_info(now.date()),
        "headline": registry.headline_of(place, now) or words.UNKNOWN_DOOR,
        "acts": words.acts(),
        "panels": registry.panels_for("home", actor_of(request), now, place),
    }
    return render(request, "portal/workbench/home.html", context)


@anyone
def search(request: HttpRequest) -> HttpResponse:
    """有需求，找社区：说一句，找得到的页面都列出来；找不到的，可以直接反映。"""
    text = request.GET.get("q", "").strip()[:60]
    place = registry.place_of(request)
    hits = registry.hits_for(actor_of(request), place, text) if text else []
    known = {hit.url for hit in hits}
    hits = [page for page in words.pages(request, text) if page.url not in known] + hits
    return render(request, "portal/workbench/search.html", {"text": text, "hits": hits, "acts": words.acts()})


@signed_in
def my(request: HttpRequest) -> HttpResponse:
    """我的：约的、反映的、许的愿，各在谁手里；给我的消息。"""
    now, actor = timezone.localtime(), actor_of(request)
    todos = registry.todos_of(actor, now)
    # The whole list is a page of the staff's; others never have so many.
    first = FIRST if staff.refusal(actor) is None else len(todos)
    context = {
        "panels": registry.panels_for("my", actor, now, registry.place_of(request)),
        "notices": notices.inbox(user_of(request).pk),
        "todos": todos[:first],
        "all_todos": len(todos) if len(todos) > first else 0,
    }
    return render(request, "portal/workbench/my.html", context)


@signed_in
def read_notices(request: HttpRequest) -> HttpResponse:
    """给我的消息，看过就记作看过。"""
    found = notices.inbox(user_of(request).pk, limit=100)
    response = render(request, "portal/workbench/notices.html", {"notices": found})
    notifying.mark_read(user=user_of(request))
    return response


# To-dos on a page that shows more than them: what is late and with whom must not stand below forty rows.
FIRST = 8
# As many clauses as one reads in a glance, the late ones first; all of it stands among the numbers.
SAID = 3


@roles(*BOARD)
def board(request: HttpRequest) -> HttpResponse:
    """督办：什么晚了，在谁手里；每个数字点得开。"""
    now, actor = timezone.localtime(), actor_of(request)
    with registry.one_page():
        numbers = registry.numbers_for(actor, now)
        todos = registry.todos_of(actor, now)
        panels = registry.panels_for("board", actor, now, None)
    lag = oldest_due(now)
    said = [number for number in numbers if number.phrase and number.value]
    context = {
        # Where the sweep itself is late, what stands below is late too.
        "lag": words.lag(lag) if lag > LATE else "",
        "sentence": sorted(said, key=lambda number: not number.late)[:SAID],
        "calm": not any(number.late and number.value for number in numbers),
        "numbers": numbers,
        "todos": todos[:FIRST],
        "all_todos": len(todos) if len(todos) > FIRST else 0,
        "panels": panels,
    }
    return render(request, "portal/workbench/board.html", context)


@staff
def todo(request: HttpRequest) -> HttpResponse:
    """待办：等着我的，急的在前。"""
    now = timezone.localtime()
    context = {"todos": registry.todos_of(actor_of(request), now), "title": _("等着您的")}
    return render(request, "portal/workbench/todo.html", context)
