"""Count pupils on roll by SEN provision, primary need, sex and year group, crossed; a count of each total too.

Who counts and which item a pupil falls to is as in `census`. Combinations that cannot occur (a type of need beside no
provision) are no rows; those that nobody falls to are noughts. Without types of need (autumn, summer) they are Total.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow

from schemas.breakdowns import NOTHING
from schemas.datasets import LOCAL_AUTHORITY, TOTAL, dataset
from schemas.statistics import CROSSED
from schemas.tables import Tables
from transforms.aggregate.census import census_sortings
from transforms.aggregate.figures import Mask, one_table, rows_of_figure
from transforms.aggregate.tally import Places, Sorting

_FIGURE = "pupils"
_PROVISION, _NEED = "sen_provision", "sen_primary_need"


def sen_figures(tables: Tables, *, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count the pupils of the authority in every combination of the filters of dataset sen; `excluded` are left out."""
    declared = dataset("sen")
    topics = [each.id for each in declared.topics_in_force(tables.collection)]
    sortings, counted = census_sortings(tables, topics, frozenset(declared.counted), excluded=excluded)
    held = [Sorting(each.topic, each.items, each.places[counted]) for each in sortings]
    crossings = (group for size in range(len(held) + 1) for group in combinations(held, size))
    number = int(counted.sum())
    shown = (group for group in crossings if declared.crosses((each.topic.id for each in group), counted=number))
    return one_table([_crossed(group, number) for group in shown])


def _crossed(group: tuple[Sorting, ...], number: int) -> pyarrow.Table:
    """Count everyone in the combinations of some topics that can occur."""
    sizes = [len(each.items) for each in group]
    cell = np.ravel_multi_index([each.places for each in group], sizes) if group else np.zeros(number, dtype=np.int64)
    value = np.bincount(cell, minlength=int(np.prod(sizes, dtype=np.int64)))
    at = np.unravel_index(np.arange(len(value)), sizes) if group else ()
    can = _can_occur(group, at, len(value))
    names = [np.array([item.name for item in each.items], dtype=object) for each in group]
    items = np.array([TOTAL], dtype=object) if not group else names[0][at[0]]
    for more, place in zip(names[1:], at[1:], strict=True):
        items = items + CROSSED + more[place]
    topic = CROSSED.join(each.topic.name for each in group) or TOTAL
    return rows_of_figure((_FIGURE, LOCAL_AUTHORITY, topic), list(items[can]), (None,), value[can], value[can])


def _can_occur(group: tuple[Sorting, ...], at: tuple[Places, ...], number: int) -> Mask:
    """Mark the combinations that can occur: types of need beside provision, none and unknown only beside theirs."""
    held = {each.topic.id: (each, place) for each, place in zip(group, at, strict=True)}
    if not {_PROVISION, _NEED} <= held.keys():
        return np.ones(number, dtype=bool)
    (provision, provided), (need, needed) = held[_PROVISION], held[_NEED]
    above = {item.part_of for item in need.items if item.part_of}
    without = np.array([item.name in above for item in provision.items])[provided]
    unknown = np.array([item.name == provision.topic.unknown for item in provision.items])[provided]
    no_need = np.array([NOTHING in item.codes for item in need.items])[needed]
    need_unknown = np.array([item.name == need.topic.unknown for item in need.items])[needed]
    can: Mask = np.where(without, no_need, np.where(unknown, need_unknown, ~no_need))
    return can
