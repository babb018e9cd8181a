"""One connected block of unknown counts, attacked by linear programmes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transforms.disclosure_control.model import Counts, Mask

_TOLERANCE: Final = 1e-6
_PRIMAL: Final = 4  # HiGHS's number for the primal simplex: 9 ms a programme where the dual took 440 (warm started)
_FAR: Final = 1_000_000  # further than any count of pupils can be from the truth
_NODES: Final = 500  # of a search in whole numbers; a limit that gives the same answer on every machine


@dataclass(frozen=True, eq=False)
class Block:
    """What outsiders know of some counts: limits and sums (`equations` @ counts = `sums`), and the true counts."""

    equations: csr_array
    sums: Counts
    lower: Counts
    upper: Counts
    truth: Counts

    def near(self, reach: int) -> Block:
        """Return the block with every count kept within reach of the truth."""
        lower = np.maximum(self.lower, self.truth - reach)
        return Block(self.equations, self.sums, lower, np.minimum(self.upper, self.truth + reach), self.truth)


class Attack:
    """The search for two tables that differ in a count by the minimum width, for every hidden count of a block."""

    def __init__(self, block: Block, *, wanted: int) -> None:
        """Begin with the truth as the only table known to fit."""
        self.block = block
        self.wanted = wanted
        self.solved = 0
        self.least, self.most = block.truth.copy(), block.truth.copy()

    def run(self, hidden: Mask) -> tuple[Mask, Counts]:
        """Return which hidden counts are proved wide, and for the others how many values seem possible."""
        near = Programme(self.block.near(self.wanted))
        self._all_at_once(near, hidden)
        self._one_by_one(near, hidden)
        self.solved += near.solved
        widths = self.most - self.least
        if (hidden & (widths < self.wanted)).any():
            self._far(hidden, widths)
        return self.most - self.least >= self.wanted, widths

    def _open(self, hidden: Mask) -> NDArray[np.intp]:
        return np.flatnonzero(hidden & (self.most - self.least < self.wanted))

    def _all_at_once(self, near: Programme, hidden: Mask) -> None:
        """Push all counts not yet proved up together, then down, for as long as that proves more of them."""
        left, before = self._open(hidden), -1
        while len(left) and len(left) != before:
            before = len(left)
            for direction in (1.0, -1.0):
                self._see(near.furthest(left, direction))
            left = self._open(hidden)

    def _one_by_one(self, near: Programme, hidden: Mask) -> None:
        for cell in self._open(hidden):
            for direction in (1.0, -1.0):
                if self.most[cell] - self.least[cell] < self.wanted:
                    self._see(near.furthest(np.array([cell]), direction))

    def _far(self, hidden: Mask, widths: Counts) -> None:
        """Ask for the true limits of each count still open; where they are wide, search in whole numbers."""
        far = self.block.near(_FAR)
        anywhere, whole = Programme(far), Programme(far, whole=True)
        for cell in self._open(hidden):
            one = np.array([cell])
            top, bottom = (anywhere.furthest(one, direction) for direction in (1.0, -1.0))
            self._see(top)
            self._see(bottom)
            if top is None or bottom is None:
                widths[cell] = self.wanted  # no answer: counted as unproved
                continue
            widths[cell] = np.floor(top[cell] + _TOLERANCE) - np.ceil(bottom[cell] - _TOLERANCE)
            for direction in (1.0, -1.0):
                if self.most[cell] - self.least[cell] < self.wanted <= widths[cell]:
                    self._see(whole.furthest(one, direction))
        self.solved += anywhere.solved + whole.solved

    def _see(self, table: NDArray[np.float64] | None) -> None:
        """Keep a table as witness for every count, if it fits in whole numbers all that is known."""
        if table is None:
            return
        counts = np.rint(table).astype(np.int64)
        inside = ((counts >= self.block.lower) & (counts <= self.block.upper)).all()
        if inside and np.array_equal(self.block.equations @ counts, self.block.sums):
            np.minimum(self.least, counts, out=self.least)
            np.maximum(self.most, counts, out=self.most)


class Programme:
    """A linear programme over the counts of a block, started each time from where it stood last."""

    def __init__(self, block: Block, *, whole: bool = False) -> None:
        """Hand the block to HiGHS; `whole` asks for whole numbers."""
        self.solved = 0
        self._solver = _solver(block, whole=whole)

    def furthest(self, cells: NDArray[np.intp], direction: float) -> NDArray[np.float64] | None:
        """Return a table in which the sum of some counts is largest (direction 1) or smallest (-1)."""
        columns = cells.astype(np.int32)
        self._solver.changeColsCost(len(columns), columns, np.full(len(columns), -direction))
        self._solver.run()
        self.solved += 1
        answered = self._solver.getModelStatus() in _ANSWERED
        table = np.array(self._solver.getSolution().col_value) if answered else None
        self._solver.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        return table


_ANSWERED: Final = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)


def _solver(block: Block, *, whole: bool) -> highspy.Highs:
    """Hand a block to HiGHS, with limits that do not depend on the clock."""
    programme = highspy.HighsLp()
    programme.num_row_, programme.num_col_ = block.equations.shape
    programme.col_cost_ = np.zeros(len(block.truth))
    programme.col_lower_, programme.col_upper_ = block.lower.astype(np.float64), block.upper.astype(np.float64)
    programme.row_lower_ = programme.row_upper_ = block.sums.astype(np.float64)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = block.equations.indptr
    programme.a_matrix_.index_ = block.equations.indices
    programme.a_matrix_.value_ = block.equations.data.astype(np.float64)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library's own constructor is not annotated
    solver.silent()
    settings: dict[str, str | int] = {"threads": 1, "mip_max_nodes": _NODES}
    if whole:
        programme.integrality_ = [highspy.HighsVarType.kInteger] * len(block.truth)
    else:
        settings |= {"presolve": "off", "solver": "simplex", "simplex_strategy": _PRIMAL}
    for option, setting in settings.items():
        solver.setOptionValue(option, setting)
    solver.passModel(programme)
    return solver
