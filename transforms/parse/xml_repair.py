"""The careful reader: element by element, for a file in which something stands where the model does not expect it.

A known leaf or row element at another depth is taken to the model's place and noted; what cannot be placed is noted by
its tag; a leaf given twice in one row is refused with its record and line. Ten times slower than the quick reader, and
only for the file at fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
from lxml import etree

from schemas.errors import Unreadable
from schemas.received import Note, NoteKind
from transforms.parse.xml_layout import ENVELOPE, Layout, RowPlace
from transforms.parse.xml_places import Spot, Spots


@dataclass
class _Row:
    """One row being read: its cells, and which of them stood at the model's own place (None: contested, so empty)."""

    place: RowPlace
    record: int
    sub_record: int
    parent_record: int
    pupil: _Row | None
    cells: dict[str, str] = field(default_factory=dict)
    at_its_place: dict[str, bool | None] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)


@dataclass
class _Reading:
    """What has been read of one file so far."""

    source_file: str
    layout: Layout
    spots: Spots
    rows: dict[str, list[_Row]]
    seen: Counter[tuple[NoteKind, str]] = field(default_factory=Counter)

    def stray(self, spot: Spot) -> None:
        """Note text that stands between elements."""
        self.seen["text outside tags", spot.tag] += 1

    def unplaced(self, tag: str) -> None:
        """Note a value that goes into no table."""
        if tag in ENVELOPE:
            return
        known: NoteKind = "known tag not placed" if tag in self.layout.tags else "unknown tag"
        self.seen["out of span tag" if tag in self.layout.out_of_span else known, tag] += 1


def read_with_care(text: bytes, layout: Layout, *, source_file: str) -> tuple[dict[str, pa.Table], tuple[Note, ...]]:
    """Return the text table of every place with its position columns, and what was moved or could not be placed.

    Raises:
        Unreadable: when a leaf is given twice in one row, or the file is nested or large beyond any return.
    """
    root = _tree(text, source_file)
    reading = _Reading(source_file, layout, Spots(layout), {key: [] for key in layout.places})
    open_rows = {place.key: _Row(place, 0, 0, 0, None) for place in layout.singletons}
    for key, row in open_rows.items():
        reading.rows[key].append(row)
    _walk(reading, root, reading.spots.root(root.tag), open_rows)
    tables = {key: _table(layout.places[key], rows) for key, rows in reading.rows.items()}
    seen = sorted((kind, tag, count) for (kind, tag), count in reading.seen.items() if count)
    return tables, tuple(Note(kind, tag, count, source_file) for kind, tag, count in seen)


def _tree(text: bytes, source_file: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            f"{source_file} is nested or large beyond any census return (line {error.lineno}); "
            "ask the school to export it again."
        ) from None


def _walk(reading: _Reading, element: etree._Element, spot: Spot, rows: dict[str, _Row]) -> None:
    """Read the children of an element; `rows` are the open rows by place."""
    for child in element:
        holds_elements = len(child) > 0
        below = reading.spots.below(spot, child.tag, holds_elements=holds_elements)
        open_rows = _opened(reading, below, rows) if below.starts_row else rows
        if below.leaf is not None:
            _take(reading, child, below, open_rows[below.leaf_row])
        elif child.text and child.text.strip():
            reading.stray(below) if holds_elements else reading.unplaced(below.tag)
        if child.tail and child.tail.strip() and spot.leaf is None:
            reading.stray(spot)
        if holds_elements:
            _walk(reading, child, below, open_rows)


def _opened(reading: _Reading, spot: Spot, rows: dict[str, _Row]) -> dict[str, _Row]:
    place = spot.open_rows[0][0]
    held = reading.rows[place.key]
    above = rows[place.parents[-1]] if place.parents else None
    if above is None:
        row = _Row(place, len(held) + 1, 0, 0, None)
    else:
        pupil = above.pupil or above
        pupil.counted[place.table] += 1
        row = _Row(place, pupil.record, pupil.counted[place.table], above.sub_record, pupil)
    held.append(row)
    if spot.row_moved and not spot.leaf:
        reading.seen["known tag elsewhere", spot.tag] += 1
    return {**rows, place.key: row}


def _take(reading: _Reading, child: etree._Element, spot: Spot, row: _Row) -> None:
    """Put a leaf's text into its row; of two the one at the model's place stays, two elsewhere rule each other out."""
    text, column = _text(child), spot.leaf.column if spot.leaf else ""
    if not text:
        return
    moved, before = spot.leaf_moved or (spot.row_moved and spot.starts_row), row.at_its_place.get(column, False)
    if before is True and not moved:
        where = f"record {row.record}" if row.record else f"its {row.place.table} part"
        raise Unreadable(
            f"{reading.source_file} gives {spot.tag} twice in {where} (line {child.sourceline}); "
            "ask the school to correct it and send it again."
        )
    if moved and column in row.at_its_place:
        reading.seen["known tag not placed", spot.tag] += 1
        if before is False:  # it was moved here, and so would this one be: neither can be told to be the field's
            _contest(reading, spot.tag, row, column)
        return
    if column in row.cells:
        reading.seen["known tag elsewhere", spot.tag] -= 1
        reading.seen["known tag not placed", spot.tag] += 1
    if moved:
        reading.seen["known tag elsewhere", spot.tag] += 1
    row.cells[column], row.at_its_place[column] = text, not moved


def _contest(reading: _Reading, tag: str, row: _Row, column: str) -> None:
    del row.cells[column]
    row.at_its_place[column] = None
    reading.seen["known tag elsewhere", tag] -= 1
    reading.seen["known tag not placed", tag] += 1


def _text(element: etree._Element) -> str:
    """Return a leaf's own text, whatever elements stand in it; blank text is none."""
    pieces = [element.text or "", *(child.tail or "" for child in element)] if len(element) else [element.text or ""]
    text = "".join(pieces)
    return text if text.strip() else ""


def _table(place: RowPlace, rows: list[_Row]) -> pa.Table:
    columns = {
        leaf.column: pa.array((row.cells.get(leaf.column) for row in rows), pa.string()) for leaf in place.leaves
    }
    return pa.table({**dict(_position_columns(place, rows)), **columns})


def _position_columns(place: RowPlace, rows: list[_Row]) -> Iterator[tuple[str, pa.Array]]:
    if place.singleton:
        return
    yield "record", pa.array((row.record for row in rows), pa.int64())
    if place.parents:
        yield "sub_record", pa.array((row.sub_record for row in rows), pa.int64())
    if len(place.parents) > 1:
        yield "parent_record", pa.array((row.parent_record for row in rows), pa.int64())
