"""XML returns: one message a school, written from the sheets by column operations along the model's tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas import _data
from schemas.collection import Collection, Term
from schemas.model import HEADER, FieldType
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.draw import Ints, Texts
from transforms.synthetic.sheets import Key
from transforms.synthetic.text import xml_text
from transforms.synthetic.tree import Node, tree_for

_PROLOGUE = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_NUMBER = {Term.SPRING: 1, Term.SUMMER: 2, Term.AUTUMN: 3}  # SC1 to SC3, docs/sources.md S1 (from general knowledge)
_PUPILS_AT_ONCE = 20_000
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def file_name(laestab: str, collection: Collection, serial: int = 1) -> str:
    """Return COLLECT's name of a return, such as 8234321_SC1_823LL26_001.XML."""
    year = collection.year % 100
    return f"{laestab}_SC{_NUMBER[collection.term]}_{laestab[:3]}LL{year:02d}_{serial:03d}.XML"


@dataclass(frozen=True)
class _Block:
    """The sheets of some schools in text: columns by sheet, and how many rows hang under each parent row."""

    columns: Mapping[Key, Mapping[str, pa.Array]]
    counts: Mapping[Key, Ints]
    lengths: Mapping[Key, int]


def messages(authority: SyntheticAuthority) -> Iterator[tuple[str, bytes]]:
    """Yield each school's file name and return, school by school."""
    tree = tree_for(authority.scene.collection)
    laestabs = authority.schools["laestab"].tolist()
    for first, last in _batches(authority):
        rendered = _row(tree, (HEADER, "on"), _block(authority, first, last))
        for laestab, body in zip(laestabs[first:last], rendered, strict=True):
            yield file_name(laestab, authority.scene.collection), _PROLOGUE + body.as_buffer().to_pybytes()


def _batches(authority: SyntheticAuthority) -> Iterator[tuple[int, int]]:
    """Split the schools into runs of so many pupils that the text stays small."""
    sizes = np.bincount(authority.rolls["school"], minlength=len(authority.schools))
    turn = np.cumsum(sizes) // _PUPILS_AT_ONCE
    for value in np.unique(turn):
        rows = np.flatnonzero(turn == value)
        yield int(rows[0]), int(rows[-1]) + 1


def _block(authority: SyntheticAuthority, first: int, last: int) -> _Block:
    """Cut the sheets to a run of schools and turn them into escaped text."""
    columns: dict[Key, dict[str, pa.Array]] = {}
    counts: dict[Key, Ints] = {}
    lengths: dict[Key, int] = {}
    begins: dict[Key, int] = {(HEADER, "on"): first}
    for key, sheet in authority.sheets.items():
        school = sheet.places["school"].to_numpy()
        start, stop = np.searchsorted(school, [first, last])
        begins[key], lengths[key] = int(start), int(stop - start)
        above = _parent(key, sheet.table.definition.parent)
        if above is not None:
            counts[key] = np.bincount(sheet.parent[start:stop] - begins[above], minlength=lengths[above])
        words = _booleans(authority, school[start:stop])
        columns[key] = {
            held.column: _escaped(held.type, xml_text(held, sheet.columns[held.column].iloc[start:stop], words))
            for held in sheet.fields
            if held.xml_path
        }
    return _Block(columns, counts, lengths)


def _parent(key: Key, table: str) -> Key | None:
    if not table:
        return None
    return (table, "on") if table in (HEADER, "school") else (table, key[1])


def _booleans(authority: SyntheticAuthority, school: Ints) -> tuple[Texts, Texts]:
    software = pd.DataFrame(list(_data.rows("synthetic/software.csv")))
    row = authority.schools["software"].to_numpy()[school]
    return software["true"].to_numpy(object)[row], software["false"].to_numpy(object)[row]


def _escaped(kind: FieldType, text: pa.Array) -> pa.Array:
    if kind not in (FieldType.STRING, FieldType.CODE):
        return text
    for character, entity in _ESCAPES:
        text = pc.replace_substring(text, character, entity)
    return text


def _row(node: Node, key: Key, block: _Block) -> pa.Array:
    """Write the row elements of a table: one text a row."""
    if node.leaf is not None:
        return _element(node, block.columns[key][node.leaf.column])
    return _wrapped(node, _inside(node, key, block))


def _inside(node: Node, key: Key, block: _Block) -> pa.Array:
    """Write all that stands inside an element, one text for each row of the sheet that is being written."""
    parts = [_part(child, key, block) for child in node.children.values()]
    return pc.binary_join_element_wise(*parts, "") if parts else _nothing(key, block)


def _part(node: Node, key: Key, block: _Block) -> pa.Array:
    if node.rows is not None:
        return _listed(node, node.rows, block) if node.rows in block.columns else _nothing(key, block)
    if node.leaf is not None:
        return _element(node, block.columns[key][node.leaf.column])
    inside = _inside(node, key, block)
    return pc.if_else(pc.equal(inside, ""), "", _wrapped(node, inside))


def _element(node: Node, text: pa.Array) -> pa.Array:
    whole = pc.binary_join_element_wise(node.opening, text, f"</{node.tag}>\n", "")
    return pc.fill_null(whole, "")


def _wrapped(node: Node, inside: pa.Array) -> pa.Array:
    closing = f"{' ' * node.depth}</{node.tag}>\n"
    return pc.binary_join_element_wise(f"{node.opening}\n", inside, closing, "")


def _listed(node: Node, rows: Key, block: _Block) -> pa.Array:
    """Write the rows of a table under each of their parents."""
    offsets = np.concatenate([[0], np.cumsum(block.counts[rows])]).astype(np.int32)
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), _row(node, rows, block)), "")


def _nothing(key: Key, block: _Block) -> pa.Array:
    return pa.array([""] * block.lengths[key], pa.string())
