"""What reading hands on: headers, text tables, and everything noticed on the way (by name and count, never a value)."""

from __future__ import annotations

from collections.abc import Collection as Group
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from schemas.collection import Collection
from schemas.model import PUPILS

Form = Literal["xml", "collect_csv"]
NoteKind = Literal[
    "unknown tag",
    "known tag elsewhere",
    "known tag not placed",
    "out of span tag",
    "tag of the other roll",
    "text outside tags",
    "attribute not read",
    "namespace",
    "encoding",
    "serial number missing",
    "table not recognised",
    "unknown column",
    "out of span column",
    "missing column",
    "numbers written with .0",
    "file given twice",
    "superseded in its set",
    "row without a parent",
    "row of several parents",
    "row without a school",
    "row of another width",
    "blank row",
]
#: Notes on a value that was in the file and is in no table: the DfE release waits for a person.
NOT_READ: frozenset[NoteKind] = frozenset({"unknown tag", "known tag not placed", "unknown column"})


@dataclass(frozen=True)
class ReturnHeader:
    """Who sent one return, for which collection, and which of several it is; `collection` as the file states it."""

    laestab: str
    collection: Collection | None
    la: str
    estab: str
    reference_date: str
    serial: int
    produced: str
    urn: str
    source_file: str
    form: Form


@dataclass(frozen=True)
class Note:
    """Something noticed in one file: the name of a tag, column or table, and how often; never a value."""

    kind: NoteKind
    what: str
    count: int
    source_file: str


@dataclass(frozen=True)
class SetAside:
    """Rows that could not be attributed and are kept as text for quarantine."""

    table: str
    kind: NoteKind
    source_file: str
    rows: pa.Table


@dataclass(frozen=True)
class Refused:
    """A file of a set that could not be read; the rest of the set was."""

    source_file: str
    sentence: str


@dataclass(frozen=True)
class RawReturns:
    """One or more returns as text tables with their position columns, before any typing."""

    headers: tuple[ReturnHeader, ...]
    tables: Mapping[str, pa.Table]
    notes: tuple[Note, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    refused: tuple[Refused, ...] = field(default=())

    @property
    def rows_set_aside(self) -> int:
        """Count the pupils set aside."""
        return sum(part.rows.num_rows for part in self.set_aside if part.table == PUPILS)

    @property
    def rows_superseded(self) -> int:
        """Count the pupils of returns that a later one in the same set supersedes."""
        return sum(note.count for note in self.notes if note.kind == "superseded in its set" and note.what == PUPILS)

    @property
    def rows_in(self) -> int:
        """Count the pupils received, on roll and no longer on roll, those set aside and superseded included."""
        held = self.tables[PUPILS].num_rows if PUPILS in self.tables else 0
        return int(held) + self.rows_set_aside + self.rows_superseded

    def only(self, laestabs: Group[str]) -> RawReturns:
        """Keep the returns of some schools (the others belong to another collection, or are superseded)."""
        wanted = pa.array(sorted(laestabs), pa.string())
        tables = {name: part.filter(pc.is_in(part["laestab"], value_set=wanted)) for name, part in self.tables.items()}
        headers = tuple(header for header in self.headers if header.laestab in laestabs)
        return RawReturns(headers, tables, self.notes, self.set_aside, self.refused)


@dataclass(frozen=True)
class RawSource:
    """One file of a declared source as text columns under our names; `record` is the row's place under the header."""

    source: str
    source_file: str
    sha256: str
    table: pa.Table
    notes: tuple[Note, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def rows_in(self) -> int:
        """Count the rows received, those set aside included; blank rows are none."""
        return int(self.table.num_rows) + sum(int(part.rows.num_rows) for part in self.set_aside)


def gathered(parts: Iterable[RawReturns]) -> RawReturns:
    """Put the returns of many files into one set of text tables (cheap: Arrow chunks, nothing is copied)."""
    held = tuple(parts)
    names = dict.fromkeys(name for part in held for name in part.tables)
    tables = {
        name: pa.concat_tables([part.tables[name] for part in held if name in part.tables], promote_options="default")
        for name in names
    }
    return RawReturns(
        headers=tuple(header for part in held for header in part.headers),
        tables=tables,
        notes=tuple(note for part in held for note in part.notes),
        set_aside=tuple(aside for part in held for aside in part.set_aside),
        refused=tuple(refusal for part in held for refusal in part.refused),
    )
