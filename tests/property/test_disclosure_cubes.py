"""Disclosure control on random crossed and linked tables, and the audit against trying every table there could be."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, hstack, vstack

from tests.disclosure_cubes import cube, policy
from transforms.disclosure_control.audit import audit
from transforms.disclosure_control.counts import protect_and_audit
from transforms.disclosure_control.crossed import crossed_table, with_margins
from transforms.disclosure_control.joint import Joint
from transforms.disclosure_control.model import NO_LIMIT
from transforms.disclosure_control.protect import protect

skewed = st.one_of(st.integers(0, 4), st.integers(0, 40))
widths = st.integers(1, 4)
thresholds = st.sampled_from([3, 5, 8])


@st.composite
def inner_counts(draw):
    """Counts crossed in three or four dimensions."""
    shape = draw(st.sampled_from([(2, 2, 2), (3, 2, 3), (2, 2, 2, 2), (4, 3, 2)]))
    size = int(np.prod(shape))
    return np.array(draw(st.lists(skewed, min_size=size, max_size=size)), dtype=np.int64).reshape(shape)


@st.composite
def crossed(draw):
    """A crossed table with all or few of its margins, under some threshold."""
    return cube(draw(inner_counts()), crossed=draw(st.integers(1, 3)), threshold=draw(thresholds))


@st.composite
def linked(draw):
    """A crossed table whose schools are also summed by another grouping, as two published tables would."""
    cells, primary = cube(draw(inner_counts()), threshold=draw(thresholds))
    size = len(cells)
    schools = cells.value.reshape(-1, size // draw(st.just(_schools(cells) + 1)))
    group = np.array(draw(st.lists(st.booleans(), min_size=len(schools) - 1, max_size=len(schools) - 1)))
    assume(group.any() and not group.all())
    return _grouped(cells, primary, np.append(False, group))


def _schools(cells):
    """The number of schools of a cube: the authority's equation is the longest that begins with the first cell."""
    first = cells.equations[:, [0]].toarray().ravel() == 1
    strides = [cells.equations.indices[cells.equations.indptr[row] + 1] for row in np.flatnonzero(first)]
    return len(cells) // int(max(strides)) - 1


def _grouped(cells, primary, group):
    """Add the sum of some schools, cell by cell."""
    columns = len(cells) // len(group)
    sums = cells.value.reshape(len(group), columns)[group].sum(axis=0)
    picked = np.zeros((columns, len(cells)), dtype=np.int64)
    for place in np.flatnonzero(group):
        picked[np.arange(columns), place * columns + np.arange(columns)] = -1
    extra = hstack([csr_array(picked), csr_array(np.eye(columns, dtype=np.int64))])
    held = hstack([cells.equations, csr_array((cells.equations.shape[0], columns), dtype=np.int64)])
    both = dataclasses.replace(
        cells,
        value=np.append(cells.value, sums),
        lower=np.append(cells.lower, np.minimum(sums, 1)),
        upper=np.append(cells.upper, np.full(columns, NO_LIMIT)),
        cost=np.append(cells.cost, np.ones(columns)),
        publishable=np.append(cells.publishable, np.ones(columns, dtype=bool)),
        frozen=np.append(cells.frozen, np.zeros(columns, dtype=bool)),
        reluctant=np.append(cells.reluctant, sums == 0),
        table=np.append(cells.table, np.zeros(columns, dtype=np.int64)),
        equations=csr_array(vstack([held, extra])),
    )
    small = (both.value > 0) & (both.value < max(cells.value[primary], default=0) + 1)
    return both, small


@st.composite
def hierarchies(draw):
    """A dimension whose items nest once or twice, in groups drawn at random: each total with its items."""
    tree, number = {}, itertools.count()

    def below(total, depth):
        items = [f"i{next(number)}" for _ in range(draw(st.integers(2, 3)))]
        tree[total] = items
        for item in items:
            if depth > 1 and draw(st.booleans()):
                below(item, depth - 1)

    below("Total", draw(st.integers(1, 2)))
    return tree


@st.composite
def nested_tables(draw):
    """A long table of two or three dimensions, of which two may nest, with all totals; and its hierarchies."""
    names = ["ethnicity", "place", "sex"][: draw(st.integers(2, 3))]
    trees = {name: draw(hierarchies()) if name != "sex" else {"Total": ["F", "M"]} for name in names}
    leaves = [[item for parts in tree.values() for item in parts if item not in tree] for tree in trees.values()]
    inner = pd.DataFrame(list(itertools.product(*leaves)), columns=names)
    inner["freq"] = draw(st.lists(skewed, min_size=len(inner), max_size=len(inner)))
    assume(len(inner) <= 40)
    for name, tree in trees.items():
        for total in reversed(list(tree)):
            parts = inner.loc[inner[name].isin(tree[total])].assign(**{name: total})
            inner = pd.concat([inner, parts.groupby(names, as_index=False)["freq"].sum()], ignore_index=True)
    return inner, trees


@settings(max_examples=12, deadline=None)
@given(nested_tables(), widths, thresholds, st.randoms(use_true_random=False))
def test_nested_tables_are_proved_or_refused_the_same_in_any_order_of_rows(made, width, threshold, random):
    counts, trees = made
    cells, small = crossed_table(counts, trees).cells(threshold=threshold)
    hidden, report = protect_and_audit(cells, primary=small, policy=policy(width, threshold=threshold))
    assert hidden[small].all()
    assert report.small_shown == 0
    assert report.clean or report.unsafe.any()
    mixed = counts.iloc[random.sample(range(len(counts)), len(counts))]
    cells, small = crossed_table(mixed, trees).cells(threshold=threshold)
    assert np.array_equal(protect_and_audit(cells, primary=small, policy=policy(width, threshold=threshold))[0], hidden)


@settings(max_examples=25, deadline=None)
@given(st.one_of(crossed(), linked()), widths)
def test_random_crossed_and_linked_tables_are_proved_or_refused(made, width):
    cells, primary = made
    hidden, report = protect_and_audit(cells, primary=primary, policy=policy(width, threshold=0))
    assert hidden[primary].all()
    assert not hidden[cells.frozen | ~cells.publishable].any()
    assert report.clean or report.exact + report.narrow + report.unproved == report.unsafe.sum() > 0
    if cells.value.max() > 60 and not (cells.value[cells.publishable] == 0).any():
        assert report.clean


@settings(max_examples=25, deadline=None)
@given(crossed(), widths)
def test_a_protected_crossed_table_needs_no_more_protection(made, width):
    cells, primary = made
    hidden, report = protect_and_audit(cells, primary=primary, policy=policy(width, threshold=0))
    assume(report.clean)
    assert np.array_equal(protect(cells, primary=hidden, policy=policy(width, threshold=0)), hidden)


@settings(max_examples=12, deadline=None)
@given(crossed(), widths)
def test_no_pattern_that_the_audit_accepts_costs_less_than_the_bound(made, width):
    cells, primary = made
    joint = Joint(cells, primary=primary, width=width)
    hidden, report = protect_and_audit(cells, primary=primary, policy=policy(width, threshold=0))
    assume(report.clean and not (hidden & cells.reluctant).any())
    everything = cells.publishable & ~cells.reluctant
    for pattern in (hidden, everything):
        if audit(cells, pattern, policy=policy(width, threshold=0)).clean:
            assert joint.bound <= cells.cost[pattern].sum() + 1e-6


TOP = 3
_INNER = np.array(list(itertools.product(range(TOP + 1), repeat=8)), dtype=np.int64).reshape(-1, 2, 2, 2)
EVERY = np.array([with_margins(each).counts.ravel() for each in _INNER])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, TOP), min_size=8, max_size=8),
    st.lists(st.booleans(), min_size=27, max_size=27),
    st.sampled_from([0, 1]),
    widths,
)
def test_the_audit_of_a_tiny_cube_agrees_with_trying_every_table(inner, hide, lower, width):
    cells, _ = cube(np.array(inner, dtype=np.int64).reshape(2, 2, 2))
    is_inner = (np.array(np.unravel_index(np.arange(27), (3, 3, 3))) > 0).all(axis=0)
    hidden = np.array(hide) & (cells.value >= lower)
    limited = dataclasses.replace(
        cells, lower=np.minimum(cells.value, lower), upper=np.where(is_inner, TOP, NO_LIMIT), reluctant=hidden & False
    )
    report = audit(limited, hidden, policy=policy(width, threshold=0))
    fits = (EVERY[:, ~hidden] == cells.value[~hidden]).all(axis=1)
    fits &= (EVERY[:, hidden] >= lower).all(axis=1)
    seen = (EVERY[fits].max(axis=0) - EVERY[fits].min(axis=0))[hidden]
    assert report.exact == (seen == 0).sum()
    assert report.narrow + report.unproved == ((seen > 0) & (seen < width)).sum()
    assert np.array_equal(report.unsafe[hidden], seen < width)
