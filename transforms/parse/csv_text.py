"""CSV to text columns, nothing guessed: no types, no nulls, no stripping.

pyarrow reads fast and forgives too much: an unclosed quotation mark swallows the rest of the file into one value. Where
the file has quotation marks at all, Python's strict reader walks it first.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from schemas.errors import Unreadable
from schemas.received import Note
from transforms.parse.encoding import utf8_csv

_MOST_BYTES = 2**31 - 2
# pyarrow names columns f0, f1, … where a file's own header row is read as a row.
_ALL_TEXT = {f"f{i}": pa.string() for i in range(2000)}


@dataclass(frozen=True)
class TextCsv:
    """One CSV as text: the header row as written, the rows by position, and the rows of another width."""

    header: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    row_numbers: pa.Array
    other_width: pa.Table
    notes: tuple[Note, ...]

    @property
    def rows(self) -> int:
        """Count the rows under the header that have its width."""
        return len(self.row_numbers)


def read_text_csv(data: bytes, *, source_file: str) -> TextCsv:
    """Read a CSV as text, rows numbered from 1 under the header; a row of another width is kept apart as one text.

    Raises:
        Unreadable: when the file is empty, not text, or its quotation marks do not close.
    """
    text, notes = utf8_csv(data, source_file=source_file)
    if len(text) > _MOST_BYTES:
        raise Unreadable(f"{source_file} is over 2 GB; split it by school.")
    _hold_to_quoting(text, source_file)
    odd: list[tuple[int, str]] = []

    def keep_apart(row: arrow_csv.InvalidRow) -> str:
        odd.append((row.number - 1, row.text))
        return "skip"

    table = _read(text, source_file, keep_apart)
    header = tuple(column[0].as_py() for column in table.columns)
    numbers = np.arange(1, table.num_rows + len(odd), dtype=np.int64)
    apart = pa.array((number for number, _ in odd), pa.int64())
    kept = numbers[~np.isin(numbers, apart.to_numpy())]
    other_width = pa.table({"row": apart, "text": pa.array((text for _, text in odd), pa.string())})
    if odd:
        notes += (Note("row of another width", "row", len(odd), source_file),)
    return TextCsv(header, tuple(table.slice(1).columns), pa.array(kept), other_width, notes)


def _read(text: bytes, source_file: str, keep_apart: arrow_csv.InvalidRowHandler) -> pa.Table:
    ended = text if text.endswith(b"\n") else text + b"\n"
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(ended),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, autogenerate_column_names=True, block_size=len(ended) + 1
            ),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=keep_apart),
            convert_options=arrow_csv.ConvertOptions(null_values=[], strings_can_be_null=False, column_types=_ALL_TEXT),
        )
    except pa.ArrowInvalid:  # its message may hold a row
        raise Unreadable(f"{source_file} is no CSV that can be read; export it again.") from None


def _hold_to_quoting(text: bytes, source_file: str) -> None:
    if b'"' not in text:
        return
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline=""), strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error:
        raise Unreadable(
            f"{source_file} has a quotation mark that does not close or close rightly, near line {reader.line_num}; "
            "export it again."
        ) from None
