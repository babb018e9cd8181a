"""ULN rules of the pupil identifiers module (docs/sources.md S6, S13)."""

from __future__ import annotations

from schemas.ages import whole_years
from schemas.identifiers import uln_valid
from schemas.rules.register import Mask, rule
from schemas.rules.rows import repeated
from schemas.tables import Tables

FIRST = "2024-autumn"
ULN_AGE = 14  # S6: a ULN is due from this age


@rule(
    "1570",
    severity="error",
    table="pupils",
    field="uniquelearnernumber",
    first=FIRST,
    message="Unique learner number is missing for a pupil aged 14 or over on census day",
)
def uln_missing_on_roll(tables: Tables) -> Mask:
    """Mark pupils on roll, aged 14 or over on census day, without a ULN."""
    pupils = tables["pupils"]
    old_enough = whole_years(pupils["dob"], on=tables.calendar.census_day) >= ULN_AGE
    return pupils["is_on_roll"] & old_enough & pupils["uniquelearnernumber"].isna()


@rule(
    "1573",
    severity="error",
    table="pupils",
    field="uniquelearnernumber",
    first=FIRST,
    message="Unique learner number is missing for a pupil aged 14 or over on the day of leaving",
)
def uln_missing_off_roll(tables: Tables) -> Mask:
    """Mark pupils no longer on roll, aged 14 or over on the day of leaving, without a ULN."""
    pupils = tables["pupils"]
    old_enough = whole_years(pupils["dob"], on=pupils["leavingdate"]) >= ULN_AGE
    return ~pupils["is_on_roll"] & old_enough & pupils["uniquelearnernumber"].isna()


@rule(
    "1575",
    severity="error",
    table="pupils",
    field="uniquelearnernumber",
    first=FIRST,
    message="Unique learner number has not ten digits, or its check digit is wrong",
)
def uln_invalid(tables: Tables) -> Mask:
    """Mark a ULN, on roll or no longer on roll, that has not ten digits or fails its check digit."""
    return ~uln_valid(tables["pupils"]["uniquelearnernumber"])


@rule(
    "1578",
    severity="error",
    table="pupils",
    field="uniquelearnernumber",
    first=FIRST,
    message="More than one pupil record of the return has this unique learner number",
)
def uln_repeated(tables: Tables) -> Mask:
    """Mark every pupil whose ULN stands on another row of the same return, on roll or no longer on roll."""
    return repeated(tables["pupils"], ["laestab", "uniquelearnernumber"])
