"""Reading pages: what a community tells everybody."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.pages.models import Page


def published(scope_code: str = "") -> QuerySet[Page]:
    """Pages that are out: those of everybody and those of one community."""
    return Page.objects.filter(Q(scope_code="") | Q(scope_code=scope_code), published_at__lte=timezone.now())


def notices(scope_code: str = "") -> QuerySet[Page]:
    return published(scope_code).filter(kind="notice").order_by("-published_at")


def found(scope_code: str, text: str) -> QuerySet[Page]:
    about = Q(title__icontains=text) | Q(lead__icontains=text) | Q(body__icontains=text)
    return published(scope_code).filter(about)[:10]
