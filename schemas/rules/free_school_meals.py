"""Free school meal rules (docs/sources.md S14)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.rules.children import code_numbers
from schemas.rules.register import Mask, Masks, rule
from schemas.rules.rows import arrow, missing, pupil_keys
from schemas.tables import Tables

FIRST = "2024-autumn"
PERIODS = "fsmperiods"
_DAY_BITS = 32  # room for a day below the pupil and country


@rule(
    "1762",
    severity="error",
    table=PERIODS,
    field="fsmstartdate",
    first=FIRST,
    message="Free school meal period starts after census day",
)
def fsm_starts_after_census_day(tables: Tables) -> Mask:
    """Mark periods of eligibility that start after census day."""
    return tables[PERIODS]["fsmstartdate"] > tables.calendar.census_day


@rule(
    "1763",
    severity="error",
    table=PERIODS,
    field=("fsmstartdate", "fsmenddate"),
    first=FIRST,
    message="Free school meal period lies wholly outside the collection period",
)
def fsm_outside_window(tables: Tables) -> Masks:
    """Mark periods of eligibility no day of which falls in the window, at the date that keeps them out of it.

    The window runs from the day after the previous census day to census day; a period that overlaps it is enough. A
    period that starts after census day breaks 1762 too, since neither text excepts the other (inferred).
    """
    periods, days = tables[PERIODS], tables.calendar
    return {
        "fsmstartdate": periods["fsmstartdate"] > days.fsm_last,
        "fsmenddate": periods["fsmenddate"] < days.fsm_first,
    }


@rule(
    "FSM-START-MISSING",
    severity="error",
    table=PERIODS,
    field="fsmstartdate",
    first=FIRST,
    message="Free school meal period has no start date",
)
def fsm_start_missing(tables: Tables) -> Mask:
    """Mark periods of eligibility without a start date."""
    return missing(tables[PERIODS], "fsmstartdate")


@rule(
    "FSM-END-BEFORE-START",
    severity="error",
    table=PERIODS,
    field="fsmenddate",
    first=FIRST,
    message="Free school meal period ends before it starts",
)
def fsm_end_before_start(tables: Tables) -> Mask:
    """Mark periods of eligibility whose end date is before their start date; one day is a period."""
    periods = tables[PERIODS]
    return periods["fsmenddate"] < periods["fsmstartdate"]


@rule(
    "FSM-COUNTRY-MISSING",
    severity="error",
    table=PERIODS,
    field="ukcountry",
    first=FIRST,
    message="Free school meal period has no country",
)
def fsm_country_missing(tables: Tables) -> Mask:
    """Mark periods of eligibility that do not say in which country of the UK they hold."""
    return missing(tables[PERIODS], "ukcountry")


@rule(
    "FSM-OVERLAP",
    severity="query",
    table=PERIODS,
    field="fsmstartdate",
    first=FIRST,
    message="Free school meal period overlaps another of the pupil in the same country",
)
def fsm_overlap(tables: Tables) -> Mask:
    """Mark every period that shares a day with another period of the same pupil and country.

    A period without an end goes on. Not judged: a period without a readable start or a known country, with an end that
    could not be read, or that ends before it starts.
    """
    periods = tables[PERIODS]
    country = code_numbers(periods["ukcountry"], tables.codes("uk_country"))
    start, end = periods["fsmstartdate"], periods["fsmenddate"]
    judged = start.notna() & (missing(periods, "fsmenddate") | (end >= start)) & (country >= 0)
    places = np.flatnonzero(judged.to_numpy(dtype=bool, na_value=False))
    (pupils,) = pupil_keys(periods.iloc[places])
    _, group = np.unique(np.stack([pupils, country[places]]), axis=1, return_inverse=True)
    marked = np.zeros(len(periods), dtype=bool)
    marked[places] = _overlapping(group.astype(np.int64), _day(start.iloc[places], 0), _day(end.iloc[places], None))
    return pd.Series(marked, index=periods.index)


def _day(dates: pd.Series, missing_day: int | None) -> NDArray[np.int64]:
    """Return dates as numbers of days; a missing one as given, or as later than all."""
    later = (1 << (_DAY_BITS - 1)) - 1
    days = arrow(dates).cast("int32").cast("int64").fill_null(later if missing_day is None else missing_day)
    numbers: NDArray[np.int64] = days.to_numpy(zero_copy_only=False)
    return numbers


def _overlapping(group: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark periods that share a day with another of their group: an earlier one's end, or the next one's start."""
    order = np.lexsort((start, group))
    base = group[order] << _DAY_BITS
    begins, ends = base + start[order], base + end[order]
    overlaps = np.zeros(len(order), dtype=bool)
    latest = np.maximum.accumulate(ends)[:-1]  # of the group: a later group's days are all above an earlier one's
    overlaps[1:] = latest >= begins[1:]
    overlaps[:-1] |= ends[:-1] >= begins[1:]
    marked = np.zeros(len(order), dtype=bool)
    marked[order] = overlaps
    return marked
