"""COLLECT's CSV export: one file a table, the authority's own schools and the academies side by side."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from schemas.collection import Collection
from schemas.model import HEADER, Roll
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.draw import Flags, Ints
from transforms.synthetic.sheets import Key, Sheet
from transforms.synthetic.text import collect_text

SETS = ("la", "acad")  # ids count from one in each, as two exports do


def file_name(collection: Collection, which: str, table: str) -> str:
    """Return the name of one table's file, such as 2026_spring_la_pupilonroll.csv."""
    return f"{collection.year}_{collection.term}_{which}_{table}.csv"


def collect_name(sheet: Sheet, collection: Collection) -> str:
    """Return COLLECT's name of a sheet's table; empty where COLLECT has none."""
    return sheet.table.definition.collect_name(sheet.roll, collection.term)


def collect_files(authority: SyntheticAuthority) -> Iterator[tuple[str, bytes]]:
    """Yield the export's files by name: every table of the term, for each of the two sets."""
    collection = authority.scene.collection
    for which in SETS:
        schools = authority.schools["is_academy"].eq(which == "acad").to_numpy()
        numbers = {key: _numbers(sheet, schools) for key, sheet in authority.sheets.items()}
        for key, sheet in authority.sheets.items():
            name, here = collect_name(sheet, collection), numbers[key].any()
            if name and (here or which == SETS[0]):  # a table without rows is written once, header only
                yield file_name(collection, which, name), _bytes(_table(authority, key, numbers))


def _numbers(sheet: Sheet, schools: Flags) -> Ints:
    """Number the rows of the set's schools from one; 0 for the other set's rows."""
    own = schools[sheet.places["school"].to_numpy()]
    return np.where(own, np.cumsum(own), 0)


def _table(authority: SyntheticAuthority, key: Key, numbers: dict[Key, Ints]) -> pa.Table:
    """Put ids, school, order and parent's id before the fields of one table."""
    sheet, collection = authority.sheets[key], authority.scene.collection
    rows = np.flatnonzero(numbers[key])
    name, definition = collect_name(sheet, collection), sheet.table.definition
    school = sheet.places["school"].to_numpy()[rows]
    header = numbers[HEADER, "on"][school]
    columns: dict[str, pa.Array] = {
        f"{name}tableid": _whole(numbers[key][rows]),
        "NativeId": pa.array(authority.schools["laestab"].to_numpy(object)[school], pa.string()),
        f"{name}orderseqcolumn": _whole(_order(sheet.parent[rows])),
        "sourceid": _whole(header),
    }
    if definition.parent:
        above: Roll = (
            sheet.roll if authority.scene.model.tables[definition.parent].definition.level == "pupil" else "on"
        )
        parent = authority.sheets[definition.parent, above]
        named = f"{collect_name(parent, collection)}tableid"
        columns[named] = _whole(numbers[definition.parent, above][sheet.parent[rows]])
    for field in sheet.fields:
        columns[field.column] = collect_text(field, sheet.columns[field.column].iloc[rows])
    return pa.table(columns)


def _whole(numbers: Ints) -> pa.Array:
    return pa.array(numbers, pa.int64()).cast(pa.string())


def _order(parent: Ints) -> Ints:
    return pd.Series(parent).groupby(parent).cumcount().to_numpy() + 1


def _bytes(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    sink.write((",".join(table.column_names) + "\n").encode())
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    csv.write_csv(pa.table([pc.fill_null(column, "") for column in table.columns], table.column_names), sink, options)
    return sink.getvalue()
