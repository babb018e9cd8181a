"""Rules on dates of birth and ages (docs/sources.md S2, S12): most judge the age on 31 August before the year."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from schemas.model import PUPILS
from schemas.rules.bands import AgeRange, in_force, outside, place_of_school
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.tables import Tables

Ranges = Sequence[AgeRange | None]

_pupil_rule = partial(rule, table=PUPILS, first="2024-autumn")


# --- date of birth -----------------------------------------------------------------------------------------------


@_pupil_rule("DOB-MISSING", severity="error", field="dob", message="Date of birth is missing")
def birth_missing(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, without a date of birth."""
    return missing(tables[PUPILS], "dob")


@_pupil_rule("DOB-AFTER-CENSUS", severity="error", field="dob", message="Date of birth is not before census day")
def birth_after_census(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, born on or after census day."""
    return tables[PUPILS]["dob"] >= tables.calendar.census_day


# --- ages of a school --------------------------------------------------------------------------------------------


def _words_of_school(tables: Tables, ranges: Ranges, places: NDArray[np.int64]) -> list[str]:
    school = tables["school"]
    named = zip(school["phase"], school["type"], ranges, strict=True)
    said = [f"Age is not {one}, as in schools of phase {phase} and type {kind}" for phase, kind, one in named]
    return [said[place] for place in place_of_school(tables)[places]]


def _type_words(tables: Tables, _field: str, places: NDArray[np.int64]) -> list[str]:
    return _words_of_school(tables, _type_ranges(tables), places)


def _phase_words(tables: Tables, _field: str, places: NDArray[np.int64]) -> list[str]:
    return _words_of_school(tables, _phase_ranges(tables), places)


@_pupil_rule(
    "1601Q",
    severity="query",
    field="dob",
    message="Age is outside the range of the school's phase and type",
    words=_type_words,
)
def age_outside_school(tables: Tables) -> Mask:
    """Mark pupils on roll whose age is outside the range of their school's phase and type.

    Ranges are those of `age_ranges.csv`. Where they let in two-year-olds, the age is that on the day from which the
    term's early years funding runs, everywhere else that on 31 August. Schools without a range are AGE-PHASE's matter.
    """
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & outside(pupils["dob"], _type_ranges(tables), place_of_school(tables))


@_pupil_rule(
    "AGE-PHASE",
    severity="query",
    field="dob",
    message="Age on 31 August is outside the range of the school's phase",
    words=_phase_words,
)
def age_outside_phase(tables: Tables) -> Mask:
    """Mark pupils on roll whose age on 31 August is outside their school's phase, where 1601Q has no range."""
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & outside(pupils["dob"], _phase_ranges(tables), place_of_school(tables))


def _type_ranges(tables: Tables) -> Ranges:
    """Return the range of each school by phase and type, in the order of `school`."""
    rows = in_force("rules/age_ranges.csv", tables.collection)
    held = {(row["phase"], row["type"]): AgeRange.of(row, tables.calendar) for row in rows}
    school = tables["school"]
    return [held.get(key) for key in zip(school["phase"], school["type"], strict=True)]


def _phase_ranges(tables: Tables) -> Ranges:
    """Return the range of each school by phase alone, for those that have none by type."""
    rows = in_force("rules/age_phases.csv", tables.collection)
    held = {row["phase"]: AgeRange.of(row, tables.calendar) for row in rows}
    by_type = zip(tables["school"]["phase"], _type_ranges(tables), strict=True)
    return [held.get(phase) if typed is None else None for phase, typed in by_type]


# --- ages of a year group ----------------------------------------------------------------------------------------


def _year_words(tables: Tables, field: str, places: NDArray[np.int64]) -> list[str]:
    groups = tables[PUPILS][field].cat
    said = [
        f"Year group {name} is for ages {one}"
        for name, one in zip(groups.categories, _year_ranges(tables), strict=True)
    ]
    return [said[code] for code in groups.codes.to_numpy()[places]]


@_pupil_rule(
    "NC-YEAR-AGE",
    severity="query",
    field="ncyearactual",
    message="Year group is unusual for the age on 31 August",
    words=_year_words,
)
def year_group_unusual(tables: Tables) -> Mask:
    """Mark pupils on roll whose age on 31 August is outside the ages of their year group.

    Ages are those of `year_group_ages.csv`; X, M and unknown codes have none.
    """
    pupils = tables[PUPILS]
    groups = pupils["ncyearactual"].cat.codes.to_numpy().astype(np.int64)
    return pupils["is_on_roll"] & outside(pupils["dob"], _year_ranges(tables), groups)


def _year_ranges(tables: Tables) -> Ranges:
    """Return the ages of each year group, in the order of the column's categories."""
    rows = in_force("rules/year_group_ages.csv", tables.collection)
    held = {row["year_group"]: AgeRange.of(row, tables.calendar) for row in rows}
    return [held.get(str(name)) for name in tables[PUPILS]["ncyearactual"].cat.categories]
