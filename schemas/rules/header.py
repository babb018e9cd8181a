"""Rules on the header of a return (docs/sources.md S14)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.model import HEADER
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.tables import Tables

FIRST = "2024-autumn"


def _reference_date(tables: Tables, field: str, places: NDArray[np.int64]) -> Sequence[str]:
    """Say which day the header names, and which is census day."""
    due = f"census day of {tables.collection} is {tables.calendar.census_day.isoformat()}"
    named = tables[HEADER][field].iloc[places].astype("string")
    return [f"Reference date is {day}; {due}" for day in named.fillna("missing")]


@rule(
    "100",
    severity="error",
    table=HEADER,
    field="referencedate",
    first=FIRST,
    message="Reference date is missing or not the census day of the collection",
    words=_reference_date,
)
def reference_date_wrong(tables: Tables) -> Mask:
    """Mark returns whose header has no reference date, or another day than census day."""
    header = tables[HEADER]
    return missing(header, "referencedate") | (header["referencedate"] != tables.calendar.census_day)
