"""Early years rules: pupil premium, funded hours, hours at setting (docs/sources.md S1, S13, S19)."""

from __future__ import annotations

from schemas.ages import whole_years
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing, provided
from schemas.tables import Tables

FIRST = "2024-autumn"
EYPP_AGE = 3  # S13: "all 3 year olds"
SCHOOL_AGE = 5  # S1: early years hours end at this age


@rule(
    "1846",
    severity="error",
    table="pupils",
    field="eyppr",
    first=FIRST,
    message="Early years pupil premium receipt is missing for a three-year-old",
)
def eypp_missing(tables: Tables) -> Mask:
    """Mark pupils on roll who count as three-year-olds this term and have no EYPP receipt.

    Three-year-olds of a term, by the birth windows that DfE prints for rule 3100 (S19): three by the day from which
    the term's early years funding runs (31 August, 31 December, 31 March), and not yet four on 31 August. That 1846
    uses 3100's windows is inferred; that a child who turned four in the nursery year counts is sourced (S13). Rule 1848
    has the older ones. In force where the collection holds the item (every term since summer 2024).
    """
    pupils, days = tables["pupils"], tables.calendar
    begun = whole_years(pupils["dob"], on=days.early_years_day) >= EYPP_AGE
    not_older = whole_years(pupils["dob"], on=days.age_day) <= EYPP_AGE
    return pupils["is_on_roll"] & begun & not_older & missing(pupils, "eyppr")


@rule(
    "1851",
    severity="error",
    table="pupils",
    field="fundedhours",
    first=FIRST,
    message="Funded hours are given for a pupil aged 5 or over on 31 August",
)
def funded_hours_too_old(tables: Tables) -> Mask:
    """Mark pupils on roll, aged 5 or over on 31 August, with funded hours, nought included (inferred)."""
    return _of_school_age(tables) & provided(tables["pupils"], "fundedhours")


@rule(
    "1854",
    severity="error",
    table="pupils",
    field="hoursatsetting",
    first=FIRST,
    message="Hours at setting are given for a pupil aged 5 or over on 31 August",
)
def hours_at_setting_too_old(tables: Tables) -> Mask:
    """Mark pupils on roll, aged 5 or over on 31 August, with hours at setting, nought included (inferred)."""
    return _of_school_age(tables) & provided(tables["pupils"], "hoursatsetting")


def _of_school_age(tables: Tables) -> Mask:
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & (whole_years(pupils["dob"], on=tables.calendar.age_day) >= SCHOOL_AGE)
