"""Disclosure control on random tables: what is published is true, and no hidden count can be worked out."""

import itertools

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from schemas.breakdowns import Nested
from schemas.errors import DisclosureUnsafe
from tests.disclosure_tables import SUPPRESS, as_counts
from transforms.disclosure_control.audit import audit
from transforms.disclosure_control.cells import cells_from_counts
from transforms.disclosure_control.counts import protect_counts
from transforms.disclosure_control.model import NO_LIMIT, CellTable
from transforms.disclosure_control.protect import protect

NESTED = (Nested("Minor", "Major", ((("A",), ("a1", "a2")), (("B",), ("b1", "b2", "b3")))),)
skewed = st.one_of(st.integers(0, 4), st.integers(0, 60))


@st.composite
def authorities(draw):
    """Counts of an authority and up to five schools, of which some pupils count at the school only."""
    schools = draw(st.integers(0, 5))
    rows, authority = [], {}
    for school in range(max(schools, 1)):
        minor = draw(st.lists(skewed, min_size=5, max_size=5))
        total = sum(minor)
        first = draw(st.integers(0, total))
        second = draw(st.integers(0, total - first))
        known = {
            **{("Minor", name): count for name, count in zip(("a1", "a2", "b1", "b2", "b3"), minor, strict=True)},
            ("Major", "A"): sum(minor[:2]),
            ("Major", "B"): sum(minor[2:]),
            ("Language", "x"): first,
            ("Language", "y"): second,
            ("Language", "z"): total - first - second,
            ("Total", "Total"): total,
        }
        authority = {item: authority.get(item, 0) + count for item, count in known.items()}
        if schools:
            rows += [(f"S{school}", *item, count) for item, count in known.items()]
    if schools and draw(st.booleans()):
        items = [("Total", "Total"), ("Minor", "a1"), ("Major", "A"), ("Language", "x")]
        subsidiary = draw(st.integers(0, min(authority[item] for item in items)))
        authority = {item: count - subsidiary * (item in items) for item, count in authority.items()}
    return as_counts([*((None, *item, count) for item, count in authority.items()), *rows])


policies = st.builds(
    lambda threshold, width, more, zeros, known: SUPPRESS.model_copy(
        update={
            "threshold": threshold,
            "minimum_width": width,
            "small_group": width + more if more else 0,
            "zeros_shown": zeros,
            "remainders_known": known,
        }
    ),
    st.sampled_from([3, 5, 8]),
    st.integers(1, 4),
    st.sampled_from([0, 2, 7]),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(authorities(), policies)
def test_what_is_published_is_true_and_every_small_count_hidden(counts, policy):
    try:
        protected = protect_counts(counts, policy=policy, nested=NESTED, dataset="random")
    except DisclosureUnsafe:
        return  # refused is safe; how seldom that happens is another test's matter
    frame, true = protected.frame, counts["value"].to_numpy()
    is_shown = frame["value"].notna().to_numpy(dtype=bool)
    assert np.array_equal(frame["value"][is_shown].to_numpy(), true[is_shown])
    assert not (is_shown & (true > 0) & (true < policy.threshold)).any()
    assert policy.zeros_shown or not (is_shown & (true == 0)).any()
    assert set(frame["symbol"][~is_shown]) <= {policy.symbols.hidden}
    assert protected.report.audit.clean
    cells = cells_from_counts(counts, policy=policy, nested=NESTED)
    hidden = _in_cell_order(counts, ~is_shown, len(cells))
    assert audit(cells, hidden, policy=policy).clean


def _in_cell_order(counts, hidden, size):
    keys = ["geography", "laestab", "breakdown_topic", "breakdown"]
    order = counts.assign(laestab=counts["laestab"].fillna("")).reset_index(drop=True).sort_values(keys).index
    return np.concatenate([hidden[order], np.zeros(size - len(hidden), dtype=bool)])


@settings(max_examples=30, deadline=None)
@given(authorities())
def test_our_own_policy_refuses_no_authority_of_ordinary_size(counts):
    total = counts.loc[counts["geography"].eq("Local authority") & counts["breakdown"].eq("Total"), "value"]
    schools = counts.loc[counts["geography"].eq("School") & counts["breakdown"].eq("Total"), "value"]
    assume(total.iloc[0] >= 60 and (schools >= 20).all())
    assert protect_counts(counts, policy=SUPPRESS, nested=NESTED, dataset="random").report.audit.clean


@settings(max_examples=25, deadline=None)
@given(authorities(), st.randoms(use_true_random=False))
def test_the_same_counts_in_any_order_give_the_same_table(counts, random):
    order = random.sample(range(len(counts)), len(counts))
    try:
        first = protect_counts(counts, policy=SUPPRESS, nested=NESTED, dataset="random").frame
    except DisclosureUnsafe:
        return
    second = protect_counts(counts.iloc[order], policy=SUPPRESS, nested=NESTED, dataset="random").frame
    pd.testing.assert_frame_equal(first, second.sort_index())


@settings(max_examples=25, deadline=None)
@given(authorities())
def test_a_protected_table_needs_no_more_protection(counts):
    cells = cells_from_counts(counts, policy=SUPPRESS, nested=NESTED)
    small = cells.publishable & (cells.value > 0) & (cells.value < SUPPRESS.threshold)
    once = protect(cells, primary=small, policy=SUPPRESS)
    assume(audit(cells, once, policy=SUPPRESS).clean)
    assert np.array_equal(protect(cells, primary=once, policy=SUPPRESS), once)


TOP = 6


@st.composite
def tiny_tables(draw):
    """Two schools x three items with all totals, some cells hidden; no count is above a limit that all know."""
    inner = np.array(draw(st.lists(st.integers(0, 3), min_size=6, max_size=6))).reshape(2, 3)
    lower = draw(st.sampled_from([0, 1]))
    hidden = np.array(draw(st.lists(st.booleans(), min_size=12, max_size=12)))
    full = np.zeros((3, 4), dtype=np.int64)
    full[:2, :3] = np.maximum(inner, lower)
    full[:2, 3] = full[:2, :3].sum(axis=1)
    full[2] = full[:2].sum(axis=0)
    return full, hidden, lower


def _tiny(full, lower):
    number = np.arange(12).reshape(3, 4)
    equations = np.zeros((7, 12), dtype=np.int64)
    for row, line in enumerate([*number, *number.T]):
        equations[row, line] = -1
        equations[row, line[-1]] = 1
    is_inner = np.isin(number, number[:2, :3]).ravel()
    return CellTable(
        value=full.ravel(),
        lower=np.full(12, lower),
        upper=np.where(is_inner, TOP, NO_LIMIT),
        cost=np.ones(12),
        publishable=np.ones(12, dtype=bool),
        frozen=np.zeros(12, dtype=bool),
        reluctant=np.zeros(12, dtype=bool),
        table=np.zeros(12, dtype=np.int64),
        equations=csr_array(equations),
    )


def _every_table(lower):
    inner = np.array(list(itertools.product(range(lower, TOP + 1), repeat=6)), dtype=np.int64).reshape(-1, 2, 3)
    full = np.zeros((len(inner), 3, 4), dtype=np.int64)
    full[:, :2, :3] = inner
    full[:, :2, 3] = inner.sum(axis=2)
    full[:, 2] = full[:, :2].sum(axis=1)
    return full.reshape(-1, 12)


EVERY = {lower: _every_table(lower) for lower in (0, 1)}


@settings(max_examples=150, deadline=None)
@given(tiny_tables(), st.integers(1, 4))
def test_the_audit_agrees_with_trying_every_table(tiny, width):
    full, hidden, lower = tiny
    policy = SUPPRESS.model_copy(update={"minimum_width": width, "threshold": 0})
    report = audit(_tiny(full, lower), hidden, policy=policy)
    fitting = EVERY[lower][(EVERY[lower][:, ~hidden] == full.ravel()[~hidden]).all(axis=1)]
    widths = (fitting.max(axis=0) - fitting.min(axis=0))[hidden]
    assert report.exact == (widths == 0).sum()
    assert report.narrow == ((widths > 0) & (widths < width)).sum()
    assert report.unproved == 0
    assert report.hidden == hidden.sum()


@settings(max_examples=60, deadline=None)
@given(tiny_tables())
def test_after_protection_trying_every_table_finds_no_hidden_count(tiny):
    full, _, lower = tiny
    cells = _tiny(full, lower)
    chosen = protect(cells, primary=(cells.value > 0) & (cells.value < 3), policy=SUPPRESS)
    assume(audit(cells, chosen, policy=SUPPRESS).exact + audit(cells, chosen, policy=SUPPRESS).narrow == 0)
    fitting = EVERY[lower][(EVERY[lower][:, ~chosen] == full.ravel()[~chosen]).all(axis=1)]
    assert ((fitting.max(axis=0) - fitting.min(axis=0))[chosen] >= SUPPRESS.minimum_width).all()
