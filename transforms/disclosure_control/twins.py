"""Twins: breakdowns of two topics that count almost the same children, so that one count gives the other away.

Age on 31 August and year group are such. Where two twins are equal in a geography, somebody from outside must be taken
to know that they are: an equation of the release like any other. Where they differ by a child out of cohort, the one
stays close to the other, so that a count is hidden when its twin is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from schemas.breakdowns import Twin
from transforms.disclosure_control.grid import Grid
from transforms.disclosure_control.model import CellTable, Counts, Mask

Pairs = Sequence[tuple[int, int]]


def twin_columns(grid: Grid, twins: Sequence[Twin]) -> Pairs:
    """Return the columns of the twins that a grid holds."""
    place = {name: column for column, name in enumerate(zip(grid.topics, grid.items, strict=True))}
    return [(place[each.one], place[each.other]) for each in twins if each.one in place and each.other in place]


def with_twins(cells: CellTable, grid: Grid, pairs: Pairs) -> CellTable:
    """Add the equations of twins that are equal, and put their topics into one table, to be protected together."""
    if not pairs:
        return cells
    columns = grid.counts.shape[1]
    rows = [
        (place * columns + one, place * columns + other)
        for one, other in pairs
        for place in np.flatnonzero((grid.counts[:, one] == grid.counts[:, other]) & (grid.counts[:, one] > 0))
    ]
    ends = np.array(rows, dtype=np.int64).reshape(-1, 2)
    lines = np.repeat(np.arange(len(ends)), 2)
    signs = np.tile(np.array([1, -1], dtype=np.int64), len(ends))
    equal = csr_array((signs, (lines, ends.ravel())), shape=(len(ends), len(cells)))
    return replace(cells, equations=csr_array(vstack([cells.equations, equal])), table=_one_table(cells.table, pairs))


def _one_table(table: Counts, pairs: Pairs) -> Counts:
    """Give the cells of both topics one number."""
    joined = table.copy()
    for one, other in pairs:
        joined[joined == joined[other]] = joined[one]
    return joined


def in_twins(hidden: Mask, pairs: Pairs, grid: Grid) -> Mask:
    """Mark, over the grid, the shown counts above 0 whose twin is hidden; a 0 is no twin of a hidden count."""
    shape = hidden[: grid.counts.size].reshape(grid.counts.shape)
    found = np.zeros_like(shape)
    for one, other in pairs:
        found[:, one] |= shape[:, other]
        found[:, other] |= shape[:, one]
    exposed: Mask = found & ~shape & (grid.counts > 0)
    return exposed
