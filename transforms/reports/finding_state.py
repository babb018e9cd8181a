"""Where a finding stands: an error, a query, or a query that the school has explained; and whether it recurs.

The columns `recurs` (there was the same finding last time), `state` and `note` (the school's explanation) are added to
the findings by stages that not every run has; without them nothing recurs and nothing is explained.
"""

from __future__ import annotations

import pandas as pd

ERROR, QUERY, EXPLAINED = "error", "query", "explained"
RECURS, STATE, NOTE = "recurs", "state", "note"
#: Columns that a later stage may have added to the findings, in the order in which they are written.
FURTHER = (RECURS, STATE, NOTE)


def further_columns(findings: pd.DataFrame) -> tuple[str, ...]:
    """Return those of the further columns that these findings have."""
    return tuple(name for name in FURTHER if name in findings.columns)


def standing(findings: pd.DataFrame) -> pd.Series:
    """Say of each finding `error`, `query` or `explained`; an error stays one whatever was written about it."""
    severity = text(findings["severity"])
    if STATE not in findings.columns:
        return severity
    return severity.mask(severity.eq(QUERY) & text(findings[STATE]).eq(EXPLAINED), EXPLAINED)


def recurring(findings: pd.DataFrame) -> pd.Series:
    """Say of each finding whether the last collection had it too."""
    if RECURS not in findings.columns:
        return pd.Series(data=False, index=findings.index)
    told = findings[RECURS]
    if pd.api.types.is_numeric_dtype(told.dtype):  # bool, or how often
        return told.gt(0).fillna(value=False).astype(bool)
    return ~text(told).isin(["", "no", "false"])


def text(column: pd.Series) -> pd.Series:
    """Return a column as text, blank where there is nothing."""
    written = column.astype("str")
    return written.mask(written.isna(), "")
