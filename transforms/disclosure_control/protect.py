"""Complementary suppression: hide as little more as it takes that no hidden count follows from what is shown.

A hidden cell is *wide* when two whole-number tables that fit all that is shown differ in it by the policy's minimum.
Every table found on the way is kept as a witness for all cells at once (the least and the most seen of each cell);
a cell not yet wide is moved the cheapest way, and the cells that must move with it are hidden too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array

from schemas.disclosure import Suppress
from schemas.errors import DisclosureUnsafe
from transforms.disclosure_control.model import NO_LIMIT, SHARED, CellTable, Counts, Mask
from transforms.disclosure_control.moves import Moves, Places

_RESWEEP_AFTER = 60


@dataclass(eq=False)
class Progress:
    """What is hidden so far, and the least and the most that witnesses have shown of each cell."""

    cells: CellTable
    width: int
    hidden: Mask
    least: Counts
    most: Counts
    programmes: int = field(default=0)

    def narrow(self) -> Mask:
        """Mark the hidden cells not yet known to be wide."""
        return self.hidden & (self.most - self.least < self.width)


def protect(cells: CellTable, *, primary: Mask, policy: Suppress) -> Mask:
    """Return what must be hidden so that every hidden cell is wide; primary cells are among it.

    Each table is protected by itself first, with the shared totals shown; then all tables together, totals included.

    Raises:
        DisclosureUnsafe: when a primary cell must be published, or nothing more can be hidden.
    """
    return protection(cells, primary=primary, policy=policy).hidden


def protection(cells: CellTable, *, primary: Mask, policy: Suppress) -> Progress:
    """Return what `protect` returns, with its witnesses."""
    if (primary & (cells.frozen | ~cells.publishable)).any():
        raise DisclosureUnsafe("A count that must be hidden has been published already; nothing was written.")
    progress = Progress(cells, policy.minimum_width, primary.copy(), cells.value.copy(), cells.value.copy())
    for table in np.unique(cells.table[cells.table != SHARED]):
        _widen(progress, within=cells.table == table)
    _widen(progress, within=np.ones(len(cells), dtype=bool))
    if progress.narrow().any():
        raise DisclosureUnsafe(f"{int(progress.narrow().sum())} counts cannot be protected; nothing was written.")
    return progress


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
        self.judged = cells.publishable[self.at]
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
        self.progress.hidden[self.at] |= self.unknown & self.judged
        self.progress.least[self.at], self.progress.most[self.at] = self.least, self.most
        self.progress.programmes += self.moves.solved

    def _widen(self, cell: int) -> Places:
        """Make one cell wide at the least price; return what had to be hidden for it."""
        one = np.array([cell])
        change = self._cheapest(one)
        if self.down[cell] and change is not None and self.moves.price(change) and self._stretch(one):
            change = self._cheapest(one)
        if change is None:
            return one[:0]
        new = np.flatnonzero((change != 0) & ~self.unknown)
        self.unknown[new] = True
        self.moves.make_free(new)
        self._see(change)
        return new

    def _stretch(self, one: Places) -> bool:
        """Move one cell as far up and down as is free; say whether that taught anything new.

        A little up and a little down may be free where the whole way in one direction is not.
        """
        seen = int(self.most[one[0]] - self.least[one[0]])
        for direction in (1, -1):
            self._see(self.moves.without_price(one, self._missing(one, direction)))
        return bool(self.most[one[0]] - self.least[one[0]] > seen)

    def _cheapest(self, one: Places) -> Counts | None:
        """Return the cheapest change that widens one cell, up or down; a free one is taken at once."""
        best: Counts | None = None
        for direction in (1, -1):
            by = int(self._missing(one, direction)[0])
            if -by > self.down[one[0]]:
                continue
            change = self.moves.cheapest(int(one[0]), by)
            if change is not None and (best is None or self.moves.price(change) < self.moves.price(best)):
                best = change
            if best is not None and not self.moves.price(best):
                break
        return best

    def _missing(self, cells: Places, direction: int) -> Counts:
        """Return how far each cell must move from the truth to be wide, given what was seen in the other direction."""
        seen = self.value[cells] - self.least[cells] if direction > 0 else self.most[cells] - self.value[cells]
        missing: Counts = direction * (self.progress.width - seen)
        return missing

    def _see(self, change: Counts | None) -> None:
        """Keep a table as witness for every cell."""
        if change is not None:
            np.minimum(self.least, self.value + change, out=self.least)
            np.maximum(self.most, self.value + change, out=self.most)


def _rows_that_bind(cells: CellTable, at: Places) -> csc_array:
    """Return the equations of some cells, the others being held still."""
    part = cells.equations[:, at].tocsr()
    return part[np.flatnonzero(np.diff(part.indptr))].tocsc()
