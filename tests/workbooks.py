"""Workbooks without what the clock wrote into them: the times of the history of submissions."""

import io
import json

from python_calamine import CalamineWorkbook

HISTORY = "Submissions"
_CLOCK = ("When", "Remark")
_RELEASED = "released"  # what the ledger held when the run was made, which is not the run's own


def sheets_of(data):
    """Return the sheets of a workbook, each as its rows."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def rows_of_sheet(data, name):
    """Return the rows of one sheet by heading."""
    head, *body = sheets_of(data)[name]
    return [dict(zip(head, row, strict=False)) for row in body]


def without_times(data):
    """Return the content of a findings workbook as text, without its times and what had been released before."""
    rows = [row for row in rows_of_sheet(data, HISTORY) if row["Event"] != _RELEASED]
    history = [{name: cell for name, cell in row.items() if name not in _CLOCK} for row in rows]
    rest = {name: rows for name, rows in sheets_of(data).items() if name != HISTORY}
    return json.dumps({"history": sorted(history, key=str), **rest}, sort_keys=True, default=str)
