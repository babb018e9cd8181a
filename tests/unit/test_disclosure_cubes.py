"""Crossed tables: all that is hidden is proved, no cell is hidden for nothing, and it does not take all night."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from flows.bench_disclosure import benchmark_disclosure, listing
from schemas.errors import ContractBroken, UsageError
from tests.disclosure_cubes import cube, policy, protected, pupils
from transforms.disclosure_control.audit import audit
from transforms.disclosure_control.blocks import independent
from transforms.disclosure_control.crossed import crossed_table, with_margins
from transforms.disclosure_control.joint import Joint
from transforms.disclosure_control.protect import protect

SMALL_CUBE = cube(pupils(3, seed=3, inside=(4, 2, 2)))


def test_hiding_small_counts_alone_gives_most_of_them_away():
    cells, primary = SMALL_CUBE
    assert audit(cells, primary, policy=policy(1)).exact > primary.sum() / 2


@pytest.mark.parametrize("width", [1, 3])
def test_a_crossed_table_is_proved_and_close_to_what_no_pattern_can_go_below(width):
    each = protected(*SMALL_CUBE, width=width, bound=True)
    assert each.report.clean
    assert each.small < each.bound <= each.hidden < 2 * each.bound


def test_a_block_by_itself_is_hidden_at_the_least_price():
    cells, primary = cube(pupils(1, seed=5)[0:1])
    joint = Joint(cells, primary=primary, width=3)
    hidden, _ = joint.run()
    assert joint.bound == pytest.approx(cells.cost[hidden].sum(), abs=1)


def test_dear_cells_are_spared():
    cells, primary = SMALL_CUBE
    authority = np.arange(len(cells)) < len(cells) // 4
    dear = dataclasses.replace(cells, cost=np.where(authority, 50.0, 1.0))
    spared = protect(dear, primary=primary, policy=policy(3))
    plain = protect(cells, primary=primary, policy=policy(3))
    assert (spared & ~primary & authority).sum() <= (plain & ~primary & authority).sum()


def test_what_is_published_already_is_not_hidden_in_a_crossed_table():
    cells, primary = SMALL_CUBE
    chosen = protect(cells, primary=primary, policy=policy(3))
    once_more = np.flatnonzero(chosen & ~primary & ~cells.reluctant)[:3]
    frozen = dataclasses.replace(cells, frozen=np.isin(np.arange(len(cells)), once_more))
    other = protect(frozen, primary=primary, policy=policy(3))
    assert not other[once_more].any()
    assert audit(frozen, other, policy=policy(3)).clean


def test_publishing_fewer_margins_hides_a_smaller_share():
    inner = pupils(4, seed=1, inside=(5, 2, 2))
    share = {}
    for crossed in (3, 2, 1):
        each = protected(*cube(inner, crossed=crossed), width=3)
        assert each.report.clean
        share[crossed] = each.hidden / each.cells
    assert share[3] > share[2] > share[1]


def test_the_same_table_is_hidden_the_same_way_twice():
    cells, primary = SMALL_CUBE
    first, second = (protect(cells, primary=primary, policy=policy(3)) for _ in range(2))
    assert np.array_equal(first, second)


def test_the_table_of_the_benchmark_lists_every_width_and_margin():
    listed = listing(with_margins(pupils(2, seed=4, inside=(2, 2, 2))), name="two schools", widths=(1, 3))
    assert [(row["margins"], row["width"]) for row in listed.rows] == [(3, 1), (3, 3), (2, 1), (2, 3), (1, 1), (1, 3)]
    assert all(row["small"] <= row["hidden"] and row["at least"] <= row["hidden"] for row in listed.rows)
    assert all(row["exact"] == row["narrow"] == row["unproved"] == 0 for row in listed.rows)


def test_a_crossed_table_with_a_gap_is_refused():
    counts = pd.DataFrame({"sex": ["Total", "F"], "freq": [3, 3]})
    with pytest.raises(ContractBroken):
        crossed_table(counts, {"sex": {"Total": ["F", "M"]}})
    with pytest.raises(ContractBroken):
        crossed_table(counts, {"sex": {"Total": ["M"]}})


def test_equations_that_follow_from_others_are_left_out_and_no_others():
    cells, _ = SMALL_CUBE
    fewer = independent(cells.equations)
    rank = np.linalg.matrix_rank(cells.equations.toarray())
    assert fewer.shape[0] == rank < cells.equations.shape[0]
    assert np.linalg.matrix_rank(fewer.toarray()) == rank


@pytest.mark.long
@pytest.mark.parametrize(("schools", "seconds"), [(12, 3), (60, 30)])
def test_every_count_of_a_cube_is_protected_and_proved_in_time(schools, seconds):
    each = protected(*cube(pupils(schools)), width=1, bound=True)
    assert each.report.clean
    assert each.hidden <= 1.15 * each.bound
    assert each.seconds < seconds


@pytest.mark.long
def test_a_cube_of_sixty_schools_with_no_cell_narrower_than_three():
    each = protected(*cube(pupils(60)), width=3, bound=True)
    assert each.report.clean
    assert each.hidden <= 1.02 * each.bound


def test_a_table_without_its_hierarchies_is_a_wrong_command(tmp_path):
    with pytest.raises(UsageError):
        benchmark_disclosure((tmp_path / "table.csv",))
    with pytest.raises(UsageError):
        benchmark_disclosure((tmp_path / "table.csv", tmp_path / "hierarchies.json"))
