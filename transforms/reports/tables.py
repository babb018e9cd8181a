"""Plain files of our reports: CSV that is safe to open in a spreadsheet, and JSON; both as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pandas as pd

from transforms.reports.csv_lines import csv_lines, csv_of
from transforms.reports.finding_state import further_columns

#: Columns of findings.csv: those that people script against, in their order, then what we added.
FINDINGS_COLUMNS = (
    "rule",
    "severity",
    "laestab",
    "upn",
    "child_id",
    "table",
    "record",
    "sub_record",
    "field",
    "message",
    "source_file",
    "roll",
    "state",
    "note",
    "recurs",
)

# A spreadsheet takes a cell that begins so for a formula (=, +, -, @, also in full width), or hides what follows
# (tab, carriage return, other control characters).
_FORMULA = r"^[=+\-@\u0000-\u001f\u007f\uff1d\uff0b\uff0d\uff20]"


def formula_safe(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before every text cell that a spreadsheet would run as a formula; for our own reports only.

    True and false become yes and no.
    """
    changed = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column.dtype):
            changed[name] = column.map({True: "yes", False: "no"}).astype("str")
            continue
        if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
            continue
        text = column.astype("string")
        risky = text.str.contains(_FORMULA, regex=True, na=False).astype(bool)
        if risky.any():
            changed[name] = text.mask(risky, "'" + text)
    return frame.assign(**changed)


def report_csv(frame: pd.DataFrame, columns: Sequence[str]) -> bytes:
    """Write the named columns as formula-safe CSV: UTF-8 without a byte-order mark, lines ended by CR LF (RFC 4180).

    With CR LF a carriage return within a cell is quoted, so that no value begins a line of its own. Without a mark
    `csv` and every database read the first column's name as it is; Excel opens the file by Data, From Text/CSV.
    """
    safe = formula_safe(frame.loc[:, list(columns)])
    written: str = safe.to_csv(index=False, lineterminator="\r\n")
    return written.encode("utf-8")


def findings_columns(findings: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns of findings.csv for a run: those promised, then those that a stage of this run added."""
    return (*FINDINGS_COLUMNS, *(name for name in further_columns(findings) if name not in FINDINGS_COLUMNS))


def findings_csv(findings: pd.DataFrame) -> bytes:
    """Write findings.csv: one row per finding, all of them, in the order given."""
    columns = list(findings_columns(findings))
    return csv_of(columns, csv_lines(findings.loc[:, columns]))


def report_json(content: Mapping[str, object] | Sequence[object]) -> bytes:
    """Write JSON that a person can read and a program can compare: two spaces, the order given, a final line feed.

    Raises:
        ValueError: when a number is not finite, or the content holds what JSON cannot say.
    """
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")
