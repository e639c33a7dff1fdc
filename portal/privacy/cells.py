"""Small cells: a count of residents so small that it points at somebody is not shown in public or in an export."""

from django.utils.translation import gettext as _

LEAST = 10


def is_small(count: int) -> bool:
    """Nought is small too: 不到 10 must not mean "one to nine"."""
    return count < LEAST


def shown(count: int) -> int | None:
    """The count, or None where it must not be shown."""
    return None if is_small(count) else count


def in_words(count: int) -> str:
    return _("不到 %(n)d") % {"n": LEAST} if is_small(count) else str(count)


def shown_beside(counts: list[int]) -> list[int | None]:
    """Counts that stand beside their total: hides the small ones, and enough others that subtracting does not tell.

    The hidden ones together come to at least LEAST and are at least two, or all of them are hidden.
    """
    order = sorted(range(len(counts)), key=lambda at: (counts[at], at))
    hidden = {at for at in order if is_small(counts[at])}
    for at in order:
        if not hidden or (len(hidden) > 1 and sum(counts[one] for one in hidden) >= LEAST):
            break
        hidden.add(at)
    return [None if at in hidden else count for at, count in enumerate(counts)]
