"""Somebody who knows the policy, the registers' overlap and every published figure tries every authority there could be.

Nothing here uses the product's limits or programmes: it lists all pairs of schools, asks which of them would look as
published, and sees what they have in common.
"""

import itertools

import numpy as np
import pytest

from schemas.breakdowns import Nested
from schemas.errors import DisclosureUnsafe
from tests.disclosure_tables import SUPPRESS, as_counts
from transforms.disclosure_control.counts import protect_counts

ITEMS = [("Total", "Total"), ("Sex", "F"), ("Sex", "M"), ("Major", "A"), ("Major", "B"), ("Minor", "a1"), ("Minor", "a2"), ("Minor", "b1")]  # fmt: skip
NESTED = (Nested("Minor", "Major", ((("A",), ("a1", "a2")), (("B",), ("b1",)))),)
GROUPS = [(0, (1, 2)), (0, (3, 4)), (3, (5, 6)), (4, (7,))]  # parent, parts
MOST = 8
TOO_MANY = 400_000


def place(a1, a2, b1, girls):
    total = a1 + a2 + b1
    return (total, girls, total - girls, a1 + a2, b1, a1, a2, b1)


PLACES = np.array(
    [
        place(a1, a2, b1, girls)
        for a1, a2, b1 in itertools.product(range(MOST + 1), repeat=3)
        for girls in range(a1 + a2 + b1 + 1)
    ]
)


def divides_small_group(places, told_by_authority, policy):
    within = np.zeros(places.shape, dtype=bool)
    for parent, parts in GROUPS:
        left = [part for part in parts if not told_by_authority[part]]
        small = (places[:, parent] > 0) & (places[:, parent] < policy.small_group) & (len(left) > 1)
        for part in left:
            within[:, part] |= small | within[:, parent]
    return within


def told_by_authority(tables, policy):
    nothing = np.zeros(len(ITEMS), dtype=bool)
    secret = divides_small_group(tables[:1], nothing, policy)[0]
    return (tables == 0).all(axis=0) & ~secret


def would_look_so(candidates, true, hidden, told, policy, zeros_may_hide):
    within = divides_small_group(candidates, told, policy)
    must_hide = within | ((candidates > 0) & (candidates < policy.threshold))
    may_hide = (candidates > 0) | within | zeros_may_hide
    fits = np.where(hidden, may_hide, (candidates == true) & ~must_hide)
    return fits.all(axis=1)


def what_remains_possible(tables, hidden, remainder, policy):
    """The width of every cell over all pairs of schools that would look as published; None where they are too many."""
    told = told_by_authority(tables, policy)
    within = divides_small_group(tables, told, policy)
    zeros_may_hide = bool((hidden & (tables == 0) & ~within).any())
    first, second = (
        PLACES[would_look_so(PLACES, tables[row], hidden[row], told, policy, zeros_may_hide)] for row in (1, 2)
    )
    if len(first) * len(second) > TOO_MANY:
        return None
    authority = (first[:, None] + second[None] - remainder).reshape(-1, len(ITEMS))
    fits = (authority >= 0).all(axis=1) & would_look_so(authority, tables[0], hidden[0], told, policy, zeros_may_hide)
    one, other = np.divmod(np.flatnonzero(fits), len(second))
    possible = (authority[fits], first[one], second[other])
    return np.array([part.max(axis=0) - part.min(axis=0) for part in possible])


def random_authority(rng):
    schools = [
        place(*minor, rng.binomial(minor.sum(), rng.choice([0, 0.3, 0.5, 1])))
        for minor in rng.integers(0, rng.choice([1, 2, 3, 5], (2, 3)) + 1)
    ]
    remainder = np.zeros(len(ITEMS), dtype=np.int64)
    if rng.random() < 0.3 and min(schools[0][item] for item in (1, 5)) > 0:
        remainder[[0, 1, 3, 5]] = 1
    return np.array([np.sum(schools, axis=0) - remainder, *schools]), remainder


def rows_of(tables):
    return as_counts(
        (school, *item, int(value))
        for school, values in zip((None, "S1", "S2"), tables, strict=True)
        for item, value in zip(ITEMS, values, strict=True)
    )


@pytest.mark.parametrize("width", [1, 2, 3])
def test_nobody_who_knows_the_policy_can_work_a_hidden_count_out(width):
    policy = SUPPRESS.model_copy(update={"threshold": 3, "minimum_width": width, "small_group": width + 2})
    rng = np.random.default_rng(width)
    tried = 0
    for _ in range(60):
        tables, remainder = random_authority(rng)
        try:
            frame = protect_counts(rows_of(tables), policy=policy, nested=NESTED, dataset="tiny").frame
        except DisclosureUnsafe:
            continue
        hidden = frame["value"].isna().to_numpy(dtype=bool).reshape(tables.shape)
        widths = what_remains_possible(tables, hidden, remainder, policy)
        if widths is None or not hidden.any():
            continue
        tried += 1
        assert (widths[hidden] >= width).all()
    assert tried >= 10
