"""What somebody can still work out from rounded or changed counts who knows the profile and everything published.

For every count that was small it looks for two tables in whole numbers that fit what is published and differ there by
the profile's minimum width. It shares the search with the audit of hidden counts, and nothing with what changed the
counts; what it cannot prove is unproved.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from transforms.disclosure_control.attack import Attack, Block
from transforms.disclosure_control.audit import AuditReport
from transforms.disclosure_control.model import CellTable, Mask
from transforms.rounding.conventional import Known


def audit_rounded(
    cells: CellTable, known: Known, *, judged: Mask, minimum_width: int, small_shown: int = 0
) -> AuditReport:
    """Attack every judged count of a release and report how many gave way; `hidden` counts those attacked."""
    proved, widths = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=np.int64)
    programmes = 0
    for at, block in _blocks(cells, known):
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
        small_shown=small_shown,
        programmes=programmes,
        unsafe=unsafe,
    )


def _blocks(cells: CellTable, known: Known) -> Iterator[tuple[NDArray[np.intp], Block]]:
    """Split the counts that are not known exactly into blocks that no equation joins; the others become the sums."""
    unknown = known.lower < known.upper
    sums = -(cells.equations @ np.where(unknown, 0, cells.value))
    at = np.flatnonzero(unknown)
    equations = cells.equations[:, at]
    count, label = connected_components(abs(equations).T @ abs(equations), directed=False)
    for number in range(count):
        members = label == number
        part = equations[:, members].tocsr()
        rows = np.flatnonzero(np.diff(part.indptr))
        here = at[members]
        yield here, Block(part[rows], sums[rows], known.lower[here], known.upper[here], cells.value[here])
