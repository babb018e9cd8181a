"""When a child on the home education register counts (docs/definitions.md, "EHE register").

A child counts on a day if the period has begun (start on or before the day), has not ended (no end, or an end after the
day) and the child is of compulsory school age on that day. Where the sources say nothing:

- A child without a readable date of birth counts, with year group Unknown: DfE's table has that item, and leaving the
  child out would lose it silently (a finding names it).
- An end that is written but cannot be read is an end: the child does not count after it, on no day that we know of.
- A period that ends on the day it began, or before, counts on no day.
- A child whose education was found unsuitable counts until the register ends the period; a finding says that the child
  belongs among those missing education.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.ages import compulsory_school_age, last_friday_of_june, prescribed_days
from schemas.contract import raw_name
from transforms.aggregate.tally import Days, days_of, never_ends

CHILD: Final = "child_id"
ROW: Final = "record"
Mask = NDArray[np.bool_]

_DAY: Final = np.timedelta64(1, "D")
_NEVER: Final = np.datetime64("9999-12-31", "D")


@dataclass(frozen=True)
class Year:
    """An academic year: its first and last day, 1 August to 31 July."""

    first: date
    last: date


@dataclass(frozen=True, eq=False)
class Stay:
    """For each row of the register the first and last day on which the child counts within a year; no day if never."""

    first: Days
    last: Days

    @property
    def any_point(self) -> Mask:
        """Mark the rows that count on some day of the year."""
        counts: Mask = self.first <= self.last
        return counts


def without(register: pd.DataFrame, excluded: pd.DataFrame) -> pd.DataFrame:
    """Return the register without the children excluded, by row and by child id."""
    out = register[CHILD].isin(excluded[CHILD].dropna())
    if ROW in excluded.columns:
        out |= register[ROW].isin(excluded[ROW])
    return register.loc[~out]


def counting_on(register: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the row of every child who counts on a day; of several open periods of one child the latest begun."""
    start, end = _bounds(register)
    of_age = compulsory_school_age(register["date_of_birth"], on=day).fillna(value=True).to_numpy(dtype=bool)
    on = np.datetime64(day, "D")
    return _each_child_once(register.loc[(start <= on) & (end > on) & of_age])


def stays_in(register: pd.DataFrame, year: Year) -> Stay:
    """Return the days of a year between which each row of the register counts."""
    start, end = _bounds(register)
    age_first, age_last = _of_age_in(register["date_of_birth"], year)
    # A missing day makes the result no day, and no day is neither before nor after another: such a row never counts.
    return Stay(np.maximum(start, age_first), np.minimum(end - _DAY, age_last))


def children(register: pd.DataFrame, rows: Mask) -> pd.DataFrame:
    """Return one row for every child of the rows marked, the latest begun."""
    return _each_child_once(register.loc[rows])


def _bounds(register: pd.DataFrame) -> tuple[Days, Days]:
    """Return start and end; without an end never, with an unreadable end no day at all."""
    start, end = days_of(register["ehe_start_date"]), days_of(register["ehe_end_date"])
    unending = never_ends(register["ehe_end_date"], register[raw_name("ehe_end_date")])
    return start, np.where(unending, _NEVER, end)


def _each_child_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one row a child: the latest begun, and of those the last in the register; rows without an id all stay."""
    ordered = rows.sort_values(["ehe_start_date", "record"], kind="stable")
    repeated = ordered.duplicated(CHILD, keep="last") & ordered[CHILD].notna()
    return ordered.loc[~repeated]


def _of_age_in(born: pd.Series, year: Year) -> tuple[Days, Days]:
    """Return the first and last day of a year on which each child is of compulsory school age; no day if on none.

    Compulsory school age begins on a prescribed day and ends on the last Friday of June, so these days and the year's
    own bounds decide.
    """
    bounds = {year.first, year.last, last_friday_of_june(year.last.year), *prescribed_days(year.first, year.last)}
    candidates = sorted(day for day in bounds if year.first <= day <= year.last)
    first = np.full(len(born), np.datetime64("NaT"), dtype="datetime64[D]")
    last = first.copy()
    for day in candidates:
        of_age = compulsory_school_age(born, on=day).fillna(value=True).to_numpy(dtype=bool)
        last[of_age] = np.datetime64(day, "D")
        first[of_age & np.isnat(first)] = np.datetime64(day, "D")
    return first, last
