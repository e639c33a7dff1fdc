"""Whatever the numbers: no subtraction gives a small count away."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.privacy.cells import shown_beside


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 60), min_size=2, max_size=6), st.integers(0, 20))
def test_no_subtraction_tells_a_small_count_of_one_choice(options, blank):
    cells = [*options, *([blank] if blank else [])]
    shown = shown_beside(cells)
    hidden = [count for count, seen in zip(cells, shown, strict=True) if seen is None]
    assert all(seen is None or seen >= 10 for seen in shown)
    if hidden and len(hidden) < len(cells):
        assert len(hidden) >= 2
        assert sum(hidden) >= 10


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=10, max_size=80))
def test_two_options_of_several_leave_what_they_share_open_by_ten(sheets):
    """What can be said of A and B from their counts and the total alone is a span of at least ten."""
    total = len(sheets)
    kept = [n if n >= 10 and total - n >= 10 else None for n in (sum(one[at] for one in sheets) for at in range(3))]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        if kept[a] is not None and kept[b] is not None:
            least, most = max(0, kept[a] + kept[b] - total), min(kept[a], kept[b])
            assert most - least >= 10
