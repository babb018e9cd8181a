"""Rules on planned hours and GCSE prior attainment of post-16 pupils (docs/sources.md S8, S9, S11, S40): autumn only.

Hours that did not come count as nought; hours that could not be read leave a sum unknown, and nothing is said of it.
"""

from __future__ import annotations

from functools import reduce
from operator import add, or_

import pandas as pd

from schemas.rules.children import may_be
from schemas.rules.register import Mask, rule
from schemas.rules.rows import has_rows, missing
from schemas.rules.thresholds import codes, threshold
from schemas.tables import Tables

FIRST = "2024-autumn"
AIMS = "learningaims"
PROGRAMMES = "programmeaims"
PREVIOUS = ("qualhrspreviousyear", "nonqualhrspreviousyear")
PLANNED = ("qualhrs", "nonqualhrs")
T_LEVEL = ("tlevelqualhrs", "tlevelnonqualhrs")


def _hours(tables: Tables, fields: tuple[str, ...]) -> pd.Series:
    """Return each pupil's sum of hours; null where one of them could not be read."""
    pupils = tables["pupils"]
    return reduce(add, (pupils[name].mask(missing(pupils, name), 0) for name in fields))


def _of_type(tables: Tables, table: str, kind: str) -> Mask:
    """Mark aims of a programme type, and those whose unknown type could be it (the code's own rule reports them)."""
    return may_be(tables[table]["progtype"], codes("post_16", kind), tables.codes("programme_type"))


@rule(
    "1889",
    severity="error",
    table="pupils",
    field="qualhrspreviousyear",
    first=FIRST,
    terms="autumn",
    message="Planned hours of the previous year are more than 4,000",
)
def previous_hours_too_many(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, with more hours planned last year than a year has room for."""
    return _hours(tables, PREVIOUS) > threshold("post_16", "most_hours")


@rule(
    "1893Q",
    severity="query",
    table="pupils",
    field="qualhrspreviousyear",
    first=FIRST,
    terms="autumn",
    message="Planned hours of the previous year are fewer than 40",
)
def previous_hours_few(tables: Tables) -> Mask:
    """Mark pupils on roll with such hours, and leavers with an aim ended by 31 July, whose sum is below 40.

    The words of the rule ask for hours "where present" on roll only: a leaver whose aim ended in a past year and who
    came without hours is marked.
    """
    pupils, aims = tables["pupils"], tables[AIMS]
    present = reduce(or_, (~missing(pupils, name) for name in PREVIOUS))
    ended = has_rows(tables, AIMS, aims["learningactualenddate"] < tables.calendar.year_first)
    asked = (pupils["is_on_roll"] & present) | (~pupils["is_on_roll"] & ended)
    return asked & (_hours(tables, PREVIOUS) < threshold("post_16", "few_hours"))


@rule(
    "1894",
    severity="error",
    table="pupils",
    field="tlevelqualhrs",
    first=FIRST,
    terms="autumn",
    message="T level aim of this year without T level hours",
)
def t_level_hours_missing(tables: Tables) -> Mask:
    """Mark pupils with a T level aim of this academic year and no T level hours.

    Of this year: the aim's start date is missing, or on or after 1 August (the printed words name the day before).
    """
    aims = tables[AIMS]
    current = missing(aims, "learningstartdate") | (aims["learningstartdate"] >= tables.calendar.year_first)
    t_level = aims["progtype"].isin(codes("post_16", "t_level"))
    return has_rows(tables, AIMS, t_level & current) & (_hours(tables, T_LEVEL) == 0)


@rule(
    "1895",
    severity="error",
    table="pupils",
    field="tlevelqualhrs",
    first=FIRST,
    terms="autumn",
    message="T level hours without a T level aim",
)
def t_level_hours_unexpected(tables: Tables) -> Mask:
    """Mark pupils with T level hours and no learning aim of a T level programme."""
    return (_hours(tables, T_LEVEL) > 0) & ~has_rows(tables, AIMS, _of_type(tables, AIMS, "t_level"))


@rule(
    "1896",
    severity="error",
    table="pupils",
    field="tlevelqualhrs",
    first=FIRST,
    terms="autumn",
    message="T level and study programme hours without a programme aim of each",
)
def both_hours_without_both_aims(tables: Tables) -> Mask:
    """Mark pupils with T level hours and other hours who lack a programme aim of the one or the other."""
    both = (_hours(tables, T_LEVEL) > 0) & (_hours(tables, PLANNED) > 0)
    t_level = has_rows(tables, PROGRAMMES, _of_type(tables, PROGRAMMES, "t_level"))
    study = has_rows(tables, PROGRAMMES, _of_type(tables, PROGRAMMES, "study_programme"))
    return both & ~(t_level & study)


@rule(
    "1993",
    severity="error",
    table="pupils",
    field="qualhrs",
    first=FIRST,
    terms="autumn",
    message="Planned hours without a study programme aim",
)
def planned_hours_unexpected(tables: Tables) -> Mask:
    """Mark pupils with planned hours, T level hours left out, and no learning aim of a study programme."""
    study = has_rows(tables, AIMS, _of_type(tables, AIMS, "study_programme"))
    return (_hours(tables, PLANNED) > 0) & ~study


@rule(
    "1997",
    severity="error",
    table="pupils",
    field="qualhrs",
    first=FIRST,
    terms="autumn",
    message="Planned hours of this year are more than 4,000",
)
def planned_hours_too_many(tables: Tables) -> Mask:
    """Mark pupils with more hours planned this year than a year has room for, T level hours left out."""
    return _hours(tables, PLANNED) > threshold("post_16", "most_hours")


@rule(
    "PLANNED-HOURS-MISSING",
    severity="error",
    table="pupils",
    field="qualhrs",
    first=FIRST,
    terms="autumn",
    message="Learning aim of a pupil on roll without any planned hours",
)
def planned_hours_missing(tables: Tables) -> Mask:
    """Mark pupils on roll who have a learning aim and neither planned hours nor T level hours."""
    nothing = _hours(tables, PLANNED + T_LEVEL) == 0
    return tables["pupils"]["is_on_roll"] & has_rows(tables, AIMS) & nothing


@rule(
    "3020Q",
    severity="query",
    table="pupils",
    field="mathsgcsefundingexemption",
    first=FIRST,
    terms="autumn",
    message="Mathematics GCSE below grade 4 and no funding exemption",
)
def mathematics_without_exemption(tables: Tables) -> Mask:
    """Mark pupils whose best mathematics GCSE grade is below 4 (or C) and who have no funding exemption."""
    return _below_4_without_exemption(tables, "mathsgcse")


@rule(
    "3030Q",
    severity="query",
    table="pupils",
    field="englishgcsefundingexemption",
    first=FIRST,
    terms="autumn",
    message="English GCSE below grade 4 and no funding exemption",
)
def english_without_exemption(tables: Tables) -> Mask:
    """Mark pupils whose best English GCSE grade is below 4 (or C) and who have no funding exemption."""
    return _below_4_without_exemption(tables, "englishgcse")


def _below_4_without_exemption(tables: Tables, subject: str) -> Mask:
    pupils = tables["pupils"]
    below = pupils[f"{subject}highestpriorattainment"].isin(codes("post_16", "grades_below_4"))
    return below & pupils[f"{subject}fundingexemption"].isin(codes("post_16", "not_exempt"))
