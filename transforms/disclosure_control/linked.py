"""Linked tables: all counts of a release as one table of cells, in which the same count is one cell.

A cell is one count of one population in one place with the same characteristics, whichever table publishes it. Tables
keep their own equations; populations that are sums of others, and topics whose items overlap, add theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from schemas.errors import ContractBroken
from schemas.statistics import COUNTS_KEY
from transforms.disclosure_control.grid import Grid
from transforms.disclosure_control.model import NO_LIMIT, SHARED, CellTable, Mask
from transforms.disclosure_control.twins import Pairs

Cells = NDArray[np.intp]
KEY: Final = ["figure", *COUNTS_KEY]


@dataclass(frozen=True, eq=False)
class Table:
    """One table of one population: its rows (keyed by KEY), its grid, and its cells; `small` and `group` are primary.

    `small` and `group` go over the cells of the grid, as do the first cells of `cells`.
    """

    rows: pd.DataFrame
    grid: Grid
    cells: CellTable
    small: Mask
    group: Mask
    twins: Pairs = ()


@dataclass(frozen=True, eq=False)
class Linked:
    """All tables of a release as one: `at` gives, table by table, the cell of every cell of the table."""

    cells: CellTable
    keys: pd.DataFrame
    at: tuple[Cells, ...]
    small: Mask
    group: Mask


def linked(tables: Sequence[Table]) -> Linked:
    """Put tables together; a count that stands in several is one cell, known as well as the best of them knows it.

    Raises:
        ContractBroken: when two tables count the same differently.
    """
    keys = [_keys_of(each) for each in tables]
    labels = pd.concat(keys, ignore_index=True)
    own = labels.groupby(KEY, sort=True).ngroup().to_numpy(dtype=np.intp)
    number = int(own.max()) + 1
    at: list[Cells] = []
    used, width = 0, number
    for each, held in zip(tables, keys, strict=True):
        more = len(each.cells) - len(held)
        at.append(np.concatenate([own[used : used + len(held)], np.arange(width, width + more)]))
        used, width = used + len(held), width + more
    names = labels.assign(cell=own).drop_duplicates("cell").sort_values("cell")[KEY].reset_index(drop=True)
    joined = _joined(tables, at, width)
    small, group = (_any_of([mask(each) for each in tables], at, width) for mask in (_small, _group))
    return Linked(joined, names, tuple(at), small, group & ~small)


def _keys_of(table: Table) -> pd.DataFrame:
    """Return the key of every cell of a table's grid."""
    order = np.argsort(table.grid.position, kind="stable")
    plain = {name: table.rows[name].astype("string").fillna("").to_numpy(dtype=object)[order] for name in KEY}
    return pd.DataFrame(plain)


def _joined(tables: Sequence[Table], at: Sequence[Cells], width: int) -> CellTable:
    value = np.full(width, -1, dtype=np.int64)
    lower, upper = np.zeros(width, dtype=np.int64), np.full(width, NO_LIMIT)
    cost, reluctant = np.zeros(width), np.ones(width, dtype=bool)
    publishable, frozen = np.zeros(width, dtype=bool), np.zeros(width, dtype=bool)
    number = np.full(width, SHARED, dtype=np.int64)
    met = np.zeros(width, dtype=np.int64)
    first = 0
    for table, place in zip(tables, at, strict=True):
        cells = table.cells
        if ((value[place] >= 0) & (value[place] != cells.value)).any():
            raise ContractBroken("Two tables count the same pupils differently; aggregate them from the same records.")
        value[place] = cells.value
        lower[place] = np.maximum(lower[place], cells.lower)
        upper[place] = np.minimum(upper[place], cells.upper)
        cost[place] = np.maximum(cost[place], cells.cost)
        reluctant[place] &= cells.reluctant
        publishable[place] |= cells.publishable
        frozen[place] |= cells.frozen
        number[place] = np.where(cells.table == SHARED, SHARED, cells.table + first)
        met[place] += 1
        first = int(max(first, number.max() + 1))
    number[met > 1] = SHARED
    equations = [_moved(table.cells.equations, place, width) for table, place in zip(tables, at, strict=True)]
    return CellTable(value, lower, upper, cost, publishable, frozen, reluctant, number, csr_array(vstack(equations)))


def _moved(equations: csr_array, place: Cells, width: int) -> csr_array:
    """Write equations of one table over the cells of all."""
    moved = csr_array((equations.data, place[equations.indices], equations.indptr), shape=(equations.shape[0], width))
    moved.sort_indices()
    return moved


def _small(table: Table) -> Mask:
    return table.small


def _group(table: Table) -> Mask:
    return table.group


def _any_of(masks: Sequence[Mask], at: Sequence[Cells], width: int) -> Mask:
    found = np.zeros(width, dtype=bool)
    for mask, place in zip(masks, at, strict=True):
        found[place[: mask.size]] |= mask.ravel()
    return found
