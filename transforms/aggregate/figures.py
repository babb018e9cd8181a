"""Count or add up one figure (a population or an amount) by place, topic and item: complete grids, zeros included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow
from numpy.typing import NDArray

from schemas.contract import hold_to, to_frame
from schemas.datasets import SCHOOL, Dataset
from schemas.model import HEADER, PUPILS
from schemas.statistics import COUNTS_KEY, FIGURES, FIGURES_CONTRACT
from schemas.tables import Tables
from transforms.aggregate.tally import Places, Sorting

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Entries:
    """What a figure is counted from: one entry a pupil, enrolment, event or pair of enrolment and reason.

    `sortings` are the topics it can be sorted by; `school` its school's number in the tables; `in_authority` and
    `in_schools` say where it counts; `person` numbers whose it is; `weight` is what it adds to an amount.
    """

    figure: str
    sortings: Mapping[str, Sorting]
    school: Places
    in_authority: Mask
    in_schools: Mask
    person: Places
    weight: Places | None = None


def schools_in(tables: Tables) -> tuple[str, ...]:
    """Return every school of a collection by number, those without pupils too."""
    return tuple(sorted({*tables[HEADER]["laestab"], *tables[PUPILS]["laestab"]}))


def school_numbers(laestab: pd.Series, schools: Sequence[str]) -> Places:
    """Return the number of each entry's school."""
    return pd.Index(schools).get_indexer(pd.Index(laestab.astype(object))).astype(np.int64)


def figures_of(
    dataset: Dataset, entries: Sequence[Entries], tables: Tables, schools: Sequence[str]
) -> list[pyarrow.Table]:
    """Make the rows of a dataset from all that its figures are counted from, by the topics that can sort it."""
    places: tuple[str | None, ...] = tuple(schools) if dataset.level == SCHOOL else (None,)
    return [
        _tallied(each, topic.id, dataset.level, places)
        for each in entries
        for topic in dataset.topics_in_force(tables.collection)
        if topic.id in each.sortings
    ]


def _tallied(entries: Entries, topic_id: str, level: str, places: Sequence[str | None]) -> pyarrow.Table:
    sorting = entries.sortings[topic_id]
    counted = entries.in_schools if level == SCHOOL else entries.in_authority
    school = entries.school[counted] if level == SCHOOL else np.zeros(int(counted.sum()), dtype=np.int64)
    cell = school * len(sorting.items) + sorting.places[counted]
    size = len(places) * len(sorting.items)
    weight = None if entries.weight is None else entries.weight[counted]
    value = np.bincount(cell, minlength=size) if weight is None else _added(cell, weight, size)
    found = pd.DataFrame({"cell": cell, "person": entries.person[counted]}).drop_duplicates()
    people = np.bincount(found["cell"].to_numpy(dtype=np.int64), minlength=size)
    names = [item.name for item in sorting.items]
    return rows_of_figure((entries.figure, level, sorting.topic.name), names, places, value, people)


def _added(cell: Places, weight: Places, size: int) -> Places:
    added = np.zeros(size, dtype=np.int64)
    np.add.at(added, cell, weight)
    return added


def rows_of_figure(
    named: tuple[str, str, str], items: Sequence[str], places: Sequence[str | None], value: Places, people: Places
) -> pyarrow.Table:
    """Make the rows of a figure, level and topic: every item in every place."""
    figure, level, topic = named
    columns = {
        "figure": [figure] * len(value),
        "geography": [level] * len(value),
        "laestab": [place for place in places for _ in items],
        "breakdown_topic": [topic] * len(value),
        "breakdown": [*items] * len(places),
        "value": value.astype(np.int64),
        "people": people.astype(np.int64),
    }
    return pyarrow.table(columns, schema=FIGURES)


def one_table(parts: Sequence[pyarrow.Table]) -> pd.DataFrame:
    """Put the rows of several figures into one table; what two datasets of a level both show is there once."""
    rows = to_frame(pyarrow.concat_tables(parts))
    key = ["figure", *COUNTS_KEY]
    return hold_to(FIGURES_CONTRACT, rows.drop_duplicates(key).reset_index(drop=True), key=tuple(key))
