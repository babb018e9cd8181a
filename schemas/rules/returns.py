"""Rules on a whole return: how many of a school's pupils are marked, and what share that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.model import HEADER, PUPILS
from schemas.rules.register import Mask
from schemas.rules.rows import arrow
from schemas.tables import Tables

Counts = NDArray[np.int64]


def counts(tables: Tables, marked: Mask, *, owners: str = HEADER, of: str = PUPILS) -> Counts:
    """Return how many rows of a table are marked at each return (or each row of `owners`), null as not marked."""
    schools, rows = tables[owners], tables[of].loc[marked.to_numpy(dtype=bool, na_value=False)]
    places = pc.index_in(arrow(rows["laestab"]), value_set=arrow(schools["laestab"])).drop_null()
    return np.bincount(places.to_numpy(zero_copy_only=False), minlength=len(schools)).astype(np.int64)


def over_returns(tables: Tables, broken: NDArray[np.bool_], *, owners: str = HEADER) -> Mask:
    """Return one truth a return as a mask over the table of returns."""
    return pd.Series(broken, index=tables[owners].index)


@dataclass(frozen=True)
class Share:
    """How many of which number at each return."""

    part: Counts
    whole: Counts

    def above(self, percent: int) -> NDArray[np.bool_]:
        """Say of each return whether the share is above so many per cent; a share of none is not."""
        above: NDArray[np.bool_] = self.part * 100 > self.whole * percent
        return above

    def said(self, place: int) -> str:
        """Return the share of one return in words: `52 of 98`, with the percentage asked for beside it."""
        return f"{self.part[place]:,} of {self.whole[place]:,}"

    def percent(self, place: int) -> str:
        """Return the percentage of one return, to one place."""
        return f"{100 * self.part[place] / self.whole[place]:.1f} %"
