"""The demo's district: its ground is shared out without gaps, and falls the same way every time."""

from collections import Counter
from itertools import pairwise
from random import Random

from grids.tree.demo_map import DISTRICT, _area, _bent, _cut, _fat, _slabs
from grids.tree.shapes import chord_at


def sides(ground):
    return list(pairwise([*ground, ground[0]]))


def grounds():
    streets = _cut(Random("a"), DISTRICT, [13, 12, 15])
    grids = [one for n, street in enumerate(streets) for one in _cut(Random(n), street, [1] * 13)]
    return (
        {"": DISTRICT} | {f"{n:04d}": one for n, one in enumerate(streets)} | {f"g{n}": g for n, g in enumerate(grids)}
    )


def test_neighbours_share_every_side():
    """Each side of a grid is another's the other way round, or the district's own."""
    bent = _bent(grounds())
    edge = set(sides(bent[""]))
    seen = Counter(side for path, ground in bent.items() if path.startswith("g") for side in sides(ground))
    assert set(seen.values()) == {1}
    assert [side for side in seen if side not in edge and side[::-1] not in seen] == []
    assert edge <= set(seen)


def test_everybody_has_the_share_that_is_theirs_and_no_wedge():
    parts = _cut(Random("a"), DISTRICT, [13, 12, 15])
    assert [round(_area(one) / _area(DISTRICT) * 40, 3) for one in parts] == [13, 12, 15]
    assert min(map(_fat, grounds().values())) > 0.35
    assert _cut(Random("a"), DISTRICT, [13, 12, 15]) == parts


def test_houses_stand_within_their_grid_below_its_number():
    ground = _bent(grounds())["g5"]
    ring = [list(corner) for corner in [*ground, ground[0]]]
    slabs = _slabs(ground, 6, 0.1)
    assert len(slabs) == 6
    for slab in slabs:
        for x, y in slab:
            left, right = chord_at(ring, y)
            assert left < x < right
