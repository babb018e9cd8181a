"""Count the previous academic year of the home education register: the annual part of DfE's autumn return.

Where the sources say nothing:

- The academic year runs from 1 August to 31 July (the calendar's `year_first`).
- A child was in EHE *at any point* if the child counts on some day of the year (`register`).
- A child *started* if the first day on which the child counts lies in the year: the day the period began, or the day
  on which the child came to compulsory school age, whichever is later. So every child counted at any point either
  counted on the day before the year or started in it.
- A child *returned to school* or *left the local authority* if the last day of the period lies in the year, the child
  counted at some point of it, and the reason of its end says so (code set `ehe_end_reason`, column `counts_as`).
- A notice or order is counted by its date, once for each child and date, whether or not the child then counted.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from schemas.breakdowns import items_of
from schemas.calendar import Calendar
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.datasets import LOCAL_AUTHORITY, topic
from schemas.sources.model import source
from transforms.aggregate.ehe import authority
from transforms.aggregate.register import CHILD, Mask, Year, children, stays_in, without
from transforms.aggregate.tally import counts_of, days_of, figures, sorting_of, tallies

_STATUS, _SETTING, _ORDERS = "ehe_status", "ehe_previous_setting", "ehe_legal_action"
_ANY_POINT, _STARTED = "any point", "started"


def previous_year(calendar: Calendar) -> Year:
    """Return the academic year before that of a collection."""
    first = calendar.year_first.replace(year=calendar.year_first.year - 1)
    return Year(first, calendar.year_first - timedelta(days=1))


def ehe_year_counts(register: pd.DataFrame, *, calendar: Calendar, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count children, notices and orders of the academic year before a collection's; `excluded` are left out."""
    counted, year, collection = without(register, excluded), previous_year(calendar), calendar.collection
    stay = stays_in(counted, year)
    began = stay.any_point & ~_counted_on_the_eve(counted, year)
    starters = children(counted, began)
    values = {
        _ANY_POINT: len(children(counted, stay.any_point)),
        _STARTED: len(starters),
        **_ended(counted, stay.any_point, year, collection),
    }
    by_setting = sorting_of(topic(_SETTING), collection, starters[topic(_SETTING).column])
    return counts_of(
        [
            figures(topic(_STATUS), collection, values, level=LOCAL_AUTHORITY),
            *tallies([by_setting], authority(len(starters))),
            figures(topic(_ORDERS), collection, _dated(counted, year, collection), level=LOCAL_AUTHORITY),
        ]
    )


def _counted_on_the_eve(register: pd.DataFrame, year: Year) -> Mask:
    eve = year.first - timedelta(days=1)
    return stays_in(register, Year(eve, eve)).any_point


def _ended(register: pd.DataFrame, counted: Mask, year: Year, collection: Collection) -> dict[str, int]:
    """Count the children whose period ended in the year, by what the reason of its end counts as."""
    last = days_of(register["ehe_end_date"]) - np.timedelta64(1, "D")
    in_year = (last >= np.datetime64(year.first, "D")) & (last <= np.datetime64(year.last, "D"))
    reasons = code_set(source("ehe_register").column("end_reason").code_set).column("counts_as", collection)
    counts_as = register["end_reason"].astype(object).map(reasons)
    wanted = [item.codes[0] for item in items_of(_STATUS, collection) if item.codes[0] in set(reasons.values())]
    return {way: len(children(register, in_year & counted & counts_as.eq(way).to_numpy(dtype=bool))) for way in wanted}


def _dated(register: pd.DataFrame, year: Year, collection: Collection) -> dict[str, int]:
    """Count the dates of the year in each column of notices and orders, once for each child and date."""
    found = {}
    for item in items_of(_ORDERS, collection):
        column = item.codes[0]
        days = days_of(register[column])
        rows = register.loc[(days >= np.datetime64(year.first, "D")) & (days <= np.datetime64(year.last, "D"))]
        found[column] = int((~rows.duplicated([CHILD, column]) | rows[CHILD].isna()).sum())
    return found
