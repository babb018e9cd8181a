"""Typed columns as text: in the dialect of an XML return, or of a COLLECT export."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.model import Field, FieldType
from transforms.synthetic.draw import Texts

_SERIAL_WIDTH = 3  # SerialNo is written 001 (CBDS 800007: 999)


def as_arrow(values: pd.Series) -> pa.Array:
    """Return a made column as Arrow, missing as null."""
    array = pa.array(values, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def xml_text(field: Field, values: pd.Series, true_false: tuple[Texts, Texts]) -> pa.Array:
    """Write a column as an XML return has it; each school writes booleans in its own way."""
    array = as_arrow(values)
    if field.type is FieldType.BOOLEAN:
        return pc.if_else(array.cast(pa.bool_()), *(pa.array(words, pa.string()) for words in true_false))
    if field.type is FieldType.DATE:
        return array.cast(pa.timestamp("s")).cast(pa.date32()).cast(pa.string())
    if field.type is FieldType.DATETIME:
        return pc.strftime(array.cast(pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%S")
    if field.column == "serialno":
        return pc.utf8_lpad(array.cast(pa.int64()).cast(pa.string()), _SERIAL_WIDTH, "0")
    return _plain(field, array)


def collect_text(field: Field, values: pd.Series) -> pa.Array:
    """Write a column as a COLLECT export has it: dates with month names, True/False, `.0` where numbers are missing."""
    array = as_arrow(values)
    if field.type is FieldType.BOOLEAN:
        return pc.if_else(array.cast(pa.bool_()), "True", "False")
    if field.type in (FieldType.DATE, FieldType.DATETIME):
        return pc.strftime(array.cast(pa.timestamp("s")), format="%Y-%b-%d %H:%M:%S")
    text = _plain(field, array)
    if field.type is FieldType.INTEGER and text.null_count:
        return pc.binary_join_element_wise(text, "0", ".")
    return text


def _plain(field: Field, array: pa.Array) -> pa.Array:
    if field.type is FieldType.INTEGER:
        return array.cast(pa.float64()).cast(pa.int64()).cast(pa.string())
    if field.type is FieldType.DECIMAL:
        return _decimal(array.cast(pa.float64()))
    return array.cast(pa.string())


def _decimal(array: pa.Array) -> pa.Array:
    """Write hours with one decimal place."""
    tenths = pc.round(pc.multiply(array, 10.0)).cast(pa.int64())
    whole = pc.divide(tenths, 10)
    return pc.binary_join_element_wise(
        whole.cast(pa.string()), pc.subtract(tenths, pc.multiply(whole, 10)).cast(pa.string()), "."
    )
