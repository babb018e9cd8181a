"""From a long table of counts to the table model: cells, limits, costs and the equations of one release."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from schemas.disclosure import InformationLoss, Suppress
from schemas.errors import ContractBroken
from transforms.disclosure_control.grid import TOTAL, Grid, Nesting, grid_of
from transforms.disclosure_control.model import NO_LIMIT, SHARED, CellTable, Counts
from transforms.disclosure_control.primary import Primary, primary_of


def cells_from_counts(counts: pd.DataFrame, *, policy: Suppress, nested: Sequence[Nesting] = ()) -> CellTable:
    """Build the cells and equations of a complete grid of counts (geography x breakdown).

    The cells of the grid come first, in sorted order. After them come what is never published: per geography the sum
    of the parents where a nesting has several, and per breakdown the remainder, that is, how many pupils the schools
    count and the authority does not (subsidiary registrations count at their school only).

    Raises:
        ContractBroken: when the grid is incomplete, a total differs from its parts or a remainder is negative.
    """
    grid = grid_of(counts, nested=nested)
    return cells_of(grid, primary_of(grid, policy=policy), policy=policy)


def cells_of(grid: Grid, primary: Primary, *, policy: Suppress) -> CellTable:
    """Build the cells and equations of a grid whose primary suppression is known."""
    joint = [number for number, each in enumerate(grid.sums) if len(each.parents) > 1]
    sums = np.array([grid.values[:, grid.sums[number].parents].sum(axis=1) for number in joint], dtype=np.int64)
    rest = _remainders(grid)
    rest_lower, rest_upper = (rest, rest) if policy.remainders_known else (0 * rest, np.full_like(rest, NO_LIMIT))
    own, unpublished = grid.values.size, sums.size + len(rest)
    table = _tables(grid)
    joint_table = table[[grid.sums[number].children[0] for number in joint]]
    return CellTable(
        value=np.concatenate([grid.values.ravel(), sums.ravel(), rest]),
        lower=np.concatenate([primary.lower.ravel(), primary.sum_lower[:, joint].T.ravel(), rest_lower]),
        upper=np.concatenate([primary.upper.ravel(), primary.sum_upper[:, joint].T.ravel(), rest_upper]),
        cost=np.concatenate([_costs(grid, policy.information_loss).ravel(), np.zeros(unpublished)]),
        publishable=np.arange(own + unpublished) < own,
        frozen=np.concatenate([primary.shown.ravel(), np.zeros(unpublished, dtype=bool)]),
        table=np.concatenate(
            [np.tile(table, len(grid.values)), np.repeat(joint_table, len(grid.values)), table[: len(rest)]]
        ),
        equations=_equations(grid, joint, remainders=len(rest)),
    )


def _remainders(grid: Grid) -> Counts:
    """Return per breakdown what the schools count beyond the authority; empty when either is absent."""
    if grid.is_school.all() or not grid.is_school.any():
        return np.zeros(0, dtype=np.int64)
    rest: Counts = grid.values[grid.is_school].sum(axis=0) - grid.values[~grid.is_school].sum(axis=0)
    below = int((rest < 0).sum())
    if below:
        raise ContractBroken(f"In {below} breakdowns the schools count fewer than their authority; nothing was published.")
    return rest


def _tables(grid: Grid) -> Counts:
    """Number the tables: a topic with all that is nested in it is one, the Total belongs to every one."""
    table = np.full(len(grid.topics), SHARED, dtype=np.int64)
    for number, each in enumerate(grid.sums):
        above = table[each.parents].max()
        table[each.children] = number if above == SHARED else above
    return table


def _costs(grid: Grid, loss: InformationLoss) -> NDArray[np.float64]:
    """Weigh each cell: a total, the authority's row and headline topics dearest, larger counts dearer than small ones."""
    topics = np.array(grid.topics)
    topic = np.where(np.isin(topics, loss.headline_topics), loss.headline, 1.0)
    topic = np.where(topics == TOTAL, loss.total, topic)
    place = np.where(grid.is_school, 1.0, loss.local_authority)
    weight: NDArray[np.float64] = place[:, None] * topic[None, :] * np.log2(2 + grid.values)
    return weight


def _equations(grid: Grid, joint: list[int], *, remainders: int) -> csr_array:
    """Write every sum of every geography, and the authority as the sum of its schools less the remainder."""
    places, columns = grid.values.shape
    lines = _lines(grid, joint)
    line, start, step, sign = (np.concatenate(part) for part in zip(*lines, strict=True))
    place = np.arange(places)
    row = [np.add.outer(line * places, place).ravel()]
    cell = [np.add.outer(start, 0 * place).ravel() + np.multiply.outer(step, place).ravel()]
    coefficient = [np.repeat(sign, places)]
    count, width = int(line.max() + 1) * places, places * (columns + len(joint)) + remainders
    if remainders:
        column = np.arange(columns)
        direction = np.where(grid.is_school, 1, -1)
        row += [np.tile(count + column, places), count + column]
        cell += [np.arange(grid.values.size), width - remainders + column]
        coefficient += [np.repeat(direction, columns), np.full(columns, -1)]
        count += columns
    entries = (np.concatenate(coefficient), (np.concatenate(row), np.concatenate(cell)))
    return csr_array(coo_array(entries, shape=(count, width)))


def _lines(grid: Grid, joint: list[int]) -> list[tuple[Counts, Counts, Counts, Counts]]:
    """Return per equation its number and per member: first cell, step to the next geography's cell, sign.

    A sum with several parents is written twice, each side against the joint cell of the parents.
    """
    places, columns = grid.values.shape
    sides: list[tuple[Counts, Counts, Counts]] = []
    for number, each in enumerate(grid.sums):
        if number not in joint:
            sign = np.repeat([1, -1], [len(each.parents), len(each.children)])
            sides.append((np.concatenate([each.parents, each.children]), np.full(len(sign), columns), sign))
            continue
        cell = grid.values.size + joint.index(number) * places
        for members in (each.parents, each.children):
            start, step = np.append(members, cell), np.append(np.full(len(members), columns), 1)
            sides.append((start, step, np.append(np.ones(len(members), dtype=np.int64), -1)))
    return [(np.full(len(side[0]), line), *side) for line, side in enumerate(sides)]
