"""The table model: what is published, what somebody from outside may assume, how the cells add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from schemas.errors import ContractBroken

Counts: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

#: No upper limit for a cell.
NO_LIMIT = np.iinfo(np.int64).max
#: The cell belongs to several tables at once (a total that every topic adds up to).
SHARED = -1


@dataclass(frozen=True, eq=False)
class CellTable:
    """Every count of one release and the equations that link them.

    One entry of each array is one cell. `value` is the truth; `lower` and `upper` are the limits that somebody from
    outside must keep to when the cell is not published; `cost` is the information lost when it is hidden.
    A cell that is not `publishable` is never shown (an unknown remainder in an equation); a `frozen` one is always
    shown (it has been published already), a `reluctant` one as long as there is any other way (zeros). `table` numbers
    the table a cell belongs to.
    Each row of `equations` says: the sum of coefficient times value is 0.
    """

    value: Counts
    lower: Counts
    upper: Counts
    cost: NDArray[np.float64]
    publishable: Mask
    frozen: Mask
    reluctant: Mask
    table: Counts
    equations: csr_array

    def __post_init__(self) -> None:
        """Refuse a table that does not add up or that its own limits exclude."""
        arrays = (self.lower, self.upper, self.cost, self.publishable, self.frozen, self.reluctant, self.table)
        if any(len(array) != len(self) for array in arrays) or self.equations.shape[1] != len(self):
            raise ContractBroken("The arrays of a table of cells differ in length; build it with cells_from_counts.")
        broken = int(np.count_nonzero(self.equations @ self.value))
        if broken:
            raise ContractBroken(
                f"{broken} totals of a table differ from the sum of their parts; nothing was published."
            )
        hideable = ~self.frozen
        outside = hideable & ((self.value < self.lower) | (self.value > self.upper))
        if outside.any():
            raise ContractBroken(f"{int(outside.sum())} cells lie outside their own limits; nothing was published.")

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.value)

    def unknown(self, hidden: Mask) -> Mask:
        """Mark the cells that somebody from outside does not know when `hidden` is not published."""
        return hidden | (~self.publishable & (self.lower < self.upper))
