"""Count enrolments, sessions and absentees of the term whose attendance a return carries.

Definitions follow DfE's "Pupil absence in schools in England" as far as known (unverified: no text of the methodology
at hand; thresholds and ages in schemas/absence.toml); where it says nothing they are ours (inferred):

- An enrolment is a pupil's record in one school, on roll or no longer on roll, with possible sessions, of a pupil aged
  5 to 15 on 31 August before the academic year of the attendance. A child who moved has two. The authority leaves out
  enrolments on roll that are neither current nor current main, as for every figure.
- The autumn return carries last summer's attendance in two blocks; possible sessions and sessions of each code are
  those of both together.
- A session is one of authorised or unauthorised absence by the group of its code (code set attendance) in force in the
  term of the attendance; other codes, blank or unknown ones are no absence. Sessions below 0 count as none, and no more
  sessions of absence than possible ones: where a record says more, the codes with the most sessions count first.
- Persistently absent is who missed 10 % or more of their own possible sessions, severely absent 50 % or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from schemas import _data
from schemas.ages import whole_years
from schemas.breakdowns import codes_of
from schemas.code_sets import code_set
from schemas.datasets import dataset, datasets_of, topic
from schemas.tables import Tables
from transforms.aggregate.figures import Entries, Mask, figures_of, one_table, school_numbers, schools_in
from transforms.aggregate.people import KEY, moved, pupils_without, sortings_of
from transforms.aggregate.tally import Places, Sorting, sorting_of

_BLOCKS: Final = (
    ("termlysessiondetails", "termlysessionspossible"),
    ("summerhalfterm2sessiondetails", "summerhalfterm2sessionspossible"),
)
_REASONS: Final = {"authorised": "authorised_reason", "unauthorised": "unauthorised_reason"}
_TOPICS: Final = ("total", "sex", "year_group", "fsm_status", "sen_provision")
_HUNDREDTHS: Final = 100


@dataclass(frozen=True, eq=False)
class _Enrolments:
    """The enrolments, numbered from 0, with their possible sessions, and a row for each code of absence they have."""

    pupils: pd.DataFrame
    possible: Places
    absence: pd.DataFrame
    school: Places
    in_authority: Mask


def absence_figures(tables: Tables, *, excluded: pd.DataFrame) -> pd.DataFrame:
    """Count enrolments, absentees and sessions by every topic of the datasets on absence; `excluded` are left out."""
    schools = schools_in(tables)
    held = _enrolments(tables, pupils_without(tables, excluded), schools)
    sortings = sortings_of(_TOPICS, tables, held.pupils)
    entries = [*_of_enrolments(held, sortings), *_of_sessions(held, sortings, tables)]
    return one_table([rows for each in datasets_of("absence") for rows in figures_of(each, entries, tables, schools)])


def _rules() -> dict[str, Any]:
    return _data.toml("absence.toml")


def _enrolments(tables: Tables, pupils: pd.DataFrame, schools: tuple[str, ...]) -> _Enrolments:
    ages = _rules()["ages"]
    age = whole_years(pupils["dob"], on=_age_day(tables))
    of_age = ((age >= ages["youngest"]) & (age <= ages["oldest"])).fillna(value=False).to_numpy(dtype=bool)
    possible = np.zeros(len(pupils), dtype=np.int64)
    for _, column in _BLOCKS:
        if column in pupils:
            possible += np.maximum(pupils[column].fillna(0).to_numpy(dtype=np.int64), 0)
    kept = of_age & (possible > 0)
    enrolled = pupils.loc[kept].reset_index(drop=True)
    main = enrolled["enrolstatus"].isin(dataset("pupils_characteristics").counted).to_numpy(dtype=bool)
    counted: Mask = main | ~enrolled["is_on_roll"].to_numpy(dtype=bool)
    absence = _absence(tables, enrolled, possible[kept])
    return _Enrolments(enrolled, possible[kept], absence, school_numbers(enrolled["laestab"], schools), counted)


def _age_day(tables: Tables) -> date:
    """Return 31 August before the academic year of the attendance, which in autumn is the year before."""
    day, first = tables.calendar.age_day, tables.calendar.attendance_first
    return day.replace(year=day.year - 1) if first <= day else day


def _absence(tables: Tables, enrolled: pd.DataFrame, possible: Places) -> pd.DataFrame:
    """Return one row for each enrolment and code of absence: enrolment, code, group, sessions."""
    codes = _codes(tables)
    blocks = [tables[name][[*KEY, "attendancereason", "sessions"]] for name, _ in _BLOCKS if "sessions" in tables[name]]
    numbered = enrolled[KEY].assign(enrolment=np.arange(len(enrolled)))
    parts = [
        block.loc[block["attendancereason"].isin(list(codes)) & (block["sessions"] > 0).fillna(value=False)]
        .astype({"attendancereason": object, "sessions": "int64"})
        .merge(numbered, how="inner", on=KEY, validate="m:1")
        for block in blocks
    ]
    rows = pd.concat(parts).groupby(["enrolment", "attendancereason"], sort=True)["sessions"].sum().reset_index()
    rows = rows.sort_values(["enrolment", "sessions", "attendancereason"], ascending=[True, False, True])
    most = possible[rows["enrolment"].to_numpy(dtype=np.int64)]
    before = rows.groupby("enrolment")["sessions"].cumsum() - rows["sessions"]
    rows = rows.assign(sessions=np.minimum(rows["sessions"], np.maximum(most - before, 0)))
    rows = rows.loc[rows["sessions"] > 0].sort_values(["enrolment", "attendancereason"])
    return rows.assign(group=rows["attendancereason"].map(codes)).reset_index(drop=True)


def _codes(tables: Tables) -> dict[str, str]:
    """Return the codes of absence in force in the term of the attendance, and the group of each."""
    then = codes_of(topic(_REASONS["authorised"]), tables.collection)
    groups = code_set("attendance").column("group", then)
    return {code: group for code, group in groups.items() if group in _rules()["groups"]["absence"]}


def _of_enrolments(held: _Enrolments, sortings: dict[str, Sorting]) -> list[Entries]:
    """Make the entries of enrolments and absentees, and of possible sessions."""
    shares = _rules()["shares"]
    number = len(held.possible)
    missed = np.bincount(held.absence["enrolment"], weights=held.absence["sessions"], minlength=number).astype(np.int64)
    persistent = _HUNDREDTHS * missed >= shares["persistent"] * held.possible
    severe = _HUNDREDTHS * missed >= shares["severe"] * held.possible
    masks = {
        "enrolments": np.ones(number, dtype=bool),
        "persistent absentees": persistent,
        "other enrolments": ~persistent,
        "severe absentees": severe,
        "persistent, not severe": persistent & ~severe,
    }
    who = np.arange(number)
    counts = [Entries(name, sortings, held.school, held.in_authority & mask, mask, who) for name, mask in masks.items()]
    everyone = masks["enrolments"]
    possible = Entries(
        "sessions possible", sortings, held.school, held.in_authority, everyone, who, weight=held.possible
    )
    return [*counts, possible]


def _of_sessions(held: _Enrolments, sortings: dict[str, Sorting], tables: Tables) -> list[Entries]:
    """Make the entries of sessions of absence and of the pairs of enrolment and code behind them."""
    named = {"": ("reasons of absence", "absence sessions")} | {
        group: (f"reasons of {group} absence", f"{group} absence sessions") for group in _REASONS
    }
    entries: list[Entries] = []
    for group, (pairs, sessions) in named.items():
        rows = held.absence.loc[held.absence["group"].eq(group)] if group else held.absence
        who = rows["enrolment"].to_numpy(dtype=np.int64)
        by = {name: moved(each, who) for name, each in sortings.items()}
        if group:
            reason = topic(_REASONS[group])
            by[reason.id] = sorting_of(reason, tables.collection, rows["attendancereason"])
        place = (by, held.school[who], held.in_authority[who], np.ones(len(who), dtype=bool), who)
        weight = rows["sessions"].to_numpy(dtype=np.int64)
        entries += [Entries(pairs, *place), Entries(sessions, *place, weight=weight)]
    return entries
