"""COLLECT's CSV export of a census: several tables, many schools, academies and the authority's own side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from schemas.collection import Collection
from schemas.errors import Unreadable
from schemas.model import HEADER
from schemas.received import Note, RawReturns, Refused, SetAside
from transforms.parse.collect_origin import headers_of, with_origin
from transforms.parse.collect_positions import Positioned, positioned
from transforms.parse.collect_tables import CollectTable, Taken, fingerprint, recognise_table, take_table
from transforms.parse.csv_text import TextCsv, read_text_csv
from transforms.parse.register_headers import is_register

__all__ = ["read_collect_set", "recognise_csv"]


def recognise_csv(header: Sequence[str]) -> str | None:
    """Say what a CSV is by its header row: `collect:<table>`, `ehe`, or None."""
    table = recognise_table(header)
    if table is not None:
        return f"collect:{table.collect_name}"
    return "ehe" if is_register(header) else None


def read_collect_set(files: Mapping[str, bytes], *, collection: Collection) -> RawReturns:
    """Read one export (several CSVs by name) into text tables with our position columns.

    A file that cannot be read, or that is no table of the export, is in `refused`; rows whose parent or school is not
    to be found are in `set_aside`.
    """
    read, refused, notes = _read_files(files, collection)
    if not read:
        return RawReturns((), {}, notes, (), refused)
    apart = tuple(part for _, aside in read for part in aside)
    taken = [table for table, _ in read]
    rows = positioned(_by_place(taken))
    notes += tuple(note for table in taken for note in table.notes) + _position_notes(rows)
    prints = {name: fingerprint(data) for name, data in files.items()}
    tables, aside = _kept_and_aside(rows)
    headers = headers_of(tables, rows)
    tables[HEADER] = with_origin(tables, headers, prints, rows)
    return RawReturns(headers, tables, notes, (*apart, *aside), refused)


def _read_files(
    files: Mapping[str, bytes], collection: Collection
) -> tuple[list[tuple[Taken, tuple[SetAside, ...]]], tuple[Refused, ...], tuple[Note, ...]]:
    read, refused, notes, seen = [], [], [], set()
    for name, data in sorted(files.items()):
        if fingerprint(data) in seen:
            notes.append(Note("file given twice", "file", 1, name))
            continue
        seen.add(fingerprint(data))
        try:
            read.append(_read_file(data, name, collection))
        except Unreadable as error:
            refused.append(Refused(name, str(error)))
    return read, tuple(refused), tuple(notes)


def _read_file(data: bytes, name: str, collection: Collection) -> tuple[Taken, tuple[SetAside, ...]]:
    text = read_text_csv(data, source_file=name)
    table = recognise_table(text.header)
    if table is None:
        raise Unreadable(
            f"{name} is no table of a COLLECT export: its first row is not the header of one; "
            "export it again with its header row, or leave it out."
        )
    return take_table(text, table, source_file=name, collection=collection), _other_width(text, table, name)


def _other_width(text: TextCsv, of: CollectTable, name: str) -> tuple[SetAside, ...]:
    rows = text.other_width
    return (SetAside(of.table, "row of another width", name, rows),) if rows.num_rows else ()


def _by_place(taken: Sequence[Taken]) -> dict[str, pa.Table]:
    parts: dict[str, list[pa.Table]] = {}
    for part in taken:
        parts.setdefault(f"{part.of.table}|{part.of.roll}", []).append(part.rows)
    return {key: pa.concat_tables(tables, promote_options="default").combine_chunks() for key, tables in parts.items()}


def _position_notes(rows: Mapping[str, Positioned]) -> tuple[Note, ...]:
    return tuple(
        Note(kind, place.table, count, place.source_file)
        for place in rows.values()
        for kind, count in sorted(place.counts().items())
    )


def _kept_and_aside(rows: Mapping[str, Positioned]) -> tuple[dict[str, pa.Table], tuple[SetAside, ...]]:
    kept: dict[str, list[pa.Table]] = {}
    for place in rows.values():
        kept.setdefault(place.table, []).append(place.kept())
    tables = {name: pa.concat_tables(parts, promote_options="default") for name, parts in kept.items()}
    return tables, tuple(aside for place in rows.values() for aside in place.set_aside())
