"""The cheapest way to move a cell: the linear programme behind complementary suppression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

from transforms.disclosure_control.model import Counts

Flow = NDArray[np.float64]
Places = NDArray[np.intp]

#: A unit of a wanted move is worth less than any price, so that it is made only where it costs nothing.
_WORTH: Final = 1e-3
_WHOLE: Final = 1e-6
_DUAL, _PRIMAL = 1, 4  # HiGHS's numbers for the two forms of the simplex method


@dataclass(frozen=True, eq=False)
class Move:
    """Which cells move, at what price, and by how much each where all move by whole numbers."""

    cells: Places
    price: float
    change: Counts | None


class Moves:
    """Changes of a table that keep every equation.

    Each cell may go up and down within its room, at a price per unit. Every solution starts from the table as it is,
    nothing moved: what comes out depends on the question alone, not on the questions asked before.
    """

    def __init__(self, equations: csc_array, *, down: Flow, up: Flow, price: Flow) -> None:
        """Set up the programme: columns 0..n-1 move a cell up, columns n..2n-1 move it down."""
        self.cells = len(price)
        self._equations = equations.tocsr()
        self._room = np.concatenate([up, down])
        self._price = np.concatenate([price, price])
        self._solver = _solver(hstack([equations, -equations]).tocsc(), self._room, self._price)

    def make_free(self, cells: Places) -> None:
        """Let cells move at no price from now on: they are hidden."""
        columns = np.concatenate([cells, cells + self.cells])
        self._price[columns] = 0.0
        self._set_prices(columns, self._price[columns])

    def cheapest(self, cell: int, by: int) -> Move | None:
        """Return the cheapest move of one cell by exactly so much (negative: down); None if there is none.

        Prices are never negative, so the start is optimal but for the one move: the dual simplex needs few steps.
        """
        wanted, unwanted = self._columns(np.array([cell]), np.array([by]))
        far = np.array([float(abs(by))])
        if self._room[wanted[0]] < far[0]:
            return None
        self._set_room(wanted, far, least=far)
        self._set_room(unwanted, np.zeros(1))
        move = self._solve(_DUAL)
        self._restore(wanted, unwanted)
        return move

    def without_price(self, cells: Places, by: Counts) -> Move | None:
        """Return a move that costs nothing and takes the cells as far as that allows, each at most so much.

        The start is a corner of the programme, so the primal simplex needs few steps.
        """
        wanted, unwanted = self._columns(cells, by)
        self._set_prices(wanted, np.full(len(wanted), -_WORTH))
        self._set_room(wanted, np.minimum(self._room[wanted], np.abs(by)))
        self._set_room(unwanted, np.zeros(len(unwanted)))
        move = self._solve(_PRIMAL)
        self._set_prices(wanted, self._price[wanted])
        self._restore(wanted, unwanted)
        return move if move is not None and move.price == 0.0 else None

    def _columns(self, cells: Places, by: Counts) -> tuple[Places, Places]:
        """Return the columns that move the cells the wanted way, and those that move them back."""
        return np.where(by > 0, cells, cells + self.cells), np.where(by > 0, cells + self.cells, cells)

    def _solve(self, strategy: int) -> Move | None:
        """Return the best move there is."""
        solver = self._solver
        solver.setOptionValue("simplex_strategy", strategy)
        solver.setBasis()
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = np.array(solver.getSolution().col_value)
        moved = values[: self.cells] - values[self.cells :]
        cells = np.flatnonzero(np.abs(moved) > _WHOLE)
        price = float(np.abs(moved[cells]) @ self._price[cells])
        change = np.rint(moved).astype(np.int64)
        is_whole = np.allclose(moved, change, rtol=0.0, atol=_WHOLE) and not (self._equations @ change).any()
        return Move(cells, price, change if is_whole else None)

    def _restore(self, wanted: Places, unwanted: Places) -> None:
        self._set_room(wanted, self._room[wanted])
        self._set_room(unwanted, self._room[unwanted])

    def _set_room(self, columns: Places, room: Flow, *, least: Flow | None = None) -> None:
        low = np.zeros(len(columns)) if least is None else least
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), low, room)

    def _set_prices(self, columns: Places, price: Flow) -> None:
        self._solver.changeColsCost(len(columns), columns.astype(np.int32), price)


def _solver(matrix: csc_array, room: Flow, price: Flow) -> highspy.Highs:
    """Hand the programme to HiGHS, set so that the same programme always gives the same corner."""
    rows, columns = matrix.shape
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = columns, rows
    programme.col_cost_ = price
    programme.col_lower_, programme.col_upper_ = np.zeros(columns), room
    programme.row_lower_ = programme.row_upper_ = np.zeros(rows)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_ = matrix.indptr
    programme.a_matrix_.index_ = matrix.indices
    programme.a_matrix_.value_ = matrix.data.astype(np.float64)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library's own constructor is not annotated
    solver.silent()
    for option, setting in (("presolve", "off"), ("solver", "simplex"), ("threads", 1)):
        solver.setOptionValue(option, setting)
    solver.passModel(programme)
    return solver
