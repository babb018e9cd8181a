"""Small counts become 0 or the base, and every total is the sum of its parts as published.

The idea is that of small count rounding (Langsrud and Heldal's SmallCountRounding changes inner cells and adds them
up again). Here no inner cells are asked for, since tables are often published by topic alone: any change of the counts
that keeps every equation will do. A linear programme changes as little as it can; the small counts that it leaves
between 0 and the base are decided a few at a time, those nearest to one of the two first, and the programme solved
again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from schemas.errors import DisclosureUnsafe
from transforms.disclosure_control.model import CellTable, Counts
from transforms.rounding.cells import NOBODY

_TOLERANCE: Final = 1e-6
_AT_ONCE: Final = 10  # of the undecided counts, one in so many is decided at a time
_FEWER: Final = 4  # where what was decided cannot be, a quarter of it is tried
_NODES: Final = 2000  # of a search in whole numbers; a limit that gives the same answer on every machine

Flow = NDArray[np.float64]
Places = NDArray[np.intp]


def changed_counts(cells: CellTable, *, base: int, names: str) -> Counts:
    """Return the counts as they are published; a 0 stays 0, and no count of people is from 1 to below the base.

    Raises:
        DisclosureUnsafe: when no such counts were found; it names the datasets alone.
    """
    parts = _Parts.of(cells, base)
    if not len(parts.small):
        return cells.value.copy()
    found = _Search(parts).run()
    if found is not None:
        counts = np.rint(found).astype(np.int64)
        small = (counts > 0) & (counts < base) & (cells.cost > NOBODY)
        if not (cells.equations @ counts).any() and not small.any() and (counts >= 0).all():
            return counts
    raise DisclosureUnsafe(
        f"{names}: no counts were found that add up and have none below {base}, so nothing was written; "
        "publish fewer breakdowns, or choose another profile."
    )


@dataclass(frozen=True, eq=False)
class _Parts:
    """A table cut by what may become of each cell: 0 or the base (`small`), another number (`large`), 0 (the rest).

    `room` is how far down each large one may go.
    """

    cells: CellTable
    base: int
    small: Places
    large: Places
    room: Counts

    @classmethod
    def of(cls, cells: CellTable, base: int) -> _Parts:
        is_free = cells.cost == NOBODY
        small = np.flatnonzero((cells.value > 0) & (cells.value < base) & ~is_free)
        large = np.flatnonzero((cells.value >= base) | is_free)
        room = np.where(is_free, cells.value, cells.value - base)[large]
        return cls(cells, base, small, large, room)

    def programme(self) -> highspy.HighsLp:
        """Write the least total change as a programme: is a small count the base, how far up and down each other."""
        equations, value, cost = self.cells.equations, self.cells.value, self.cells.cost
        columns = [equations[:, self.small] * self.base, equations[:, self.large], -equations[:, self.large]]
        matrix = csr_array(hstack(columns))
        sums = -(equations[:, self.large] @ value[self.large])
        told = np.diff(matrix.indptr) > 0
        matrix, sums = csr_array(matrix[told]), sums[told].astype(np.float64)
        made = highspy.HighsLp()
        made.num_row_, made.num_col_ = matrix.shape
        of_large = cost[self.large]
        # A count of 2 costs 2 as 0 and 3 as 5.
        made.col_cost_ = np.concatenate([cost[self.small] * (self.base - 2 * value[self.small]), of_large, of_large])
        made.col_lower_ = np.zeros(matrix.shape[1])
        upward = np.full(len(self.large), highspy.kHighsInf)
        made.col_upper_ = np.concatenate([np.ones(len(self.small)), upward, self.room.astype(np.float64)])
        made.row_lower_ = made.row_upper_ = sums
        made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        made.a_matrix_.start_, made.a_matrix_.index_ = matrix.indptr, matrix.indices
        made.a_matrix_.value_ = matrix.data.astype(np.float64)
        return made

    def counts(self, solution: Flow) -> Flow:
        """Return the counts of a solution."""
        small, large = len(self.small), len(self.large)
        counts = np.zeros(len(self.cells))
        counts[self.small] = self.base * solution[:small]
        counts[self.large] = self.cells.value[self.large] + solution[small : small + large] - solution[small + large :]
        return counts


class _Search:
    """The programme, solved again and again with more of the small counts decided."""

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts
        self._stands_in = abs(parts.cells.equations[:, parts.small]).tocsc()
        self._decided = np.zeros(len(parts.small), dtype=bool)
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library's own constructor is not annotated
        self._solver.silent()
        settings: dict[str, str | int] = {
            "threads": 1, "random_seed": 0, "presolve": "off", "solver": "simplex", "mip_max_nodes": _NODES,
        }  # fmt: skip
        for option, setting in settings.items():
            self._solver.setOptionValue(option, setting)
        self._solver.passModel(parts.programme())

    def run(self) -> Flow | None:
        """Decide every small count; None where that was not managed."""
        solution = self._solved()
        while solution is not None:
            at = solution[: len(self._decided)]
            between = np.flatnonzero(~self._decided & (np.minimum(at, 1 - at) > _TOLERANCE))
            if not len(between):
                return self._whole(solution)
            solution = self._decide(between, at)
        return None

    def _decide(self, between: Places, at: Flow) -> Flow | None:
        """Decide some counts and solve; fewer of them where that cannot be, and a single one the other way."""
        some = self._apart(between[np.lexsort((between, np.minimum(at, 1 - at)[between]))])
        while True:
            wanted = np.floor(at[some] + 0.5)
            self._fix(some, wanted, wanted)
            solution = self._solved()
            if solution is None and len(some) == 1:
                self._fix(some, 1 - wanted, 1 - wanted)
                solution = self._solved()
                self._decided[some] = True
                return solution
            if solution is not None:
                self._decided[some] = True
                return solution
            self._fix(some, np.zeros(len(some)), np.ones(len(some)))
            some = some[: max(1, len(some) // _FEWER)]

    def _apart(self, ordered: Places) -> Places:
        """Return the first of some counts that stand in no equation together, one in so many of all."""
        wanted = max(1, len(ordered) // _AT_ONCE)
        starts, rows = self._stands_in.indptr, self._stands_in.indices
        used = np.zeros(self._stands_in.shape[0], dtype=bool)
        chosen: list[np.intp] = []
        for count in ordered:
            own = rows[starts[count] : starts[count + 1]]
            if not used[own].any():
                used[own] = True
                chosen.append(count)
                if len(chosen) == wanted:
                    break
        return np.array(chosen, dtype=np.intp)

    def _fix(self, at: Places, lower: Flow, upper: Flow) -> None:
        self._solver.changeColsBounds(len(at), at.astype(np.int32), lower, upper)

    def _solved(self) -> Flow | None:
        self._solver.run()
        if self._solver.getModelStatus() not in _ANSWERED:
            return None
        return np.array(self._solver.getSolution().col_value)

    def _whole(self, solution: Flow) -> Flow | None:
        """Return the counts; where large ones are no whole numbers, after a search in whole numbers."""
        counts = self._parts.counts(solution)
        if np.abs(counts - np.rint(counts)).max(initial=0.0) > _TOLERANCE:
            small = len(self._decided)
            self._fix(np.arange(small), np.rint(solution[:small]), np.rint(solution[:small]))
            columns = np.arange(len(solution), dtype=np.int32)
            kinds = np.full(len(solution), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            self._solver.changeColsIntegrality(len(columns), columns, kinds)
            again = self._solved()
            return None if again is None else self._parts.counts(again)
        return counts


_ANSWERED: Final = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)
