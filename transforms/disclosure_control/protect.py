"""Complementary suppression: hide as little more as it takes that no hidden count follows from what is shown.

First every block of the table gets its cheapest pattern (cover), then the blocks are fitted together (joint). What
cells that leaves in doubt are taken one by one: a hidden cell is *wide* when two whole-number tables that fit all that
is shown differ in it by the policy's minimum. Every table found on the way is kept as a witness for all cells at once
(the least and the most seen of each cell); a cell not yet wide is moved the cheapest way, and the cells that must move
with it are hidden too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from schemas.disclosure import Suppress
from schemas.errors import DisclosureUnsafe
from transforms.disclosure_control.joint import Joint
from transforms.disclosure_control.model import NO_LIMIT, SHARED, CellTable, Counts, Mask
from transforms.disclosure_control.moves import Move, Moves, Places

_RESWEEP_AFTER = 60
_SMALL_TABLE = 600  # cells: both ways are tried, the cheaper is taken
_DIMENSIONS = 3
_MOST = 0.5


@dataclass(eq=False)
class Progress:
    """What is hidden so far, and the least and the most that witnesses have shown of each cell."""

    cells: CellTable
    width: int
    hidden: Mask
    settled: Mask
    least: Counts
    most: Counts

    def narrow(self) -> Mask:
        """Mark the hidden cells not yet known to be wide; the settled ones are."""
        return self.hidden & ~self.settled & (self.most - self.least < self.width)


def protect(cells: CellTable, *, primary: Mask, policy: Suppress, unsafe: Mask | None = None) -> Mask:
    """Return what must be hidden so that every hidden cell is wide; primary cells are among it.

    Where an audit has named the cells that are `unsafe` though `primary` is hidden, only those are made wide. Where
    nothing makes a cell wide, it stays as it is: the audit decides whether the release may go out.

    Raises:
        DisclosureUnsafe: when a primary cell is one that must be published.
    """
    if (primary & (cells.frozen | ~cells.publishable)).any():
        raise DisclosureUnsafe(
            "A count that must be hidden has been published already, or must always be shown; nothing was written."
        )
    nothing = np.zeros(len(cells), dtype=bool)
    if unsafe is not None:
        return _one_by_one(_begun(cells, primary, primary & ~unsafe, policy))
    found = list[Mask]()
    crossed = _is_crossed(cells)
    if crossed:
        hidden, settled = Joint(cells, primary=primary, width=policy.minimum_width).run()
        found.append(_one_by_one(_begun(cells, hidden | primary, settled, policy)))
    if not crossed or len(cells) <= _SMALL_TABLE:
        found.append(_one_by_one(_begun(cells, primary, nothing, policy)))
    return min(found, key=lambda hidden: float(cells.cost[hidden].sum()))


def _begun(cells: CellTable, hidden: Mask, settled: Mask, policy: Suppress) -> Progress:
    """Begin with what is hidden, and what of it is known to be wide; the truth is the only table seen."""
    return Progress(cells, policy.minimum_width, hidden.copy(), settled, cells.value.copy(), cells.value.copy())


def _is_crossed(cells: CellTable) -> bool:
    """Say whether a table among the cells is crossed in three dimensions or more: most cells stand in as many sums.

    Tables of two dimensions, an authority's topics by school, are best taken one after the other.
    """
    sums = np.bincount(cells.equations.indices, minlength=len(cells))
    tables = np.unique(cells.table[cells.table != SHARED])
    return any(np.mean(sums[cells.table == table] >= _DIMENSIONS) > _MOST for table in tables)


def _one_by_one(progress: Progress) -> Mask:
    """Make wide what is not settled: each table by itself first, with the totals that tables share held still.

    Then all of them together; last with the help of reluctant cells.
    """
    cells = progress.cells
    ready = ~cells.reluctant | progress.hidden
    for table in np.unique(cells.table[cells.table != SHARED]):
        _widen(progress, within=ready & (cells.table == table))
    _widen(progress, within=ready)
    _widen(progress, within=np.ones(len(cells), dtype=bool))
    return progress.hidden


def _widen(progress: Progress, *, within: Mask) -> None:
    """Make the hidden cells of a part wide by moving cells of that part only."""
    if (progress.narrow() & within).any():
        part = _Part(progress, within=within)
        part.sweep()
        part.widen()
        part.hand_back()


class _Part:
    """Some cells of a table, all others held still."""

    def __init__(self, progress: Progress, *, within: Mask) -> None:
        """Take the cells that may move: those outsiders do not know, and those that could be hidden too."""
        cells = progress.cells
        unknown = cells.unknown(progress.hidden)
        self.progress = progress
        self.at = np.flatnonzero(within & (unknown | (cells.publishable & ~cells.frozen)))
        self.value = cells.value[self.at]
        self.unknown = unknown[self.at]
        self.least, self.most = progress.least[self.at], progress.most[self.at]
        self.judged = cells.publishable[self.at] & ~progress.settled[self.at]
        self.down = self.value - cells.lower[self.at]
        up = np.where(cells.upper[self.at] == NO_LIMIT, np.inf, cells.upper[self.at] - self.value)
        price = np.where(self.unknown, 0.0, cells.cost[self.at])
        self.moves = Moves(_rows_that_bind(cells, self.at), down=self.down.astype(np.float64), up=up, price=price)

    def narrow(self) -> Places:
        """Return the hidden cells not yet wide."""
        return np.flatnonzero(self.judged & self.unknown & (self.most - self.least < self.progress.width))

    def sweep(self) -> None:
        """Widen as many cells as possible at once with what is hidden already, up and down in turn."""
        before = -1
        narrow = self.narrow()
        while len(narrow) and len(narrow) != before:
            before = len(narrow)
            for direction in (1, -1):
                self._see(self.moves.without_price(narrow, self._missing(narrow, direction)))
            narrow = self.narrow()

    def widen(self) -> None:
        """Take the cells one by one; hide what must move with them."""
        queue, tried, hidden = list(self.narrow()), set(), 0
        while queue:
            cell = int(queue.pop(0))
            if cell in tried or self.most[cell] - self.least[cell] >= self.progress.width:
                continue
            tried.add(cell)
            more = self._widen(cell)
            queue.extend(more)
            hidden += len(more)
            if hidden >= _RESWEEP_AFTER:
                self.sweep()
                hidden = 0

    def hand_back(self) -> None:
        """Record what was hidden and seen."""
        self.progress.hidden[self.at] |= self.unknown & self.progress.cells.publishable[self.at]
        self.progress.least[self.at], self.progress.most[self.at] = self.least, self.most

    def _widen(self, cell: int) -> Places:
        """Make one cell wide at the least price; return what had to be hidden for it."""
        one = np.array([cell])
        move = self._cheapest(one)
        if self.down[cell] and move is not None and move.price and self._stretch(one):
            move = self._cheapest(one)
        new = self._hide(move)
        if move is not None and move.change is None:
            # A corner in halves: twice as far is in whole numbers.
            new = np.union1d(new, self._hide(self._cheapest(one, times=2)))
        return new

    def _hide(self, move: Move | None) -> Places:
        """Hide the cells of a move and keep it as witness; return the cells that were shown before."""
        if move is None:
            return np.zeros(0, dtype=np.intp)
        new = move.cells[~self.unknown[move.cells]]
        self.unknown[new] = True
        self.moves.make_free(new)
        self._see(move)
        return new

    def _stretch(self, one: Places) -> bool:
        """Move one cell as far up and down as is free; say whether that taught anything new.

        A little up and a little down may be free where the whole way in one direction is not.
        """
        seen = int(self.most[one[0]] - self.least[one[0]])
        for direction in (1, -1):
            self._see(self.moves.without_price(one, self._missing(one, direction)))
        return bool(self.most[one[0]] - self.least[one[0]] > seen)

    def _cheapest(self, one: Places, *, times: int = 1) -> Move | None:
        """Return the cheapest move that widens one cell, up or down; a free one is taken at once."""
        best: Move | None = None
        for direction in (1, -1):
            by = times * int(self._missing(one, direction)[0])
            if -by > self.down[one[0]] or (best is not None and best.price == 0.0):
                continue
            move = self.moves.cheapest(int(one[0]), by)
            if move is not None and (best is None or move.price < best.price):
                best = move
        return best

    def _missing(self, cells: Places, direction: int) -> Counts:
        """Return how far each cell must move from the truth to be wide, given what was seen in the other direction."""
        seen = self.value[cells] - self.least[cells] if direction > 0 else self.most[cells] - self.value[cells]
        missing: Counts = direction * (self.progress.width - seen)
        return missing

    def _see(self, move: Move | None) -> None:
        """Keep the table after a move as witness for every cell."""
        if move is not None and move.change is not None:
            np.minimum(self.least, self.value + move.change, out=self.least)
            np.maximum(self.most, self.value + move.change, out=self.most)


def _rows_that_bind(cells: CellTable, at: Places) -> csc_array:
    """Return the equations of some cells, the others being held still."""
    part = cells.equations[:, at].tocsr()
    return part[np.flatnonzero(np.diff(part.indptr))].tocsc()
