"""The audit: what somebody from outside can work out from all that is shown.

It shares nothing with the suppressor but the table model. For every hidden cell it looks for two tables in whole
numbers that fit all that is shown and differ there by the policy's minimum. It believes only tables that it has checked
in integers itself; what it cannot prove counts as unsafe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from schemas.disclosure import Suppress
from transforms.disclosure_control.attack import Attack, Block
from transforms.disclosure_control.model import CellTable, Mask


@dataclass(frozen=True)
class AuditReport:
    """Counts of one audit, never a value.

    `exact`: hidden cells of which only one value is possible; `narrow`: those whose possible values span less than the
    minimum; `unproved`: those not proved wide within the limits of the search; `small_shown`: counts below the
    threshold that are published. `unsafe` marks the hidden cells that failed, for those who may hide more.
    """

    cells: int
    hidden: int
    exact: int
    narrow: int
    unproved: int
    small_shown: int
    programmes: int
    unsafe: Mask = field(repr=False, compare=False)

    @property
    def clean(self) -> bool:
        """Say whether the table may be published."""
        return not (self.exact or self.narrow or self.unproved or self.small_shown)


def audit(cells: CellTable, hidden: Mask, *, policy: Suppress) -> AuditReport:
    """Attack every hidden cell of a table and report how many gave way."""
    small_shown = cells.publishable & ~hidden & (cells.value < policy.threshold)
    small_shown &= (cells.value > 0) | (not policy.zeros_shown)
    report = attacked(cells, cells.unknown(hidden), judged=hidden, minimum_width=policy.minimum_width)
    return replace(report, small_shown=int(small_shown.sum()))


def attacked(cells: CellTable, unknown: Mask, *, judged: Mask, minimum_width: int) -> AuditReport:
    """Attack every judged cell of a table of which some cells are `unknown`; `hidden` counts those judged."""
    proved, widths = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=np.int64)
    programmes = 0
    for at, block in _blocks(cells, unknown):
        if judged[at].any():
            attack = Attack(block, wanted=minimum_width)
            proved[at], widths[at] = attack.run(judged[at])
            programmes += attack.solved
    unsafe = judged & ~proved
    return AuditReport(
        cells=int(cells.publishable.sum()),
        hidden=int(judged.sum()),
        exact=int((unsafe & (widths == 0)).sum()),
        narrow=int((unsafe & (widths > 0) & (widths < minimum_width)).sum()),
        unproved=int((unsafe & (widths >= minimum_width)).sum()),
        small_shown=0,
        programmes=programmes,
        unsafe=unsafe,
    )


def _blocks(cells: CellTable, unknown: Mask) -> Iterator[tuple[NDArray[np.intp], Block]]:
    """Split the unknown cells into blocks that no equation joins; the known cells become the sums."""
    sums = -(cells.equations @ np.where(unknown, 0, cells.value))
    at = np.flatnonzero(unknown)
    equations = cells.equations[:, at]
    count, label = connected_components(abs(equations).T @ abs(equations), directed=False)
    for number in range(count):
        members = label == number
        part = equations[:, members].tocsr()
        rows = np.flatnonzero(np.diff(part.indptr))
        here = at[members]
        yield here, Block(part[rows], sums[rows], cells.lower[here], cells.upper[here], cells.value[here])
