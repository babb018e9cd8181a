"""One text column → its typed column and the texts that were lost or changed; distinct values are read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.contract import ARROW_TYPES
from schemas.model import FieldType
from schemas.written import boolean_written, date_written, datetime_written, decimal_written, integer_written

Reader = Callable[[str], Any]

READERS: Mapping[FieldType, Reader] = {
    FieldType.INTEGER: integer_written,
    FieldType.DECIMAL: decimal_written,
    FieldType.DATE: date_written,
    FieldType.DATETIME: datetime_written,
    FieldType.BOOLEAN: boolean_written,
}


def text_column(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the texts as they are, blank ones null."""
    blank = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(texts)), 0)
    if not pc.any(blank).as_py():
        return texts
    return pc.if_else(blank, pa.scalar(None, pa.string()), texts)


def typed_column(texts: pa.ChunkedArray, kind: FieldType, read: Reader) -> tuple[pa.Array, pa.Array]:
    """Return the values, and beside them the texts that are no such value."""
    distinct, where = _distinct(texts)
    values = [read(text.strip()) if text.strip() else None for text in distinct]
    lost = [text if text.strip() and value is None else None for text, value in zip(distinct, values, strict=True)]
    return pa.array(values, ARROW_TYPES[kind]).take(where), pa.array(lost, pa.string()).take(where)


def code_column(texts: pa.ChunkedArray, code_of: Callable[[str], str] = str.strip) -> tuple[pa.Array, pa.Array]:
    """Return the codes, dictionary-encoded in order of code, and beside them the texts that were changed.

    A code that no set knows stays as it was received: the rules find it.
    """
    distinct, where = _distinct(texts)
    codes = [code_of(text) if text.strip() else None for text in distinct]
    changed = [text if code is not None and code != text else None for text, code in zip(distinct, codes, strict=True)]
    known = sorted({code for code in codes if code is not None})
    places = {code: place for place, code in enumerate(known)}
    indices = pa.array((None if code is None else places[code] for code in codes), pa.int32()).take(where)
    return pa.DictionaryArray.from_arrays(indices, pa.array(known, pa.string())), pa.array(changed, pa.string()).take(
        where
    )


def empty_column(kind: pa.DataType, rows: int) -> pa.Array:
    """Return a column in which nothing stands."""
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], pa.string()))
    return pa.nulls(rows, kind)


def _distinct(texts: pa.ChunkedArray) -> tuple[list[str], pa.Array]:
    encoded = texts.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return encoded.dictionary.to_pylist(), encoded.indices
