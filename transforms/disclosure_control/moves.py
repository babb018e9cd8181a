"""The cheapest way to move one cell: the linear programme behind complementary suppression."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

Flow = NDArray[np.float64]

_REWARD = 1e6
_WHOLE = 1e-6


class Moves:
    """Changes of a table that keep every equation.

    Each cell may go up and down within its room, at a price per unit. The programme starts each time from the table
    as it is (nothing moved), a feasible corner: so the primal simplex needs few steps and no presolve.
    """

    def __init__(self, equations: csc_array, *, down: Flow, up: Flow, price: Flow) -> None:
        """Set up the programme: columns 0..n-1 move a cell up, columns n..2n-1 move it down."""
        self.cells = len(price)
        self.room = np.concatenate([up, down])
        self.price = np.concatenate([price, price])
        self.solved = 0
        self._solver = _solver(hstack([equations, -equations]).tocsc(), self.room, self.price)

    def free(self, cells: NDArray[np.intp]) -> None:
        """Let cells move at no price from now on: they are hidden."""
        self._price(np.concatenate([cells, cells + self.cells]), np.zeros(2 * len(cells)))

    def move(self, cell: int, by: int) -> Flow | None:
        """Return the cheapest change in which one cell moves by so much (negative: down); None when there is none."""
        column, back = (cell, cell + self.cells) if by > 0 else (cell + self.cells, cell)
        if self.room[column] < abs(by):
            return None
        solver = self._solver
        solver.changeColCost(column, -_REWARD)
        solver.changeColBounds(column, 0.0, float(abs(by)))
        solver.changeColBounds(back, 0.0, 0.0)
        moved = self._solve()
        solver.changeColCost(column, self.price[column])
        solver.changeColBounds(column, 0.0, self.room[column])
        solver.changeColBounds(back, 0.0, self.room[back])
        return moved if abs(moved[cell] - by) < _WHOLE else None

    def sweep(self, cells: NDArray[np.intp], by: NDArray[np.float64]) -> Flow:
        """Move many cells at once, each at most so far and as far as the sum allows."""
        columns = np.where(by > 0, cells, cells + self.cells)
        limits = np.minimum(self.room[columns], np.abs(by))
        zero = np.zeros(len(columns))
        self._solver.changeColsCost(len(columns), columns.astype(np.int32), np.full(len(columns), -1e-3))
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), zero, limits)
        moved = self._solve()
        self._solver.changeColsCost(len(columns), columns.astype(np.int32), self.price[columns])
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), zero, self.room[columns])
        return moved

    def _price(self, columns: NDArray[np.intp], price: Flow) -> None:
        self.price[columns] = price
        self._solver.changeColsCost(len(columns), columns.astype(np.int32), price)

    def _solve(self) -> Flow:
        self._solver.setBasis()
        self._solver.run()
        self.solved += 1
        values = np.array(self._solver.getSolution().col_value)
        return values[: self.cells] - values[self.cells :]


def _solver(matrix: csc_array, room: Flow, price: Flow) -> highspy.Highs:
    rows, columns = matrix.shape
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = columns, rows
    programme.col_cost_ = price
    programme.col_lower_, programme.col_upper_ = np.zeros(columns), room
    programme.row_lower_ = programme.row_upper_ = np.zeros(rows)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_ = matrix.indptr
    programme.a_matrix_.index_ = matrix.indices
    programme.a_matrix_.value_ = matrix.data.astype(float)
    solver = highspy.Highs()
    solver.silent()
    for option, setting in (("presolve", "off"), ("solver", "simplex"), ("simplex_strategy", 4), ("threads", 1)):
        solver.setOptionValue(option, setting)
    solver.passModel(programme)
    return solver
