"""Declared sources (the home education register and others): text columns → a clean table held to its contract."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from schemas.column_maps import ColumnMap, folded
from schemas.contract import hold_to, raw_name, to_frame
from schemas.model import FieldType
from schemas.sources.model import Source, SourceColumn, arrow_schema_of, contract_for_source
from schemas.written import date_reader, date_written
from transforms.clean.values import READERS, Reader, code_column, empty_column, text_column, typed_column

#: What a register has written in words of its own, and where those words are kept as received.
LOCAL_WORDS = {"primary_reason": "primary_reason_local"}


def clean_source(texts: pa.Table, *, source: Source, column_map: ColumnMap) -> pd.DataFrame:
    """Type the columns of a source; words are turned into codes by the map, unknown ones stay for the rules to find."""
    schema = arrow_schema_of(source)
    columns: dict[str, pa.ChunkedArray | pa.Array] = {"record": texts["record"].cast(pa.int64())}
    for column in source.columns:
        if column.name in texts.column_names:
            columns |= _column(texts[column.name].cast(pa.string()), column, source, column_map)
    for name, local in LOCAL_WORDS.items():
        if local in source.column_names and local not in texts.column_names and name in texts.column_names:
            columns[local] = text_column(texts[name].cast(pa.string()))
    arrays = [
        columns[part.name] if part.name in columns else empty_column(part.type, texts.num_rows) for part in schema
    ]
    return hold_to(contract_for_source(source), to_frame(pa.table(arrays, schema=schema)), key=("record",))


def clean_register(texts: pa.Table, *, source: Source, column_map: ColumnMap) -> pd.DataFrame:
    """Type the home education register: days as the authority writes them, its reasons as DfE's."""
    return clean_source(texts, source=source, column_map=column_map)


def _column(
    texts: pa.ChunkedArray, column: SourceColumn, source: Source, column_map: ColumnMap
) -> dict[str, pa.ChunkedArray | pa.Array]:
    if column.type is FieldType.STRING:
        return {column.name: text_column(texts)}
    if column.type is FieldType.CODE:
        values, raw = code_column(texts, _code_of(column_map, column.name))
    else:
        values, raw = typed_column(texts, column.type, _reader(column.type, source, column_map))
    return {column.name: values, raw_name(column.name): raw}


def _code_of(column_map: ColumnMap, column: str) -> Callable[[str], str]:
    """Return the reading of one word: the map's code for it, else the word itself."""
    codes = column_map.code_of(column)
    return lambda text: codes.get(folded(text), text.strip())


def _reader(kind: FieldType, source: Source, column_map: ColumnMap) -> Reader:
    """Return the reading of one text; days come as the map says, and from real date cells of a workbook as ISO."""
    if kind is FieldType.BOOLEAN:
        return lambda text: READERS[kind](_YES_AND_NO.get(text.casefold(), text.casefold()))
    if kind is not FieldType.DATE:
        return READERS[kind]
    written = date_reader(column_map.date_formats or source.date_formats)
    return lambda text: written(text) or date_written(text)


# How people write yes and no; our boolean takes 1, 0, true and false.
_YES_AND_NO = {"yes": "true", "y": "true", "no": "false", "n": "false"}
