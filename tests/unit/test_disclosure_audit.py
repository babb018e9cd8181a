"""The audit: it finds what can be worked out, or the whole of disclosure control would be decoration."""

import dataclasses
import time

import numpy as np
import pytest
from scipy.sparse import csr_array

from schemas.errors import ContractBroken, DisclosureUnsafe
from tests.disclosure_tables import NESTED, SUPPRESS, authority, cells_and_primary, table
from transforms.disclosure_control.audit import audit
from transforms.disclosure_control.model import NO_LIMIT, CellTable
from transforms.disclosure_control.protect import protect


def cells(values, equations, *, lower=1, upper=NO_LIMIT, frozen=()):
    size = len(values)
    return CellTable(
        value=np.array(values),
        lower=np.full(size, lower),
        upper=np.full(size, upper),
        cost=np.ones(size),
        publishable=np.ones(size, dtype=bool),
        frozen=np.isin(np.arange(size), frozen),
        reluctant=np.zeros(size, dtype=bool),
        table=np.zeros(size, dtype=np.int64),
        equations=csr_array(np.array(equations)),
    )


def hidden(size, *places):
    return np.isin(np.arange(size), places)


ROW = cells([100, 60, 36, 4], [[1, -1, -1, -1]])


def test_one_hidden_part_of_a_shown_total_is_exact():
    report = audit(ROW, hidden(4, 3), policy=SUPPRESS)
    assert (report.exact, report.narrow, report.unproved, report.clean) == (1, 0, 0, False)


def test_two_hidden_parts_are_wide():
    report = audit(ROW, hidden(4, 2, 3), policy=SUPPRESS)
    assert report.clean
    assert report.hidden == 2


def test_two_hidden_parts_that_sum_to_two_are_exact_where_zeros_are_shown():
    row = cells([100, 98, 1, 1], [[1, -1, -1, -1]])
    assert audit(row, hidden(4, 2, 3), policy=SUPPRESS).exact == 2


def test_two_hidden_parts_that_sum_to_four_are_narrow():
    row = cells([100, 96, 2, 2], [[1, -1, -1, -1]])
    report = audit(row, hidden(4, 2, 3), policy=SUPPRESS)
    assert (report.exact, report.narrow) == (0, 2)


def test_a_small_count_that_is_shown_is_never_clean():
    report = audit(ROW, hidden(4), policy=SUPPRESS)
    assert report.small_shown == 1
    assert not report.clean


def test_a_difference_of_linked_tables_is_found():
    # Small + large = all, and small + large - x = rest: each table alone would be safe.
    linked = cells([50, 30, 20, 3, 17], [[1, -1, -1, 0, 0], [0, 0, 1, -1, -1]])
    report = audit(linked, hidden(5, 2, 3, 4), policy=SUPPRESS)
    assert report.exact == 1


def test_a_count_that_only_fractions_could_move_is_not_called_safe():
    # 5a + 7b = 31 has one solution in whole numbers from 1 on, though a fraction could put a anywhere from 1 to 4.8.
    odd = cells([31, 2, 3], [[1, -5, -7]])
    report = audit(odd, hidden(3, 1, 2), policy=SUPPRESS)
    assert report.unproved == 1
    assert report.exact + report.narrow == 1
    assert not report.clean


def test_a_count_wide_in_whole_numbers_is_safe_though_its_limits_are_fractions():
    # 3a + 5b = 24 + 2: (7, 1) and (2, 4) fit; the limits of a programme without whole numbers lie between.
    wide = cells([26, 7, 1], [[1, -3, -5]])
    assert audit(wide, hidden(3, 1, 2), policy=SUPPRESS).clean


def test_hiding_the_small_counts_alone_fails_the_audit():
    table_of_cells, primary = cells_and_primary(authority(10, 150), nested=NESTED)
    report = audit(table_of_cells, primary, policy=SUPPRESS)
    assert report.exact > 20
    assert not report.clean


def test_hiding_the_next_smallest_in_the_row_too_fails_the_audit():
    counts = authority(10, 150)
    table_of_cells, primary = cells_and_primary(counts, nested=NESTED)
    ordered = counts.sort_values(["geography", "laestab", "breakdown_topic", "breakdown"]).reset_index(drop=True)
    ordered["hidden"] = primary[: len(ordered)]
    lone = ordered.groupby(["geography", "laestab", "breakdown_topic"], dropna=False)["hidden"].transform("sum").eq(1)
    others = ordered[lone & ~ordered["hidden"] & ordered["value"].gt(0)]
    next_smallest = others.groupby(["geography", "laestab", "breakdown_topic"], dropna=False)["value"].idxmin()
    by_hand = primary.copy()
    by_hand[next_smallest] = True
    assert by_hand.sum() > primary.sum()
    assert audit(table_of_cells, by_hand, policy=SUPPRESS).exact > 0


def test_an_authority_of_thirty_schools_is_proved_with_few_more_hidden():
    table_of_cells, primary = cells_and_primary(authority(30, 200), nested=NESTED)
    chosen = protect(table_of_cells, primary=primary, policy=SUPPRESS)
    assert audit(table_of_cells, chosen, policy=SUPPRESS).clean
    assert chosen[primary].all()
    assert chosen.sum() < 1.6 * primary.sum()


def test_what_is_published_already_stays_published():
    frozen = cells([100, 60, 36, 4], [[1, -1, -1, -1]], frozen=[2])
    assert not protect(frozen, primary=hidden(4, 3), policy=SUPPRESS)[2]


def test_a_small_count_that_is_published_already_is_refused():
    frozen = cells([100, 60, 36, 4], [[1, -1, -1, -1]], frozen=[3])
    with pytest.raises(DisclosureUnsafe):
        protect(frozen, primary=hidden(4, 3), policy=SUPPRESS)


def test_where_nothing_more_may_be_hidden_the_audit_says_so():
    frozen = cells([100, 60, 36, 4], [[1, -1, -1, -1]], frozen=[0, 1, 2])
    chosen = protect(frozen, primary=hidden(4, 3), policy=SUPPRESS)
    assert audit(frozen, chosen, policy=SUPPRESS).exact == 1


def test_linked_cubes_are_protected_by_the_same_code():
    rng = np.random.default_rng(5)
    inner = rng.poisson(3, (4, 3, 3)) * (rng.random((4, 3, 3)) < 0.8)
    cube = np.zeros((5, 4, 4), dtype=np.int64)
    cube[1:, 1:, 1:] = inner
    cube[0] = cube[1:].sum(axis=0)
    cube[:, 0] = cube[:, 1:].sum(axis=1)
    cube[:, :, 0] = cube[:, :, 1:].sum(axis=2)
    number = np.arange(cube.size).reshape(cube.shape)
    lines = [np.moveaxis(number, axis, 0).reshape(cube.shape[axis], -1).T for axis in range(3)]
    equations = np.zeros((sum(map(len, lines)), cube.size), dtype=np.int64)
    for row, line in enumerate(line for part in lines for line in part):
        equations[row, line] = -1
        equations[row, line[0]] = 1
    every = cells(cube.ravel(), equations, lower=0)
    is_zero = every.value == 0
    zeros_shown = dataclasses.replace(every, lower=np.where(is_zero, 0, 1), reluctant=is_zero)
    small = (every.value > 0) & (every.value < SUPPRESS.threshold)
    chosen = protect(zeros_shown, primary=small, policy=SUPPRESS)
    assert audit(zeros_shown, chosen, policy=SUPPRESS).clean
    assert not audit(zeros_shown, small, policy=SUPPRESS).clean


def test_a_table_whose_equations_do_not_hold_is_no_table():
    with pytest.raises(ContractBroken, match="1 totals"):
        cells([100, 60, 36, 5], [[1, -1, -1, -1]])


def test_a_count_outside_its_own_limits_is_no_table():
    with pytest.raises(ContractBroken, match="1 cells"):
        cells([100, 99, 1, 0], [[1, -1, -1, -1]])


def test_limits_of_a_hidden_small_group_are_granted_to_the_outsider():
    counts = table("""
        place | Sex F | Sex M
        LA    | 163   | 160
        S1    | 3     | 0
        S2    | 80    | 81
        S3    | 80    | 79
    """)
    built, _ = cells_and_primary(counts)
    total_of_s1 = 5
    assert (built.lower[total_of_s1], built.upper[total_of_s1]) == (1, SUPPRESS.small_group - 1)


@pytest.mark.long
def test_an_authority_of_a_hundred_schools_is_protected_and_proved_within_twenty_seconds():
    table_of_cells, primary = cells_and_primary(authority(100, 1000), nested=NESTED)
    begun = time.process_time()
    chosen = protect(table_of_cells, primary=primary, policy=SUPPRESS)
    assert audit(table_of_cells, chosen, policy=SUPPRESS).clean
    assert time.process_time() - begun < 20
