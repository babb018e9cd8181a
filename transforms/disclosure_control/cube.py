"""A cross-tabulation of an authority as a grid: every total of every dimension is the sum of its items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from schemas.datasets import LOCAL_AUTHORITY, TOTAL
from schemas.errors import ContractBroken
from schemas.statistics import spread
from transforms.disclosure_control.grid import Grid, Sum
from transforms.disclosure_control.model import Counts


def grid_of_cube(counts: pd.DataFrame, *, dimensions: Sequence[str]) -> Grid:
    """Arrange the crossed counts of one authority; combinations that cannot occur may be missing.

    Raises:
        ContractBroken: when a count is there twice, is of another place, or the total of all is missing.
    """
    cells = spread(counts, dimensions)
    order = np.lexsort([cells[name].to_numpy(dtype=str) for name in reversed(dimensions)])
    cells = cells.iloc[order].reset_index(drop=True)
    fixed = (cells.to_numpy(dtype=object) != TOTAL).sum(axis=1).astype(np.int64)
    total = np.flatnonzero(fixed == 0)
    if cells.duplicated().any() or len(total) != 1 or (counts["geography"] != LOCAL_AUTHORITY).any():
        raise ContractBroken("A crossed table has a count twice, no total, or other places than the authority.")
    rows = counts.iloc[order]
    position = np.empty(len(order), dtype=np.intp)
    position[order] = np.arange(len(order))
    return Grid(
        counts=rows["value"].to_numpy(dtype=np.int64).reshape(1, -1),
        is_school=np.zeros(1, dtype=bool),
        topics=tuple(rows["breakdown_topic"].astype(object)),
        items=tuple(rows["breakdown"].astype(object)),
        total=int(total[0]),
        sums=tuple(_sums(cells, dimensions, fixed)),
        position=position,
    )


def _sums(cells: pd.DataFrame, dimensions: Sequence[str], fixed: Counts) -> list[Sum]:
    """Return the sums of every dimension, those with the fewest other characteristics fixed first."""
    found = [each for name in dimensions for each in _along(cells, name, [d for d in dimensions if d != name])]
    return sorted(found, key=lambda each: int(fixed[each.parents[0]]))


def _along(cells: pd.DataFrame, dimension: str, others: Sequence[str]) -> Iterator[Sum]:
    group = cells.groupby(list(others), sort=True).ngroup().to_numpy()
    is_part = cells[dimension].ne(TOTAL).to_numpy(dtype=bool)
    order = np.lexsort((is_part, group))
    for members in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        if is_part[members[0]]:
            raise ContractBroken("A crossed table has items without their total; count every total.")
        if len(members) > 1:
            yield Sum(members[:1], members[1:])
