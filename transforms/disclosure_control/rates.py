"""Published rates as equations: a rate beside its denominator says between which numbers its numerator lies.

The product itself never publishes a rate of which a part is hidden (`transforms.statistics_files.figures`), so that its
rates tell nothing that the counts do not. Where somebody else publishes one (DfE's rate beside our counts), it becomes
part of the table of cells: 3.7 % of 27 is 1 child.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from transforms.disclosure_control.model import NO_LIMIT, SHARED, CellTable, Counts


@dataclass(frozen=True)
class Rate:
    """A published rate: cell `part` per so many of cell `whole`, rounded half up to some decimals."""

    part: int
    whole: int
    per: int = 100
    decimals: int = 1


def with_rates(cells: CellTable, rates: Sequence[Rate]) -> CellTable:
    """Add what published rates say, whether or not their parts and wholes are hidden.

    A rate of R (in units of its last decimal, of which a whole has `per` x 10^decimals) says that
    (2 R - 1) whole <= 2 per 10^decimals part < (2 R + 1) whole. Each side becomes an equation with a cell of its own,
    never published, for what is left over; its limits say that this is not below 0.
    A rate of nothing is not published, so a whole of 0 adds nothing.
    """
    told = [each for each in rates if cells.value[each.whole] > 0]
    if not told:
        return cells
    part, whole = (np.array([getattr(each, name) for each in told], dtype=np.int64) for name in ("part", "whole"))
    units = np.array([2 * each.per * 10**each.decimals for each in told], dtype=np.int64)
    said = (units * cells.value[part] + cells.value[whole]) // (2 * cells.value[whole])
    below = units * cells.value[part] - (2 * said - 1) * cells.value[whole]
    above = (2 * said + 1) * cells.value[whole] - units * cells.value[part]
    size, number = len(told), len(cells)
    rows = np.tile(np.arange(2 * size), 3)
    at = np.concatenate([part, part, whole, whole, number + np.arange(2 * size)])
    factor = np.concatenate([units, -units, 1 - 2 * said, 2 * said + 1, np.full(2 * size, -1)])
    extra = csr_array((factor, (rows, at)), shape=(2 * size, number + 2 * size))
    return _with_unknown(cells, np.concatenate([below, above]), np.repeat([0, 1], size), extra)


def _with_unknown(cells: CellTable, value: Counts, lower: Counts, rows: csr_array) -> CellTable:
    """Add cells that are never published, and the equations they stand in; they belong to every table."""
    size = len(value)
    none = np.zeros(size, dtype=bool)
    wider = hstack([cells.equations, csr_array((cells.equations.shape[0], size), dtype=np.int64)])
    return replace(
        cells,
        value=np.append(cells.value, value),
        lower=np.append(cells.lower, lower),
        upper=np.append(cells.upper, np.full(size, NO_LIMIT)),
        cost=np.append(cells.cost, np.zeros(size)),
        publishable=np.append(cells.publishable, none),
        frozen=np.append(cells.frozen, none),
        reluctant=np.append(cells.reluctant, none),
        table=np.append(cells.table, np.full(size, SHARED)),
        equations=csr_array(vstack([wider, rows])),
    )
