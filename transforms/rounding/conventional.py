"""Each count rounded on its own to the nearest base, half up; what rounds to 0 without being 0 is not 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schemas.disclosure import Rounded
from transforms.disclosure_control.model import NO_LIMIT, CellTable, Counts, Mask


@dataclass(frozen=True, eq=False)
class Known:
    """The limits that somebody from outside knows of every count of a release."""

    lower: Counts
    upper: Counts


def to_nearest(values: Counts, base: int) -> Counts:
    """Round whole numbers to the nearest base, half up."""
    rounded: Counts = (2 * values + base) // (2 * base) * base
    return rounded


def is_low(values: Counts, base: int) -> Mask:
    """Mark the counts that round to 0 but are not 0."""
    marked: Mask = (values > 0) & (to_nearest(values, base) == 0)
    return marked


def known_of_rounded(cells: CellTable, not_available: Mask, policy: Rounded) -> Known:
    """Return what outsiders know of every cell who know the profile; of a count not available, that it is not 0."""
    value, base = cells.value, policy.base
    rounded, low = to_nearest(value, base), is_low(value, base)
    lower = np.where(low, 1, np.maximum(rounded - base // 2, 0))
    upper = np.where(low, policy.most_low, rounded + (base - 1) // 2)
    lower, upper = np.where(value == 0, 0, lower), np.where(value == 0, 0, upper)
    lower, upper = np.where(not_available, 1, lower), np.where(not_available, NO_LIMIT, upper)
    own = cells.publishable
    return Known(np.where(own, lower, cells.lower), np.where(own, upper, cells.upper))
