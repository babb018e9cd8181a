"""Pupil status rules: entry and leaving (docs/sources.md S14), enrolment, year group, class and part time (S1, S2)."""

from __future__ import annotations

from schemas.rules.bands import aged
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.tables import Tables

FIRST = "2024-autumn"
NOT_A_BOARDER = "N"  # CBDS 100067 (S2)
NURSERY_CLASS = "N"  # CBDS 100325 (S2)


@rule(
    "1880",
    severity="error",
    table="pupils",
    field="entrydate",
    first=FIRST,
    message="Entry date is missing or after census day",
)
def entry_date_wrong(tables: Tables) -> Mask:
    """Mark pupils whose entry date is missing or after census day.

    On roll and no longer on roll: the item is collected for both and the sources name neither (inferred).
    """
    pupils = tables["pupils"]
    return missing(pupils, "entrydate") | (pupils["entrydate"] > tables.calendar.census_day)


@rule(
    "1920",
    severity="error",
    table="pupils",
    field="leavingdate",
    first=FIRST,
    message="Leaving date is missing, not before census day, or before the entry date",
)
def leaving_date_wrong(tables: Tables) -> Mask:
    """Mark pupils no longer on roll whose leaving date is missing, on or after census day, or before entry."""
    pupils = tables["pupils"]
    left = pupils["leavingdate"]
    wrong = missing(pupils, "leavingdate") | (left >= tables.calendar.census_day) | (left < pupils["entrydate"])
    return ~pupils["is_on_roll"] & wrong


@rule(
    "ENROL-STATUS-MISSING",
    severity="error",
    table="pupils",
    field="enrolstatus",
    first=FIRST,
    message="Enrolment status is missing",
)
def enrolment_missing(tables: Tables) -> Mask:
    """Mark pupils on roll without an enrolment status."""
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & missing(pupils, "enrolstatus")


@rule(
    "NC-YEAR-MISSING",
    severity="error",
    table="pupils",
    field="ncyearactual",
    first=FIRST,
    message="National curriculum year group is missing",
)
def year_group_missing(tables: Tables) -> Mask:
    """Mark pupils on roll without a year group; those outside the national curriculum have a code of their own."""
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & missing(pupils, "ncyearactual")


@rule(
    "PART-TIME-AGE",
    severity="error",
    table="pupils",
    field="parttime",
    first=FIRST,
    message="Pupil aged 5 to 15 on 31 August is part-time",
)
def part_time_of_school_age(tables: Tables) -> Mask:
    """Mark part-time pupils on roll, aged 5 to 15 on 31 August."""
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & pupils["parttime"] & aged(tables, "full time")


@rule(
    "PART-TIME-BOARDER",
    severity="error",
    table="pupils",
    field="boarder",
    first=FIRST,
    message="Part-time pupil is given as a boarder",
)
def part_time_boarder(tables: Tables) -> Mask:
    """Mark part-time pupils, on roll or no longer on roll, with a boarder code other than not a boarder."""
    pupils = tables["pupils"]
    boarders = tables.codes("boarder") - {NOT_A_BOARDER}
    return pupils["parttime"] & pupils["boarder"].isin(sorted(boarders))


@rule(
    "CLASS-TYPE-AGE",
    severity="error",
    table="pupils",
    field="classtype",
    first=FIRST,
    message="Pupil aged 6 or over on 31 August is in a nursery class",
)
def nursery_class_too_old(tables: Tables) -> Mask:
    """Mark pupils on roll, aged 6 or over on 31 August, whose class is a nursery class."""
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & (pupils["classtype"] == NURSERY_CLASS) & aged(tables, "past nursery class")
