"""Rates: one beside its denominator is an equation, so it is audited as one, and ours hide wherever a part is hidden."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from schemas.datasets import datasets
from schemas.statistics import filters_of, symbol_of
from tests.disclosure_cubes import policy
from transforms.disclosure_control.audit import audit
from transforms.disclosure_control.counts import protect_and_audit
from transforms.disclosure_control.model import NO_LIMIT, CellTable
from transforms.disclosure_control.rates import Rate, with_rates
from transforms.statistics_files.figures import _ratio


def row(whole, *parts):
    """A total and its parts, nothing but the total known to be shown."""
    values = np.array([whole, *parts])
    size = len(values)
    return CellTable(
        value=values,
        lower=np.minimum(values, 1),
        upper=np.full(size, NO_LIMIT),
        cost=np.ones(size),
        publishable=np.ones(size, dtype=bool),
        frozen=np.arange(size) == 0,
        reluctant=np.zeros(size, dtype=bool),
        table=np.zeros(size, dtype=np.int64),
        equations=csr_array(np.array([[1, *[-1] * len(parts)]])),
    )


def audited(cells, *places, width=3):
    return audit(cells, np.isin(np.arange(len(cells)), places), policy=policy(width))


def test_three_point_seven_per_cent_of_twenty_seven_is_one_child():
    cells = row(27, 1, 26)
    assert audited(cells, 1, 2).clean
    report = audited(with_rates(cells, [Rate(part=1, whole=0)]), 1, 2)
    assert (report.exact, report.clean) == (2, False)


def test_a_rate_in_whole_per_cent_of_a_large_total_leaves_a_choice():
    cells = row(1000, 12, 988)  # 1 %: anything from 5 to 14
    report = audited(with_rates(cells, [Rate(1, 0, decimals=0)]), 1, 2, width=9)
    assert report.clean
    assert audited(with_rates(cells, [Rate(1, 0, decimals=0)]), 1, 2, width=10).narrow == 2


def test_a_rate_bounds_a_numerator_whose_denominator_is_hidden_too():
    cells = row(200, 30, 4, 166)  # 13.3 % of 30 is 4; 4 of 30 could be 2 of 15, 6 of 45 and so on
    with_rate = with_rates(cells, [Rate(2, 1)])
    assert audited(with_rate, 1, 2, 3).clean
    assert audited(with_rate, 2, 3).exact == 2


def test_a_rate_that_gives_its_part_away_is_refused_by_the_gate():
    cells = with_rates(row(27, 1, 20, 6), [Rate(1, 0)])
    hidden, report = protect_and_audit(cells, primary=np.isin(np.arange(len(cells)), [1]), policy=policy(3))
    assert not report.clean
    assert report.unsafe[1]
    assert hidden[1]


def test_a_rate_of_nothing_says_nothing():
    cells = row(0, 0, 0)
    assert with_rates(cells, [Rate(1, 0)]) is cells


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 12), min_size=3, max_size=3),
    st.sampled_from([(100, 0), (100, 1), (10_000, 0)]),
    st.integers(1, 2),
)
def test_the_audit_of_rates_agrees_with_trying_every_table(parts, form, rated):
    per, decimals = form
    whole = sum(parts)
    cells = with_rates(row(whole, *parts), [Rate(part, 0, per, decimals) for part in range(1, 1 + rated)])

    def said(part):
        return (2 * per * 10**decimals * part + whole) // (2 * whole)

    fits = [
        each
        for each in itertools.product(range(1, whole), repeat=3)
        if sum(each) == whole and all(said(each[n]) == said(parts[n]) for n in range(rated))
    ]
    seen = np.ptp(np.array(fits), axis=0)
    report = audited(cells, 1, 2, 3)
    assert report.exact == (seen == 0).sum()
    assert report.narrow + report.unproved == ((seen > 0) & (seen < 3)).sum()


def _rows(dataset, indicator, hidden):
    """A total and one item of it; of the item's rate the part or the base is hidden."""
    divided = dataset.whole_without or filters_of(dataset)
    filters = {name: ["Total", "Item" if name in divided else "Total"] for name in filters_of(dataset)}
    rows = pd.DataFrame({"laestab": ["", ""], **filters})
    for name in {indicator.part, indicator.base}:
        rows[name], rows[symbol_of(name)] = pd.array([27, 1], dtype="Int64"), pd.array([None, None], dtype=object)
    is_share = indicator.part == indicator.base
    places = {"part": [1], "base": [0] if is_share else [0, 1], "nothing": []}[hidden]
    name = indicator.part if hidden == "part" else indicator.base
    rows.loc[places, name], rows.loc[places, symbol_of(name)] = pd.NA, "c"
    return rows


RATES = [(data, each) for data in datasets().values() for each in data.indicator if each.part]


@pytest.mark.parametrize("hidden", ["part", "base"])
@pytest.mark.parametrize(("dataset", "indicator"), RATES, ids=[f"{data.id} {each.name}" for data, each in RATES])
def test_our_own_rate_is_hidden_wherever_one_of_its_parts_is(dataset, indicator, hidden):
    told = _ratio(_rows(dataset, indicator, hidden), dataset, indicator, None)
    assert pd.isna(told[indicator.name].iloc[1])
    assert told[symbol_of(indicator.name)].iloc[1] == "c"


@pytest.mark.parametrize(("dataset", "indicator"), RATES, ids=[f"{data.id} {each.name}" for data, each in RATES])
def test_our_own_rate_is_shown_where_both_its_parts_are(dataset, indicator):
    told = _ratio(_rows(dataset, indicator, "nothing"), dataset, indicator, None)
    assert told[indicator.name].notna().iloc[1]
