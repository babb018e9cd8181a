"""The suppressor's linear programmes: moves of a table that keep every equation."""

from __future__ import annotations

from typing import Final

import highspy
import numpy as np
from scipy.sparse import csr_array

from transforms.disclosure_control.proofs import Flow, Places

_PRIMAL: Final = 4  # HiGHS's number for the primal simplex, the fastest when started from the last answer


class Programme:
    """How far some cells can move at most, within limits; each answer starts from the last."""

    def __init__(self, equations: csr_array) -> None:
        """Hand the equations to HiGHS, nothing moving yet."""
        self._size = equations.shape[1]
        self._solver = empty_solver()
        nothing = np.zeros(self._size)
        self._solver.passModel(programme(equations, np.zeros(self._size), nothing, nothing))
        for option, setting in (("presolve", "off"), ("solver", "simplex"), ("simplex_strategy", _PRIMAL)):
            self._solver.setOptionValue(option, setting)

    def bound(self, down: Flow, up: Flow) -> None:
        """Set how far each cell may move down (at most 0) and up."""
        self._solver.changeColsBounds(self._size, np.arange(self._size, dtype=np.int32), down, up)

    def furthest(self, cells: Places, signs: Flow) -> tuple[Flow, Flow] | None:
        """Return a move in which the sum of some cells, each with its sign, is largest, and the equations' shares."""
        columns = cells.astype(np.int32)
        self._solver.changeColsCost(len(columns), columns, -signs)
        self._solver.run()
        solution = self._solver.getSolution()
        answered = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        self._solver.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        return (np.array(solution.col_value), np.array(solution.row_dual)) if answered else None


def programme(equations: csr_array, cost: Flow, down: Flow, up: Flow) -> highspy.HighsLp:
    """Write a programme whose every equation comes to 0."""
    written = highspy.HighsLp()
    written.num_row_, written.num_col_ = equations.shape
    written.col_cost_, written.col_lower_, written.col_upper_ = cost, down, up
    written.row_lower_ = written.row_upper_ = np.zeros(equations.shape[0])
    written.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    written.a_matrix_.start_ = equations.indptr
    written.a_matrix_.index_ = equations.indices
    written.a_matrix_.value_ = equations.data.astype(np.float64)
    return written


def empty_solver() -> highspy.Highs:
    """Return a solver that gives the same answer on every machine."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library's own constructor is not annotated
    solver.silent()
    for option, setting in (("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(option, setting)
    return solver
