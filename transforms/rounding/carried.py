"""Percentages, rates and amounts beside rounded or changed counts: they must not teach what the counts do not.

Ratios are reckoned from published counts alone. Where the part is low (rounds to 0 but is not 0), so is the ratio, if
it rounds to 0 (or, as the share of a whole, is below what the profile calls low) whichever count stands behind both;
else it is not available. Where the whole is low, or either is not available, the ratio is not available.

Amounts (sessions, suspensions) are no counts of people, and are not audited. Under a profile that claims that no count
follows from the others they are not available. Under one that claims nothing they are rounded like counts, and shown
where the published count of those behind them is at least the base.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.disclosure import Policy, Rounded, SmallCounts
from schemas.statistics import NOT_APPLICABLE
from transforms.rounding.conventional import to_nearest

Carried = Rounded | SmallCounts


def carried_of(policy: Policy) -> Carried | None:
    """Return a policy under which ratios and amounts are made of published counts; None under any other."""
    return policy if isinstance(policy, (Rounded, SmallCounts)) else None


@dataclass(frozen=True)
class Ratio:
    """How a ratio is written: a part per so many of its base, with decimals; a share of the whole or another rate."""

    per: int
    dp: int
    is_share: bool = False


def ratio_shown(
    number: pd.Series, symbol: pd.Series, *, of: tuple[pd.Series, pd.Series, pd.Series], ratio: Ratio, policy: Carried
) -> tuple[pd.Series, pd.Series]:
    """Return number and symbol of ratios reckoned from published counts as the profile shows them.

    `of` are the symbol of the part, and number and symbol of its whole.
    """
    if not isinstance(policy, Rounded):
        return number, symbol
    part_symbol, whole, whole_symbol = of
    low, absent = policy.symbols.rounds_to_zero, policy.symbols.not_available
    carried = {low, absent}
    low_below = policy.percent_low_below if ratio.is_share else 0
    part_is_low = part_symbol.eq(low).fillna(value=False)
    least = (whole.fillna(0).astype("int64") - policy.base // 2).clip(lower=1)
    most = (ratio.per * policy.most_low / least).to_numpy(dtype=np.float64)
    unknown = (part_symbol.isin(carried) | whole_symbol.isin(carried)) & symbol.ne(NOT_APPLICABLE).fillna(value=True)
    is_low = unknown & part_is_low & whole.notna() & (_half_up(most, ratio.dp) < max(low_below, 10.0**-ratio.dp))
    symbol = symbol.mask(unknown, absent).mask(is_low, low)
    too_low = number.notna() & number.gt(0).fillna(value=False) & number.lt(low_below).fillna(value=False)
    return number.mask(too_low | symbol.notna()), symbol.mask(too_low, low)


def _half_up(values: np.ndarray, dp: int) -> np.ndarray:
    rounded: np.ndarray = np.floor(values * 10.0**dp + 0.5) / 10.0**dp
    return rounded


def amount_shown(
    amount: pd.Series, people: tuple[pd.Series, pd.Series], *, policy: Carried
) -> tuple[pd.Series, pd.Series]:
    """Return number and symbol of amounts, where `people` are number and symbol of the counts of those behind them."""
    number, symbol = people
    told = amount.notna() | number.notna() | symbol.notna()
    shown = pd.Series(pd.NA, index=amount.index, dtype="Int64")
    if isinstance(policy, Rounded) and not policy.claims:
        rounded = to_nearest(amount.fillna(0).to_numpy(dtype=np.int64), policy.base)
        enough = (number.ge(policy.base) | number.eq(0)).fillna(value=False) & amount.notna()
        shown = pd.Series(rounded, index=amount.index, dtype="Int64").where(enough)
    absent = pd.Series(policy.symbols.not_available, index=amount.index, dtype=object)
    return shown, absent.where(told & shown.isna())
