from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.accounts.policy import anyone
from portal.pages import queries
from portal.workbench.registry import place_of


def _code(request: HttpRequest) -> str:
    return getattr(place_of(request), "code", "")


@anyone
def notices(request: HttpRequest) -> HttpResponse:
    """要知道的：全部通知，新的在前。"""
    page = Paginator(queries.notices(_code(request)), 20).get_page(request.GET.get("page"))
    return render(request, "portal/pages/notices.html", {"page": page})


@anyone
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """一页通知或说明。"""
    found = get_object_or_404(queries.published(_code(request)), slug=slug)
    return render(request, "portal/pages/page.html", {"found": found})


@anyone
def guide(request: HttpRequest) -> HttpResponse:
    """怎样用这个网站。"""
    return render(request, "portal/pages/guide.html")
