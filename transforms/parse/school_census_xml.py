"""A school's census return as XML: guards, the quick reader, and the careful one for a file at fault."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pyarrow as pa

from schemas.collection import Collection
from schemas.model import HEADER, PUPILS
from schemas.received import NOT_READ, Note, RawReturns, ReturnHeader
from transforms.parse.encoding import utf8_xml
from transforms.parse.xml_count import attributes, is_complete, of_the_other_roll, strangers
from transforms.parse.xml_guard import Guarded, guard, peek_header
from transforms.parse.xml_layout import Layout, RowPlace, layout_for
from transforms.parse.xml_quick import read_quickly
from transforms.parse.xml_repair import read_with_care
from transforms.parse.xml_tags import tags_with_text

__all__ = ["peek_header", "read_xml_return"]

FORM = "xml"


def read_xml_return(data: bytes, *, source_file: str, collection: Collection) -> RawReturns:
    """Read one return into text tables; every value of the file is in a table or in a note.

    Raises:
        Unreadable: in one sentence, with the line where it is known.
    """
    text, notes = utf8_xml(data, source_file=source_file)
    guarded = guard(text, source_file=source_file)
    layout = layout_for(collection)
    placed, unread = _read(text, layout, source_file=source_file)
    notes += _header_notes(guarded, source_file) + attributes(text, source_file=source_file)
    notes += unread + of_the_other_roll(placed, layout, source_file=source_file)
    tables = _joined_rolls(placed, layout, laestab=guarded.header.laestab)
    tables[HEADER] = _with_origin(tables[HEADER], data, guarded.header, tables[PUPILS], notes)
    return RawReturns((guarded.header,), tables, notes)


def _read(text: bytes, layout: Layout, *, source_file: str) -> tuple[Mapping[str, pa.Table], tuple[Note, ...]]:
    placed = read_quickly(text, layout)
    if placed is not None:
        found = tags_with_text(text)
        if is_complete(found, placed, layout):
            return placed, strangers(found, layout, source_file=source_file)
    return read_with_care(text, layout, source_file=source_file)


def _header_notes(guarded: Guarded, source_file: str) -> tuple[Note, ...]:
    namespace = (Note("namespace", "Message", 1, source_file),) if guarded.namespaced else ()
    serial = () if guarded.serial_stated else (Note("serial number missing", "SerialNo", 1, source_file),)
    return namespace + serial


def _joined_rolls(placed: Mapping[str, pa.Table], layout: Layout, *, laestab: str) -> dict[str, pa.Table]:
    """Put the on-roll and no-longer-on-roll rows of each table together, with the school's number."""
    parts: dict[str, list[pa.Table]] = {}
    for place in layout.places.values():
        keyed = _keyed(placed[place.key], place, laestab)
        parts.setdefault(place.table, []).append(keyed)
    return {name: pa.concat_tables(part, promote_options="default") for name, part in parts.items()}


def _keyed(table: pa.Table, place: RowPlace, laestab: str) -> pa.Table:
    rows = table.num_rows
    keys = {"laestab": pa.repeat(pa.scalar(laestab, pa.string()), rows)}
    if place.table == PUPILS or place.parents:
        keys["is_on_roll"] = pa.repeat(pa.scalar(place.roll == "on"), rows)
    return pa.table({**keys, **dict(zip(table.column_names, table.columns, strict=True))})


def _with_origin(
    header: pa.Table, data: bytes, stated: ReturnHeader, pupils: pa.Table, notes: tuple[Note, ...]
) -> pa.Table:
    on_roll = pupils["is_on_roll"].to_numpy().sum()
    origin = {
        "source_file": stated.source_file,
        "sha256": hashlib.sha256(data).hexdigest(),
        "form": FORM,
        "records_on": int(on_roll),
        "records_off": pupils.num_rows - int(on_roll),
        "unknown_tags": sum(note.count for note in notes if note.kind in NOT_READ),
    }
    for name, value in origin.items():
        header = header.append_column(name, pa.array([value]))
    return header
