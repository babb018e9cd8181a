"""Pupil status rules: entry and leaving (docs/sources.md S14)."""

from __future__ import annotations

from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.tables import Tables

FIRST = "2024-autumn"


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
