"""The scene: which collection, authority and seed the data is made for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from schemas import _data
from schemas.calendar import Calendar
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.errors import UsageError
from schemas.model import Model, model_for
from transforms.synthetic.draw import Days, Floats, Ints, Texts, pick, picked, steady, stream

NEVER = np.datetime64("2199-12-31", "D")
_PERMITTED = (("09-10", "12-10", 0), ("01-08", "03-18", 1), ("04-28", "05-08", 1))
_NOT_CENSUS_DAYS = "Mon Tue Wed Fri"  # a census is always on a Thursday (docs/sources.md S1-S3): nobody moves on it
_FIRST_YEAR, _LAST_YEAR = 2005, 2045


@dataclass(frozen=True)
class Scene:
    """Collection with its days, LA number and seed."""

    collection: Collection
    calendar: Calendar
    la: str
    seed: int

    @property
    def model(self) -> Model:
        """Return the model of the collection."""
        return model_for(self.collection)

    def rng(self, *labels: str | int) -> np.random.Generator:
        """Return the stream of a purpose in this collection."""
        return stream(self.seed, self.la, str(self.collection), *labels)

    def lasting(self, *labels: str | int) -> np.random.Generator:
        """Return the stream of a purpose that is the same in every collection (who a child is)."""
        return stream(self.seed, self.la, *labels)

    def steady(self, children: pd.DataFrame, *labels: str | int) -> Floats:
        """Return a draw for each child that is the same in every collection and in whatever table it is asked."""
        return steady(children["child"].to_numpy(), self.seed, self.la, *labels)

    def kept(self, children: pd.DataFrame, field: str, who: str, code_set_name: str) -> Texts:
        """Draw codes that a child keeps from term to term, only codes in force."""
        return picked(self.steady(children, field, who), field, who, within=self.codes(code_set_name))

    def codes(self, name: str, *, lag: int = 0) -> frozenset[str]:
        """Return the codes of a set in force, or in force in the collection before."""
        return code_set(name).in_force(self.collection.previous() if lag else self.collection)

    def pick(self, field: str, who: str, count: int, code_set_name: str) -> Texts:
        """Draw codes of a field for a group, only codes in force."""
        return pick(self.rng(field, who), field, who, count, within=self.codes(code_set_name))

    @property
    def census_day(self) -> np.datetime64:
        """Return the census day."""
        return np.datetime64(self.calendar.census_day, "D")

    @property
    def term_first(self) -> np.datetime64:
        """Return the first day of the term whose attendance the return carries."""
        return np.datetime64(self.calendar.attendance_first, "D")

    @property
    def term_last(self) -> np.datetime64:
        """Return the last day of the term whose attendance the return carries (both parts of a summer)."""
        return np.datetime64(self.calendar.half_term_last or self.calendar.attendance_last, "D")


def check_la(la: str) -> str:
    """Return the LA number if it is one of England's.

    Raises:
        UsageError: when it is none.
    """
    if la not in {row["la"] for row in _data.rows("la_codes.csv")}:
        raise UsageError(f"LA {la} is not a local authority of schemas/la_codes.csv; give three digits, such as 823.")
    return la


def day_of(year: Ints, month: int, day: int) -> Days:
    """Return a day of the year, for many years."""
    months = ((year - 1970) * 12 + (month - 1)).astype("datetime64[M]")
    return months.astype("datetime64[D]") + np.timedelta64(day - 1, "D")


def opening_day(year: Ints) -> Days:
    """Return the first school day of academic years (named by the year in which they begin)."""
    return np.asarray(np.busday_offset(day_of(year, 9, 3), 0, roll="forward"))


def closing_day(year: Ints) -> Days:
    """Return the last school day of academic years."""
    return np.asarray(np.busday_offset(day_of(year + 1, 7, 21), 0, roll="backward"))


@cache
def permitted_days() -> Days:
    """Return the school days on which children move, join or leave in the course of a year, in order."""
    days = [
        np.arange(f"{year + later}-{first}", f"{year + later}-{last}", dtype="datetime64[D]")
        for year in range(_FIRST_YEAR, _LAST_YEAR)
        for first, last, later in _PERMITTED
    ]
    return np.concatenate([day[np.is_busday(day, weekmask=_NOT_CENSUS_DAYS)] for day in days])


def between(draw: Floats, first: Days, last: Days) -> Days:
    """Turn draws of 0 to 1 into permitted days, each between its own two days."""
    days = permitted_days()
    low = np.searchsorted(days, first)
    high = np.maximum(np.searchsorted(days, last), low + 1)
    return np.asarray(days[low + (draw * (high - low)).astype(np.int64)])


def next_permitted(day: Days) -> Days:
    """Return the permitted day on or after each day."""
    days = permitted_days()
    return np.asarray(days[np.searchsorted(days, day)])
