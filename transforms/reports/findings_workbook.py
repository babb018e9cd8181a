"""The findings as a workbook, for those who live in Excel: message early, every cell as text, never as a formula.

First sheet: one row per finding. Second sheet: the history of submissions, what was received and what was released.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import xlsxwriter

from transforms.reports.finding_groups import RuleNote

#: What Excel takes: rows of a sheet, the header included, and letters of a cell.
MOST_ROWS = 1_048_576
MOST_LETTERS = 32_000
#: The same findings are the same bytes: the workbook says that it was made on this day.
MADE = datetime(2024, 1, 1)  # noqa: DTZ001  # a workbook's own property has no zone
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NUMBERS = frozenset({"Record", "Row", "Serial", "Rows"})


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet: its heading, the column of the table that it shows, and its width in letters."""

    heading: str
    name: str
    width: int


FINDINGS = (
    SheetColumn("School", "school", 30),
    SheetColumn("LAEstab", "laestab", 10),
    SheetColumn("Rule", "rule", 18),
    SheetColumn("Severity", "severity", 9),
    SheetColumn("Message", "message", 60),
    SheetColumn("What to do", "advice", 60),
    SheetColumn("State", "state", 11),
    SheetColumn("Note", "note", 40),
    SheetColumn("Recurs", "recurs", 8),
    SheetColumn("UPN", "upn", 16),
    SheetColumn("Child id", "child_id", 12),
    SheetColumn("Roll", "roll", 6),
    SheetColumn("Record", "record", 8),
    SheetColumn("Row", "sub_record", 6),
    SheetColumn("Item", "item", 24),
    SheetColumn("Table", "table", 18),
    SheetColumn("File", "source_file", 30),
)
#: One row of the history is one file received or released. Key: event, file, when.
HISTORY = (
    SheetColumn("When", "when", 20),
    SheetColumn("Event", "event", 14),
    SheetColumn("School", "school", 30),
    SheetColumn("LAEstab", "laestab", 10),
    SheetColumn("Serial", "serial", 8),
    SheetColumn("File", "file", 40),
    SheetColumn("Rows", "rows", 8),
    SheetColumn("Under", "under", 24),
    SheetColumn("Remark", "remark", 60),
)
HISTORY_COLUMNS = tuple(column.name for column in HISTORY)


@dataclass(frozen=True)
class Content:
    """The two sheets as tables: the columns that `FINDINGS` and `HISTORY` name."""

    findings: pd.DataFrame
    history: pd.DataFrame


def content(
    findings: pd.DataFrame,
    history: pd.DataFrame,
    *,
    schools: Mapping[str, str],
    notes: Mapping[str, RuleNote],
    items: Mapping[tuple[str, str], str],
) -> Content:
    """Put school names, advice and the names of items beside the findings, and school names beside the history."""
    place = findings["table"].astype("str") + "." + findings["field"].astype("str")
    item = place.map({f"{table}.{column}": name for (table, column), name in items.items()})
    told = findings.assign(
        school=_text(findings["laestab"]).map(schools),
        advice=_text(findings["rule"]).map({rule: note.advice for rule, note in notes.items()}),
        recurs=findings["recurs"].map({True: "yes", False: "no"}),
        item=item.where(item.notna(), _text(findings["field"])),
    )
    return Content(told, history.assign(school=_text(history["laestab"]).map(schools)))


def fill(book: xlsxwriter.Workbook, held: Content, *, most_rows: int = MOST_ROWS) -> None:
    """Write both sheets into a new workbook; what a sheet cannot take is counted in its last row."""
    book.set_properties({"title": "Findings", "comments": "Names pupils: for the school and the LA", "created": MADE})
    _sheet(book, "Findings", FINDINGS, held.findings, most_rows=most_rows)
    _sheet(book, "Submissions", HISTORY, held.history, most_rows=most_rows)


def _sheet(
    book: xlsxwriter.Workbook, name: str, columns: Sequence[SheetColumn], table: pd.DataFrame, *, most_rows: int
) -> None:
    page = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bg_color": "#DDE6EE", "bottom": 1})
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
    page.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        page.write_string(0, place, column.heading, head)
    fits = len(table) if len(table) < most_rows else most_rows - 2
    shown = table.iloc[:fits]
    page.autofilter(0, 0, max(fits, 1), len(columns) - 1)
    cells = [_cells(shown[column.name], number=column.heading in _NUMBERS) for column in columns]
    writers = [page.write_number if column.heading in _NUMBERS else page.write_string for column in columns]
    for number, row in enumerate(zip(*cells, strict=True), start=1):
        for place, value in enumerate(row):
            if value is not None:
                writers[place](number, place, value)
    if more := len(table) - fits:
        page.write_string(fits + 1, 0, f"{more} further rows do not fit on a sheet of Excel; findings.csv holds all.")


def _cells(column: pd.Series, *, number: bool) -> Iterable[object]:
    """Return a column's cells as Excel takes them; None for an empty one."""
    values = column.astype("object") if number else _text(column).str.slice(0, MOST_LETTERS).astype("object")
    cells: list[object] = values.where(column.notna(), None).tolist()
    return cells


def _text(column: pd.Series) -> pd.Series:
    return column.astype("str")
