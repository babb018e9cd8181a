"""How rows stand to one another, as rules ask it: what was received, and which pupil a child row belongs to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from schemas.contract import raw_name
from schemas.model import PUPILS
from schemas.rules.register import Mask
from schemas.tables import Tables

Keys = NDArray[np.int64]

_RECORD_BITS = 40  # room for the pupil's position in the file below the school's and the roll's


def missing(frame: pd.DataFrame, column: str) -> Mask:
    """Mark rows that came without a value.

    A value that could not be typed is not missing: the type rule reports it, and other rules cannot judge it.
    """
    without, raw = frame[column].isna(), raw_name(column)
    return without & frame[raw].isna() if raw in frame else without  # a text is its own raw


def unreadable(frame: pd.DataFrame, column: str) -> Mask:
    """Mark rows whose value came but could not be typed."""
    return frame[column].isna() & frame[raw_name(column)].notna()


def provided(frame: pd.DataFrame, column: str) -> Mask:
    """Mark rows that came with a value, readable or not."""
    return ~missing(frame, column)


def repeated(frame: pd.DataFrame, columns: list[str]) -> Mask:
    """Mark rows whose values in all the columns stand on another row too, the last column present."""
    return frame.duplicated(columns, keep=False) & frame[columns[-1]].notna()


def arrow(column: pd.Series) -> pa.Array:
    """Return a column as one Arrow array."""
    values = pa.array(column.array, from_pandas=True)
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def pupil_keys(*frames: pd.DataFrame) -> tuple[Keys, ...]:
    """Return a number for each row's pupil (school, roll, record), the same across the frames given together."""
    schools = pa.concat_arrays([arrow(frame["laestab"]).cast(pa.string()) for frame in frames])
    school = schools.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    keys = []
    begin = 0
    for frame in frames:
        own = school[begin : begin + len(frame)]
        begin += len(frame)
        roll = frame["is_on_roll"].to_numpy(dtype=np.int64)
        keys.append(((own * 2 + roll) << _RECORD_BITS) + frame["record"].to_numpy(dtype=np.int64))
    return tuple(keys)


def has_rows(tables: Tables, child: str, where: Mask | None = None) -> Mask:
    """Mark the pupils who have at least one row in a child table, of those marked by `where` if it is given."""
    pupils, rows = tables[PUPILS], tables[child]
    marked = rows if where is None else rows.loc[where.to_numpy(dtype=bool, na_value=False)]
    own, children = pupil_keys(pupils, marked)
    return pd.Series(np.isin(own, children), index=pupils.index)


def place_of_pupil(pupils: pd.DataFrame, child: pd.DataFrame) -> Keys:
    """Return, for each child row, the position of its pupil's row in `pupils`, -1 where there is none."""
    own, children = pupil_keys(pupils, child)
    order = np.argsort(own, kind="stable")
    ranks = np.searchsorted(own, children, sorter=order)
    places = order[np.minimum(ranks, max(len(own) - 1, 0))] if len(own) else np.zeros(len(children), dtype=np.int64)
    found = own[places] == children if len(own) else np.zeros(len(children), dtype=bool)
    return np.where(found, places, -1)
