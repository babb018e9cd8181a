"""Contracts of our own tables, and the one place that calls pandera (its errors hold values; ours do not)."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pandera.pandas as pa
import pyarrow
from pandera.errors import SchemaErrors

from schemas.collection import Collection
from schemas.errors import ContractBroken
from schemas.model import HEADER, FieldType, ResolvedTable, model_for

STRING = pd.ArrowDtype(pyarrow.string())
INTEGER = pd.ArrowDtype(pyarrow.int64())
BOOLEAN = pd.ArrowDtype(pyarrow.bool_())
CODE = pd.CategoricalDtype()

#: Arrow type of every field type, as read and written.
ARROW_TYPES: dict[FieldType, pyarrow.DataType] = {
    FieldType.STRING: pyarrow.string(),
    FieldType.INTEGER: pyarrow.int64(),
    FieldType.DECIMAL: pyarrow.float64(),
    FieldType.DATE: pyarrow.date32(),
    FieldType.DATETIME: pyarrow.timestamp("us"),
    FieldType.BOOLEAN: pyarrow.bool_(),
    FieldType.CODE: pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
}

#: Arrow types of the position columns and of what the header table holds beside the fields.
KEY_TYPES: dict[str, pyarrow.DataType] = {
    "laestab": pyarrow.string(),
    "is_on_roll": pyarrow.bool_(),
    "record": pyarrow.int64(),
    "sub_record": pyarrow.int64(),
    "parent_record": pyarrow.int64(),
}
HEADER_TYPES: dict[str, pyarrow.DataType] = {
    "source_file": pyarrow.string(),
    "sha256": pyarrow.string(),
    "form": pyarrow.string(),
    "records_on": pyarrow.int64(),
    "records_off": pyarrow.int64(),
    "unknown_tags": pyarrow.int64(),
}


def raw_name(column: str) -> str:
    """Return the name of the column that keeps what could not be typed."""
    return f"{column}_raw"


def arrow_schema(table: ResolvedTable) -> pyarrow.Schema:
    """Return the Arrow schema of a clean table: keys, fields, and beside each non-text field its `_raw` text."""
    definition = table.definition
    columns = [(name, KEY_TYPES[name]) for name in (*definition.key, *definition.links)]
    for field in table.fields:
        columns.append((field.column, ARROW_TYPES[field.type]))
        if field.type is not FieldType.STRING:
            columns.append((raw_name(field.column), pyarrow.string()))
    if definition.name == HEADER:
        columns.extend(HEADER_TYPES.items())
    return pyarrow.schema(columns)


def pandas_type(arrow: pyarrow.DataType) -> pd.api.extensions.ExtensionDtype:
    """Return the pandas type of a clean column: Categorical for codes, Arrow-backed for everything else."""
    return CODE if pyarrow.types.is_dictionary(arrow) else pd.ArrowDtype(arrow)


def to_frame(table: pyarrow.Table) -> pd.DataFrame:
    """Turn an Arrow table into pandas as all our tables are: codes Categorical, everything else Arrow-backed."""
    frame: pd.DataFrame = table.to_pandas(
        types_mapper=lambda arrow: None if pyarrow.types.is_dictionary(arrow) else pd.ArrowDtype(arrow)
    )
    return frame


def contract_from(schema: pyarrow.Schema, *, name: str, key: tuple[str, ...]) -> pa.DataFrameSchema:
    """Build the column-wise contract of a table from its Arrow schema; key columns hold no null and are unique."""
    columns = {
        field.name: pa.Column(
            "category" if pyarrow.types.is_dictionary(field.type) else pd.ArrowDtype(field.type),
            nullable=field.name not in key,
        )
        for field in schema
    }
    return pa.DataFrameSchema(columns, name=name, strict=True, coerce=False, ordered=True)


@cache
def contract_for(collection: Collection, table: str) -> pa.DataFrameSchema:
    """Return the contract of one clean census table in one collection."""
    resolved = model_for(collection).tables[table]
    return contract_from(arrow_schema(resolved), name=table, key=resolved.definition.key)


def hold_to(contract: pa.DataFrameSchema, table: pd.DataFrame, *, key: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the table if it is what its contract says.

    Raises:
        ContractBroken: naming columns, checks and counts, never a value.
    """
    broken = _broken(contract, table)
    if key and table.duplicated(list(key)).any():
        broken.append(f"key {'+'.join(key)}: {int(table.duplicated(list(key)).sum())} repeated")
    if broken:
        raise ContractBroken(
            f"Table {contract.name} is not what its contract says ({'; '.join(broken[:8])}); "
            "this is a fault of the program, nothing was written: report it with the run's crash report."
        )
    return table


def _broken(contract: pa.DataFrameSchema, table: pd.DataFrame) -> list[str]:
    try:
        contract.validate(table, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        counts = cases.groupby(["schema_context", "column", "check"], dropna=False, observed=True).size()
        return [f"{column or context}: {check} ({count})" for (context, column, check), count in counts.items()]
    return []
