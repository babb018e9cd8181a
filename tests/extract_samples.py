"""Small inputs for extracts: an authority of two schools and a register, by text tables."""

import copy
from datetime import date

import pyarrow as pa

from schemas import _data
from schemas.agreements.model import load_agreement
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import to_frame
from schemas.sources.model import arrow_schema_of, source
from tests.clean_tables import census, ehe_register, typed_table
from tests.mavis_checker import read_rows
from transforms.extract.build import build_extract
from transforms.extract.results import ExtractInputs

COLLECTION = "2026-spring"
DAY = date(2026, 2, 2)
LINKS = pa.schema(
    [
        ("child_id", pa.string()),
        ("laestab", pa.string()),
        ("is_on_roll", pa.bool_()),
        ("record", pa.int64()),
        ("method", pa.string()),
    ]
)
SCHOOLS = """
laestab | lea | estab | urn    | serialno | form | records_on | records_off | unknown_tags
8561000 | 856 | 1000  | 100001 | 1        | xml  | 1          | 0           | 0
8561001 | 856 | 1001  |        | 2        | xml  | 1          | 0           | 0
"""


def sample(agreement_id):
    """Return a shipped agreement as the TOML it was read from, to be changed."""
    return copy.deepcopy(_data.toml(f"agreements/{agreement_id}.toml"))


def agreement(agreement_id="nhs-immunisation", **changes):
    """Return a shipped agreement with some of its top-level keys changed."""
    return load_agreement({**sample(agreement_id), **changes}, file=f"{agreement_id}.toml")


def source_table(source_id, text):
    return typed_table(arrow_schema_of(source(source_id)), text)


def links(text):
    return typed_table(LINKS, text)


def inputs(*, register=None, protections=None, gias=None, collection=COLLECTION, schools=SCHOOLS, **given):
    """Make inputs; census tables by name as text, everything else as ExtractInputs takes it."""
    tables = {
        name: given.pop(name) for name in list(given) if isinstance(given[name], str) and name != "accepted_findings"
    }
    collected = Collection.parse(collection)
    frames = census(collection, schoolcensus=schools, **tables).frames
    if protections is not None:
        given |= {"protections": source_table("protections", protections), "protections_supplied": True}
    return ExtractInputs(
        collected,
        "856",
        calendar_for(collected),
        frames,
        register=None if register is None else ehe_register(register),
        gias=None if gias is None else source_table("gias", gias),
        **given,
    )


def build(made_of, *, by=None, on=DAY):
    return build_extract(by or agreement(), made_of, on=on)


def rows_of(result):
    """Return the rows of all CSV files of a result as dictionaries."""
    return [row for file in result.files for row in read_rows(file.data)[1]]


def keys(listed, *columns):
    """Return the key cells of listed rows."""
    return [
        tuple(row)
        for row in listed[list(columns)].astype("object").where(listed[list(columns)].notna(), None).to_numpy().tolist()
    ]


def frame(rows, schema):
    """Make a typed table from dictionaries."""
    columns = {field.name: [row.get(field.name) for row in rows] for field in schema}
    return to_frame(pa.table(columns, schema=schema)) if rows else to_frame(schema.empty_table())
