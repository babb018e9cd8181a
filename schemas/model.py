"""The school census as data: tables and fields, resolved for one collection.

`schemas/school_census/tables.csv` and `fields.csv` are modelled on COLLECT's tables (docs/sources.md, S3) and on the
return's XML (S1, S2); contracts, readers, synthetic data, extracts and the printed dictionary all come from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from schemas import _data
from schemas.collection import Collection, Term
from schemas.errors import ContractBroken
from schemas.spans import Span

Roll = Literal["on", "off"]
Level = Literal["return", "school", "pupil"]


class FieldType(StrEnum):
    """What a field holds once typed."""

    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    CODE = "code"


@dataclass(frozen=True)
class Field:
    """One field of one table; `xml_path` is relative to the table's row element, empty where the XML has none.

    `terms_on`/`terms_off` are the terms whose on-roll/no-longer-on-roll record holds it (tables above the pupil use
    `terms_on`). `code_lag` is 1 where the codes are judged by the previous collection (attendance of the term before).
    `longest` is the number of characters that a text may have, None where the sources give none.
    """

    table: str
    column: str
    type: FieldType
    unit: str
    code_set: str
    code_lag: int
    terms_on: frozenset[Term]
    terms_off: frozenset[Term]
    span: Span
    xml_path: str
    cbds: str
    sensitivity: str
    label: str
    source: str
    longest: int | None = None

    def held(self, roll: Roll, collection: Collection) -> bool:
        """Say whether the record of a roll holds the field in a collection."""
        terms = self.terms_on if roll == "on" else self.terms_off
        return collection.term in terms and self.span.holds(collection)

    def on(self, collection: Collection) -> bool:
        """Say whether an on-roll record holds the field."""
        return self.held("on", collection)

    def off(self, collection: Collection) -> bool:
        """Say whether a no-longer-on-roll record holds the field."""
        return self.held("off", collection)

    def in_force(self, collection: Collection) -> bool:
        """Say whether any record holds the field."""
        return self.on(collection) or self.off(collection)

    def code_collection(self, collection: Collection) -> Collection:
        """Return the collection by which the field's codes are judged."""
        return collection.previous() if self.code_lag else collection


@dataclass(frozen=True)
class TableDef:
    """One clean table: what a row is, its parent, where its rows stand in XML, COLLECT's names of it by term."""

    name: str
    level: Level
    parent: str
    xml_on: str
    xml_off: str
    row_is: str
    label: str
    collect_on: Mapping[Term, str]
    collect_off: Mapping[Term, str]

    @property
    def key(self) -> tuple[str, ...]:
        """Return the key columns."""
        if self.level == "return" or self.name == "school":
            return ("laestab",)
        if self.level == "school":
            return ("laestab", "record")
        own = ("laestab", "is_on_roll", "record")
        return own if self.name == PUPILS else (*own, "sub_record")

    @property
    def links(self) -> tuple[str, ...]:
        """Return further position columns: a grandchild row names its parent row."""
        return ("parent_record",) if self.level == "pupil" and self.parent not in (PUPILS, HEADER) else ()

    def rolls(self) -> tuple[Roll, ...]:
        """Return the rolls whose records may hold the table."""
        return ("on", "off") if self.xml_off else ("on",)

    def collect_name(self, roll: Roll, term: Term) -> str:
        """Return COLLECT's name of the table for a roll and term; empty where COLLECT has none."""
        return (self.collect_on if roll == "on" else self.collect_off).get(term, "")

    def xml_row(self, roll: Roll) -> str:
        """Return the absolute path of the row element."""
        return self.xml_on if roll == "on" else self.xml_off


HEADER = "schoolcensus"
PUPILS = "pupils"


@dataclass(frozen=True)
class ResolvedTable:
    """A table with the fields that one collection holds, in the file's order."""

    definition: TableDef
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        """Return the clean table's name."""
        return self.definition.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the fields (without keys)."""
        return tuple(field.column for field in self.fields)

    def field(self, column: str) -> Field:
        """Return one field.

        Raises:
            ContractBroken: when the collection has no such field.
        """
        for field in self.fields:
            if field.column == column:
                return field
        raise ContractBroken(f"Table {self.name} has no field {column} in this collection; see `termly show fields`.")

    def held(self, roll: Roll, collection: Collection) -> tuple[Field, ...]:
        """Return the fields that the records of one roll hold."""
        return tuple(field for field in self.fields if field.held(roll, collection))


@dataclass(frozen=True)
class Model:
    """All tables of one collection."""

    collection: Collection
    tables: Mapping[str, ResolvedTable]


def _terms(cell: str) -> frozenset[Term]:
    return frozenset(Term(word) for word in cell.split())


def _collect_names(cell: str) -> dict[Term, str]:
    pairs = (word.split(":") for word in cell.split())
    return {Term(term): name for term, name in pairs}


@cache
def all_tables() -> tuple[TableDef, ...]:
    """Return every table of the model, parents before children."""
    return tuple(
        TableDef(
            name=row["table"],
            level=row["level"],  # type: ignore[arg-type]  # the file's own test proves the closed choice
            parent=row["parent"],
            xml_on=row["xml_on"],
            xml_off=row["xml_off"],
            row_is=row["row_is"],
            label=row["label"],
            collect_on=_collect_names(row["collect_on"]),
            collect_off=_collect_names(row["collect_off"]),
        )
        for row in _data.rows("school_census/tables.csv")
    )


@cache
def all_fields() -> tuple[Field, ...]:
    """Return every field of the model in every span."""
    return tuple(
        Field(
            table=row["table"],
            column=row["column"],
            type=FieldType(row["type"]),
            unit=row["unit"],
            code_set=row["code_set"],
            code_lag=int(row["code_lag"]),
            terms_on=_terms(row["terms_on"]),
            terms_off=_terms(row["terms_off"]),
            span=Span.parse(row["first"], row["last"]),
            xml_path=row["xml_path"],
            cbds=row["cbds"],
            sensitivity=row["sensitivity"],
            label=row["label"],
            source=row["source"],
            longest=int(row["longest"]) if row["longest"] else None,
        )
        for row in _data.rows("school_census/fields.csv")
    )


@cache
def model_for(collection: Collection) -> Model:
    """Resolve the model for one collection: every table, with the fields in force (a table may have none)."""
    tables = {
        table.name: ResolvedTable(
            table,
            tuple(f for f in all_fields() if f.table == table.name and f.in_force(collection)),
        )
        for table in all_tables()
    }
    return Model(collection, tables)
