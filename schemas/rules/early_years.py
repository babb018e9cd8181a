"""Early years rules: pupil premium, and hours at the wrong age (docs/sources.md S1, S13, S19); limits: `hours`."""

from __future__ import annotations

from schemas.rules.bands import aged, in_stage, of_age, year_groups
from schemas.rules.forms import of_form
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing, provided
from schemas.tables import Tables

FIRST = "2024-autumn"
RECEIVED, NOT_RECEIVED = "Y", "N"  # EYPP receipt (S3)


# --- ages of the term --------------------------------------------------------------------------------------------


def three_year_olds(tables: Tables) -> Mask:
    """Mark the three-year-olds of a term, by the birth windows that DfE prints for rule 3100 (S19).

    Three by the day from which the term's early years funding runs (31 August, 31 December, 31 March), and not yet
    four on 31 August; a child who turned four in the nursery year still counts (S13).
    """
    not_four = ~of_age(tables, "four-year-old", on=tables.calendar.age_day)
    return of_age(tables, "three-year-old", on=tables.calendar.early_years_day) & not_four


# --- pupil premium -----------------------------------------------------------------------------------------------


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

    That 1846 uses the birth windows of 3100 is inferred. Rule 1848 has the older ones. In force where the collection
    holds the item (every term since summer 2024).
    """
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & three_year_olds(tables) & missing(pupils, "eyppr")


@rule(
    "1848",
    severity="error",
    table="pupils",
    field="eyppr",
    first=FIRST,
    message="Early years pupil premium receipt is missing for a four-year-old in a nursery year",
)
def eypp_missing_at_four(tables: Tables) -> Mask:
    """Mark pupils on roll in E1, E2, N1 or N2 who count as four-year-olds this term and have no EYPP receipt.

    Four on 31 August, and not yet five by the day from which the term's early years funding runs (S13 prints the births
    from 1 January to 31 August for spring).
    """
    pupils = tables["pupils"]
    not_five = ~of_age(tables, "past early years", on=tables.calendar.early_years_day)
    due = aged(tables, "four-year-old") & not_five & in_stage(tables, "nursery")
    return pupils["is_on_roll"] & due & missing(pupils, "eyppr")


@rule(
    "EYPP-BASIS-MISSING",
    severity="error",
    table="pupils",
    field="eyppbf",
    first=FIRST,
    message="Early years pupil premium is received, but its basis is missing",
)
def eypp_basis_missing(tables: Tables) -> Mask:
    """Mark pupils on roll who receive the EYPP and have no basis for it."""
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & (pupils["eyppr"] == RECEIVED) & missing(pupils, "eyppbf")


@rule(
    "EYPP-BASIS-UNEXPECTED",
    severity="query",
    table="pupils",
    field="eyppbf",
    first=FIRST,
    message="Early years pupil premium is not received, but has a basis",
)
def eypp_basis_unexpected(tables: Tables) -> Mask:
    """Mark pupils on roll who do not receive the EYPP and have a basis for it."""
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & (pupils["eyppr"] == NOT_RECEIVED) & provided(pupils, "eyppbf")


# --- hours at the wrong age --------------------------------------------------------------------------------------


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
    return tables["pupils"]["is_on_roll"] & aged(tables, "past early years")


@rule(
    "3100",
    severity="error",
    table="pupils",
    field="extendedhours",
    first=FIRST,
    message="Extended hours are given at the wrong age, or without an eligibility code",
)
def extended_hours_not_due(tables: Tables) -> Mask:
    """Mark extended hours of pupils on roll who are of another age, or have no eligibility code.

    They are for the three-year-olds of the term, and for those aged 4 on 31 August in E1, E2, N1 or N2. A year group
    that is missing or unknown, or a missing date of birth, leaves the age unjudged; the code is due all the same.
    """
    pupils = tables["pupils"]
    four = aged(tables, "four-year-old")
    elsewhere = pupils["ncyearactual"].isin(sorted(tables.codes("nc_year") - year_groups("nursery", tables.collection)))
    of_other_age = ~three_year_olds(tables) & (~four | elsewhere)
    not_due = of_other_age | missing(pupils, "eligibilitycode")
    return pupils["is_on_roll"] & (pupils["extendedhours"] > 0) & not_due


@rule(
    "ELIGIBILITY-CODE-FORM",
    severity="error",
    table="pupils",
    field="eligibilitycode",
    first=FIRST,
    message="Eligibility code has not 11 digits",
)
def eligibility_code_misshapen(tables: Tables) -> Mask:
    """Mark an eligibility code of other than 11 digits (S35)."""
    return ~of_form(tables["pupils"]["eligibilitycode"], "eligibility_code")
