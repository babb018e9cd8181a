"""Ages on a day, on whole columns. Each rule and statistic states its day (docs/sources.md)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from schemas import _data

Days = NDArray[np.datetime64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@cache
def _rule() -> dict[str, Any]:
    rule: dict[str, Any] = _data.toml("identifiers.toml")["compulsory_school_age"]
    return rule


def _days(dates: pd.Series) -> tuple[Days, Flags]:
    values = pa.array(dates.array, from_pandas=True)
    flat = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    numbers = flat.cast(pa.date32()).cast(pa.int32())
    known: Flags = numbers.is_valid().to_numpy(zero_copy_only=False)
    return numbers.fill_null(0).to_numpy(zero_copy_only=False).astype("datetime64[D]"), known


def _year_and_day(days: Days) -> tuple[Numbers, Numbers]:
    """Return the calendar year, and month and day as one comparable number (31 August is 831)."""
    years = days.astype("datetime64[Y]")
    months = days.astype("datetime64[M]")
    month = (months - years.astype("datetime64[M]")).astype(np.int64) + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    return years.astype(np.int64) + 1970, month * 100 + day


def whole_years(born: pd.Series, *, on: date | pd.Series) -> pd.Series:
    """Return the age in whole years on a day (one for all, or a day a row); null where a day is missing.

    Somebody born on 29 February has the birthday on 1 March of other years.
    """
    birth, known = _days(born)
    if isinstance(on, pd.Series):
        then, then_known = _days(on)
        known = known & then_known
    else:
        then = np.full(len(birth), np.datetime64(on, "D"))
    birth_year, birthday = _year_and_day(birth)
    year, day = _year_and_day(then)
    age = year - birth_year - (day < birthday)
    return pd.Series(pa.array(age, pa.int64(), mask=~known), index=born.index, dtype=pd.ArrowDtype(pa.int64()))


def years_before(day: date, years: int) -> date:
    """Return the same day some years before; 28 February where that year has no 29th."""
    year = day.year - years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def reached(born: pd.Series, age: int, *, on: date) -> pd.Series:
    """Say whether somebody has reached an age on a day; null where the date of birth is missing.

    The same as comparing `whole_years`, without working out everybody's age.
    """
    return born <= years_before(on, age)


def prescribed_days(first: date, last: date) -> tuple[date, ...]:
    """Return the days of a period, both ends included, on which children can come to compulsory school age."""
    days = (
        date(year, *map(int, day.split("-")))
        for year in range(first.year, last.year + 1)
        for day in _rule()["prescribed_days"]
    )
    return tuple(sorted(day for day in days if first <= day <= last))


def last_friday_of_june(year: int) -> date:
    """Return the school leaving date of the school year that ends in a calendar year."""
    last = date(year, 6, 30)
    return last - timedelta(days=(last.weekday() - calendar.FRIDAY) % 7)


def compulsory_school_age(born: pd.Series, *, on: date) -> pd.Series:
    """Say whether a child is of compulsory school age on a day; null where the date of birth is missing.

    From the first prescribed day (31 March, 31 August, 31 December) on or after the fifth birthday, to the last Friday
    of June of the school year in which the child becomes 16, both included.
    """
    birth, known = _days(born)
    year, birthday = _year_and_day(birth)
    today, today_of_year = on.year, on.month * 100 + on.day
    prescribed = np.sort([int(day.replace("-", "")) for day in _rule()["prescribed_days"]])
    # Every birthday is on or before 31 December, so the search always finds a prescribed day of the same year.
    begins = prescribed[np.searchsorted(prescribed, birthday)]
    begins_year = year + _rule()["begins_at"]
    begun = (begins_year < today) | ((begins_year == today) & (begins <= today_of_year))
    last_year = year + _rule()["ends_at"] + (birthday >= _rule()["school_year_first_month"] * 100)
    leaving = last_friday_of_june(today)
    open_still = (last_year > today) | ((last_year == today) & (on <= leaving))
    return pd.Series(
        pa.array(begun & open_still, pa.bool_(), mask=~known), index=born.index, dtype=pd.ArrowDtype(pa.bool_())
    )


#: Oldest age on any day of a pupil in a school of any kind (docs/sources.md S2: special schools, 2 to 25).
OLDEST_PUPIL = 25


def plausible_birth(born: pd.Series, *, on: date) -> pd.Series:
    """Say whether a date of birth can be a pupil's on a day: not after it, and not more than 25 whole years before."""
    return (born <= on) & (whole_years(born, on=on) <= OLDEST_PUPIL)
