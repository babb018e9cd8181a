"""Clean tables from small text tables: what is not written is null, every column has the type of its contract."""

from datetime import date

import pyarrow as pa

from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import arrow_schema, to_frame
from schemas.model import model_for
from schemas.sources.model import arrow_schema_of, source
from schemas.tables import Tables


def _cells(text):
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    header, rows = lines[0], lines[1:]
    return {
        name: [(row[place] or None) if place < len(row) else None for row in rows] for place, name in enumerate(header)
    }


def _typed(kind, cells):
    if pa.types.is_date(kind):
        return [cell and date.fromisoformat(cell) for cell in cells]
    if pa.types.is_integer(kind):
        return [cell and int(cell) for cell in cells]
    if pa.types.is_boolean(kind):
        return [None if cell is None else cell == "yes" for cell in cells]
    return cells


def typed_table(schema, text):
    """Make a table of a schema from text: `a | b` in the first line, then a line a row."""
    cells = _cells(text)
    assert set(cells) <= set(schema.names), set(cells) - set(schema.names)
    number = len(next(iter(cells.values())))
    columns = {field.name: _typed(field.type, cells.get(field.name, [None] * number)) for field in schema}
    if "record" in columns and "record" not in cells:
        columns["record"] = list(range(1, number + 1))
    return to_frame(pa.table(columns, schema=schema))


def census(collection, **texts):
    """Make the clean census tables of a collection; tables not given are empty."""
    collection = Collection.parse(collection)
    frames = {}
    for name, resolved in model_for(collection).tables.items():
        schema = arrow_schema(resolved)
        frames[name] = typed_table(schema, texts[name]) if name in texts else to_frame(schema.empty_table())
    return Tables(collection, calendar_for(collection), frames)


def ehe_register(text):
    """Make the clean home education register."""
    return typed_table(arrow_schema_of(source("ehe_register")), text)
