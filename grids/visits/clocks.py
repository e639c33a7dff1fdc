"""When somebody knocked, told by a phone: its clock may be hours off, its posting may have ended on the way.

Two rules, reasoned in docs/adr/0021. A phone that wrote by its own clock says what that clock shows as it sends; the
difference to ours is the error of both times. And a visit belongs to the posting under which it was made: what was
done while one answered for the door is taken when it arrives within LATE_FOR of the end; anything else waits for the
secretary.
"""

from datetime import datetime, timedelta

# A slow line and a second hand explain this much.
SLACK = timedelta(minutes=5)
# A phone lies in a drawer over a holiday. Later than this nobody remembers, and a claim costs nothing.
LATE_FOR = timedelta(days=7)


def set_right(visited_at: datetime, sent_at: datetime | None, now: datetime) -> datetime:
    """`visited_at` by our clock; `sent_at` is what the same clock showed when it was sent, at `now`."""
    if sent_at is None or abs(now - sent_at) <= SLACK:
        return visited_at
    try:
        return min(visited_at + (now - sent_at), now)
    except OverflowError:
        # A year that no calendar has: left as it was said, and refused as such.
        return visited_at


def is_in_time(ended_at: datetime | None, now: datetime) -> bool:
    """A visit made under a posting that has ended since is taken for a while longer."""
    return ended_at is None or now - ended_at <= LATE_FOR
