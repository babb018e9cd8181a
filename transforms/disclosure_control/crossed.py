"""Crossed tables by themselves: counts by several dimensions, each with its hierarchy of totals, as a table of cells.

For benchmarks and tests of disclosure control; a release is built from long tables of counts (`cells`, `linked`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from schemas.errors import ContractBroken
from transforms.disclosure_control.model import NO_LIMIT, CellTable, Counts, Mask

#: A hierarchy of one dimension: each total with its items, by name.
Hierarchy = Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class CrossedTable:
    """Counts in an array with one axis a dimension, totals included, and what adds up along each axis.

    `sums` has, for every axis, the position of each total and of its items; `top` is the position of the total of all
    on every axis.
    """

    counts: Counts
    sums: tuple[tuple[tuple[int, tuple[int, ...]], ...], ...]
    top: tuple[int, ...]

    def cells(self, *, threshold: int, crossed: int | None = None) -> tuple[CellTable, Mask]:
        """Return the table of cells and the mask of its small counts (1 to below the threshold; zeros are shown).

        `crossed` says how many of the dimensions but the first are crossed at most in a published count; what is left
        out is unknown but not below 0. The top of the first dimension (the authority) publishes all.
        """
        place = np.indices(self.counts.shape)
        fixed = sum((place[axis] != top).astype(int) for axis, top in enumerate(self.top) if axis)
        published = np.ones(self.counts.shape, dtype=bool)
        if crossed is not None:
            published = np.asarray((fixed <= crossed) | (place[0] == self.top[0]))
        count, shown = self.counts.ravel(), published.ravel()
        is_zero = shown & (count == 0)
        cells = CellTable(
            value=count,
            lower=np.where(shown & ~is_zero, 1, 0),
            upper=np.full(count.size, NO_LIMIT),
            cost=shown.astype(np.float64),
            publishable=shown,
            frozen=np.zeros(count.size, dtype=bool),
            reluctant=is_zero,
            table=np.zeros(count.size, dtype=np.int64),
            equations=self._equations(),
        )
        return cells, shown & (count > 0) & (count < threshold)

    def _equations(self) -> csr_array:
        """Write every total less its items, along every axis."""
        number = np.arange(self.counts.size).reshape(self.counts.shape)
        lines = [
            np.moveaxis(np.take(number, [total, *items], axis=axis), axis, -1).reshape(-1, 1 + len(items))
            for axis, sums in enumerate(self.sums)
            for total, items in sums
        ]
        columns = np.concatenate([line.ravel() for line in lines])
        signs = np.concatenate([np.tile([1] + [-1] * (line.shape[1] - 1), len(line)) for line in lines])
        lengths = np.concatenate([np.full(len(line), line.shape[1]) for line in lines])
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return csr_array((signs, columns, starts), shape=(len(lengths), number.size))


def with_margins(inner: Counts) -> CrossedTable:
    """Add the total of every dimension, as its item 0."""
    counts = inner
    for axis in range(inner.ndim):
        counts = np.concatenate([counts.sum(axis=axis, keepdims=True), counts], axis=axis)
    sums = tuple(((0, tuple(range(1, size))),) for size in counts.shape)
    return CrossedTable(counts, sums, (0,) * inner.ndim)


def crossed_table(counts: pd.DataFrame, hierarchies: Mapping[str, Hierarchy]) -> CrossedTable:
    """Arrange a long table: a column for each dimension of `hierarchies` and `freq`, all totals included.

    Raises:
        ContractBroken: when a combination of items is missing or there twice, or an item is in no hierarchy.
    """
    shape, codes = list[int](), list[NDArray[np.intp]]()
    sums, top = list[tuple[tuple[int, tuple[int, ...]], ...]](), list[int]()
    for name, hierarchy in hierarchies.items():
        items = sorted({item for total, parts in hierarchy.items() for item in (total, *parts)})
        at = {item: number for number, item in enumerate(items)}
        below = {part for parts in hierarchy.values() for part in parts}
        tops = [at[total] for total in hierarchy if total not in below]
        code = pd.Index(items).get_indexer(pd.Index(counts[name])).astype(np.intp)
        if len(tops) != 1 or (code < 0).any():
            raise ContractBroken(f"Dimension {name} has not one total of all, or items outside its hierarchy.")
        shape.append(len(items))
        codes.append(code)
        sums.append(tuple((at[total], tuple(at[part] for part in parts)) for total, parts in sorted(hierarchy.items())))
        top.append(tops[0])
    position = np.ravel_multi_index(tuple(codes), tuple(shape))
    if len(position) != np.prod(shape) or len(np.unique(position)) != len(position):
        raise ContractBroken("A crossed table lacks a combination of items, or has one twice.")
    value = np.empty(len(position), dtype=np.int64)
    value[position] = counts["freq"].to_numpy(dtype=np.int64)
    return CrossedTable(value.reshape(shape), tuple(sums), tuple(top))
