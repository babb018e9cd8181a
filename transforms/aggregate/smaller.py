"""Count classes, post-16 pupils and leavers. The definitions are ours (inferred); none of DfE's is at hand.

- A class is one of the spring return's selected time, with at least one pupil, home or guest.
- A post-16 pupil is on roll as current or current main and has a programme aim; the programme that began last decides
  type and status.
- A leaver is no longer on roll and left after the previous census day, up to this one. The return also holds pupils
  who left earlier; they were leavers of an earlier term. One who left two schools left twice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.breakdowns import items_of
from schemas.datasets import dataset, topic
from schemas.tables import Tables
from transforms.aggregate.figures import Entries, Mask, figures_of, one_table
from transforms.aggregate.people import KEY, pupils_without, sortings_of
from transforms.aggregate.tally import Places, Sorting, days_of, everyone, sorting_of


def class_figures(tables: Tables, *, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count classes and the pupils in them by key stage and size; a class says nothing of `excluded`."""
    del excluded
    classes = tables["classes"].sort_values(["laestab", "record"], kind="stable")
    pupils = np.maximum(classes[["homepupils", "guestpupils"]].fillna(0).to_numpy(dtype=np.int64), 0).sum(axis=1)
    held, size = classes.loc[pupils > 0], pupils[pupils > 0]
    sortings = {
        "total": everyone(topic("total"), tables.collection, len(held)),
        "class_key_stage": sorting_of(topic("class_key_stage"), tables.collection, held["keystage"]),
        "class_size": _by_size(size, tables),
    }
    place = _once(sortings, len(held))
    return _made("class_sizes", [Entries("classes", *place), Entries("class pupils", *place, weight=size)], tables)


def _by_size(size: Places, tables: Tables) -> Sorting:
    """Sort classes by their number of pupils; the last band has no upper end."""
    items = items_of("class_size", tables.collection)
    last = np.array([max(int(code) for code in item.codes) for item in items[:-1]])
    return Sorting(topic("class_size"), items, np.searchsorted(last, size, side="left").astype(np.int64))


def post16_figures(tables: Tables, *, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count pupils on post-16 programmes by sex, year group and programme; `excluded` are left out."""
    aims = tables["programmeaims"]
    aims = aims.sort_values([*KEY, "programmestartdate", "sub_record"], na_position="first", kind="stable")
    last = aims.drop_duplicates(KEY, keep="last")[[*KEY, "progtype", "programmeaimstatus"]]
    pupils = pupils_without(tables, excluded).merge(last, how="inner", on=KEY, validate="1:1")
    pupils = _counted(pupils, frozenset(dataset("post16").counted))
    topics = [each.id for each in dataset("post16").topics_in_force(tables.collection)]
    return _made("post16", [_people("post-16 pupils", topics, pupils, tables)], tables)


def _counted(pupils: pd.DataFrame, statuses: frozenset[str]) -> pd.DataFrame:
    counts = pupils["enrolstatus"].isin(statuses).to_numpy(dtype=bool) & pupils["is_on_roll"].to_numpy(dtype=bool)
    held: pd.DataFrame = pupils.loc[counts]
    return held.reset_index(drop=True)


def leaver_figures(tables: Tables, *, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count the pupils who left a school since the previous census day by sex, age and year group."""
    pupils = pupils_without(tables, excluded)
    day = days_of(pupils["leavingdate"])
    first, last = tables.calendar.previous_census_day, tables.calendar.census_day
    left: Mask = (day > np.datetime64(first, "D")) & (day <= np.datetime64(last, "D"))
    gone = pupils.loc[left & ~pupils["is_on_roll"].to_numpy(dtype=bool)].reset_index(drop=True)
    topics = [each.id for each in dataset("leavers").topics_in_force(tables.collection)]
    return _made("leavers", [_people("leavers", topics, gone, tables)], tables)


def _people(figure: str, topics: list[str], pupils: pd.DataFrame, tables: Tables) -> Entries:
    return Entries(figure, *_once(sortings_of(topics, tables, pupils), len(pupils)))


def _once(sortings: dict[str, Sorting], number: int) -> tuple[dict[str, Sorting], Places, Mask, Mask, Places]:
    """Return the place of entries that each count once, in the authority alone."""
    return sortings, np.zeros(number, dtype=np.int64), np.ones(number, bool), np.zeros(number, bool), np.arange(number)


def _made(dataset_id: str, entries: list[Entries], tables: Tables) -> pd.DataFrame:
    return one_table(figures_of(dataset(dataset_id), entries, tables, ()))
