"""Count suspensions, permanent exclusions and the pupils who have them, in the return's window.

Definitions follow DfE's "Suspensions and permanent exclusions in England" as far as known (unverified: no text of the
methodology at hand); where it says nothing they are ours (inferred):

- An event counts if it began in the collection's window (`exclusions_first` to `exclusions_last`); one whose day is
  missing counts, one known to lie outside does not. Of pupils on roll and no longer on roll; once in its school and
  once in the authority.
- A suspension is of category SUSP, a permanent exclusion of PERM; lunchtime suspensions (LNCH) are neither.
- Pupils with one or more are counted once in a school; in the authority once for each UPN. They fall to the items of
  their first event.
- Sex, year group and free school meals are those of the census, SEN provision that of the event. Every one of up to
  three reasons counts, so reasons add up to more than the total; an event without a known reason is Unknown.
- Rates are per 100 pupils on roll on census day (definitions of `census`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from schemas.datasets import datasets_of, topic
from schemas.tables import Tables
from transforms.aggregate.figures import Entries, Mask, figures_of, one_table, school_numbers, schools_in
from transforms.aggregate.people import KEY, child_numbers, moved, pupils_without, sortings_of
from transforms.aggregate.tally import Sorting, days_of, sorting_of

TABLE: Final = "termlyexclusions"
_REASONS: Final = ("reason1", "reason2", "reason3")
#: Category of the code set, who has the event, the events.
_KINDS: Final = (
    ("SUSP", "suspended pupils", "suspensions"),
    ("PERM", "excluded pupils", "permanent exclusions"),
)


def suspension_figures(tables: Tables, *, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count events and pupils by every topic of the datasets on suspensions; `excluded` are left out."""
    pupils = pupils_without(tables, excluded)
    own = sortings_of(("total", "sex", "year_group", "fsm_status"), tables, pupils)
    events, schools = _events(tables, pupils), schools_in(tables)
    entries: list[Entries] = []
    for category, *named in _KINDS:
        rows = events.loc[events["category"].eq(category).fillna(value=False)].reset_index(drop=True)
        reasons, by_reason = _by_reason(rows, tables)
        entries += _entries(rows, _by_topic(rows, own, tables), named, schools)
        entries += _entries(reasons, {"suspension_reason": by_reason}, named, schools)
    return one_table(
        [rows for each in datasets_of("suspensions") for rows in figures_of(each, entries, tables, schools)]
    )


def _events(tables: Tables, pupils: pd.DataFrame) -> pd.DataFrame:
    """Return the events of the window with the numbers of their pupil and child, in order of their day."""
    days = tables.calendar
    numbered = pupils[KEY].assign(child=child_numbers(pupils), pupil=np.arange(len(pupils)))
    found = tables[TABLE].merge(numbered, how="inner", on=KEY, validate="m:1")
    day = days_of(found["startdate"])
    first, last = np.datetime64(days.exclusions_first, "D"), np.datetime64(days.exclusions_last, "D")
    inside = np.isnat(day) | ((day >= first) & (day <= last))
    return found.loc[inside].sort_values(["startdate", *KEY, "sub_record"], kind="stable").reset_index(drop=True)


def _by_topic(events: pd.DataFrame, own: Mapping[str, Sorting], tables: Tables) -> dict[str, Sorting]:
    rows = events["pupil"].to_numpy(dtype=np.int64)
    provision = sorting_of(topic("sen_provision"), tables.collection, events["senprovision"])
    return {name: moved(each, rows) for name, each in own.items()} | {"sen_provision": provision}


def _by_reason(events: pd.DataFrame, tables: Tables) -> tuple[pd.DataFrame, Sorting]:
    """Return a row for each event and reason of it, sorted by reason; an event without a known reason has one row."""
    stated = [sorting_of(topic("suspension_reason"), tables.collection, events[name]) for name in _REASONS]
    unknown = len(stated[0].items) - 1
    places = np.sort(np.column_stack([each.places for each in stated]), axis=1)
    keep = places != unknown
    keep[:, 1:] &= places[:, 1:] != places[:, :-1]
    keep[:, 0] |= (places == unknown).all(axis=1)
    event, place = np.nonzero(keep)
    return events.iloc[event].reset_index(drop=True), Sorting(stated[0].topic, stated[0].items, places[event, place])


def _entries(
    rows: pd.DataFrame, sortings: Mapping[str, Sorting], named: Sequence[str], schools: Sequence[str]
) -> list[Entries]:
    """Make the entries of pupils and of events; by reason a pupil counts once for each."""
    reason = sortings["suspension_reason"].places if "suspension_reason" in sortings else np.zeros(len(rows), np.int64)
    keyed = rows[["laestab", "child"]].assign(reason=reason)
    everyone = np.ones(len(rows), dtype=bool)
    school, child = school_numbers(rows["laestab"], schools), rows["child"].to_numpy(dtype=np.int64)
    people, events = named
    return [
        Entries(
            people,
            sortings,
            school,
            _first(keyed, ["child", "reason"]),
            _first(keyed, ["laestab", "child", "reason"]),
            child,
        ),
        Entries(events, sortings, school, everyone, everyone, child),
    ]


def _first(rows: pd.DataFrame, by: list[str]) -> Mask:
    first: Mask = ~rows.duplicated(by).to_numpy(dtype=bool)
    return first
