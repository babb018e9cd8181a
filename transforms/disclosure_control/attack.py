"""One connected block of unknown counts, attacked by programmes in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transforms.disclosure_control.knots import Knots, knots_of
from transforms.disclosure_control.model import Counts, Mask

_TOLERANCE: Final = 1e-6
_PRIMAL: Final = 4  # HiGHS's number for the primal simplex: 9 ms a programme where the dual took 440 (warm started)
_FAR: Final = 1_000_000  # further than any count of pupils can be from the truth
_ROOM: Final = 4  # times the wanted width: room for what must move along, so that whole numbers are found quickly
_NODES: Final = 500  # of a search in whole numbers; a limit that gives the same answer on every machine
_NEAR_BEST: Final = 0.3  # a push of many counts need not be the very furthest
_PUSHES: Final = 100
_TOGETHER: Final = {0: 1, 1: -1}  # the first pushes are all up and all down, the others mixed
_IDLE: Final = 2  # pushes that prove no more than a group would, before the counts are taken in groups
_GROUP: Final = 6  # knots

Place = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Block:
    """What outsiders know of some counts: limits and sums (`equations` @ counts = `sums`), and the true counts."""

    equations: csr_array
    sums: Counts
    lower: Counts
    upper: Counts
    truth: Counts


class Attack:
    """The search for two tables that differ in a count by the minimum width, for every hidden count of a block."""

    def __init__(self, block: Block, *, wanted: int) -> None:
        """Begin with the truth as the only table known to fit."""
        self.block = block
        self.wanted = wanted
        self.solved = 0
        self.least, self.most = block.truth.copy(), block.truth.copy()
        self._knots: Knots = knots_of(block.equations)
        lower = np.maximum(block.lower, block.truth - _FAR) - block.truth
        upper = np.minimum(block.upper, block.truth + _FAR) - block.truth
        self._down, self._up = self._knots.limits(lower, upper)

    def run(self, hidden: Mask) -> tuple[Mask, Counts]:
        """Return which hidden counts are proved wide, and for the others how many values seem possible."""
        widths = np.zeros_like(self.block.truth)
        if self._knots.members.shape[1]:
            wanted = self._wanted(hidden)
            self._all_at_once(wanted)
            self._in_groups(wanted)
            left = self._open(wanted)
            if len(left):
                widths = self._knots.of_counts(self._one_by_one(left), 0).astype(np.int64)
        return self.most - self.least >= self.wanted, np.maximum(widths, self.most - self.least)

    def _wanted(self, hidden: Mask) -> Mask:
        """Mark the knots that hold a hidden count."""
        return np.asarray(abs(self._knots.members).T @ hidden.astype(np.int64)) > 0

    def _open(self, wanted: Mask) -> NDArray[np.intp]:
        """Return the wanted knots not yet proved wide."""
        return np.flatnonzero(wanted & (self._seen_up() + self._seen_down() < self.wanted))

    def _seen_up(self) -> Counts:
        return self._ends()[1]

    def _seen_down(self) -> Counts:
        return -self._ends()[0]

    def _ends(self) -> tuple[Counts, Counts]:
        """Return how far down and up each knot has been seen; its members have been seen just as far."""
        return self._knots.limits(self.least - self.block.truth, self.most - self.block.truth)

    def _all_at_once(self, wanted: Mask) -> None:
        """Push all knots not yet proved at once, each up or down, for as long as that proves more of them."""
        signs, idle = np.random.default_rng(0), 0
        room = _ROOM * self.wanted
        down, up = np.maximum(self._down, -room), np.minimum(self._up, room)
        pushing = _Programme(self._knots.equations, down, up, whole=False)
        for turn in range(_PUSHES):
            left = self._open(wanted)
            if not len(left) or idle == _IDLE:
                break
            mixed = signs.choice([-1, 1], len(left))
            signed = self._ways(left, np.full(len(left), _TOGETHER[turn]) if turn in _TOGETHER else mixed)
            pushing.bound(np.maximum(down, -self.wanted), np.minimum(up, self.wanted), left)
            if not self._see(pushing.furthest(left, signed)) and not pushing.whole:
                self.solved += pushing.solved
                pushing = _Programme(self._knots.equations, down, up, whole=True)
            pushing.bound(down, up, left)
            idle = 0 if len(left) - len(self._open(wanted)) >= _GROUP else idle + 1
        self.solved += pushing.solved

    def _in_groups(self, wanted: Mask) -> None:
        """Push the knots left a few at a time: so few hardly stand in each other's way."""
        room = _ROOM * self.wanted
        down, up = np.maximum(self._down, -room), np.minimum(self._up, room)
        pushing = _Programme(self._knots.equations, down, up, whole=True)
        for sign in (1, -1, 1, -1):
            left = self._open(wanted)
            for start in range(0, len(left), _GROUP):
                some = np.intersect1d(left[start : start + _GROUP], self._open(wanted))
                if len(some):
                    pushing.bound(np.maximum(down, -self.wanted), np.minimum(up, self.wanted), some)
                    self._see(pushing.furthest(some, self._ways(some, np.full(len(some), sign))))
                    pushing.bound(down, up, some)
        self.solved += pushing.solved

    def _ways(self, left: NDArray[np.intp], signs: Counts) -> Counts:
        """Turn the signs of knots that can become wide in one direction only."""
        least, most = self._ends()
        up, down = self._up[left] - least[left] >= self.wanted, most[left] - self._down[left] >= self.wanted
        return np.where(~up, -1, np.where(~down, 1, signs)).astype(np.int64)

    def _one_by_one(self, left: NDArray[np.intp]) -> Counts:
        """Ask for the true limits of each knot; where they are wide, search in whole numbers, near the truth first."""
        widths = np.zeros(len(self._up), dtype=np.int64)
        room = _ROOM * self.wanted
        near = np.maximum(self._down, -room), np.minimum(self._up, room)
        anywhere = _Programme(self._knots.equations, self._down, self._up, whole=False)
        for knot in left:
            if self._is_open(knot):
                widths[knot] = self._limits(anywhere, np.array([knot]))
        for down, up in (near, (self._down, self._up)):
            whole = _Programme(self._knots.equations, down, up, whole=True, near_best=0.0)
            for knot in left:
                for direction in (1, -1):
                    if widths[knot] >= self.wanted and self._is_open(knot):
                        one = np.array([knot])
                        whole.bound(np.maximum(down, -self.wanted), np.minimum(up, self.wanted), one)
                        self._see(whole.furthest(one, np.array([direction])))
                        whole.bound(down, up, one)
            self.solved += whole.solved
        self.solved += anywhere.solved
        return widths

    def _is_open(self, knot: np.intp) -> bool:
        """Say whether a knot is not yet proved wide."""
        least, most = self._ends()
        return bool(most[knot] - least[knot] < self.wanted)

    def _limits(self, anywhere: _Programme, one: NDArray[np.intp]) -> int:
        """Return how many whole numbers lie between the limits of a knot; no answer counts as unproved."""
        ends = [anywhere.furthest(one, np.array([direction])) for direction in (1, -1)]
        if any(end is None for end in ends):
            return self.wanted
        top, bottom = (float(end[one[0]]) for end in ends if end is not None)
        for end in ends:
            self._see(end)
        return int(np.floor(top + _TOLERANCE) - np.ceil(bottom - _TOLERANCE))

    def _see(self, place: Place | None) -> bool:
        """Keep a table as witness for every count, if it fits in whole numbers all that is known."""
        if place is None:
            return False
        counts = self.block.truth + self._knots.members @ np.rint(place).astype(np.int64)
        inside = ((counts >= self.block.lower) & (counts <= self.block.upper)).all()
        if not inside or not np.array_equal(self.block.equations @ counts, self.block.sums):
            return False
        np.minimum(self.least, counts, out=self.least)
        np.maximum(self.most, counts, out=self.most)
        return True


class _Programme:
    """A programme over the knots of a block; without whole numbers it starts from where it stood last."""

    def __init__(
        self, equations: csr_array, down: Counts, up: Counts, *, whole: bool, near_best: float = _NEAR_BEST
    ) -> None:
        """Hand the knots to HiGHS."""
        self.solved = 0
        self.whole = whole
        self._solver = _solver(equations, down, up, whole=whole)
        self._solver.setOptionValue("mip_rel_gap", near_best)
        self._solver.setOptionValue("mip_max_nodes", 1 if near_best else _NODES)

    def bound(self, down: Counts, up: Counts, at: NDArray[np.intp]) -> None:
        """Set the limits of some knots."""
        columns = at.astype(np.int32)
        self._solver.changeColsBounds(len(at), columns, down[at].astype(np.float64), up[at].astype(np.float64))

    def furthest(self, knots: NDArray[np.intp], signs: Counts) -> Place | None:
        """Return a place in which the sum of some knots, each with its sign, is large."""
        columns = knots.astype(np.int32)
        if self.whole:
            self._solver.clearSolver()
        self._solver.changeColsCost(len(columns), columns, -signs.astype(np.float64))
        self._solver.run()
        self.solved += 1
        answered = self._solver.getModelStatus() in _ANSWERED
        place = np.array(self._solver.getSolution().col_value) if answered else None
        self._solver.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        return place


_ANSWERED: Final = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)


def _solver(equations: csr_array, down: Counts, up: Counts, *, whole: bool) -> highspy.Highs:
    """Hand knots to HiGHS, with limits that do not depend on the clock."""
    programme = highspy.HighsLp()
    programme.num_row_, programme.num_col_ = equations.shape
    programme.col_cost_ = np.zeros(len(up))
    programme.col_lower_, programme.col_upper_ = down.astype(np.float64), up.astype(np.float64)
    programme.row_lower_ = programme.row_upper_ = np.zeros(equations.shape[0])
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = equations.indptr
    programme.a_matrix_.index_ = equations.indices
    programme.a_matrix_.value_ = equations.data.astype(np.float64)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library's own constructor is not annotated
    solver.silent()
    settings: dict[str, str | int] = {"threads": 1, "random_seed": 0}
    if whole:
        programme.integrality_ = [highspy.HighsVarType.kInteger] * len(up)
        settings |= {"mip_heuristic_run_feasibility_jump": False}  # finds little here that others do not
    else:
        settings |= {"presolve": "off", "solver": "simplex", "simplex_strategy": _PRIMAL}
    for option, setting in settings.items():
        solver.setOptionValue(option, setting)
    solver.passModel(programme)
    return solver
