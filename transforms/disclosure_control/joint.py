"""The blocks of a table together: what outsiders learn from the equations that join them, and what that costs to mend.

Each block's cheapest pattern stands by itself; an equation over many blocks may still give some of its cells away. For
each such cell there is a proof, and with it the cells of which one more must be hidden. The block that does so at the
least price is asked; what is hidden already stays so.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csr_array

from transforms.disclosure_control.blocks import blocks_of, independent, inner_equations
from transforms.disclosure_control.cover import Cover
from transforms.disclosure_control.model import CellTable, Mask
from transforms.disclosure_control.programmes import Programme
from transforms.disclosure_control.proofs import Condition, Flow, Places, conditions, room_of, summed

_ROUNDS: Final = 400
_PUSHES: Final = 12
_TOGETHER: Final = {0: 1.0, 1: -1.0}  # the first pushes are all up and all down, the others mixed
_AT_LEAST: Final = 4
_NEXT_TO_NOTHING: Final = 0.02
_AT_A_TIME: Final = 8
_STUCK: Final = 0.5  # where more of the cells than that have a proof, the next are asked for theirs at once
_BLOCKS: Final = 3  # that are asked for their price
_SHOWN: Final = 1e-3
_REACH: Final = 30.0  # times the width: far enough that a limit of the search is no proof
_CLOSE: Final = 0.25
_ENOUGH: Final = 1e-6


class Joint:
    """The search for a cheap pattern of a whole table.

    `bound` is the price that no safe pattern of the table can go below, as far as the searches were finished: the sum
    of the blocks' own bounds.
    """

    def __init__(self, cells: CellTable, *, primary: Mask, width: int) -> None:
        """Take the cells that may move and split them into blocks."""
        free = ~cells.publishable & (cells.lower < cells.upper)
        may_hide = cells.publishable & ~cells.frozen & (~cells.reluctant | primary)
        movable = free | may_hide
        self._cells, self.at = cells, np.flatnonzero(movable)
        part = csr_array(cells.equations[:, self.at])
        self._equations = independent(csr_array(part[np.flatnonzero(np.diff(part.indptr))]))
        self._room = room_of(cells, self.at, width=width)
        self._cost, self._free = np.where(free, 0.0, cells.cost)[self.at], free[self.at]
        self._moves = Programme(self._equations)
        self._least, self._most = np.zeros(len(self.at)), np.zeros(len(self.at))
        self._settled = np.zeros(len(self.at), dtype=bool)
        self._hidden = primary[self.at] | self._free
        self._stuck = False
        self._signs = np.random.default_rng(0)
        self._covers(movable, primary)

    def _covers(self, movable: Mask, primary: Mask) -> None:
        """Find each block's cheapest pattern."""
        self.bound = 0.0
        self._blocks, self._covered = list[Places](), list[Cover]()
        self._block = np.zeros(len(self.at), dtype=np.intp)
        for number, block in enumerate(blocks_of(self._cells, movable, primary=primary)):
            here = np.searchsorted(self.at, block)
            cover = Cover(
                inner_equations(self._cells, block, movable),
                room_of(self._cells, block, width=self._room.width),
                cost=self._cost[here],
                primary=self._hidden[here],
                free=self._free[here],
            )
            found = cover.cheapest()
            self.bound += cover.bound
            self._blocks.append(here)
            self._covered.append(cover)
            self._block[here] = number
            if found is not None:
                self._hidden[here] = found

    def run(self) -> tuple[Mask, Mask]:
        """Return what to hide, and the cells that are wide for all that this search can tell."""
        for _ in range(_ROUNDS):
            self._push()
            asked = self._attack()
            more = [self._mend(each) for each in sorted(asked, key=lambda each: (len(each.at), each.cell))]
            if not any(more):
                break
        hidden, settled = np.zeros(len(self._cells), dtype=bool), np.zeros(len(self._cells), dtype=bool)
        hidden[self.at] = self._hidden & ~self._free
        settled[self.at] = hidden[self.at] & ~self._open_mask()
        return hidden, settled

    def _open_mask(self) -> Mask:
        narrow = self._most - self._least < self._room.width - _ENOUGH
        open_cells: Mask = self._hidden & ~self._free & ~self._settled & narrow
        return open_cells

    def _see(self, place: Flow) -> None:
        self._least, self._most = np.minimum(self._least, place), np.maximum(self._most, place)

    def _push(self) -> None:
        """Push all cells not yet known to be wide at once, each up or down, for as long as that helps."""
        self._moves.bound(*self._room.near(self._hidden, shown=0.0, reach=float(self._room.width)))
        for turn in range(_PUSHES):
            left = np.flatnonzero(self._open_mask())
            if not len(left):
                return
            mixed = self._signs.choice([-1.0, 1.0], len(left))
            answer = self._moves.furthest(left, np.full(len(left), _TOGETHER[turn]) if turn in _TOGETHER else mixed)
            if answer is not None:
                self._see(answer[0])
            if turn >= _AT_LEAST and len(left) - self._open_mask().sum() < max(1, _NEXT_TO_NOTHING * len(left)):
                return

    def _attack(self) -> list[Condition]:
        """Ask for the limits of the cells left, some at a time; return what breaks the proofs that they are narrow.

        The first few are enough for a turn, one of each block: what mends them mends many of the others.
        """
        asked, left = list[Condition](), self._in_turn(np.flatnonzero(self._open_mask()))
        for start in range(0, len(left), _AT_A_TIME):
            some = left[start : start + _AT_A_TIME]
            found = self._proofs(some) if self._stuck else []
            if not found:
                found = self._proofs(self._narrow(some))
            self._stuck = len(found) > _STUCK * len(some)
            asked += found
            if len(asked) >= _AT_A_TIME:
                break
        return asked

    def _in_turn(self, cells: Places) -> Places:
        """Put the first cell of each block first, then the second of each."""
        by_block = cells[np.argsort(self._block[cells], kind="stable")]
        _, first, number = np.unique(self._block[by_block], return_index=True, return_inverse=True)
        rank = np.arange(len(by_block)) - first[number]
        return by_block[np.argsort(rank, kind="stable")]

    def _narrow(self, cells: Places) -> Places:
        """Push some cells one by one; return those that stay narrow. What moves along is seen too."""
        self._moves.bound(*self._room.near(self._hidden, shown=0.0, reach=_REACH * self._room.width))
        narrow = list[int]()
        for cell in cells:
            ends = [self._pushed(int(cell), direction) for direction in (1.0, -1.0)]
            if np.floor(ends[0] + _ENOUGH) - np.ceil(ends[1] - _ENOUGH) >= self._room.width:
                self._settled[cell] = True
            elif ends[0] - ends[1] < self._room.width - _CLOSE:
                narrow.append(int(cell))
        return np.array(narrow, dtype=np.intp)

    def _pushed(self, cell: int, direction: float) -> float:
        """Return how far a cell goes in one direction; as far as seen, when that is far enough."""
        if self._most[cell] - self._least[cell] < self._room.width - _ENOUGH:
            answer = self._moves.furthest(np.array([cell]), np.array([direction]))
            if answer is not None:
                self._see(answer[0])
        return float(self._most[cell] if direction > 0 else self._least[cell])

    def _proofs(self, cells: Places) -> list[Condition]:
        """Return the conditions that break what proves some cells narrow, with as few shown cells in each as can be."""
        if not len(cells):
            return []
        self._moves.bound(*self._room.near(self._hidden, shown=_SHOWN, reach=_REACH * self._room.width))
        asked = list[Condition]()
        for cell in cells:
            rising = self._moves.furthest(np.array([cell]), np.array([1.0]))
            falling = self._moves.furthest(np.array([cell]), np.array([-1.0]))
            if rising is not None and falling is not None:
                sums = [summed(self._equations, shares) for _, shares in (rising, falling)]
                asked += conditions(sums[0], sums[1], int(cell), self._room)
        return [each for each in asked if each.short(self._hidden) > _ENOUGH]

    def _mend(self, asked: Condition) -> bool:
        """Fulfil a condition in the block where that is cheapest; say whether more was hidden."""
        short = asked.short(self._hidden)
        usable = ~self._hidden[asked.at]
        at, weight = asked.at[usable], asked.weight[usable]
        if short <= _ENOUGH or not len(at):
            return False
        best: tuple[float, Places, Mask] | None = None
        for number in self._in_order(at, weight, short)[:_BLOCKS]:
            here, inside = self._blocks[number], self._block[at] == number
            own = Condition(-1, np.searchsorted(here, at[inside]), weight[inside], short)
            found = self._covered[number].cheapest(kept=self._hidden[here], also=own)
            if found is None:
                continue
            price = float(self._cost[here] @ (found & ~self._hidden[here]))
            if best is None or price < best[0] - _ENOUGH:
                best = (price, here, found)
            if best[0] <= self._cost[at].min():
                break
        if best is not None:
            self._hidden[best[1]] |= best[2]
        return best is not None

    def _in_order(self, at: Places, weight: Flow, short: float) -> list[int]:
        """Return the blocks that could fulfil a condition by themselves, those with one cheap cell for it first."""
        numbers = np.unique(self._block[at])
        able = [number for number in numbers if weight[self._block[at] == number].sum() >= short - _ENOUGH]
        alone = np.where(weight >= short - _ENOUGH, self._cost[at], np.inf)
        return sorted(able, key=lambda number: (float(alone[self._block[at] == number].min()), int(number)))
