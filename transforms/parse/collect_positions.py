"""From the ids of a COLLECT export to our positions, table by table, parents before children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.model import HEADER, TableDef, all_tables
from schemas.received import NoteKind, SetAside
from schemas.written import datetime_written
from transforms.parse.collect_joins import native_laestab, parent_rows, running_count, stated_laestab, taken
from transforms.parse.collect_tables import FILE, ID, NATIVE, PARENT_ID, UNREAD

KEPT, SUPERSEDED, NO_SCHOOL, NO_PARENT, SEVERAL_PARENTS = range(5)
_KINDS: dict[int, NoteKind] = {
    SUPERSEDED: "superseded in its set",
    NO_SCHOOL: "row without a school",
    NO_PARENT: "row without a parent",
    SEVERAL_PARENTS: "row of several parents",
}
_INNER = (ID, PARENT_ID, NATIVE, FILE, UNREAD)


@dataclass(frozen=True)
class Positioned:
    """The rows of one place: what came, whose row each is, its position, and whether it is kept."""

    definition: TableDef
    roll: str
    rows: pa.Table
    laestab: pa.ChunkedArray
    pupil: np.ndarray
    record: np.ndarray
    sub_record: np.ndarray
    parent_record: np.ndarray
    state: np.ndarray

    @property
    def table(self) -> str:
        """Return our name of the table."""
        return self.definition.name

    @property
    def source_file(self) -> str:
        """Return the file the rows came from; the first one where there are several."""
        return str(self.rows[FILE][0].as_py()) if self.rows.num_rows else ""

    def counts(self) -> dict[NoteKind, int]:
        """Count the rows that are not kept, by reason."""
        return {kind: int((self.state == state).sum()) for state, kind in _KINDS.items() if (self.state == state).any()}

    def kept(self) -> pa.Table:
        """Return the kept rows with our key columns and no id of COLLECT's."""
        positions = {"laestab": self.laestab}
        if self.definition.level == "pupil":
            positions["is_on_roll"] = pa.repeat(pa.scalar(self.roll == "on"), self.rows.num_rows)
        for name in ("record", "sub_record", *self.definition.links):
            if name in self.definition.key or name in self.definition.links:
                positions[name] = pa.array(getattr(self, name))
        fields = {name: self.rows[name] for name in self.rows.column_names if name not in _INNER}
        return pa.table({**positions, **fields}).filter(pa.array(self.state == KEPT))

    def set_aside(self) -> tuple[SetAside, ...]:
        """Return the rows that nobody can be found for, by reason and file."""
        return tuple(
            SetAside(self.table, kind, file, part)
            for state, kind in _KINDS.items()
            if state != SUPERSEDED
            for file, part in self._by_file(state)
        )

    def _by_file(self, state: int) -> list[tuple[str, pa.Table]]:
        rows = self.rows.filter(pa.array(self.state == state))
        files = sorted(set(rows[FILE].to_pylist()))
        return [(file, rows.filter(pc.equal(rows[FILE], file))) for file in files]


def positioned(tables: Mapping[str, pa.Table]) -> dict[str, Positioned]:
    """Give every row its school, its positions and its state; keys are `table|roll`."""
    done: dict[str, Positioned] = {}
    for definition in all_tables():
        for roll in definition.rolls():
            key = f"{definition.name}|{roll}"
            rows = tables.get(key)
            if rows is None:
                continue
            if definition.name == HEADER:
                done[key] = _headers(definition, rows)
            elif definition.parent == HEADER:
                done[key] = _top(definition, roll, rows, done.get(f"{HEADER}|on"))
            else:
                done[key] = _below(definition, roll, rows, done.get(_parent_key(definition, roll)))
    return done


def _parent_key(definition: TableDef, roll: str) -> str:
    return f"{definition.parent}|{roll}" if definition.level == "pupil" else f"{definition.parent}|on"


def _headers(definition: TableDef, rows: pa.Table) -> Positioned:
    """Of several header rows of one school the highest serial number wins, then the latest date and time."""
    laestab = stated_laestab(rows)
    state = np.where(pc.is_null(laestab).to_numpy(), NO_SCHOOL, KEPT)
    ranks = zip(_column(rows, "serialno"), _column(rows, "datetime"), strict=True)
    rank = [(_number(serial), str(datetime_written(produced) or "")) for serial, produced in ranks]
    order = sorted(range(rows.num_rows), key=lambda row: (rank[row], row))
    latest = {laestab[row].as_py(): row for row in order}
    superseded = [row for row in range(rows.num_rows) if latest[laestab[row].as_py()] != row]
    state[[row for row in superseded if state[row] == KEPT]] = SUPERSEDED
    nothing = np.zeros(rows.num_rows, np.int64)
    return Positioned(definition, "on", rows, laestab, nothing, nothing, nothing, nothing, state)


def _top(definition: TableDef, roll: str, rows: pa.Table, header: Positioned | None) -> Positioned:
    """Pupils and schools: under their header row, or by the export's own school id where that is missing."""
    native = native_laestab(rows)
    above, several = parent_rows(rows, header.rows if header else None)
    above = np.where(several, -1, above)
    laestab = pc.coalesce(taken(header.laestab, above), native) if header else native
    state = np.where(pc.is_null(laestab).to_numpy(), NO_SCHOOL, KEPT)
    if header is not None:
        state = np.where((above >= 0) & (header.state[above] == SUPERSEDED), SUPERSEDED, state)
    record = _counted(pc.dictionary_encode(laestab), state)
    pupil = np.arange(rows.num_rows, dtype=np.int64)
    nothing = np.zeros(rows.num_rows, np.int64)
    return Positioned(definition, roll, rows, laestab, pupil, record, nothing, nothing, state)


def _below(definition: TableDef, roll: str, rows: pa.Table, parent: Positioned | None) -> Positioned:
    """Child rows: the school, pupil and position of their parent's row, and their own number within the pupil."""
    above, several = parent_rows(rows, parent.rows if parent else None)
    state = np.where(above < 0, NO_PARENT, np.where(several, SEVERAL_PARENTS, KEPT))
    if parent is None:
        nothing = np.zeros(rows.num_rows, np.int64)
        laestab = pa.chunked_array([pa.nulls(rows.num_rows, pa.string())])
        return Positioned(definition, roll, rows, laestab, nothing, nothing, nothing, nothing, state)
    state = np.where(state == KEPT, parent.state[above], state)
    laestab, pupil = taken(parent.laestab, above), parent.pupil[above]
    own = running_count(np.where(state == KEPT, pupil, -1))
    at_school = definition.level == "school"
    record = _counted(pc.dictionary_encode(laestab), state) if at_school else parent.record[above]
    return Positioned(definition, roll, rows, laestab, pupil, record, own, parent.sub_record[above], state)


def _counted(schools: pa.ChunkedArray, state: np.ndarray) -> np.ndarray:
    """Number the kept rows within their school."""
    codes = pc.fill_null(schools.combine_chunks().indices, -1).to_numpy(zero_copy_only=False)
    return running_count(np.where(state == KEPT, codes, -1))


def _column(rows: pa.Table, name: str) -> list[str]:
    return list(rows[name].to_pylist()) if name in rows.column_names else [""] * rows.num_rows


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() else 0
