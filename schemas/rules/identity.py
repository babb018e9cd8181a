"""Rules on who a pupil is: names, sex, former UPN, ethnicity, first language.

DfE checks that these are there; its numbers for it were not found, so the ids are ours.
"""

from __future__ import annotations

from functools import partial

from schemas.model import PUPILS
from schemas.rules.bands import aged
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.tables import Tables

_pupil_rule = partial(rule, table=PUPILS, first="2024-autumn")


@_pupil_rule("SURNAME-MISSING", severity="error", field="surname", message="Surname is missing")
def surname_missing(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, without a surname."""
    return missing(tables[PUPILS], "surname")


@_pupil_rule("FORENAME-MISSING", severity="error", field="forename", message="Forename is missing")
def forename_missing(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, without a forename."""
    return missing(tables[PUPILS], "forename")


@_pupil_rule("SEX-MISSING", severity="error", field="sex", message="Sex is missing")
def sex_missing(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, without a sex."""
    return missing(tables[PUPILS], "sex")


@_pupil_rule("FORMER-UPN-SAME", severity="query", field="formerupn", message="Former UPN is the same as the UPN")
def former_upn_same(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, whose former UPN is their UPN.

    The common basic data set prints the opposite (S2), which looks like a slip.
    """
    pupils = tables[PUPILS]
    return pupils["formerupn"] == pupils["upn"]


@_pupil_rule(
    "ETHNICITY-MISSING", severity="error", field="ethnicity", terms="spring", message="Ethnicity is missing in spring"
)
def ethnicity_missing(tables: Tables) -> Mask:
    """Mark pupils on roll without an ethnicity; refused and not yet obtained have codes of their own."""
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & missing(pupils, "ethnicity")


@_pupil_rule(
    "LANGUAGE-MISSING",
    severity="error",
    field="language",
    phases="PS MP MS SS AT SP PR",
    message="First language is missing for a pupil aged 5 or over on 31 August",
)
def language_missing(tables: Tables) -> Mask:
    """Mark pupils on roll, aged 5 or over on 31 August and not in a nursery school, without a first language."""
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & aged(tables, "language due") & missing(pupils, "language")
