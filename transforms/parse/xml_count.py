"""Is every value of the file in a table? Tags with text, counted in the bytes, against cells read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from schemas.received import Note
from transforms.parse.xml_guard import local_name
from transforms.parse.xml_layout import ENVELOPE, Layout
from transforms.parse.xml_tags import STRAY

_ATTRIBUTE = re.compile(rb"""<([A-Za-z_][\w:.-]*)\s+(?!xmlns)[\w:.-]+\s*=\s*["']""")


def is_complete(found: Counter[str], tables: Mapping[str, pa.Table], layout: Layout) -> bool:
    """Say whether each known tag has as many cells as texts in the file, and no text stands outside the leaves."""
    if found[STRAY] or any(found[tag] for tag in layout.containers):
        return False
    return all(found[tag] == _cells(tag, found[tag], tables, layout) for tag in layout.tags)


def strangers(found: Counter[str], layout: Layout, *, source_file: str) -> tuple[Note, ...]:
    """Note the tags with text that no field of this collection has: unknown, or known in another span."""
    return tuple(
        Note("out of span tag" if tag in layout.out_of_span else "unknown tag", tag, count, source_file)
        for tag, count in sorted(found.items())
        if tag not in layout.tags | ENVELOPE
    )


def of_the_other_roll(tables: Mapping[str, pa.Table], layout: Layout, *, source_file: str) -> tuple[Note, ...]:
    """Note the values in fields that the model has on the other roll only; they are kept."""
    notes = []
    for place in layout.places.values():
        for leaf in place.leaves:
            held = 0 if leaf.held else _filled(tables[place.key][leaf.column])
            if held:
                notes.append(Note("tag of the other roll", leaf.tag, held, source_file))
    return tuple(notes)


def attributes(text: bytes, *, source_file: str) -> tuple[Note, ...]:
    """Note the tags that bear attributes, which census returns do not have and no table holds."""
    if text.count(b"=") <= _in_declaration(text):
        return ()
    found = Counter(_ATTRIBUTE.findall(text))
    return tuple(
        Note("attribute not read", local_name(tag.decode("utf-8")), count, source_file)
        for tag, count in sorted(found.items())
    )


def _in_declaration(text: bytes) -> int:
    end = text.find(b"?>") if text.lstrip().startswith(b"<?xml") else 0
    return text.count(b"=", 0, end)


def _cells(tag: str, expected: int, tables: Mapping[str, pa.Table], layout: Layout) -> int:
    columns = [tables[key][leaf.column] for key, leaf in layout.by_tag[tag]]
    present = sum(len(column) - column.null_count for column in columns)
    return present if present == expected else sum(_filled(column) for column in columns)


def _filled(column: pa.ChunkedArray) -> int:
    """Count the cells that hold more than white space."""
    if column.null_count == len(column):
        return 0
    return int(pc.sum(pc.greater(pc.binary_length(pc.ascii_trim_whitespace(column)), 0)).as_py() or 0)
