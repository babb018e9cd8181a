"""`check`: run one rule on small text tables and compare what it marks with their `found` column.

A table is lines of cells parted by `|`, the first line naming the columns; columns that are left out are empty. `roll`
is `on` (default) or `off`; `record` counts within the roll unless given; `sub_record` counts within the pupil. A cell
that is not of its column's type lands in `<column>_raw`, as cleaning does it. `found` is blank, `yes` (the rule's first
field) or the fields' names.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pandas as pd
import pyarrow as pa
import pytest

from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import ARROW_TYPES, arrow_schema, raw_name, to_frame
from schemas.model import FieldType, model_for
from schemas.rules.elective_home_education import CENSUS_LINKS
from schemas.rules.register import EHE_REGISTER, rules_in_force
from schemas.sources.model import source
from schemas.tables import Tables
from transforms.validate import findings_of

SCHOOL = "8562001"
PREVIOUS = "previous_"  # before a table's name: that table of the collection before
TYPED = {
    pa.int64(): int,
    pa.float64(): float,
    pa.date32(): date.fromisoformat,
    pa.timestamp("us"): datetime.fromisoformat,
    pa.bool_(): lambda cell: {"true": True, "false": False}[cell],
}


LINKS = pa.schema(
    [("child_id", pa.string()), ("laestab", pa.string()), ("is_on_roll", pa.bool_()), ("record", pa.int64())]
)


def schema_of(table, collection):
    if table.startswith(PREVIOUS):
        return schema_of(table.removeprefix(PREVIOUS), collection.previous())
    if table == CENSUS_LINKS:
        return LINKS
    if table != EHE_REGISTER:
        return arrow_schema(model_for(collection).tables[table])
    columns = [("record", pa.int64())]
    for column in source(EHE_REGISTER).columns:
        columns.append((column.name, ARROW_TYPES[FieldType(column.type)]))
        if column.type != "string":
            columns.append((raw_name(column.name), pa.string()))
    return pa.schema(columns)


def cells_of(text):
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    header, *rows = lines
    return [dict(zip(header, row, strict=True)) for row in rows]


def placed(rows, table):
    """Give every row its place: school, roll, record, sub-record."""
    records, sub_records = Counter(), Counter()
    for row in rows:
        row.setdefault("laestab", SCHOOL)
        row["is_on_roll"] = "false" if row.get("roll") == "off" else "true"
        pupil = (row["laestab"], row["is_on_roll"])
        records[pupil] += 1
        row.setdefault("record", str(records[pupil]))
        sub_records[*pupil, row["record"]] += 1
        row.setdefault("sub_record", str(sub_records[*pupil, row["record"]]))
        row.setdefault("parent_record", "1")
    return rows


def typed(rows, schema):
    columns = {}
    for field in schema:
        kind = field.type
        values = [row.get(field.name) or None for row in rows]
        if kind in TYPED:
            for number, cell in enumerate(values):
                try:
                    values[number] = None if cell is None else TYPED[kind](cell)
                except (ValueError, KeyError):
                    rows[number][raw_name(field.name)] = cell
                    values[number] = None
        columns[field.name] = pa.array(values, pa.string() if pa.types.is_dictionary(kind) else kind).cast(kind)
    return to_frame(pa.table(columns, schema=schema))


def tables_of(collection, **texts):
    rows = {name: placed(cells_of(text), name) for name, text in texts.items()}
    earlier = [name for name in texts if name.startswith(PREVIOUS)]
    names = (*model_for(collection).tables, EHE_REGISTER, CENSUS_LINKS, *earlier)
    frames = {name: typed(rows.get(name, []), schema_of(name, collection)) for name in names}
    return Tables(collection, calendar_for(collection), frames), rows


def in_force(rule_id, collection):
    known = {rule.id: rule for kind in ("school_census", "ehe") for rule in rules_in_force(collection, source=kind)}
    assert rule_id in known, f"rule {rule_id} is not in force in {collection}"
    return known[rule_id]


@pytest.fixture
def check():
    def run(rule_id, *, collection="2026-spring", **texts):
        when = Collection.parse(collection)
        rule = in_force(rule_id, when)
        tables, rows = tables_of(when, **texts)
        files = pd.Series({SCHOOL: "return.xml", EHE_REGISTER: "register.csv"})
        findings = findings_of(tables, [rule], source_files=files)
        expected = set()
        for row in rows[rule.table]:
            fields = {"": (), "yes": (rule.field,)}.get(row["found"], tuple(row["found"].split()))
            place = (row["laestab"], row["is_on_roll"] == "true", int(row["record"]), int(row["sub_record"]))
            expected |= {(place, field) for field in fields}
        marked = {
            (place, field)
            for field, mask in rule.masks(tables)
            for row, broken in zip(rows[rule.table], mask.to_numpy(dtype=bool, na_value=False), strict=True)
            if broken
            for place in [(row["laestab"], row["is_on_roll"] == "true", int(row["record"]), int(row["sub_record"]))]
        }
        assert marked == expected
        assert len(findings) == len(expected)
        nothing, _ = tables_of(when)
        assert findings_of(nothing, [rule], source_files=files).empty, "an empty table has no findings"
        return findings

    return run
