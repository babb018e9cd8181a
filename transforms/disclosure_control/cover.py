"""The cheapest pattern of one block: a programme over what to hide, taught by the attacks that break its answers.

It begins with what each single equation demands. Every answer is attacked; each attack that succeeds is a proof, and
the condition that breaks it is added. When no attack succeeds, no cheaper pattern is safe: within the limits of the
search its price is a lower bound for any pattern of the block, and the sum over blocks is one for the whole table.
"""

from __future__ import annotations

from typing import Final

import highspy
import numpy as np
from scipy.sparse import csr_array

from transforms.disclosure_control.model import Mask
from transforms.disclosure_control.programmes import Programme, empty_solver, programme
from transforms.disclosure_control.proofs import Condition, Flow, Places, Room, conditions, summed

_ROUNDS: Final = 40
_NODES: Final = 500  # of a search for a pattern; a limit that gives the same answer on every machine
_STALL: Final = 100
_SHOWN: Final = 1e-3  # shown cells may move by this share, so that a proof uses the fewest of them
_REACH: Final = 20.0  # times the width
_CLOSE: Final = 0.25  # what shown cells can add to a width by that share, and more
_HALF: Final = 0.5


class Cover:
    """The search for the cheapest pattern of one block."""

    def __init__(self, equations: csr_array, room: Room, *, cost: Flow, primary: Mask, free: Mask) -> None:
        """Begin with what each equation demands; `free` cells are unknown to outsiders anyway, and need no width."""
        self._equations, self._room = equations, room
        self._cost, self._always, self._free = cost, primary | free, free
        self.bound = 0.0
        self._written = set[tuple[object, ...]]()
        self._moves = Programme(equations)
        self._pattern = _pattern_solver(cost, self._always)
        for row in range(equations.shape[0]):
            part = slice(equations.indptr[row], equations.indptr[row + 1])
            total = np.zeros(len(cost))
            total[equations.indices[part]] = equations.data[part]
            for cell in equations.indices[part]:
                self._demand(conditions(total, total, int(cell), room))

    def cheapest(self, *, kept: Mask | None = None, also: Condition | None = None) -> Mask | None:
        """Return the cheapest safe pattern that hides what is kept and fulfils a condition; None if there is none."""
        least = self._always if kept is None else self._always | kept
        size = len(least)
        self._pattern.changeColsBounds(size, np.arange(size, dtype=np.int32), least.astype(np.float64), np.ones(size))
        if also is not None:
            self._pattern.addRow(also.need, highspy.kHighsInf, len(also.at), also.at.astype(np.int32), also.weight)
        row = self._pattern.getNumRow() - 1
        found = self._taught()
        if also is not None:
            self._pattern.deleteRows(1, np.array([row], dtype=np.int32))
        return found

    def _taught(self) -> Mask | None:
        """Find a pattern, attack it, learn from that and begin again."""
        found: Mask | None = None
        for _ in range(_ROUNDS):
            self._pattern.run()
            if self._pattern.getModelStatus() not in _ANSWERED or not self._pattern.getInfo().primal_solution_status:
                return None
            found = np.array(self._pattern.getSolution().col_value) > _HALF
            self.bound = float(self._pattern.getInfo().mip_dual_bound)
            if not self._attack(found):
                break
        return found

    def _attack(self, hidden: Mask) -> bool:
        """Attack every hidden cell; say whether an attack that succeeded taught a new condition."""
        left, taught = self._all_at_once(hidden), False
        down, up = self._room.near(hidden, shown=_SHOWN, reach=_REACH * self._room.width)
        self._moves.bound(down, up)
        for cell in left:
            width, sums = 0.0, list[Flow]()
            for direction in (1.0, -1.0):
                answer = self._moves.furthest(np.array([cell]), np.array([direction]))
                if answer is None:
                    return taught
                width += direction * answer[0][cell]
                sums.append(summed(self._equations, answer[1]))
                if width >= self._room.width:
                    break
            if width < self._room.width - _CLOSE:
                taught |= self._demand(conditions(sums[0], sums[1], int(cell), self._room))
        return taught

    def _all_at_once(self, hidden: Mask) -> Places:
        """Return the hidden cells that do not become wide when all are pushed together."""
        width = self._room.width
        least, most = np.zeros(len(hidden)), np.zeros(len(hidden))
        self._moves.bound(*self._room.near(hidden, shown=0.0, reach=float(width)))
        judged, before = hidden & ~self._free, -1
        left = np.flatnonzero(judged)
        while len(left) and len(left) != before:
            before = len(left)
            for direction in (1.0, -1.0):
                answer = self._moves.furthest(left, np.full(len(left), direction))
                if answer is not None:
                    least, most = np.minimum(least, answer[0]), np.maximum(most, answer[0])
            left = np.flatnonzero(judged & (most - least < width - _CLOSE))
        return left

    def _demand(self, asked: list[Condition]) -> bool:
        """Write conditions into the programme over patterns; say whether one was new."""
        new = False
        for each in asked:
            name = (each.cell, each.need, each.at.tobytes(), np.round(each.weight, 6).tobytes())
            if self._free[each.cell] or name in self._written:
                continue
            self._written.add(name)
            new = True
            columns = np.append(each.at, each.cell).astype(np.int32)
            self._pattern.addRow(0.0, highspy.kHighsInf, len(columns), columns, np.append(each.weight, -each.need))
        return new


_ANSWERED: Final = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)


def _pattern_solver(cost: Flow, always: Mask) -> highspy.Highs:
    """Hand the choice of what to hide to HiGHS."""
    size = len(cost)
    written = programme(csr_array((0, size)), cost, always.astype(np.float64), np.ones(size))
    written.integrality_ = [highspy.HighsVarType.kInteger] * size
    solver = empty_solver()
    is_whole = bool(np.array_equal(cost, np.rint(cost)))
    settings = (
        ("mip_heuristic_run_feasibility_jump", False),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.999 if is_whole else 1e-6),
        ("mip_max_nodes", _NODES),
        ("mip_max_stall_nodes", _STALL),
    )
    for option, setting in settings:
        solver.setOptionValue(option, setting)
    solver.passModel(written)
    return solver
