"""Edits applied to finished files: messages by their elements, COLLECT tables and the register by their cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from lxml import etree

from schemas.model import Field, FieldType
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.collect_csv import SETS, collect_name, file_name
from transforms.synthetic.faults.plan import Edit, Plan
from transforms.synthetic.sheets import Key, Sheet
from transforms.synthetic.tree import path_in_row


def edits_by_school(plan: Plan, authority: SyntheticAuthority) -> dict[str, list[Edit]]:
    """Sort the edits by the school whose message they change."""
    laestab = authority.schools["laestab"].tolist()
    sorted_edits: dict[str, list[Edit]] = {}
    for edit in plan.edits:
        school = int(authority.sheets[edit.key].places["school"].iloc[edit.row])
        sorted_edits.setdefault(laestab[school], []).append(edit)
    return sorted_edits


def edited_message(data: bytes, edits: Sequence[Edit], authority: SyntheticAuthority) -> bytes:
    """Change elements of one finished message."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    found = [(edit, _element(root, authority.sheets[edit.key], edit.row)) for edit in edits]
    for edit, row in found:
        if edit.whole_row:
            _remove(row)
        else:
            _set(row, authority.sheets[edit.key].table.field(edit.column), edit.text)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _element(root: etree._Element, sheet: Sheet, row: int) -> etree._Element:
    """Find the element of a row by its position: the pupil by its record, the row under it by its place."""
    definition, place = sheet.table.definition, sheet.places.iloc[row]
    tags = definition.xml_row(sheet.roll).strip("/").split("/")[1:]
    if definition.level != "pupil":
        return root.findall("/".join(tags))[max(int(place["record"]), 1) - 1] if tags else root
    pupil = root.findall("/".join(tags[:3]))[int(place["record"]) - 1]
    return pupil.findall("/".join(tags[3:]))[int(place["sub_record"]) - 1] if tags[3:] else pupil


def _set(row: etree._Element, field: Field, text: str | None) -> None:
    path = path_in_row(field)
    leaf = row.find(path) if path else row
    if text is None:
        if leaf is not None:
            _remove(leaf)
        return
    if leaf is None:
        leaf = _made(row, path)
    leaf.text = text


def _made(row: etree._Element, path: str) -> etree._Element:
    node = row
    for tag in path.split("/"):
        below = node.find(tag)
        node = below if below is not None else etree.SubElement(node, tag)
    node.tail = "\n"
    return node


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


# --- COLLECT tables ----------------------------------------------------------------------------------------------


def edits_by_table(plan: Plan, authority: SyntheticAuthority) -> dict[str, list[tuple[int, Edit]]]:
    """Sort the edits by the COLLECT file whose line they change."""
    academy = authority.schools["is_academy"].to_numpy()
    sorted_edits: dict[str, list[tuple[int, Edit]]] = {}
    lines: dict[Key, np.ndarray] = {}
    for edit in plan.edits:
        sheet = authority.sheets[edit.key]
        own = academy[sheet.places["school"].to_numpy()]
        if edit.key not in lines:
            lines[edit.key] = np.where(own, np.cumsum(own), np.cumsum(~own))
        if name := collect_name(sheet, authority.scene.collection):
            file = file_name(authority.scene.collection, SETS[int(own[edit.row])], name)
            sorted_edits.setdefault(file, []).append((int(lines[edit.key][edit.row]), edit))
    return sorted_edits


def edited_table(data: bytes, edits: Sequence[tuple[int, Edit]], authority: SyntheticAuthority) -> bytes:
    """Change cells of one finished COLLECT table, and take out rows."""
    lines = data.decode().split("\n")
    header = lines[0].split(",")
    for line, edit in edits:
        if not edit.whole_row:
            cells = next(csv.reader([lines[line]]))
            field = authority.sheets[edit.key].table.field(edit.column)
            cells[header.index(edit.column)] = _as_collect(field, edit.text or "")
            lines[line] = _line(cells)
    gone = {line for line, edit in edits if edit.whole_row}
    return "\n".join(text for place, text in enumerate(lines) if place not in gone).encode()


def _as_collect(field: Field, text: str) -> str:
    if field.type is FieldType.DATE:
        try:
            return date.fromisoformat(text).strftime("%Y-%b-%d 00:00:00")
        except ValueError:
            return text
    return text


def _line(cells: Sequence[str]) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="").writerow(cells)
    return sink.getvalue()


# --- register ----------------------------------------------------------------------------------------------------


def edited_register(rows: Sequence[Sequence[str]], edits: Mapping[tuple[int, str], str]) -> list[list[str]]:
    """Change cells of the finished register: by data row from 0 and header."""
    changed = [list(row) for row in rows]
    for (row, header), text in edits.items():
        changed[row + 1][changed[0].index(header)] = text
    return changed
