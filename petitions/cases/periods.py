"""A period as people write it into an address: from=2026-09-01&to=2026-09-30."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from petitions.cases.figures import Period
from portal.errors import Invalid


def period_from(since: str, until: str, now: datetime) -> Period:
    """Two dates, both included, or two moments, half-open. Nothing given: this month to the end of today.

    Raises Invalid (422) for what is no date, or a range that is not one.
    """
    today = timezone.localtime(now).date()
    start = _moment("from", since, date_after=False) if since else _midnight(today.replace(day=1))
    end = _moment("to", until, date_after=True) if until else _midnight(today + timedelta(days=1))
    if start >= end:
        raise Invalid(_("起止日期颠倒了。"), code="BAD_RANGE", errors={"from": [_("开始要在结束之前。")]})
    return Period(start, end)


def _moment(name: str, text: str, *, date_after: bool) -> datetime:
    try:
        if day := parse_date(text):
            return _midnight(day + timedelta(days=1) if date_after else day)
        moment = parse_datetime(text)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Invalid(
            _("日期写成 2026-09-01 这样。"), code="BAD_RANGE", errors={name: [_("日期写成 2026-09-01 这样。")]}
        )
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def last_day(period: Period) -> date:
    """The last day that belongs to it, for the form that shows it."""
    return timezone.localtime(period.until - timedelta(microseconds=1)).date()
