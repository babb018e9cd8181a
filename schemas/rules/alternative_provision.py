"""Rules on pupils of alternative provision schools: how they came there (docs/sources.md S17, S18)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.model import HEADER
from schemas.rules.children import rows_of
from schemas.rules.codes import code_words, unknown_or_old
from schemas.rules.forms import of_form
from schemas.rules.register import Mask, rule
from schemas.rules.returns import counts, over_returns
from schemas.rules.rows import has_rows, missing
from schemas.rules.thresholds import codes
from schemas.tables import Tables

FIRST = "2024-autumn"
PLACEMENTS = "approvisiondetail"
MISSING_REASON = "Reason of the alternative provision placement is missing"


@rule(
    "2360",
    severity="error",
    table=PLACEMENTS,
    field="prevurn",
    first=FIRST,
    message="URN of the previous school has not six digits",
)
def previous_urn_form(tables: Tables) -> Mask:
    """Mark placements whose previous school's URN is given and has not the form of a URN."""
    return ~of_form(tables[PLACEMENTS]["prevurn"], "urn")


def _reason_words(tables: Tables, field: str, places: NDArray[np.int64]) -> Sequence[str]:
    said = code_words(tables, field, places, table=PLACEMENTS)
    without = tables[PLACEMENTS][field].isna().to_numpy()[places]
    return [MISSING_REASON if absent else words for words, absent in zip(said, without, strict=True)]


@rule(
    "2361",
    severity="error",
    table=PLACEMENTS,
    field="apreason",
    first=FIRST,
    message="Reason of the alternative provision placement is missing or not in the code set",
    words=_reason_words,
    judges_codes=True,
)
def reason_wrong(tables: Tables) -> Mask:
    """Mark placements whose reason is missing or not a code of this collection."""
    return missing(tables[PLACEMENTS], "apreason") | unknown_or_old(tables, PLACEMENTS, "apreason")


@rule(
    "2363",
    severity="error",
    table=PLACEMENTS,
    field="apreason",
    first=FIRST,
    message="Placed by an education, health and care plan, which SEN provision does not show",
)
def plan_not_shown(tables: Tables) -> Mask:
    """Mark placements of pupils on roll made by a plan where the pupil's SEN provision is known and another."""
    provision = tables["pupils"]["senprovision"]
    others = tables.codes("sen_provision").difference(codes("alternative_provision", "has_plan"))
    no_plan = tables["pupils"]["is_on_roll"] & provision.isin(list(others))
    by_plan = tables[PLACEMENTS]["apreason"].isin(codes("alternative_provision", "placed_by_plan"))
    return by_plan & rows_of(tables, PLACEMENTS, no_plan)


@rule(
    "3131",
    severity="error",
    table="pupils",
    field="enrolstatus",
    first=FIRST,
    phases="PR",
    message="Single-registered pupil of an alternative provision school without placement details",
)
def placement_missing(tables: Tables) -> Mask:
    """Mark pupils on roll of a pupil referral unit or AP school, registered nowhere else, without a placement."""
    pupils = tables["pupils"]
    single = pupils["enrolstatus"].isin(codes("alternative_provision", "single_registered"))
    return pupils["is_on_roll"] & single & ~has_rows(tables, PLACEMENTS)


@rule(
    "4016Q",
    severity="query",
    table=HEADER,
    field="estab",
    first=FIRST,
    phases="PR",
    message="Return of an alternative provision school without any placement",
)
def no_placement(tables: Tables) -> Mask:
    """Mark returns of pupil referral units and AP schools without any placement (that it is these is inferred)."""
    rows = tables[PLACEMENTS]
    return over_returns(tables, counts(tables, rows["laestab"].notna(), of=PLACEMENTS) == 0)
