"""Pupils on and off roll, as the figures of a term sort them: who is left out, which item they fall to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from schemas.ages import whole_years
from schemas.breakdowns import items_of
from schemas.contract import raw_name
from schemas.datasets import topic
from schemas.model import PUPILS
from schemas.tables import Tables
from transforms.aggregate.figures import Mask
from transforms.aggregate.tally import Places, Sorting, days_of, everyone, never_ends, sorting_of

KEY: Final = ["laestab", "is_on_roll", "record"]


def pupils_without(tables: Tables, excluded: pd.DataFrame) -> pd.DataFrame:
    """Return pupils on and off roll without those excluded, sorted by key and numbered from 0."""
    pupils = tables[PUPILS].sort_values([*KEY], ascending=[True, False, True], kind="stable")
    return pupils.loc[~held_by(pupils, excluded)].reset_index(drop=True)


def held_by(rows: pd.DataFrame, keyed: pd.DataFrame) -> Mask:
    """Mark the rows whose pupil's key stands in another table at least once."""
    keys = keyed[KEY].drop_duplicates().assign(held=True)
    found: Mask = rows[KEY].merge(keys, how="left", on=KEY, validate="m:1")["held"].notna().to_numpy(dtype=bool)
    return found


def child_numbers(pupils: pd.DataFrame) -> Places:
    """Number the children: one UPN is one child whatever the school; without a UPN each record is a child."""
    upn = pupils["upn"].astype(object)
    own = pd.Series([f"record {number}" for number in range(len(pupils))], index=pupils.index, dtype=object)
    return pd.factorize(upn.where(upn.notna(), own))[0].astype(np.int64)


def sortings_of(topics: Sequence[str], tables: Tables, pupils: pd.DataFrame) -> dict[str, Sorting]:
    """Sort pupils by the topics that a pupil's own record decides."""
    return {each: _sorting(each, tables, pupils) for each in topics}


def _sorting(topic_id: str, tables: Tables, pupils: pd.DataFrame) -> Sorting:
    each, collection = topic(topic_id), tables.collection
    if each.sorted_by == "whole table":
        return everyone(each, collection, len(pupils))
    if each.sorted_by == "age":
        return sorting_of(each, collection, whole_years(pupils[each.column], on=tables.calendar.age_day))
    if each.sorted_by == "open period":
        return sorting_of(each, collection, eligible(tables, pupils))
    if each.id == "year_group":
        return sorting_of(each, collection, year_group(pupils))
    return sorting_of(each, collection, pupils[each.column])


def year_group(pupils: pd.DataFrame) -> pd.Series:
    """Return the year group on census day, of pupils no longer on roll that in which they left (autumn alone)."""
    now = pupils["ncyearactual"].astype("string")
    if "ncyearleaving" not in pupils:
        return now
    return now.where(pupils["is_on_roll"].to_numpy(dtype=bool), pupils["ncyearleaving"].astype("string"))


def eligible(tables: Tables, pupils: pd.DataFrame) -> pd.Series:
    """Say by the codes of FSM status who has a period open on census day: begun, and not ended before it.

    A period that ends on census day is open. One whose end is written but cannot be read has an end, not known to be
    on or after census day: it does not count as open. Of pupils no longer on roll no period is known.
    """
    periods = tables["fsmperiods"]
    start, end = days_of(periods["fsmstartdate"]), days_of(periods["fsmenddate"])
    day = np.datetime64(tables.calendar.census_day, "D")
    unending = never_ends(periods["fsmenddate"], periods[raw_name("fsmenddate")])
    held = held_by(pupils, periods.loc[(start <= day) & (unending | (end >= day))])
    yes, no = (item.codes[0] for item in items_of("fsm_status", tables.collection))
    return pd.Series(np.where(held, yes, no), index=pupils.index)


def moved(sorting: Sorting, rows: Places) -> Sorting:
    """Return how some rows are sorted, given by the numbers of their pupils."""
    return Sorting(sorting.topic, sorting.items, sorting.places[rows])
