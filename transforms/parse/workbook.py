"""XLSX to text rows: text stays text, real dates and numbers are written out plainly."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from schemas.errors import Unreadable
from transforms.parse.archives import open_zip

ZIP_MARK = b"PK\x03\x04"
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")

Cell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True)
class Sheet:
    """One sheet as text, every row as wide as the widest."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def is_workbook(data: bytes) -> bool:
    """Say whether the bytes are a workbook, new or old or protected, whatever the file is called."""
    return data.startswith((ZIP_MARK, _OLE_MARK))


def read_sheets(data: bytes, *, source_file: str) -> tuple[Sheet, ...]:
    """Read every sheet that holds anything.

    Raises:
        Unreadable: when the workbook is protected, of the old form, damaged or hostile.
    """
    if data.startswith(_OLE_MARK):
        if _ENCRYPTED_PART in data:
            raise Unreadable(f"{source_file} is protected by a password; save it without one and run again.")
        raise Unreadable(f"{source_file} is a workbook of the old form (.xls); save it as .xlsx or CSV.")
    open_zip(data, name=source_file).close()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except CalamineError:  # its message may quote the workbook
        raise Unreadable(f"{source_file} is damaged and cannot be read as a workbook; save it again.") from None
    return tuple(Sheet(name, tuple(_texts(row) for row in rows)) for name, rows in sheets if rows)


def _texts(row: list[Cell]) -> tuple[str, ...]:
    return tuple(cell if isinstance(cell, str) else _written(cell) for cell in row)


def _written(cell: Cell) -> str:
    """Write a cell that is no text: whole numbers without `.0`, dates as ISO, yes and no as true and false."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return str(cell)
