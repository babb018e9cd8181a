"""Ages and year groups as rules ask for them: bands by name, ranges by school or year group (data in CSV beside this).

Nobody's age is worked out: a band or range is turned into days of birth, and those are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas import _data
from schemas.ages import reached, years_before
from schemas.calendar import Calendar
from schemas.collection import Collection
from schemas.contract import BOOLEAN
from schemas.model import PUPILS
from schemas.rules.register import Mask
from schemas.rules.rows import arrow
from schemas.spans import Span
from schemas.tables import Tables

NOWHERE = -1
Places = NDArray[np.int64]


def in_force(path: str, collection: Collection) -> Iterator[dict[str, str]]:
    """Yield the rows of a data file with columns `first` and `last` that hold for a collection."""
    return (row for row in _data.rows(path) if Span.parse(row["first"], row["last"]).holds(collection))


def _years(cell: str) -> int | None:
    return int(cell) if cell else None


# --- bands -------------------------------------------------------------------------------------------------------


@cache
def _band(name: str, collection: Collection) -> tuple[int | None, int | None]:
    bands = {row["band"]: (_years(row["lowest"]), _years(row["highest"])) for row in in_force(_BANDS, collection)}
    return bands[name]


def aged(tables: Tables, band: str) -> Mask:
    """Mark pupils whose age on 31 August lies in a band of `age_bands.csv`; null where the date of birth is missing."""
    lowest, highest = _band(band, tables.collection)
    born, day = tables[PUPILS]["dob"], tables.calendar.age_day
    if highest is None:
        return reached(born, lowest or 0, on=day)
    not_older = ~reached(born, highest + 1, on=day)
    return not_older if lowest is None else not_older & reached(born, lowest, on=day)


def of_age(tables: Tables, band: str, *, on: date) -> Mask:
    """Mark pupils who have reached the lowest age of a band on a day."""
    lowest, _ = _band(band, tables.collection)
    return reached(tables[PUPILS]["dob"], lowest or 0, on=on)


def in_stage(tables: Tables, stage: str) -> Mask:
    """Mark pupils whose year group belongs to a stage of `year_group_stages.csv`."""
    return tables[PUPILS]["ncyearactual"].isin(sorted(year_groups(stage, tables.collection)))


@cache
def year_groups(stage: str, collection: Collection) -> frozenset[str]:
    """Return the year groups of a stage."""
    return frozenset(row["year_group"] for row in in_force(_STAGES, collection) if row["stage"] == stage)


_BANDS, _STAGES = "rules/age_bands.csv", "rules/year_group_stages.csv"


# --- ranges ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AgeRange:
    """Lowest and highest age, both included, on a day; None is open."""

    lowest: int | None
    highest: int | None
    day: date

    @classmethod
    def of(cls, row: dict[str, str], days: Calendar) -> AgeRange:
        """Read one row of a data file; its `day` names a day of the calendar."""
        return cls(_years(row["lowest"]), _years(row["highest"]), getattr(days, row["day"]))

    @property
    def first_birth(self) -> date:
        """Return the first day of birth within the range."""
        return date.min if self.highest is None else years_before(self.day, self.highest + 1) + timedelta(days=1)

    @property
    def last_birth(self) -> date:
        """Return the last day of birth within the range."""
        return date.max if self.lowest is None else years_before(self.day, self.lowest)

    def __str__(self) -> str:
        """Say the range in words."""
        ages = f"up to {self.highest}" if self.lowest is None else f"{self.lowest} to {self.highest}"
        return f"{ages} on {self.day.day} {self.day:%B}"


def outside(born: pd.Series, ranges: Sequence[AgeRange | None], places: Places) -> Mask:
    """Mark births outside the range at each row's place in `ranges`; null where there is no range or no birth."""
    at, births = pa.array(places, mask=places == NOWHERE), arrow(born)
    first = pa.array([one and one.first_birth for one in ranges], pa.date32()).take(at)
    last = pa.array([one and one.last_birth for one in ranges], pa.date32()).take(at)
    beyond = pc.or_kleene(pc.less(births, first), pc.greater(births, last))
    return pd.Series(beyond, index=born.index, dtype=BOOLEAN)


def place_of_school(tables: Tables) -> Places:
    """Return, for each pupil, the place of the school's row in `school`, NOWHERE where there is none."""
    found = pc.index_in(arrow(tables[PUPILS]["laestab"]), value_set=arrow(tables["school"]["laestab"]))
    places: Places = found.fill_null(NOWHERE).to_numpy(zero_copy_only=False).astype(np.int64)
    return places
