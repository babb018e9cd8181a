"""Sheets: the made rows of one table and roll, cut to the fields that the collection holds, with their positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.code_sets import code_set
from schemas.model import PUPILS, Field, FieldType, ResolvedTable, Roll
from transforms.synthetic.draw import Flags, Ints, only
from transforms.synthetic.made import Made
from transforms.synthetic.scene import Scene

Key = tuple[str, Roll]
_FILLED = 0.3  # share of rows in which a field without a maker of its own is filled


@dataclass(frozen=True)
class Sheet:
    """Rows of one table and roll in file order; `parent` is the position of the row's parent in its parent's sheet."""

    table: ResolvedTable
    roll: Roll
    fields: tuple[Field, ...]
    columns: pd.DataFrame
    parent: Ints
    places: pd.DataFrame  # school (row of the schools), record, sub_record, parent_record

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.parent)


@dataclass(frozen=True)
class _Pupils:
    """Where the rows of one pupil-level table belong: the pupil's row in the rolls, and the place under it."""

    owner: Ints
    sub_record: Ints
    parent_record: Ints


def sheets_of(scene: Scene, tables: Mapping[str, Made], rolls: pd.DataFrame) -> dict[Key, Sheet]:
    """Cut every table into sheets; a table or roll that the collection does not hold has none."""
    placed = _placed(scene, tables, rolls)
    sheets: dict[Key, Sheet] = {}
    for roll in ("on", "off"):
        belongs = rolls["is_on_roll"].eq(roll == "on").to_numpy()
        positions: dict[str, Ints] = {}
        for name, table in scene.model.tables.items():
            fields = table.held(roll, scene.collection)
            if name not in tables or not fields or roll not in table.definition.rolls():
                continue
            if table.definition.level != "pupil":
                sheets[name, roll] = _school_sheet(scene, table, tables[name])
                continue
            kept = np.flatnonzero(belongs[placed[name].owner])
            positions[name] = np.cumsum(belongs[placed[name].owner]) - 1
            above = tables[name].parent[kept]
            parent = above if name == PUPILS else positions[table.definition.parent][above]
            columns = _columns(scene, fields, tables[name].columns.take(kept).reset_index(drop=True), roll)
            sheets[name, roll] = Sheet(table, roll, fields, columns, parent, _places(rolls, placed[name], kept))
    return sheets


def _placed(scene: Scene, tables: Mapping[str, Made], rolls: pd.DataFrame) -> dict[str, _Pupils]:
    placed: dict[str, _Pupils] = {}
    none = np.zeros(len(rolls), dtype=np.int64)
    placed[PUPILS] = _Pupils(np.arange(len(rolls)), none, none)
    for name, table in scene.model.tables.items():
        if table.definition.level != "pupil" or name == PUPILS or name not in tables:
            continue
        above = placed[table.definition.parent]
        owner = above.owner[tables[name].parent]
        sub_record = pd.Series(owner).groupby(owner).cumcount().to_numpy() + 1
        placed[name] = _Pupils(owner, sub_record, above.sub_record[tables[name].parent])
    return placed


def _places(rolls: pd.DataFrame, pupils: _Pupils, kept: Ints) -> pd.DataFrame:
    owner = pupils.owner[kept]
    return pd.DataFrame(
        {
            "school": rolls["school"].to_numpy()[owner],
            "record": rolls["record"].to_numpy()[owner],
            "sub_record": pupils.sub_record[kept],
            "parent_record": pupils.parent_record[kept],
        }
    )


def _school_sheet(scene: Scene, table: ResolvedTable, made: Made) -> Sheet:
    fields = table.held("on", scene.collection)
    record = pd.Series(made.parent).groupby(made.parent).cumcount().to_numpy() + 1
    places = pd.DataFrame({"school": made.parent, "record": record, "sub_record": 0, "parent_record": 0})
    return Sheet(table, "on", fields, _columns(scene, fields, made.columns, "on"), made.parent, places)


def _columns(scene: Scene, fields: tuple[Field, ...], made: pd.DataFrame, roll: Roll) -> pd.DataFrame:
    """Take the columns of the fields in their order; a field that nobody makes is filled by its type."""
    return pd.DataFrame(
        {
            field.column: made[field.column] if field.column in made else _filled(scene, field, len(made), roll)
            for field in fields
        },
        index=made.index,
    )


def _filled(scene: Scene, field: Field, count: int, roll: Roll) -> object:
    """Fill a field that the model has gained: codes and flags at random, numbers small, text and dates left empty."""
    rng = scene.rng("filled", field.table, field.column, roll)
    here: Flags = rng.random(count) < _FILLED
    if field.type is FieldType.CODE:
        codes = sorted(code_set(field.code_set).in_force(field.code_collection(scene.collection)))
        drawn = np.array([*codes, None], dtype=object)[rng.integers(0, max(len(codes), 1), count)]
        return only(here, drawn)
    if field.type is FieldType.BOOLEAN:
        return only(here, rng.random(count) < _FILLED)
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        return np.where(here, rng.integers(0, 10, count), np.nan)
    return np.full(count, None, dtype=object)


def unmade_fields(scene: Scene, tables: Mapping[str, Made]) -> tuple[str, ...]:
    """Name the fields in force that have no maker of their own, as table.column."""
    return tuple(
        f"{name}.{field.column}"
        for name, table in scene.model.tables.items()
        for field in table.fields
        if name not in tables or field.column not in tables[name].columns
    )
