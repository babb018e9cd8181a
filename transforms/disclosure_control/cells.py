"""From a long table of counts to the table model: cells, limits and costs of one release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.breakdowns import Nested
from schemas.datasets import TOTAL
from schemas.disclosure import InformationLoss, Suppress
from transforms.disclosure_control.equations import Layout, equations_of, layout_of
from transforms.disclosure_control.grid import Grid, grid_of
from transforms.disclosure_control.model import NO_LIMIT, SHARED, CellTable, Counts
from transforms.disclosure_control.primary import Primary, primary_of

Kind = TypeVar("Kind", np.bool_, np.float64)


def cells_from_counts(counts: pd.DataFrame, *, policy: Suppress, nested: Sequence[Nested] = ()) -> CellTable:
    """Build the cells and equations of a complete grid of counts (geography x breakdown).

    The cells of the grid come first, in sorted order; after them come those that are never published.

    Raises:
        ContractBroken: when the grid is incomplete, a total differs from its parts or a remainder is negative.
    """
    grid = grid_of(counts, nested=nested)
    return cells_of(grid, primary_of(grid, policy=policy), policy=policy)


def cells_of(grid: Grid, primary: Primary, *, policy: Suppress) -> CellTable:
    """Build the cells and equations of a grid whose primary suppression is known."""
    layout = layout_of(grid)
    joint = [grid.counts[:, grid.sums[number].parents].sum(axis=1) for number in layout.joint]
    rest = layout.remainder
    rest_limits = (rest, rest) if policy.remainders_known else (0 * rest, np.full_like(rest, NO_LIMIT))
    own = np.arange(layout.width) < grid.counts.size
    return CellTable(
        value=_joined(grid.counts, joint, rest),
        lower=_joined(primary.lower, [primary.sum_lower[:, number] for number in layout.joint], rest_limits[0]),
        upper=_joined(primary.upper, [primary.sum_upper[:, number] for number in layout.joint], rest_limits[1]),
        cost=_extended(_costs(grid, policy.information_loss), layout.width),
        publishable=own,
        frozen=np.zeros(layout.width, dtype=bool),
        reluctant=_extended(primary.shown, layout.width),
        table=_tables(layout),
        equations=equations_of(layout),
    )


def _joined(grid: Counts, joint: Sequence[Counts], rest: Counts) -> Counts:
    return np.concatenate([grid.ravel(), *joint, rest])


def _extended(grid: NDArray[Kind], width: int) -> NDArray[Kind]:
    """Extend a property of the grid's cells to those never published, which have none of it."""
    return np.concatenate([grid.ravel(), np.zeros(width - grid.size, dtype=grid.dtype)])


def _tables(layout: Layout) -> Counts:
    """Number the tables: a topic with all that nests in it is one, the Total belongs to every one."""
    grid = layout.grid
    table = np.full(len(grid.topics), SHARED, dtype=np.int64)
    for number, each in enumerate(grid.sums):
        above = table[each.parents].max()
        table[each.children] = number if above == SHARED else above
    joint = [np.full(len(grid.counts), table[grid.sums[number].children[0]]) for number in layout.joint]
    return _joined(np.tile(table, len(grid.counts)), joint, table[: len(layout.remainder)])


def _costs(grid: Grid, loss: InformationLoss) -> NDArray[np.float64]:
    """Weigh each cell: totals, the authority's row, headline topics and zeros dear, large counts dearer than small."""
    topics = np.array(grid.topics)
    topic = np.where(np.isin(topics, loss.headline_topics), loss.headline, 1.0)
    topic = np.where(topics == TOTAL, loss.total, topic)
    place = np.where(grid.is_school, 1.0, loss.local_authority)
    weight: NDArray[np.float64] = (
        place[:, None] * topic[None, :] * np.where(grid.counts == 0, loss.zero, np.log2(1 + grid.counts))
    )
    return weight
