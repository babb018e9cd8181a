"""Count the children missing education on census day, by the topics of DfE's file.

DfE's data set `cme_census` has their number by sex, expected year group, duration and reason. Its definitions are not
at hand; what follows is ours (inferred), and as near to elective home education (`register`) as can be:

- A child counts on census day if the time missing education has begun (the start is on or before that day, or blank),
  has not ended (no end, or an end after that day) and the child is of compulsory school age on that day.
- A child without a date of birth counts, with year group Unknown; one without a start counts, with duration Unknown: of
  such a row the authority says that the child is missing education, not since when.
- The duration is whole weeks from the start to census day: two weeks to the day are 2 to 4 weeks.
- Of several open rows of one child the latest begun counts.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from schemas.ages import compulsory_school_age, whole_years
from schemas.breakdowns import items_of
from schemas.calendar import Calendar
from schemas.datasets import TOTAL, Topic, dataset, topic
from transforms.aggregate.ehe import authority
from transforms.aggregate.register import CHILD, without
from transforms.aggregate.tally import Sorting, counts_of, days_of, everyone, item_names, sorting_of, tallies

DATASET: Final = "cme_census"
_MORE: Final = "more"
_WEEK: Final = 7


def missing_census_counts(register: pd.DataFrame, *, calendar: Calendar, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count the children who count on census day by every topic; `excluded` lists the children left out."""
    counting = missing_on_census_day(without(register, excluded), calendar)
    sortings = [_sorting(topic(each), counting, calendar) for each in dataset(DATASET).topics]
    return counts_of(tallies(sortings, authority(len(counting))))


def counted_missing(register: pd.DataFrame, *, calendar: Calendar, excluded: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the register that count on census day, none excluded, with their item of each topic."""
    counting = missing_on_census_day(without(register, excluded), calendar)
    topics = [each for each in map(topic, dataset(DATASET).topics) if each.name != TOTAL]
    return counting.assign(**{each.name: item_names(_sorting(each, counting, calendar)) for each in topics})


def missing_on_census_day(register: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Return the row of every child missing education on census day; rows without a child id all stay."""
    day = calendar.census_day
    begun = register["cme_start_date"].le(day).fillna(value=True)
    over = register["cme_end_date"].le(day).fillna(value=False)
    of_age = compulsory_school_age(register["date_of_birth"], on=day).fillna(value=True)
    held = register.loc[(begun & ~over & of_age).to_numpy(dtype=bool)]
    ordered = held.sort_values(["cme_start_date", "record"], kind="stable", na_position="first")
    repeated = ordered.duplicated(CHILD, keep="last") & ordered[CHILD].notna()
    return ordered.loc[~repeated]


def _sorting(each: Topic, counting: pd.DataFrame, calendar: Calendar) -> Sorting:
    if each.sorted_by == "whole table":
        return everyone(each, calendar.collection, len(counting))
    values = counting[each.column]
    if each.sorted_by == "age":
        values = whole_years(values, on=calendar.age_day)
    elif each.sorted_by == "weeks":
        values = _weeks(values, each, calendar)
    return sorting_of(each, calendar.collection, values)


def _weeks(starts: pd.Series, each: Topic, calendar: Calendar) -> pd.Series:
    """Return the whole weeks from a start to census day as the code of the topic; null without a start."""
    start = days_of(starts)
    days = (np.datetime64(calendar.census_day, "D") - start).astype(np.int64)
    codes = {code for item in items_of(each.id, calendar.collection) for code in item.codes}
    weeks = pa.array(days // _WEEK, mask=np.isnat(start)).cast(pa.string())
    code = pd.Series(weeks, index=starts.index, dtype=pd.ArrowDtype(pa.string()))
    return code.where(code.isin(codes) | code.isna(), _MORE)
