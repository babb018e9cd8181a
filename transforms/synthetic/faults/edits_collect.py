"""Changes applied to finished COLLECT tables, by their lines and cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from schemas.model import Field, FieldType
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.collect_csv import SETS, collect_name, file_name
from transforms.synthetic.faults.parts import Change
from transforms.synthetic.faults.plan import Addition, Plan
from transforms.synthetic.sheets import Key


@dataclass(frozen=True)
class LineChange:
    """One change of a table's file: the line it changes, and for a row that is added the line of the row above it."""

    change: Change
    line: int
    below: int = 0


def edits_by_table(plan: Plan, authority: SyntheticAuthority) -> dict[str, list[LineChange]]:
    """Sort the changes by the COLLECT file whose lines they change."""
    lines = _Lines(authority)
    sorted_changes: dict[str, list[LineChange]] = {}
    changes: list[Change] = [*plan.additions, *plan.edits]
    for change in changes:
        sheet = authority.sheets[change.key]
        if name := collect_name(sheet, authority.scene.collection):
            file = file_name(authority.scene.collection, lines.set_of(change.key, change.row), name)
            above = (sheet.table.definition.parent, change.key[1])
            below = lines.line(above, change.below) if isinstance(change, Addition) else 0
            made = LineChange(change, lines.line(change.key, change.row), below)
            sorted_changes.setdefault(file, []).append(made)
    return sorted_changes


class _Lines:
    """The line of each row in its file, which is its id too: each of the two sets counts from one."""

    def __init__(self, authority: SyntheticAuthority) -> None:
        self._authority = authority
        self._academy = authority.schools["is_academy"].to_numpy()
        self._known: dict[Key, np.ndarray] = {}

    def set_of(self, key: Key, row: int) -> str:
        """Return the set of a row: the authority's schools or the academies."""
        return SETS[int(self._academy[int(self._authority.sheets[key].places["school"].iloc[row])])]

    def line(self, key: Key, row: int) -> int:
        """Return the line of a row, the header's being 0."""
        if key not in self._known:
            own = self._academy[self._authority.sheets[key].places["school"].to_numpy()]
            self._known[key] = np.where(own, np.cumsum(own), np.cumsum(~own))
        return int(self._known[key][row])


def edited_table(data: bytes, changes: Sequence[LineChange], authority: SyntheticAuthority) -> bytes:
    """Change cells of one finished COLLECT table, add rows to it, and take rows out."""
    lines = data.decode().rstrip("\n").split("\n")
    header = lines[0].split(",")
    added = [_added(lines, header, made, authority) for made in changes if isinstance(made.change, Addition)]
    gone = set()
    for made in changes:
        change = made.change
        if isinstance(change, Addition):
            continue
        if change.whole_row:
            gone.add(made.line)
        else:
            field = authority.sheets[change.key].table.field(change.column)
            lines[made.line] = _line(_with_cell(_cells(lines[made.line]), header, field, change.text))
    kept = [text for place, text in enumerate(lines) if place not in gone]
    numbered = [_line(_numbered(cells, header, len(lines) + place)) for place, cells in enumerate(added)]
    return "\n".join([*kept, *numbered, ""]).encode()


def _added(lines: list[str], header: list[str], made: LineChange, authority: SyntheticAuthority) -> list[str]:
    """Copy a line and hang it under another row of the table above."""
    change, cells = made.change, _cells(lines[made.line])
    sheet = authority.sheets[change.key]
    above = authority.sheets[sheet.table.definition.parent, change.key[1]]
    cells[header.index(f"{collect_name(above, authority.scene.collection)}tableid")] = str(made.below)
    for column, text in change.cells if isinstance(change, Addition) else ():
        cells = _with_cell(cells, header, sheet.table.field(column), text)
    return cells


def _numbered(cells: list[str], header: list[str], number: int) -> list[str]:
    return [str(number) if name == header[0] else cell for name, cell in zip(header, cells, strict=True)]


def _with_cell(cells: list[str], header: list[str], field: Field, text: str | None) -> list[str]:
    return [
        _as_collect(field, text or "") if name == field.column else cell
        for name, cell in zip(header, cells, strict=True)
    ]


def _as_collect(field: Field, text: str) -> str:
    if field.type is FieldType.BOOLEAN:
        return {"true": "True", "false": "False"}.get(text, text)
    if field.type is FieldType.DATE:
        try:
            return date.fromisoformat(text).strftime("%Y-%b-%d 00:00:00")
        except ValueError:
            return text
    return text


def _cells(line: str) -> list[str]:
    return next(csv.reader([line]))


def _line(cells: Sequence[str]) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="").writerow(cells)
    return sink.getvalue()
