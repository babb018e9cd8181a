"""How one council writes a source: its headers, words and days, in one TOML a source.

Without one the headers of the source's own declaration serve. `schemas/column_maps/` holds samples to copy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas import _data
from schemas.code_sets import code_set
from schemas.errors import ContractBroken, UsageError
from schemas.model import FieldType
from schemas.sources.model import Source, source

FOLDER = "column_maps"
_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


class ColumnMap(BaseModel):
    """A council's column map: frozen, and an unknown key is refused.

    `headers`: a header as the file has it → our column. `ignored`: headers that are left out on purpose. `values`: our
    column → the file's words → our codes. `date_formats`: how the file writes days, tried in order. `sheet`: the sheet
    of a workbook with several.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    title: str = ""
    sheet: str = ""
    date_formats: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    headers: Mapping[str, str] = Field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _speaks_of_its_source(self) -> Self:
        declared = _declared(self.source)
        if strangers := sorted({*self.headers.values(), *self.values} - set(declared.column_names)):
            raise ValueError(f"no column of {self.source}: {', '.join(strangers)}")
        for name, words in self.values.items():
            column = declared.column(name)
            if column.type is not FieldType.CODE:
                raise ValueError(f"values of {name}: only a column of codes has its words mapped")
            known = {code.code for code in code_set(column.code_set).codes}
            if strangers := sorted(set(words.values()) - known):
                raise ValueError(f"values of {name}: not in the code set {column.code_set}: {', '.join(strangers)}")
        return self

    def column_of(self) -> dict[str, str]:
        """Return folded header → our column: the source's own names and spellings, the council's going before."""
        declared = _declared(self.source)
        known = {folded(column.name): column.name for column in declared.columns}
        known |= {folded(header): column.name for column in declared.columns for header in column.headers}
        return known | {folded(header): name for header, name in self.headers.items()}

    def code_of(self, column: str) -> dict[str, str]:
        """Return folded word → code: the set's codes and labels, the council's words going before."""
        codes = code_set(_declared(self.source).column(column).code_set).codes
        known = {folded(code.label): code.code for code in codes} | {folded(code.code): code.code for code in codes}
        return known | {folded(word): code for word, code in self.values.get(column, {}).items()}


def folded(words: str) -> str:
    """Fold a header or word so that case, blanks and punctuation do not matter."""
    return _NOT_A_LETTER_OR_DIGIT.sub("", words.casefold())


def column_map(content: Mapping[str, Any], *, file: str = "the column map") -> ColumnMap:
    """Read a column map from TOML.

    Raises:
        UsageError: naming the key that is unknown or wrong.
    """
    try:
        return ColumnMap.model_validate(dict(content))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        problem = first["msg"].removeprefix("Value error, ")
    raise UsageError(f"{file}: {place}: {problem}; correct it.")


def shipped_map(source_id: str) -> ColumnMap:
    """Return the sample map of a source where one is shipped, else a map that adds nothing to its declaration."""
    name = f"{source_id}.toml"
    if name in _data.names(FOLDER, ".toml"):
        return column_map(_data.toml(f"{FOLDER}/{name}"), file=f"schemas/{FOLDER}/{name}")
    return ColumnMap(source=source_id)


def _declared(source_id: str) -> Source:
    try:
        return source(source_id)
    except ContractBroken as error:
        raise ValueError(str(error)) from None
