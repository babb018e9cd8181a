"""A source as data: what one row is, its typed columns, its purposes and its retention trigger."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas._data import names, toml


class Sensitivity(StrEnum):
    """What the law or a notice says about a column beyond its being personal data."""

    NONE = "none"
    PERSONAL = "personal"
    ADDRESS = "address"
    CONTACT = "contact"
    SPECIAL_CATEGORY = "special category"
    CRIMINAL_OFFENCE = "criminal offence"
    SOCIAL_CARE = "social care status"
    BARRED_IDENTIFIER = "barred identifier"


ColumnType = Literal["string", "integer", "decimal", "date", "datetime", "boolean", "code"]
Label = Literal["sourced", "unverified", "ours"]


class Declared(BaseModel):
    """A piece of a declaration file: frozen, typed strictly, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class SourceColumn(Declared):
    """One column of a source, by our name, with the headers under which councils are known to write it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    headers: tuple[str, ...] = ()
    type: ColumnType
    code_set: str = ""
    required: bool = False
    sensitivity: Sensitivity
    label: Label
    source: str

    @model_validator(mode="after")
    def _code_and_only_a_code_has_a_set(self) -> Self:
        if (self.type == "code") != bool(self.code_set):
            message = f"column {self.name}: a column of type code, and no other, names a code_set"
            raise ValueError(message)
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
    stale_after_days: int | None = Field(default=None, gt=0)
    purposes: tuple[str, ...] = Field(min_length=1)
    retention: Retention
    columns: tuple[SourceColumn, ...] = Field(min_length=1)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Name the columns in the order of the declaration."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Name the columns without which a file is not this source."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> SourceColumn:
        """Find one column by its name."""
        return next(column for column in self.columns if column.name == name)

    @model_validator(mode="after")
    def _names_only_its_own_columns(self) -> Self:
        held = self.column_names
        if len(set(held)) != len(held):
            message = f"source {self.id}: a column is declared twice"
            raise ValueError(message)
        named = {*self.key, self.retention.trigger, *self.retention.lengthened_by}
        if strangers := sorted(named - set(held)):
            message = f"source {self.id}: key or retention names columns it does not declare: {', '.join(strangers)}"
            raise ValueError(message)
        return self


@cache
def source(source_id: str) -> Source:
    """Load one declared source by its id."""
    return Source.model_validate(toml(f"sources/{source_id}.toml"))


def source_ids() -> tuple[str, ...]:
    """Name every source that is declared."""
    return tuple(name.removesuffix(".toml") for name in names("sources", ".toml"))
