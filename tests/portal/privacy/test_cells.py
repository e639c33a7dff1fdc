"""Guardrail 12: small cells, and what subtracting would tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.privacy.cells import LEAST, in_words, shown, shown_beside


@pytest.mark.parametrize(("count", "said"), [(0, "不到 10"), (1, "不到 10"), (9, "不到 10"), (10, "10"), (281, "281")])
def test_small_count_is_said_without_its_number(count, said):
    assert in_words(count) == said
    assert shown(count) == (None if count < LEAST else count)


@given(st.lists(st.integers(0, 60), max_size=12))
def test_hidden_counts_cannot_be_had_by_subtracting_from_the_total(counts):
    beside = shown_beside(counts)
    hidden = [count for count, said in zip(counts, beside, strict=True) if said is None]
    assert all(said is None for count, said in zip(counts, beside, strict=True) if count < LEAST)
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        assert sum(hidden) >= LEAST


def test_nothing_is_hidden_where_nothing_is_small():
    assert shown_beside([10, 30, 280]) == [10, 30, 280]


def test_one_small_count_takes_the_next_larger_with_it():
    assert shown_beside([3, 280, 12]) == [None, 280, None]
