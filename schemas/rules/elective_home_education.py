"""Rules on the elective home education register, under ids of our own (DfE's numbers could not be obtained).

They follow from the tables of DfE's termly return (docs/sources.md, EHE consistency checks), so that the counts made
from the register agree with each other. A child is "open" when home educated on census day: begun by that day and not
ended by it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from schemas.ages import compulsory_school_age
from schemas.contract import BOOLEAN
from schemas.identifiers import uln_valid, upn_valid
from schemas.model import PUPILS
from schemas.rules.register import EHE_REGISTER, Mask, Masks, Predicate, Severity, rule
from schemas.rules.rows import missing, place_of_pupil
from schemas.tables import Tables

FIRST = "2024-autumn"
CENSUS_LINKS = "ehe_census_links"  # transforms.link: child_id, laestab, is_on_roll, record
UNKNOWN_SEX = "Unknown"  # the category of EES
UNSUITABLE = "Unsuitable"  # usual local code, unverified


def ehe(id_: str, severity: Severity, field: str | tuple[str, ...], message: str) -> Callable[[Predicate], Predicate]:
    """Register the function as a rule on the register."""
    return rule(id_, severity=severity, table=EHE_REGISTER, field=field, message=message, first=FIRST, source="ehe")


def open_on_census_day(tables: Tables) -> Mask:
    """Mark episodes open on census day; unknown where a date that decides it is missing or unreadable."""
    register, day = tables[EHE_REGISTER], tables.calendar.census_day
    goes_on = (register["ehe_end_date"] > day) | missing(register, "ehe_end_date")
    return (register["ehe_start_date"] <= day) & goes_on


def repeated_among_open(tables: Tables, column: str) -> Mask:
    """Mark open rows whose value stands on another open row."""
    values = tables[EHE_REGISTER][column].where(open_on_census_day(tables).fillna(value=False))
    return values.duplicated(keep=False) & values.notna()


def _before(register: pd.DataFrame, later: str, earlier: str) -> Mask:
    return register[later] < register[earlier]


# --- children and their numbers ----------------------------------------------------------------------------------


@ehe("EHE-CHILD-REPEATED", "error", "child_id", "Child stands more than once among those home educated on census day")
def child_repeated(tables: Tables) -> Mask:
    """Mark every open row whose child id stands on another open row."""
    return repeated_among_open(tables, "child_id")


@ehe("EHE-UPN-REPEATED", "error", "upn", "UPN stands more than once among those home educated on census day")
def upn_repeated(tables: Tables) -> Mask:
    """Mark every open row whose UPN stands on another open row."""
    return repeated_among_open(tables, "upn")


@ehe("EHE-UPN", "error", ("upn", "former_upn"), "UPN or former UPN is not a valid UPN")
def upn_invalid(tables: Tables) -> Masks:
    """Mark a UPN or former UPN of another form than a UPN's, of no known local authority or with a wrong letter."""
    return {field: ~upn_valid(tables[EHE_REGISTER][field]) for field in ("upn", "former_upn")}


@ehe("EHE-ULN", "error", "uln", "Unique learner number has not ten digits, or its check digit is wrong")
def uln_wrong(tables: Tables) -> Mask:
    """Mark a ULN that has not ten digits or fails its check digit."""
    return ~uln_valid(tables[EHE_REGISTER]["uln"])


# --- who is counted ----------------------------------------------------------------------------------------------


@ehe("EHE-DOB-MISSING", "error", "date_of_birth", "Date of birth is missing, so age and year group are unknown")
def birth_date_missing(tables: Tables) -> Mask:
    """Mark rows without a date of birth."""
    return missing(tables[EHE_REGISTER], "date_of_birth")


@ehe("EHE-AGE", "query", "date_of_birth", "Child home educated on census day is not of compulsory school age")
def not_of_school_age(tables: Tables) -> Mask:
    """Mark open children who are not of compulsory school age on census day; they are not counted."""
    of_age = compulsory_school_age(tables[EHE_REGISTER]["date_of_birth"], on=tables.calendar.census_day)
    return open_on_census_day(tables) & ~of_age


@ehe("EHE-SEX-UNKNOWN", "query", "sex", "Sex is unknown for a child home educated on census day")
def sex_unknown(tables: Tables) -> Mask:
    """Mark open children whose sex is missing or recorded as unknown."""
    register = tables[EHE_REGISTER]
    return open_on_census_day(tables) & (missing(register, "sex") | register["sex"].eq(UNKNOWN_SEX))


@ehe("EHE-UNSUITABLE", "query", "suitability_status", "Education is recorded as unsuitable, which DfE counts as CME")
def unsuitable_but_counted(tables: Tables) -> Mask:
    """Mark open children whose education is recorded as unsuitable; DfE counts them as missing education."""
    return open_on_census_day(tables) & tables[EHE_REGISTER]["suitability_status"].eq(UNSUITABLE)


@ehe("EHE-ON-ROLL", "query", "child_id", "Child home educated on census day is also on a school's roll, part-time")
def on_roll_too(tables: Tables) -> Mask:
    """Mark open children whom links lead to part-time pupils on roll only; without a census nobody can tell.

    A part-time pupil may be in flexible schooling; a child on a roll full time is EHE-FULL-TIME.
    """
    return _on_rolls(tables, full_time=False)


@ehe("EHE-FULL-TIME", "query", "child_id", "Child home educated on census day is on the roll of a school full time")
def on_roll_full_time(tables: Tables) -> Mask:
    """Mark open children whom a link leads to a pupil on roll who is not recorded as part-time."""
    return _on_rolls(tables, full_time=True)


def _on_rolls(tables: Tables, *, full_time: bool) -> Mask:
    """Mark open children who are on a roll: at least once full time, or part-time only."""
    register = tables[EHE_REGISTER]
    if CENSUS_LINKS not in tables or PUPILS not in tables:
        return pd.Series(pd.NA, index=register.index, dtype=BOOLEAN)
    links, pupils = tables[CENSUS_LINKS], tables[PUPILS]
    on_roll = links.loc[links["is_on_roll"].astype(bool)]
    part_time = np.append(pupils["parttime"].fillna(value=False).to_numpy(dtype=bool), False)  # the last: not found
    full = on_roll.loc[~part_time[place_of_pupil(pupils, on_roll)], "child_id"]
    children = register["child_id"]
    here = children.isin(full) if full_time else children.isin(on_roll["child_id"]) & ~children.isin(full)
    return open_on_census_day(tables) & here


# --- reasons -----------------------------------------------------------------------------------------------------


@ehe("EHE-REASON-UNMAPPED", "error", "primary_reason", "Local reason is not mapped to one of DfE's primary reasons")
def reason_unmapped(tables: Tables) -> Mask:
    """Mark rows with a reason as received but none of DfE's; one outside the list in force is a code fault."""
    register = tables[EHE_REGISTER]
    received = register["primary_reason_local"].notna() | ~missing(register, "primary_reason")
    return register["primary_reason"].isna() & received


@ehe("EHE-REASON-MISSING", "query", "primary_reason", "Child home educated on census day has no primary reason")
def reason_missing(tables: Tables) -> Mask:
    """Mark open children for whom no reason was received at all; DfE's list has "Unknown" for that."""
    register = tables[EHE_REGISTER]
    return open_on_census_day(tables) & missing(register, "primary_reason") & register["primary_reason_local"].isna()


# --- dates -------------------------------------------------------------------------------------------------------


@ehe("EHE-START-MISSING", "error", "ehe_start_date", "Start date is missing, so the child cannot be counted")
def start_missing(tables: Tables) -> Mask:
    """Mark rows without a start date."""
    return missing(tables[EHE_REGISTER], "ehe_start_date")


@ehe("EHE-END-BEFORE-START", "error", "ehe_end_date", "End date is before the start date")
def end_before_start(tables: Tables) -> Mask:
    """Mark rows that end before they start."""
    return _before(tables[EHE_REGISTER], "ehe_end_date", "ehe_start_date")


@ehe("EHE-SAO-BEFORE-NOTICE", "error", "sao_issued_date", "School attendance order is issued before the s437 notice")
def order_before_notice(tables: Tables) -> Mask:
    """Mark rows whose school attendance order is issued before the s437(1) notice."""
    return _before(tables[EHE_REGISTER], "sao_issued_date", "s437_notice_date")


@ehe("EHE-SAO-REVOKED-EARLY", "error", "sao_revoked_date", "School attendance order is revoked before it is issued")
def order_revoked_before_issue(tables: Tables) -> Mask:
    """Mark rows whose school attendance order is revoked before it is issued."""
    return _before(tables[EHE_REGISTER], "sao_revoked_date", "sao_issued_date")
