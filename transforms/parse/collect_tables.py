"""COLLECT's CSV tables, each recognised by its headers and taken into our columns, still as text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.collection import Collection
from schemas.errors import Unreadable
from schemas.model import FieldType, Roll, TableDef, all_fields, all_tables, model_for
from schemas.received import Note
from transforms.parse.csv_text import TextCsv

SCHOOL_COLUMN = "nativeid"
ID = "_id"
PARENT_ID = "_parent_id"
NATIVE = "_native_id"
FILE = "_file"
UNREAD = "_unread"
_ID_ENDING, _ORDER_ENDING = "tableid", "orderseqcolumn"
_WHOLE = r"^(-?[0-9]+)\.0+$"
_WHOLE_TYPES = frozenset({FieldType.INTEGER, FieldType.CODE, FieldType.BOOLEAN})


@dataclass(frozen=True)
class CollectTable:
    """COLLECT's name of a table, and ours."""

    collect_name: str
    table: str
    roll: Roll


@dataclass(frozen=True)
class Taken:
    """One CSV in our columns: `_id`, `_parent_id`, `_native_id`, `_file`, `_unread` and the fields."""

    of: CollectTable
    rows: pa.Table
    notes: tuple[Note, ...]


@cache
def collect_tables() -> Mapping[str, CollectTable]:
    """Return COLLECT's table names of every term."""
    named = {}
    for table in all_tables():
        for roll, names in (("on", table.collect_on), ("off", table.collect_off)):
            for name in names.values():
                named[name] = CollectTable(name, table.name, "on" if roll == "on" else "off")
    return named


def recognise_table(header: Sequence[str]) -> CollectTable | None:
    """Return the COLLECT table that a header row belongs to: it names the table in its id and order columns."""
    columns = {name.strip().lower() for name in header}
    if SCHOOL_COLUMN not in columns:
        return None
    named = [
        table
        for name, table in collect_tables().items()
        if name + _ID_ENDING in columns and name + _ORDER_ENDING in columns
    ]
    return named[0] if len(named) == 1 else None


def take_table(text: TextCsv, of: CollectTable, *, source_file: str, collection: Collection) -> Taken:
    """Take the fields of one CSV; other columns that hold anything are noted.

    Raises:
        Unreadable: when a column stands twice, or every row has another width than the header.
    """
    held = _by_name(text, source_file)
    fields = model_for(collection).tables[of.table].fields
    parent = _parent_column(of, held)
    columns: dict[str, pa.ChunkedArray | pa.Array] = {
        ID: _whole(held[of.collect_name + _ID_ENDING]),
        PARENT_ID: _whole(held[parent]) if parent else pa.nulls(text.rows, pa.string()),
        NATIVE: _whole(held[SCHOOL_COLUMN]),
        FILE: pa.repeat(pa.scalar(source_file), text.rows),
    }
    notes: list[Note] = list(text.notes)
    for field in fields:
        if field.column in held:
            columns[field.column], shortened = _value(held[field.column], field.type)
            if shortened:
                notes.append(Note("numbers written with .0", field.column, shortened, source_file))
        elif field.held(of.roll, collection):
            notes.append(Note("missing column", field.column, 1, source_file))
    structure = {SCHOOL_COLUMN, "sourceid", of.collect_name + _ID_ENDING, of.collect_name + _ORDER_ENDING, parent}
    further = sorted(set(held) - structure - {field.column for field in fields})
    columns[UNREAD], unread = _unread(held, further, of, source_file, text.rows)
    return Taken(of, pa.table(columns), (*notes, *unread))


def fingerprint(data: bytes) -> str:
    """Return a file's SHA-256."""
    return hashlib.sha256(data).hexdigest()


def _by_name(text: TextCsv, source_file: str) -> dict[str, pa.ChunkedArray]:
    names = [name.strip().lower() for name in text.header]
    if len(set(names)) != len(names):
        raise Unreadable(f"{source_file} has {len(names) - len(set(names))} columns twice; export it again.")
    if not text.rows and text.other_width.num_rows:
        raise Unreadable(f"{source_file} has no row as wide as its header; export it again.")
    return dict(zip(names, text.columns, strict=True))


def _parent_column(of: CollectTable, held: Mapping[str, object]) -> str:
    """Return the column with the parent's id: the parent's name in any term, on the same roll."""
    definitions: dict[str, TableDef] = {table.name: table for table in all_tables()}
    parent = definitions.get(definitions[of.table].parent)
    if parent is None:
        return ""
    names = parent.collect_off if of.roll == "off" and parent.collect_off else parent.collect_on
    return next((name + _ID_ENDING for name in names.values() if name + _ID_ENDING in held), "")


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Drop the `.0` of whole numbers, and blanks around."""
    return pc.replace_substring_regex(pc.utf8_trim_whitespace(column), pattern=_WHOLE, replacement=r"\1")


def _value(column: pa.ChunkedArray, kind: FieldType) -> tuple[pa.ChunkedArray, int]:
    """Drop `.0` where the field is a whole number or code, or where a text column has nothing but such numbers."""
    if kind in _WHOLE_TYPES:
        return pc.replace_substring_regex(column, pattern=_WHOLE, replacement=r"\1"), 0
    if kind is not FieldType.STRING:
        return column, 0
    filled = _filled(column)
    whole = pc.match_substring_regex(column, _WHOLE)
    if pc.any(filled).as_py() and pc.all(pc.equal(filled, whole)).as_py():
        shortened = pc.replace_substring_regex(column, pattern=_WHOLE, replacement=r"\1")
        return shortened, int(pc.sum(whole).as_py())
    return column, 0


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.not_equal(pc.utf8_trim_whitespace(column), "")


def _unread(
    held: Mapping[str, pa.ChunkedArray], further: Sequence[str], of: CollectTable, source_file: str, rows: int
) -> tuple[pa.Array, list[Note]]:
    """Note the columns that no field of this collection has; count by row what stands in unknown ones."""
    other_spans = {field.column for field in all_fields() if field.table == of.table}
    unread = np.zeros(rows, np.int64)
    notes = []
    for name in further:
        filled = _filled(held[name]).to_numpy()
        known = name in other_spans
        if filled.any():
            notes.append(
                Note("out of span column" if known else "unknown column", name, int(filled.sum()), source_file)
            )
        if not known:
            unread += filled
    return pa.array(unread), notes
