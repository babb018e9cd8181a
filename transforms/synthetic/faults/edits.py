"""Changes applied to finished XML messages, by their elements; and to the register, by its cells."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from lxml import etree

from schemas.model import Field
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.faults.parts import Change
from transforms.synthetic.faults.plan import Addition, Plan
from transforms.synthetic.sheets import Key, Sheet
from transforms.synthetic.tree import path_in_row


def edits_by_school(plan: Plan, authority: SyntheticAuthority) -> dict[str, list[Change]]:
    """Sort the changes by the school whose message they change; rows are added before anything else is changed."""
    laestab = authority.schools["laestab"].tolist()
    sorted_changes: dict[str, list[Change]] = {}
    changes: list[Change] = [*plan.additions, *plan.edits]
    for change in changes:
        school = int(authority.sheets[change.key].places["school"].iloc[change.row])
        sorted_changes.setdefault(laestab[school], []).append(change)
    return sorted_changes


def edited_message(data: bytes, changes: Sequence[Change], authority: SyntheticAuthority) -> bytes:
    """Change elements of one finished message."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    message = _Message(root, authority)
    found = [(change, message.row(change.key, change.row)) for change in changes]
    for change, row in found:
        if isinstance(change, Addition):
            message.add(change, row)
        elif change.whole_row:
            _remove(row)
        else:
            _set(row, authority.sheets[change.key].table.field(change.column), change.text)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


class _Message:
    """One message: its elements by our positions."""

    def __init__(self, root: etree._Element, authority: SyntheticAuthority) -> None:
        self._root, self._authority = root, authority
        self._lists: dict[str, list[etree._Element]] = {}

    def row(self, key: Key, row: int) -> etree._Element:
        """Find the element of a row by its position: the pupil by its record, the row under it by its place."""
        sheet = self._authority.sheets[key]
        definition, place = sheet.table.definition, sheet.places.iloc[row]
        tags = _tags(sheet)
        if definition.level != "pupil":
            return self._all("/".join(tags))[max(int(place["record"]), 1) - 1] if tags else self._root
        pupil = self._all("/".join(tags[:3]))[int(place["record"]) - 1]
        return pupil.findall("/".join(tags[3:]))[int(place["sub_record"]) - 1] if tags[3:] else pupil

    def add(self, change: Addition, row: etree._Element) -> None:
        """Put a copy of a row last among those of the row above it."""
        sheet = self._authority.sheets[change.key]
        above = (sheet.table.definition.parent, change.key[1])
        within = _tags(sheet)[len(_tags(self._authority.sheets[above])) :]
        parent = self.row(above, change.below)
        for tag in within[:-1]:
            below = parent.find(tag)
            parent = below if below is not None else etree.SubElement(parent, tag)
        added = copy.deepcopy(row)
        parent.append(added)
        for column, text in change.cells:
            _set(added, sheet.table.field(column), text)

    def _all(self, path: str) -> list[etree._Element]:
        if path not in self._lists:
            self._lists[path] = self._root.findall(path)
        return self._lists[path]


def _tags(sheet: Sheet) -> list[str]:
    return sheet.table.definition.xml_row(sheet.roll).strip("/").split("/")[1:]


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


def edited_register(rows: Sequence[Sequence[str]], edits: Mapping[tuple[int, str], str]) -> list[list[str]]:
    """Change cells of the finished register: by data row from 0 and header."""
    changed = [list(row) for row in rows]
    for (row, header), text in edits.items():
        changed[row + 1][changed[0].index(header)] = text
    return changed
