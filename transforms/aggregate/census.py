"""Count pupils on roll on census day, in the authority and in each school.

Who counts (docs/definitions.md): in the authority those enrolled as current or current main, so that each child counts
once; in a school everyone on its roll. A pupil without a valid enrolment status therefore counts in the school alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow
from numpy.typing import NDArray

from schemas.ages import whole_years
from schemas.breakdowns import NOTHING, items_of
from schemas.datasets import SCHOOL, TOTAL, Dataset, Topic, datasets_of, topic
from schemas.model import HEADER, PUPILS
from schemas.tables import Tables
from transforms.aggregate.people import KEY, eligible, held_by
from transforms.aggregate.tally import (
    Area,
    Places,
    Sorting,
    counts_of,
    everyone,
    item_names,
    sorting_of,
    tallies,
)

__all__ = ["KEY", "census_counts", "census_sortings", "counted_pupils"]

_PRIMARY_RANK: Final = 1


def census_counts(tables: Tables, *, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count pupils on roll by every topic of the collection's term; `excluded` are the keys of those left out.

    Left out are the children with an objection to research and statistics, in every row and total.
    """
    pupils = _on_roll(tables[PUPILS], excluded)
    sortings: dict[str, Sorting] = {}
    parts: list[pyarrow.Table] = []
    for dataset in datasets_of("pupils"):
        held = dataset.topics_in_force(tables.collection)
        sortings |= {each.id: _sorting(each, tables, pupils) for each in held if each.id not in sortings}
        parts += tallies([sortings[each.id] for each in held], _area(dataset, tables, pupils))
    return counts_of(parts)


def census_sortings(
    tables: Tables, topics: Sequence[str], counted: frozenset[str], *, excluded: pd.DataFrame
) -> tuple[list[Sorting], NDArray[np.bool_]]:
    """Sort the pupils on roll by some topics, and mark those whose enrolment status counts."""
    pupils = _on_roll(tables[PUPILS], excluded)
    sortings = [_sorting(topic(each), tables, pupils) for each in topics]
    return sortings, pupils["enrolstatus"].isin(counted).to_numpy(dtype=bool)


def counted_pupils(tables: Tables, *, excluded: pd.DataFrame) -> pd.DataFrame:
    """Return the pupils on roll with `counted` (in the authority), `objects` (excluded) and their item of each topic.

    One row is one record on roll, with the columns of the clean table and one for each topic of the datasets of pupils.
    """
    pupils = _on_roll(tables[PUPILS], excluded.iloc[:0])
    topics: dict[str, Topic] = {}
    counted = np.zeros(len(pupils), dtype=bool)
    for dataset in datasets_of("pupils"):
        topics |= {each.name: each for each in dataset.topics_in_force(tables.collection)}
        if dataset.level != SCHOOL:
            counted |= _area(dataset, tables, pupils).counted
    items = {name: item_names(_sorting(each, tables, pupils)) for name, each in topics.items() if name != TOTAL}
    return pupils.assign(counted=counted, objects=held_by(pupils, excluded), **items)


def _on_roll(pupils: pd.DataFrame, excluded: pd.DataFrame) -> pd.DataFrame:
    """Return the pupils on roll without those excluded, numbered from 0."""
    on_roll = pupils.loc[pupils["is_on_roll"]]
    left_out = held_by(on_roll, excluded)
    return on_roll.loc[~left_out].reset_index(drop=True)


def _area(dataset: Dataset, tables: Tables, pupils: pd.DataFrame) -> Area:
    codes = frozenset(dataset.counted)
    counted = pupils["enrolstatus"].isin(codes).to_numpy(dtype=bool) if codes else np.ones(len(pupils), dtype=bool)
    if dataset.level != SCHOOL:
        return Area(dataset.level, (None,), counted, np.zeros(len(pupils), dtype=np.int64))
    schools = sorted({*tables[HEADER]["laestab"], *pupils["laestab"]})
    school: Places = pd.Index(schools).get_indexer(pupils["laestab"].astype(object)).astype(np.int64)
    return Area(dataset.level, tuple(schools), counted, school)


def _sorting(each: Topic, tables: Tables, pupils: pd.DataFrame) -> Sorting:
    if each.sorted_by == "whole table":
        return everyone(each, tables.collection, len(pupils))
    return sorting_of(each, tables.collection, _VALUES[each.sorted_by](each, tables, pupils))


def _own_code(each: Topic, _tables: Tables, pupils: pd.DataFrame) -> pd.Series:
    return pupils[each.column]


def _age(each: Topic, tables: Tables, pupils: pd.DataFrame) -> pd.Series:
    """Return the age in whole years on 31 August before the academic year."""
    return whole_years(pupils[each.column], on=tables.calendar.age_day)


def _open_period(_each: Topic, tables: Tables, pupils: pd.DataFrame) -> pd.Series:
    """Say of every pupil whether a period is open on census day."""
    return eligible(tables, pupils)


def _primary_need(each: Topic, tables: Tables, pupils: pd.DataFrame) -> pd.Series:
    """Return the type of need ranked first of the pupils with provision, `none` of those who have none.

    The provision decides: a type beside no provision is not counted, and provision without a type is unknown.
    """
    needs = tables[each.table]
    first = needs.loc[needs["sentyperank"].eq(_PRIMARY_RANK).fillna(value=False)].sort_values([*KEY, "sub_record"])
    types = first.drop_duplicates(KEY)[[*KEY, each.column]]
    need = pupils[KEY].merge(types, how="left", on=KEY, validate="1:1")[each.column].astype("string")
    provision = sorting_of(topic(each.nests_in), tables.collection, pupils[topic(each.nests_in).column])
    none = {item.part_of for item in items_of(each.id, tables.collection) if NOTHING in item.codes}
    names = np.array([item.name for item in provision.items])[provision.places]
    without = pd.Series(np.isin(names, list(none)), index=need.index)
    unknown = pd.Series(names == topic(each.nests_in).unknown, index=need.index)
    return need.mask(unknown, pd.NA).mask(without, NOTHING)


_VALUES: Final[dict[str, Callable[[Topic, Tables, pd.DataFrame], pd.Series]]] = {
    "code": _own_code,
    "code rolled up": _own_code,
    "age": _age,
    "open period": _open_period,
    "primary need": _primary_need,
}
