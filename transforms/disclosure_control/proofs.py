"""What follows from a sum of equations: how far a count can be told, and what hiding would break that proof.

Take any sum of equations, scaled so that a count stands in it once. How far the count can move is then bounded by how
far the other *hidden* counts of that sum can move. Where the bound is less than the count needs, one more of them must
be hidden: a condition that every safe pattern fulfils.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transforms.disclosure_control.model import NO_LIMIT, CellTable, Mask

Flow = NDArray[np.float64]
Places = NDArray[np.intp]

_ZERO: Final = 1e-9
_FRACTION: Final = 60  # the shares of equations in a proof are rounded to sixtieths, to sum them without residue


@dataclass(frozen=True, eq=False)
class Room:
    """How far each count may go down and up from the truth, and how wide a hidden one must be."""

    down: Flow
    up: Flow
    width: int

    def near(self, hidden: Mask, *, shown: float, reach: float) -> tuple[Flow, Flow]:
        """Return limits of moves: hidden counts within reach, shown ones only a little (a share of the width)."""
        little = shown * np.minimum(self.width, 1.0 * self.width)
        down = np.where(hidden, np.minimum(self.down, reach), np.minimum(self.down, 1.0) * little)
        up = np.where(hidden, np.minimum(self.up, reach), np.minimum(self.up, 1.0) * little)
        return -down, up


def room_of(cells: CellTable, at: Places, *, width: int) -> Room:
    """Return the room of some cells of a table."""
    up = np.where(cells.upper[at] == NO_LIMIT, np.inf, cells.upper[at] - cells.value[at])
    return Room((cells.value[at] - cells.lower[at]).astype(np.float64), up, width)


@dataclass(frozen=True, eq=False)
class Condition:
    """The sum of weight over the hidden counts `at` must come to `need` if `cell` is hidden."""

    cell: int
    at: Places
    weight: Flow
    need: float

    def short(self, hidden: Mask) -> float:
        """Return how much is missing in a pattern."""
        return self.need - float(self.weight[hidden[self.at]].sum())


def summed(equations: csr_array, shares: Flow) -> Flow:
    """Return a sum of equations, each with its share."""
    total: Flow = equations.T @ (np.round(shares * _FRACTION) / _FRACTION)
    total[np.abs(total) < _ZERO] = 0.0
    return total


def conditions(rising: Flow, falling: Flow, cell: int, room: Room) -> list[Condition]:
    """Return what two sums of equations demand of every pattern in which a cell is hidden.

    The one bounds how far the cell can rise, the other how far it can fall; it may be the same sum.
    """
    width = float(room.width)
    nothing = np.zeros(len(rising))
    up = _bound(rising, cell, room.down, room.up) if rising[cell] else nothing
    down = _bound(falling, cell, room.up, room.down) if falling[cell] else nothing
    up_most = 0.0 if rising[cell] else room.up[cell]
    down_most = 0.0 if falling[cell] else room.down[cell]
    asked = [(up + down, width - up_most - down_most)]
    asked += [(up, width - room.down[cell])] if rising[cell] else []
    asked += [(down, width - room.up[cell])] if falling[cell] else []
    return [_condition(cell, weight, need) for weight, need in asked if need > 0]


def _bound(total: Flow, cell: int, with_it: Flow, against: Flow) -> Flow:
    """Return how much each other cell lets one cell move: those on its side of the sum move against it."""
    share = total / total[cell]
    with np.errstate(invalid="ignore"):
        bound = np.where(share > 0, share * with_it, np.where(share < 0, -share * against, 0.0))
    bound[cell] = 0.0
    return bound


def _condition(cell: int, weight: Flow, need: float) -> Condition:
    at = np.flatnonzero(weight > _ZERO)
    return Condition(cell, at, np.minimum(weight[at], need), need)
