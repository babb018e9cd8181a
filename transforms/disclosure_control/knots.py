"""Counts that move together, as one: the audit's way to make a block of equations small before it attacks it.

Where all but two unknown counts of an equation are known, the one follows from the other; a count that stands alone in
an equation cannot move at all. What is left are the *knots*: each is a group of counts that move by the same amount, up
or down. The truth is every knot at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from transforms.disclosure_control.model import Counts

_PAIR: Final = 2


@dataclass(frozen=True, eq=False)
class Knots:
    """`members` @ knots = how far each count is from the truth; `equations` @ knots = 0.

    A row of `members` has one entry, 1 or -1, or none where the count cannot move.
    """

    members: csr_array
    equations: csr_array

    def of_counts(self, knots: NDArray[np.generic], otherwise: int) -> NDArray[np.generic]:
        """Hand a property of the knots to the counts; those that cannot move get `otherwise`."""
        found = np.full(self.members.shape[0], otherwise, dtype=knots.dtype)
        count, knot = self.members.tocoo().coords
        found[count] = knots[knot]
        return found

    def limits(self, lower: Counts, upper: Counts) -> tuple[Counts, Counts]:
        """Return how far down and up each knot may go, when each count may go from `lower` to `upper` (0 between)."""
        entries = self.members.tocoo()
        count, knot = entries.coords
        is_same = entries.data > 0
        least = np.full(self.members.shape[1], np.iinfo(np.int64).min)
        most = np.full(self.members.shape[1], np.iinfo(np.int64).max)
        np.maximum.at(least, knot, np.where(is_same, lower[count], -upper[count]))
        np.minimum.at(most, knot, np.where(is_same, upper[count], -lower[count]))
        return least, most


def knots_of(equations: csr_array) -> Knots:
    """Tie the counts of a block together until every equation left has three knots or more."""
    size = equations.shape[1]
    members = csr_array((np.ones(size, dtype=np.int64), np.arange(size), np.arange(size + 1)), shape=(size, size))
    left = csr_array(equations)
    while True:
        left = _distinct(left)
        tie = _tie(left)
        if tie is None:
            return Knots(members, left)
        members, left = csr_array(members @ tie), csr_array(left @ tie)


def _tie(equations: csr_array) -> csr_array | None:
    """Return the matrix that ties the knots of equations with one or two of them; None where there are none."""
    size, starts = equations.shape[1], equations.indptr[:-1]
    parts = np.diff(equations.indptr)
    stuck = np.zeros(size, dtype=bool)
    stuck[equations.indices[starts[parts == 1]]] = True
    at = starts[parts == _PAIR]
    at = at[np.abs(equations.data[at]) == np.abs(equations.data[at + 1])]
    if not stuck.any() and not len(at):
        return None
    one, other = equations.indices[at], equations.indices[at + 1]
    against = equations.data[at] == equations.data[at + 1]
    # Every knot stands in a graph twice, as it is and reversed; tied to its own reverse it can only be 0.
    ends = np.concatenate([np.where(against, other + size, other), np.where(against, other, other + size)])
    ties = csr_array((np.ones(2 * len(one)), (np.concatenate([one, one + size]), ends)), shape=(2 * size, 2 * size))
    groups, label = connected_components(ties, directed=False)
    group, sign = np.minimum(label[:size], label[size:]), np.where(label[:size] <= label[size:], 1, -1)
    is_dead = np.zeros(groups, dtype=bool)
    is_dead[group[stuck | (label[:size] == label[size:])]] = True
    alive = np.flatnonzero(~is_dead[group])
    names, number = np.unique(group[alive], return_inverse=True)
    return csr_array((sign[alive].astype(np.int64), (alive, number)), shape=(size, len(names)))


def _distinct(equations: csr_array) -> csr_array:
    """Drop empty equations, and those that say the same as one before."""
    tidy = csr_array(equations)
    tidy.eliminate_zeros()
    tidy.sort_indices()
    seen: dict[tuple[bytes, bytes], int] = {}
    for row in np.flatnonzero(np.diff(tidy.indptr)):
        part = slice(tidy.indptr[row], tidy.indptr[row + 1])
        data = tidy.data[part] * np.sign(tidy.data[part][0])
        seen.setdefault((tidy.indices[part].tobytes(), data.tobytes()), int(row))
    return csr_array(tidy[np.array(list(seen.values()), dtype=np.int64)])
