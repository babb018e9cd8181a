"""A source as data: what one row is, its typed columns, its purposes and its retention trigger.

One TOML a source beside this module. It builds the contract, is read by the CSV and XLSX reader through a column map,
and is addressed in agreements as `source.column`.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Literal, Self

import pandera.pandas as pa
import pyarrow
from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas import _data
from schemas.contract import ARROW_TYPES, contract_from, raw_name
from schemas.errors import ContractBroken
from schemas.model import FieldType

FOLDER = "sources"


class Sensitivity(StrEnum):
    """What the law or a notice says about a column, in sources and in the census's field dictionary alike."""

    ORDINARY = "ordinary"
    IDENTITY = "identity"
    IDENTIFIER = "identifier"
    ADDRESS = "address"
    CONTACT = "contact"
    SPECIAL = "special"
    SOCIAL_CARE = "social_care"
    CRIMINAL = "criminal_offence"
    BARRED = "barred"


#: docs/sources.md N1-N5: an agreement that lists one of these without its condition is refused.
NEEDS_CONDITION = frozenset({Sensitivity.SPECIAL, Sensitivity.SOCIAL_CARE, Sensitivity.CRIMINAL})
#: Removed from everything but statutory returns where an address is withheld or a court has so ordered.
PROTECTED = frozenset({Sensitivity.ADDRESS, Sensitivity.CONTACT})

Label = Literal["sourced", "unverified", "ours"]


class Declared(BaseModel):
    """A piece of a declaration: frozen, and an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceColumn(Declared):
    """One column by our name; `headers` are the spellings under which councils are known to write it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    headers: tuple[str, ...] = ()
    type: FieldType
    code_set: str = ""
    required: bool = False
    sensitivity: Sensitivity
    label: Label
    source: str

    @model_validator(mode="after")
    def _only_a_code_has_a_set(self) -> Self:
        if (self.type is FieldType.CODE) != bool(self.code_set):
            raise ValueError(f"column {self.name}: a column of type code, and no other, names a code_set")
        return self


class Retention(Declared):
    """From which column the retention of a row is reckoned, and which columns lengthen it."""

    trigger: str
    lengthened_by: tuple[str, ...] = ()
    label: Label
    source: str


class Source(Declared):
    """One input of the pipeline other than the census."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    row_is: str
    key: tuple[str, ...] = Field(min_length=1)
    subject: Literal["pupil", "adult", "staff", "school"]
    supplied_by: str
    encoding: str = "utf-8"
    date_formats: tuple[str, ...] = ("%d/%m/%Y", "%Y-%m-%d")
    further_columns: Literal["refused", "ignored"] = "refused"
    lasting: bool = False  # the latest snapshot counts for every collection, whatever a run is restricted to
    stays: bool = False  # in the authority: no agreement may name it
    stale_after_days: int | None = Field(default=None, gt=0)
    purposes: tuple[str, ...] = Field(min_length=1)
    retention: Retention
    columns: tuple[SourceColumn, ...] = Field(min_length=1)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the names of the columns, in the declaration's order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Return the columns without which a file is not this source."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> SourceColumn:
        """Return one column.

        Raises:
            ContractBroken: when the source declares no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise ContractBroken(f"Source {self.id} declares no column {name}; see schemas/sources/{self.id}.toml.")

    @model_validator(mode="after")
    def _names_only_its_own_columns(self) -> Self:
        held = self.column_names
        if len(set(held)) != len(held):
            raise ValueError("a column is declared twice")
        named = {*self.key, self.retention.trigger, *self.retention.lengthened_by}
        if strangers := sorted(named - set(held)):
            raise ValueError(f"key or retention names columns that are not declared: {', '.join(strangers)}")
        return self

    @model_validator(mode="after")
    def _purposes_are_known(self) -> Self:
        known = {row["code"] for row in _data.rows("purposes.csv")}
        if strangers := sorted(set(self.purposes) - known):
            raise ValueError(f"purposes not in schemas/purposes.csv: {', '.join(strangers)}")
        return self


@cache
def source(source_id: str) -> Source:
    """Return one declared source.

    Raises:
        ContractBroken: when no such source is declared.
    """
    if source_id not in source_ids():
        raise ContractBroken(f"There is no source {source_id!r} in schemas/sources; declare it there.")
    return Source.model_validate(_data.toml(f"{FOLDER}/{source_id}.toml"))


def source_ids() -> tuple[str, ...]:
    """Return the ids of all declared sources."""
    return tuple(name.removesuffix(".toml") for name in _data.names(FOLDER, ".toml"))


def arrow_schema_of(declared: Source) -> pyarrow.Schema:
    """Return the Arrow schema of a clean source: `record`, its columns, beside each non-text column its `_raw` text."""
    fields: list[tuple[str, pyarrow.DataType]] = [("record", pyarrow.int64())]
    for column in declared.columns:
        fields.append((column.name, ARROW_TYPES[column.type]))
        if column.type is not FieldType.STRING:
            fields.append((raw_name(column.name), pyarrow.string()))
    return pyarrow.schema(fields)


def contract_for_source(declared: Source) -> pa.DataFrameSchema:
    """Return the contract of a clean source; its key is the row's position, since the source's own key is a rule."""
    return contract_from(arrow_schema_of(declared), name=declared.id, key=("record",))
