"""A recipient's file layout as data: its columns, and what its importer takes in a cell."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas import _data
from schemas.errors import ContractBroken

FOLDER = "layouts"


class Layout(BaseModel):
    """What one recipient's importer takes; patterns are whole-cell regular expressions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    source: str
    label: Literal["sourced", "unverified"]
    columns: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    max_rows: int | None = Field(default=None, gt=0)
    name_pattern: str = ""
    name_longest: int | None = Field(default=None, gt=0)
    postcode_pattern: str = ""
    postcodes_as_written: tuple[str, ...] = ()
    earliest_birth: date | None = None
    numbers: dict[str, int] = {}
    kept_as_received: tuple[str, ...] = ()


@cache
def layout(layout_id: str) -> Layout:
    """Return one layout.

    Raises:
        ContractBroken: when no such layout is declared.
    """
    if layout_id not in layout_ids():
        raise ContractBroken(f"There is no layout {layout_id!r} in schemas/layouts; declare it there.")
    return Layout.model_validate(_data.toml(f"{FOLDER}/{layout_id}.toml"))


def layout_ids() -> tuple[str, ...]:
    """Return the ids of all declared layouts."""
    return tuple(name.removesuffix(".toml") for name in _data.names(FOLDER, ".toml"))
