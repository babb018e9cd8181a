"""Which records are one child: records that share a token (a UPN, an id), directly or through others, get one label."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Positions = NDArray[np.int64]


def tokens(kind: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """List the tokens of every row of one kind: its own, and one for each held value of the columns given.

    `columns` maps a column to the space its values belong to; equal values of one space are one token.
    """
    rows = np.arange(len(frame), dtype=np.int64)
    own = pd.DataFrame({"kind": kind, "row": rows, "token": f"{kind}:" + pd.Series(rows).astype("str")})
    return pd.concat([own, *(pairs(kind, rows, frame[column], space) for column, space in columns.items())])


def pairs(kind: str, rows: Positions, values: pd.Series, space: str) -> pd.DataFrame:
    """List (row, token) for the held values of one column, without regard to case and outer spaces."""
    text = values.astype("str").str.strip().str.upper()
    held = values.notna().to_numpy(dtype=bool) & text.ne("").to_numpy(dtype=bool)
    return pd.DataFrame({"kind": kind, "row": rows[held], "token": f"{space}:" + text[held].reset_index(drop=True)})


def same_child(nodes: pd.DataFrame) -> pd.Series:
    """Label rows that share tokens as one child; the index is the row's kind, in the order of kind and row."""
    row, _ = pd.factorize(pd.MultiIndex.from_frame(nodes[["kind", "row"]]))
    token, distinct = pd.factorize(nodes["token"])
    size = int(row.max()) + 1 if len(row) else 0
    ends = (row, size + token)
    graph = coo_array((np.ones(len(row), dtype=np.int8), ends), shape=(size + len(distinct), size + len(distinct)))
    label = connected_components(graph, directed=False)[1][:size]
    first = nodes.assign(label=label[row]).drop_duplicates(["kind", "row"]).sort_values(["kind", "row"])
    return pd.Series(first["label"].to_numpy(), index=first["kind"].to_numpy())
