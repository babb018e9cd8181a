"""Hold the counts of the home education return against each other before they leave (schemas/ehe_return_checks.csv)."""

from __future__ import annotations

import operator
from collections.abc import Callable

import pandas as pd

from schemas import _data
from schemas.errors import ContractBroken

_RELATIONS: dict[str, Callable[[int, int], bool]] = {"equals": operator.eq, "at most": operator.le}


def hold_consistent(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items as they came if their sums agree; a part that the collection does not hold is not judged.

    Args:
        items: one row per part, item and category, with its value.

    Raises:
        ContractBroken: naming the items that disagree, never a count.
    """
    sums = items.groupby(["part", "item"])["value"].sum()
    for check in _data.rows("ehe_return_checks.csv"):
        keys = [(check["part"], name) for name in (*check["left"].split(" + "), check["right"])]
        if any(key not in sums.index for key in keys):
            continue
        *left, right = (int(sums[key]) for key in keys)
        if not _RELATIONS[check["relation"]](sum(left), right):
            raise ContractBroken(
                f"In the home education return {check['left']!r} does not agree with {check['right']!r} "
                f"({check['relation']}); nothing was written: this is a fault of the counting, report it."
            )
    return items
