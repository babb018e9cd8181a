"""Text tables as CSV and as a workbook, always the same bytes for the same cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pandas as pd
import xlsxwriter

_MADE = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_UK = "%d/%m/%Y"
_WIDTH = 18

Rows = list[list[str]]


def csv_bytes(rows: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> bytes:
    """Write rows, header first, as CSV with Windows line ends, as case systems export it."""
    sink = io.StringIO(newline="")
    csv.writer(sink).writerows(rows)
    return sink.getvalue().encode(encoding)


def frame_rows(frame: pd.DataFrame) -> Rows:
    """Return a text frame as rows, header first."""
    return [list(frame.columns), *frame.to_numpy(object).tolist()]


def workbook_bytes(rows: Sequence[Sequence[str]], *, sheet: str) -> bytes:
    """Write the same rows as a workbook: text as text, days as real date cells where they are days."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"title": "Synthetic data", "created": _MADE})
    day_format, page = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_worksheet(sheet)
    dated = {place for place, header in enumerate(rows[0]) if _is_date_header(header)}
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            day = _day(text) if number and place in dated else None
            if day is not None:
                page.write_datetime(number, place, datetime(day.year, day.month, day.day), day_format)  # noqa: DTZ001
            elif text:
                page.write_string(number, place, text)
    page.set_column(0, len(rows[0]) - 1, _WIDTH)
    page.freeze_panes(1, 0)
    book.close()
    return sink.getvalue()


def _is_date_header(header: str) -> bool:
    return "date" in header.lower() or header in ("SAO Issued", "SAO Revoked")


def _day(text: str) -> date | None:
    """Return the day that a text is in the English form, if it is one."""
    try:
        return datetime.strptime(text, _UK).date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return None
