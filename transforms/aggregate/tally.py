"""Sort the counted into the items of a topic, and count them: whole columns, complete grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow
from numpy.typing import NDArray

from schemas.breakdowns import Item, code_set_of, items_of
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.contract import hold_to, to_frame
from schemas.datasets import Topic
from schemas.statistics import COUNTS, COUNTS_CONTRACT, COUNTS_KEY

Places = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Sorting:
    """A topic, its items, and for everyone counted the number of the item they fall to."""

    topic: Topic
    items: tuple[Item, ...]
    places: Places


@dataclass(frozen=True, eq=False)
class Area:
    """One level of geography: the schools of its rows (none for the authority) and who counts, by school number."""

    level: str
    schools: tuple[str | None, ...]
    counted: NDArray[np.bool_]
    school: Places


def sorting_of(topic: Topic, collection: Collection, values: pd.Series) -> Sorting:
    """Sort everyone by the value of a topic's field: its code, its code rolled up, or the age or word computed of it.

    A value that is blank, out of force or belongs to no item falls to the topic's unknown item.
    """
    items = items_of(topic.id, collection)
    place_of = {code: number for number, item in enumerate(items) for code in item.codes}
    if topic.roll_up:
        rolled = code_set(code_set_of(topic, collection)).column(topic.roll_up, collection)
        place_of = {code: place_of[up] for code, up in rolled.items()}
    codes, distinct = pd.factorize(values)
    lookup = np.array([*(place_of.get(str(value), len(items) - 1) for value in distinct), len(items) - 1])
    return Sorting(topic, items, lookup[codes].astype(np.int64))


def item_names(sorting: Sorting) -> NDArray[np.object_]:
    """Return the item to which each of those sorted falls, by name."""
    names: NDArray[np.object_] = np.array([item.name for item in sorting.items], dtype=object)[sorting.places]
    return names


def everyone(topic: Topic, collection: Collection, number: int) -> Sorting:
    """Sort everyone into the one item of a topic that divides nobody."""
    return Sorting(topic, items_of(topic.id, collection), np.zeros(number, dtype=np.int64))


def tallies(sortings: Sequence[Sorting], area: Area) -> list[pyarrow.Table]:
    """Count the counted of an area in every school and item of each topic, zeros included."""
    school = area.school[area.counted]
    return [_tallied(each, each.places[area.counted], school, area) for each in sortings]


def _tallied(sorting: Sorting, places: Places, school: Places, area: Area) -> pyarrow.Table:
    items, schools = len(sorting.items), len(area.schools)
    values = np.bincount(school * items + places, minlength=schools * items)
    return _rows(area.level, sorting.topic, sorting.items, values, schools=area.schools)


def figures(topic: Topic, collection: Collection, values: Mapping[str, int], *, level: str) -> pyarrow.Table:
    """Make the rows of figures that are reckoned one by one, given by the code of each item of the topic."""
    items = items_of(topic.id, collection)
    return _rows(level, topic, items, np.array([values[item.codes[0]] for item in items], dtype=np.int64))


def _rows(
    level: str, topic: Topic, items: Sequence[Item], values: Places, *, schools: Sequence[str | None] = (None,)
) -> pyarrow.Table:
    columns = {
        "geography": [level] * len(values),
        "laestab": [school for school in schools for _ in items],
        "breakdown_topic": [topic.name] * len(values),
        "breakdown": [item.name for item in items] * len(schools),
        "value": values.astype(np.int64),
    }
    return pyarrow.table(columns, schema=COUNTS)


def counts_of(tables: Sequence[pyarrow.Table]) -> pd.DataFrame:
    """Put the rows of several topics into one table of counts."""
    return hold_to(COUNTS_CONTRACT, to_frame(pyarrow.concat_tables(tables)), key=COUNTS_KEY)


def days_of(dates: pd.Series) -> Days:
    """Return dates as days of numpy; a missing date is no day."""
    values = pyarrow.array(dates.array, from_pandas=True)
    flat = values.combine_chunks() if isinstance(values, pyarrow.ChunkedArray) else values
    days: Days = flat.cast(pyarrow.date32()).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return days


def never_ends(ends: pd.Series, raw: pd.Series) -> NDArray[np.bool_]:
    """Mark periods without an end: no date, and nothing written that could not be read as one."""
    return ends.isna().to_numpy(dtype=bool) & raw.isna().to_numpy(dtype=bool)
