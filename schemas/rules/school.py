"""School rules (docs/sources.md S1, S14, S18): details that contradict one another, and free meals taken.

The ranges and lists of phase, type and number are those of 2012 (`school_consistency_*.csv`); a phase without any is
not judged, nor is a code that the collection does not take.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas import _data
from schemas.collection import Collection
from schemas.model import PUPILS
from schemas.rules.meal_periods import has_period
from schemas.rules.register import Mask, Words, rule
from schemas.rules.returns import Counts, counts
from schemas.rules.rows import missing
from schemas.spans import Span
from schemas.tables import Tables

FIRST = "2024-autumn"
SCHOOL = "school"
_LA_DIGITS = 3  # of the seven of a LAEstab


def _rows(name: str, collection: Collection) -> list[dict[str, str]]:
    """Return the rows of one of the school's data files that hold for a collection."""
    rows = _data.rows(f"rules/school_{name}.csv")
    return [row for row in rows if Span.parse(row["first"], row["last"]).holds(collection)]


def _any(masks: Iterable[Mask], index: pd.Index) -> Mask:
    return reduce(or_, masks, pd.Series(data=False, index=index))


def _estab(school: pd.DataFrame) -> pd.Series:
    return school["laestab"].str.slice(_LA_DIGITS)


def _filled(sentence: str, *columns: str) -> Words:
    """Return words that fill a sentence with codes of the marked schools; `estab` is the establishment number."""

    def words(tables: Tables, _field: str, places: NDArray[np.int64]) -> Sequence[str]:
        school = tables[SCHOOL].iloc[places]
        cells = (_estab(school) if name == "estab" else school[name] for name in columns)
        return [sentence.format(*row) for row in zip(*cells, strict=True)]

    return words


# --- items that a school must give -------------------------------------------------------------------------------


@rule(
    "SCHOOL-PHASE-MISSING",
    severity="error",
    table=SCHOOL,
    field="phase",
    first=FIRST,
    message="Phase of the school is missing",
)
def phase_missing(tables: Tables) -> Mask:
    """Mark schools without a phase."""
    return missing(tables[SCHOOL], "phase")


@rule(
    "SCHOOL-TYPE-MISSING",
    severity="error",
    table=SCHOOL,
    field="type",
    first=FIRST,
    message="Type of the school is missing",
)
def type_missing(tables: Tables) -> Mask:
    """Mark schools without a type."""
    return missing(tables[SCHOOL], "type")


@rule(
    "SCHOOL-ACCOMMODATION-MISSING",
    severity="error",
    table=SCHOOL,
    field="accommodation",
    first=FIRST,
    terms="spring",
    phases="SP",
    message="Organisation of the special school (day, boarding, hospital) is missing",
)
def accommodation_missing(tables: Tables) -> Mask:
    """Mark special schools that do not say whether they are mainly day, mainly boarding or in a hospital."""
    return missing(tables[SCHOOL], "accommodation")


# --- items that contradict one another ---------------------------------------------------------------------------


@rule(
    "SCHOOL-ESTAB-PHASE",
    severity="query",
    table=SCHOOL,
    field="phase",
    first=FIRST,
    message="Establishment number is outside the ranges of the school's phase",
    words=_filled("Establishment number {} is outside the ranges of phase {}", "estab", "phase"),
)
def number_outside_phase(tables: Tables) -> Mask:
    """Mark schools whose establishment number is in no range of their phase, where the phase has ranges."""
    school = tables[SCHOOL]
    ranges, number = _rows("consistency_estabs", tables.collection), _estab(school)
    inside = _any((_within(school, number, each) for each in ranges), school.index)
    return school["phase"].isin({each["phase"] for each in ranges}) & ~inside


def _within(school: pd.DataFrame, number: pd.Series, each: dict[str, str]) -> Mask:
    """Mark schools of one range; numbers of four digits compare as text as they do as numbers."""
    return school["phase"].eq(each["phase"]) & number.ge(each["lowest"]) & number.le(each["highest"])


@rule(
    "SCHOOL-TYPE-PHASE",
    severity="query",
    table=SCHOOL,
    field="type",
    first=FIRST,
    message="Type of the school is not one of its phase",
    words=_filled("School type {} is not one of phase {}", "type", "phase"),
)
def type_outside_phase(tables: Tables) -> Mask:
    """Mark schools whose type is not among those of their phase, where the phase has a list."""
    school, pairs = tables[SCHOOL], _rows("consistency_types", tables.collection)
    fits = _any((school["phase"].eq(each["phase"]) & school["type"].eq(each["type"]) for each in pairs), school.index)
    known = school["type"].isin(tables.codes("school_type"))
    return school["phase"].isin({each["phase"] for each in pairs}) & known & ~fits


@rule(
    "SCHOOL-GOVERNANCE-TYPE",
    severity="query",
    table=SCHOOL,
    field="governance",
    first=FIRST,
    message="Governance does not go with the type of the school",
    words=_filled("Governance {} does not go with school type {}", "governance", "type"),
)
def governance_contradicts_type(tables: Tables) -> Mask:
    """Mark schools of which either governance or type, but not both, is that of an academy (or technology college).

    Both must be there and known.
    """
    school, pairs = tables[SCHOOL], _rows("consistency_governance", tables.collection)
    known = school["governance"].isin(tables.codes("governance")) & school["type"].isin(tables.codes("school_type"))
    one = (school["governance"].eq(each["governance"]) ^ school["type"].eq(each["type"]) for each in pairs)
    return known & _any(one, school.index)


@rule(
    "SCHOOL-NC-YEARS",
    severity="error",
    table=SCHOOL,
    field="lowestncyeargroup",
    first=FIRST,
    message="Lowest year group is above the highest",
    words=_filled("Lowest year group {} is above the highest, {}", "lowestncyeargroup", "highestncyeargroup"),
)
def years_reversed(tables: Tables) -> Mask:
    """Mark schools whose lowest year group comes after their highest; mixed classes (M) and X have no place."""
    school = tables[SCHOOL]
    places = {row["year"]: int(row["place"]) for row in _rows("years", tables.collection)}
    lowest, highest = (school[f"{end}ncyeargroup"].astype("string").map(places) for end in ("lowest", "highest"))
    return lowest > highest


# --- free meals taken --------------------------------------------------------------------------------------------


@rule(
    "1310",
    severity="error",
    table=SCHOOL,
    field="freemealstaken",
    first=FIRST,
    terms="spring",
    message="Number of free meals taken on census day is missing or below nought",
)
def meals_missing(tables: Tables) -> Mask:
    """Mark schools without the number of free meals taken on census day, or with one below nought."""
    school = tables[SCHOOL]
    return missing(school, "freemealstaken") | (school["freemealstaken"] < 0)


def _eligible(tables: Tables) -> Counts:
    """Return how many pupils on roll of each school have an FSM period on census day."""
    day = tables.calendar.census_day
    return counts(tables, tables[PUPILS]["is_on_roll"] & has_period(tables, day, day), owners=SCHOOL)


def _meal_words(tables: Tables, field: str, places: NDArray[np.int64]) -> Sequence[str]:
    taken, eligible = tables[SCHOOL][field].iloc[places], _eligible(tables)[places]
    return [
        f"Free meals taken on census day: {meals:,}; pupils on roll eligible on that day: {pupils:,}"
        for meals, pupils in zip(taken, eligible, strict=True)
    ]


@rule(
    "1320Q",
    severity="query",
    table=SCHOOL,
    field="freemealstaken",
    first=FIRST,
    terms="spring",
    message="More free meals were taken on census day than pupils are eligible",
    words=_meal_words,
)
def meals_exceed_pupils(tables: Tables) -> Mask:
    """Mark schools with more free meals taken than pupils on roll with an FSM period on census day."""
    return tables[SCHOOL]["freemealstaken"] > _eligible(tables)
