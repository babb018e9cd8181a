"""Tables as Parquet: the same rows give the same bytes, and come back with the types they had.

Categories are written sorted and only where in use, since a Categorical of the same rows may hold them in any order.
(The bytes name the versions of pyarrow and pandas that wrote them, so another lock gives other bytes.)
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.storage import Store
from schemas.contract import to_frame
from schemas.errors import Unreadable

ROW_GROUP = 131_072
_CODES = pa.dictionary(pa.int32(), pa.string())


def parquet_bytes(frame: pd.DataFrame, *, metadata: Mapping[str, str] | None = None) -> bytes:
    """Write a table as Parquet (zstd); `metadata` goes into the file's schema, beside pandas' own."""
    coded = frame.select_dtypes("category").columns
    canonical = frame.assign(**{str(name): _in_order(frame[name]) for name in coded})
    table = pa.Table.from_pandas(canonical, preserve_index=False)
    columns = [_written(table[name], canonical[name]) for name in table.column_names]
    told = {**(table.schema.metadata or {}), **{key.encode(): text.encode() for key, text in (metadata or {}).items()}}
    ready = pa.Table.from_arrays(columns, names=table.column_names).replace_schema_metadata(told)
    return arrow_bytes(ready)


def arrow_bytes(table: pa.Table) -> bytes:
    """Write an Arrow table as it is, its schema's metadata included, as Parquet (zstd)."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", row_group_size=ROW_GROUP, version="2.6")
    return sink.getvalue()


def frame_from(data: bytes, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read Parquet bytes: codes Categorical, everything else Arrow-backed."""
    return to_frame(arrow_from(data, columns=columns))


def arrow_from(data: bytes, *, columns: Sequence[str] | None = None) -> pa.Table:
    """Read Parquet bytes as an Arrow table, one dictionary a column, without pandas' own metadata."""
    table = pq.read_table(pa.BufferReader(data), columns=list(columns) if columns is not None else None)
    return table.unify_dictionaries().replace_schema_metadata(None)


def read_frame(store: Store, path: PurePosixPath | str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a table of the store.

    Raises:
        Unreadable: when the file is missing or damaged.
    """
    data = store.read_bytes(path)
    try:
        return frame_from(data, columns=columns)
    except pa.ArrowInvalid:
        damaged = f"{path} of the store is damaged; run the collection again, or restore it from a backup."
    raise Unreadable(damaged)


def _in_order(codes: pd.Series) -> pd.Series:
    """Return codes with the categories in use, sorted."""
    return codes.cat.set_categories(sorted(codes.cat.remove_unused_categories().cat.categories))


def _written(column: pa.ChunkedArray, original: pd.Series) -> pa.ChunkedArray | pa.Array:
    """Return the Arrow column to write: text is `string`, codes are a dictionary of `string`."""
    if isinstance(original.dtype, pd.CategoricalDtype):
        places, texts = original.cat.codes.to_numpy(np.int32), original.cat.categories.to_numpy(object)
        return pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), pa.array(texts, pa.string()))
    if pa.types.is_dictionary(column.type):
        return pc.cast(column, pa.string()).dictionary_encode().cast(_CODES)
    if pa.types.is_large_string(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.string())
    return column
