"""Ids of COLLECT's tables to our positions: whose row is it, and which one of how many."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.parse.collect_tables import ID, NATIVE, PARENT_ID

#: Between the school's and the row's id in a joined key; in neither of them.
_BETWEEN = "\x1f"
_LAESTAB = r"^[0-9]{7}$"


def parent_rows(children: pa.Table, parents: pa.Table | None) -> tuple[np.ndarray, np.ndarray]:
    """Return for each child the row of its parent (-1: none), and whether several rows have that parent id.

    Ids are unique within a school only: exports for academies and for the local authority each number from one.
    """
    if parents is None or not parents.num_rows:
        return np.full(children.num_rows, -1, np.int64), np.zeros(children.num_rows, bool)
    keys = _keys(parents, ID)
    wanted = _keys(children, PARENT_ID)
    rows = pc.fill_null(pc.index_in(wanted, value_set=keys), -1).to_numpy().astype(np.int64)
    counted = pc.value_counts(keys)
    repeated = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    several = pc.is_in(wanted, value_set=repeated).to_numpy(zero_copy_only=False)
    return rows, several


def running_count(groups: np.ndarray) -> np.ndarray:
    """Number the rows of each group from 1 in the order given."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    rows = np.arange(len(groups), dtype=np.int64)
    begins = np.r_[True, ordered[1:] != ordered[:-1]][: len(groups)]
    counts = np.empty(len(groups), np.int64)
    counts[order] = rows - np.maximum.accumulate(np.where(begins, rows, 0)) + 1
    return counts


def stated_laestab(header: pa.Table) -> pa.ChunkedArray:
    """Return the school's number of each header row: LA and establishment, else the export's own school id."""
    stated = pc.binary_join_element_wise(_text(header, "lea"), _text(header, "estab"), "")
    return pc.if_else(pc.match_substring_regex(stated, _LAESTAB), stated, native_laestab(header))


def native_laestab(table: pa.Table) -> pa.ChunkedArray:
    """Return the export's school id where it has the form of a school's number, else null."""
    native = table[NATIVE]
    return pc.if_else(pc.match_substring_regex(native, _LAESTAB), native, pa.scalar(None, pa.string()))


def taken(values: pa.ChunkedArray, rows: np.ndarray) -> pa.ChunkedArray:
    """Return the values of parent rows, null where there is none."""
    return values.take(pa.array(rows, mask=rows < 0))


def _keys(table: pa.Table, column: str) -> pa.Array:
    joined = pc.binary_join_element_wise(table[NATIVE], table[column], _BETWEEN)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _text(table: pa.Table, column: str) -> pa.ChunkedArray:
    if column not in table.column_names:
        return pa.chunked_array([pa.array([""] * table.num_rows, pa.string())])
    return pc.utf8_trim_whitespace(table[column])
