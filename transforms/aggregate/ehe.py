"""Count the children in elective home education on census day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.ages import whole_years
from schemas.calendar import Calendar
from schemas.datasets import LOCAL_AUTHORITY, TOTAL, Topic, topic
from schemas.ehe_return import TERMLY, topics_of_part
from transforms.aggregate.register import counting_on, without
from transforms.aggregate.tally import Area, Sorting, counts_of, everyone, item_names, sorting_of, tallies


def ehe_census_counts(register: pd.DataFrame, *, calendar: Calendar, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count the children who count on census day by every topic of the return; `excluded` lists children left out.

    A statutory return leaves nobody out; statistics leave out the children with an objection to research and
    statistics. SEN provision is asked by the return and published nowhere: a dataset holds the topics it declares.
    """
    counting = counting_on(without(register, excluded), calendar.census_day)
    sortings = [_sorting(topic(each), counting, calendar) for each in topics_of_part(TERMLY)]
    return counts_of(tallies(sortings, authority(len(counting))))


def counted_children(register: pd.DataFrame, *, calendar: Calendar, excluded: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the register that count on census day, none excluded, with their item of each topic."""
    counting = counting_on(without(register, excluded), calendar.census_day)
    topics = [each for each in map(topic, topics_of_part(TERMLY)) if each.name != TOTAL]
    items = {each.name: item_names(_sorting(each, counting, calendar)) for each in topics}
    return counting.assign(**items)


def authority(number: int) -> Area:
    """Return the area in which everyone counts, in the authority as a whole."""
    return Area(LOCAL_AUTHORITY, (None,), np.ones(number, dtype=bool), np.zeros(number, dtype=np.int64))


def _sorting(each: Topic, counting: pd.DataFrame, calendar: Calendar) -> Sorting:
    if each.sorted_by == "whole table":
        return everyone(each, calendar.collection, len(counting))
    values = counting[each.column]
    return sorting_of(
        each, calendar.collection, whole_years(values, on=calendar.age_day) if each.sorted_by == "age" else values
    )
