"""Blocks: parts of a table small enough for a best pattern each (one school's cross-tabulation, say).

The longest equations (an authority as the sum of its schools) are what joins the blocks; they are left out until every
part that still hangs together is small enough. Equations that follow from others are left out of every programme.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from transforms.disclosure_control.model import CellTable, Mask
from transforms.disclosure_control.proofs import Places

_LARGEST: Final = 130
_MOST_SMALL: Final = 60  # cells to protect in a block: what a search for its best pattern has to weigh
_DEEPEST: Final = 50  # totals of totals of totals
_TRIALS: Final = 3  # tables made up to see which equations follow from others


def blocks_of(cells: CellTable, movable: Mask, *, primary: Mask) -> list[Places]:
    """Return the movable cells block by block."""
    long = np.diff(cells.equations.indptr)
    todo = [(np.flatnonzero(movable), np.arange(cells.equations.shape[0]))]
    done = list[Places]()
    while todo:
        at, rows = todo.pop()
        for part, own in _parts(cells.equations, at, rows):
            if (len(part) <= _LARGEST and primary[part].sum() <= _MOST_SMALL) or not len(own):
                done.append(part)
            else:
                todo.append((part, own[long[own] < long[own].max()]))
    return sorted(done, key=lambda part: int(part[0]))


def inner_equations(cells: CellTable, at: Places, movable: Mask) -> csr_array:
    """Return the equations in which nothing but some cells can move."""
    inside = np.zeros(len(cells), dtype=np.int64)
    inside[at] = 1
    incidence = abs(cells.equations).sign()
    own = incidence @ inside
    rows = np.flatnonzero((own > 0) & (own == incidence @ movable.astype(np.int64)))
    return csr_array(cells.equations[rows][:, at])


def independent(equations: csr_array) -> csr_array:
    """Return equations without those that follow from the others: a crossed table adds up by every dimension.

    Of the equations that define the same total the shortest is kept; then numbers made up for all that is no total show
    which of the rest do not follow. Where totals define each other in a circle, all are kept. Nothing is made safe or
    unsafe by this: it only makes programmes smaller.
    """
    row = np.repeat(np.arange(equations.shape[0]), np.diff(equations.indptr))
    is_total = equations.data == 1
    is_definition = np.bincount(row[is_total], minlength=equations.shape[0]) == 1
    at = is_total & is_definition[row]
    order = np.lexsort((row[at], np.diff(equations.indptr)[row[at]], equations.indices[at]))
    totals, first = np.unique(equations.indices[at][order], return_index=True)
    chosen = row[at][order[first]]
    value = np.random.default_rng(0).integers(1, 1 << 20, (equations.shape[1], _TRIALS))
    value[totals] = 0
    definitions = csr_array(equations[chosen])
    for _ in range(_DEEPEST):
        wrong = definitions @ value
        if not wrong.any():
            others = np.setdiff1d(np.arange(equations.shape[0]), chosen)
            follows = ~(csr_array(equations[others]) @ value).any(axis=1)
            return csr_array(equations[np.sort(np.append(chosen, others[~follows]))])
        value[totals] -= wrong
    return equations


def _parts(equations: csr_array, at: Places, rows: Places) -> Iterator[tuple[Places, Places]]:
    """Split cells into those that some equations join, and the equations with them."""
    if not len(at):
        return
    part = csr_array(equations[rows][:, at])
    size, count = part.shape[1], part.shape[0]
    row, column = part.tocoo().coords
    graph = csr_array((np.ones(len(row)), (column, row + size)), shape=(size + count, size + count))
    _, label = connected_components(graph, directed=False)
    order, row_order = np.argsort(label[:size], kind="stable"), np.argsort(label[size:], kind="stable")
    names, starts = np.unique(label[:size][order], return_index=True)
    row_labels = label[size:][row_order]
    for name, members in zip(names, np.split(order, starts[1:]), strict=True):
        first, last = np.searchsorted(row_labels, [name, name + 1])
        yield at[members], rows[row_order[first:last]]
