"""School census returns: text tables → the clean tables of the collection, each held to its contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
import pyarrow as pa

from schemas.collection import Collection
from schemas.contract import HEADER_TYPES, KEY_TYPES, arrow_schema, contract_for, hold_to, raw_name, to_frame
from schemas.model import HEADER, FieldType, ResolvedTable, model_for
from schemas.received import RawReturns
from transforms.clean.values import READERS, code_column, empty_column, text_column, typed_column


def clean_returns(raw: RawReturns, *, collection: Collection) -> dict[str, pd.DataFrame]:
    """Return every table of the collection, empty ones too; quickest over many returns at once (see `gathered`)."""
    tables = model_for(collection).tables
    return {name: clean_table(raw.tables.get(name), table, collection=collection) for name, table in tables.items()}


def clean_table(texts: pa.Table | None, table: ResolvedTable, *, collection: Collection) -> pd.DataFrame:
    """Type the columns of one table; a column that no file had is there and empty."""
    schema = arrow_schema(table)
    held = texts if texts is not None else pa.table({name: pa.array([], kind) for name, kind in _positions(table)})
    columns: dict[str, pa.ChunkedArray | pa.Array] = {name: held[name].cast(kind) for name, kind in _positions(table)}
    for field in table.fields:
        if field.column in held.column_names:
            columns |= _field(held[field.column].cast(pa.string()), field.column, field.type)
    rows = held.num_rows
    arrays = [columns[part.name] if part.name in columns else empty_column(part.type, rows) for part in schema]
    frame = to_frame(pa.table(arrays, schema=schema))
    return hold_to(contract_for(collection, table.name), frame, key=table.definition.key)


def combine(parts: Iterable[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Put clean tables of several schools together; codes stay categorical, over the codes of all."""
    held = tuple(parts)
    names = dict.fromkeys(name for part in held for name in part)
    return {name: _stacked([part[name] for part in held if name in part]) for name in names}


def _positions(table: ResolvedTable) -> list[tuple[str, pa.DataType]]:
    names = (*table.definition.key, *table.definition.links)
    extra = list(HEADER_TYPES.items()) if table.name == HEADER else []
    return [(name, KEY_TYPES[name]) for name in names] + extra


def _field(texts: pa.ChunkedArray, column: str, kind: FieldType) -> dict[str, pa.ChunkedArray | pa.Array]:
    if kind is FieldType.STRING:
        return {column: text_column(texts)}
    values, raw = code_column(texts) if kind is FieldType.CODE else typed_column(texts, kind, READERS[kind])
    return {column: values, raw_name(column): raw}


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name in frames[0].columns:
        parts = pa.concat_tables([pa.table({name: _as_arrow(frame[name])}) for frame in frames])[name]
        columns[name] = code_column(parts)[0] if frames[0][name].dtype == "category" else parts
    return to_frame(pa.table(columns))


def _as_arrow(column: pd.Series) -> pa.Array | pa.ChunkedArray:
    if isinstance(column.dtype, pd.ArrowDtype):
        return pa.array(column, column.dtype.pyarrow_dtype)
    codes = column.cat.codes.to_numpy()
    return pa.array(column.cat.categories, pa.string()).take(pa.array(codes, mask=codes < 0))
