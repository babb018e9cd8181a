"""A register or other declared source, as CSV or XLSX, through a column map into text columns."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from schemas.column_maps import ColumnMap
from schemas.errors import Unreadable, UsageError
from schemas.received import Note, RawSource, SetAside
from schemas.sources.model import Source, source
from transforms.parse.csv_text import read_text_csv
from transforms.parse.register_headers import columns_of, has_required, no_header
from transforms.parse.workbook import Sheet, is_workbook, read_sheets

_ROWS_SEARCHED = 20
_BYTES_SEARCHED = 1 << 17


@dataclass(frozen=True)
class _Rows:
    """A header and the rows under it as columns of text, with their numbers and what was set aside."""

    header: tuple[str, ...]
    columns: tuple[pa.ChunkedArray | pa.Array, ...]
    numbers: pa.Array
    notes: tuple[Note, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


def read_register(data: bytes, *, source_file: str, column_map: ColumnMap, source: Source) -> RawSource:
    """Read one file of a source into our columns, all text; `record` is the row's place under the header.

    Raises:
        Unreadable: when the file is damaged, protected, empty, or its header row is not the source's.
    """
    if column_map.source != source.id:
        raise UsageError(f"The column map is one of {column_map.source}, not of {source.id}; give the right one.")
    rows = _workbook(data, source_file, column_map) if is_workbook(data) else _csv(data, source_file, column_map)
    columns = columns_of(rows.header, column_map, source_file=source_file)
    _hold_to_headed(rows, columns, source_file)
    named = {name: text for name, text in zip(columns, rows.columns, strict=True) if name is not None}
    ordered = {name: named[name] for name in source.column_names if name in named}
    table, blank = _without_blank_rows(pa.table({"record": rows.numbers, **ordered}))
    notes = rows.notes + ((Note("blank row", "row", blank, source_file),) if blank else ())
    missing = (name for name in source.column_names if name not in named)
    notes += tuple(Note("missing column", name, 1, source_file) for name in missing)
    return RawSource(source.id, source_file, hashlib.sha256(data).hexdigest(), table, notes, rows.set_aside)


def _csv(data: bytes, source_file: str, column_map: ColumnMap) -> _Rows:
    text = read_text_csv(data, source_file=source_file)
    if not has_required(text.header, column_map):
        # A title above the header is seldom as wide as it, so this looks at the first rows of whatever width.
        first = csv.reader(io.StringIO(data[:_BYTES_SEARCHED].decode("utf-8", errors="replace")))
        _hold_to_first_row(list(itertools.islice(first, _ROWS_SEARCHED)), column_map, source_file)
    apart = text.other_width
    aside = (SetAside(column_map.source, "row of another width", source_file, apart),) if apart.num_rows else ()
    return _Rows(text.header, text.columns, text.row_numbers, text.notes, aside)


def _workbook(data: bytes, source_file: str, column_map: ColumnMap) -> _Rows:
    sheets = read_sheets(data, source_file=source_file)
    sheet = _chosen(sheets, source_file, column_map)
    others = len(sheets) - 1
    notes = (Note("table not recognised", "sheet", others, source_file),) if others else ()
    _hold_to_first_row(sheet.rows[:_ROWS_SEARCHED], column_map, source_file)
    body = sheet.rows[1:]
    columns = tuple(pa.array(column, pa.string()) for column in zip(*body, strict=True))
    if not body:
        columns = tuple(pa.array([], pa.string()) for _ in sheet.rows[0])
    return _Rows(sheet.rows[0], columns, pa.array(range(1, len(body) + 1), pa.int64()), notes)


def _chosen(sheets: Sequence[Sheet], source_file: str, column_map: ColumnMap) -> Sheet:
    """Choose the sheet the map names; else the one whose first row is the header; else the first."""
    if not sheets:
        raise Unreadable(f"{source_file} is empty; export it again.")
    if column_map.sheet:
        named = [sheet for sheet in sheets if sheet.name.casefold() == column_map.sheet.casefold()]
        if not named:
            raise Unreadable(f"{source_file} has no sheet of the name in the column map; mend the map or the workbook.")
        return named[0]
    headed = [sheet for sheet in sheets if has_required(sheet.rows[0], column_map)]
    if len(headed) > 1:
        raise Unreadable(
            f"{source_file} has {len(headed)} sheets with this header; name the right one in the column map."
        )
    return headed[0] if headed else sheets[0]


def _hold_to_first_row(rows: Sequence[Sequence[str]], column_map: ColumnMap, source_file: str) -> None:
    """Say so where the header stands lower down; what is wrong with a header in the first row is said later."""
    headed = [number for number, row in enumerate(rows, start=1) if has_required(row, column_map)]
    if headed and headed[0] > 1:
        raise no_header(source_file, source(column_map.source), at=headed[0])


def _hold_to_headed(rows: _Rows, columns: Sequence[str | None], source_file: str) -> None:
    """Refuse a column without a header that holds anything."""
    unheaded = [
        place
        for place, (name, column) in enumerate(zip(rows.header, columns, strict=True), start=1)
        if column is None and not name.strip() and _holds_anything(rows.columns[place - 1])
    ]
    if unheaded:
        raise Unreadable(f"{source_file} has no header over column {unheaded[0]}, which is not empty; add one.")


def _holds_anything(column: pa.ChunkedArray | pa.Array) -> bool:
    return bool(pc.any(pc.not_equal(pc.utf8_trim_whitespace(column), "")).as_py())


def _without_blank_rows(table: pa.Table) -> tuple[pa.Table, int]:
    """Leave out rows in which every cell is blank (workbooks end in them); their numbers are not given away again."""
    filled = pa.array([False] * table.num_rows, pa.bool_())
    for name in table.column_names[1:]:
        filled = pc.or_(filled, pc.not_equal(pc.utf8_trim_whitespace(table[name]), ""))
    kept = table.filter(filled)
    return kept, table.num_rows - kept.num_rows
