"""UPN rules of the pupil identifiers module (docs/sources.md S4, S5).

A missing UPN is reported by 1500 alone: the other rules say nothing about that row. A wrong length is 1510's matter;
1530, 1540 and 1550 each judge the characters that are there, whatever the others say.
"""

from __future__ import annotations

import pandas as pd

from schemas.identifiers import (
    upn_la_known,
    upn_last_known,
    upn_length_right,
    upn_letter_right,
    upn_middle_numeric,
)
from schemas.rules.register import Mask, Masks, rule
from schemas.rules.rows import repeated
from schemas.tables import Tables

FIRST = "2024-autumn"


def _upns(tables: Tables) -> dict[str, pd.Series]:
    """Return UPN and former UPN, both null where the UPN is missing."""
    pupils = tables["pupils"]
    return {"upn": pupils["upn"], "formerupn": pupils["formerupn"].where(pupils["upn"].notna())}


@rule("1500", severity="error", table="pupils", field="upn", first=FIRST, message="UPN is missing")
def upn_missing(tables: Tables) -> Mask:
    """Mark every pupil, on roll or no longer on roll, without a UPN."""
    return tables["pupils"]["upn"].isna()


@rule(
    "1510",
    severity="error",
    table="pupils",
    field=("upn", "formerupn"),
    first=FIRST,
    message="UPN or former UPN is invalid: its length or its check letter is wrong",
)
def upn_letter_wrong(tables: Tables) -> Masks:
    """Mark a UPN or former UPN that has not 13 characters, or whose check letter can be computed and is another."""
    return {field: ~upn_letter_right(upn) | ~upn_length_right(upn) for field, upn in _upns(tables).items()}


@rule(
    "1520",
    severity="error",
    table="pupils",
    field="upn",
    first=FIRST,
    message="More than one pupil record of the return has this UPN",
)
def upn_repeated(tables: Tables) -> Mask:
    """Mark every pupil whose UPN stands on another row of the same return, on roll or no longer on roll."""
    return repeated(tables["pupils"], ["laestab", "upn"])


@rule(
    "1530",
    severity="error",
    table="pupils",
    field=("upn", "formerupn"),
    first=FIRST,
    message="UPN or former UPN is invalid: characters 2 to 4 are not a local authority number",
)
def upn_la_unknown(tables: Tables) -> Masks:
    """Mark a UPN or former UPN whose characters 2-4 are no local authority's number (nor a pseudo one)."""
    return {field: ~upn_la_known(upn) for field, upn in _upns(tables).items()}


@rule(
    "1540",
    severity="error",
    table="pupils",
    field="upn",
    first=FIRST,
    message="UPN is invalid: characters 5 to 12 are not all digits",
)
def upn_middle_not_numeric(tables: Tables) -> Mask:
    """Mark a UPN with anything but digits among characters 5-12."""
    return ~upn_middle_numeric(tables["pupils"]["upn"])


@rule(
    "1550",
    severity="error",
    table="pupils",
    field="upn",
    first=FIRST,
    message="UPN is invalid: character 13 is neither a digit nor a letter that UPNs use",
)
def upn_last_unknown(tables: Tables) -> Mask:
    """Mark a UPN whose character 13 is neither a digit nor one of the 23 letters (no I, O, S)."""
    return ~upn_last_known(tables["pupils"]["upn"])
