"""Counts as they are: for the authority's own eyes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from schemas.disclosure import Unprotected
from schemas.release import CountsToProtect
from schemas.statistics import COUNTS_KEY
from transforms.disclosure_control.counts import ProtectionReport
from transforms.disclosure_control.release import ProtectedRelease

_KEY = ["figure", *COUNTS_KEY]


def as_they_are(tables: Sequence[CountsToProtect], *, policy: Unprotected) -> ProtectedRelease:
    """Return every count of some tables once, by key, unchanged; nothing made of it may leave the authority."""
    rows = pd.concat([each.rows[[*_KEY, "value"]] for each in tables]).drop_duplicates(_KEY)
    plain = {name: rows[name].astype("string").fillna("").to_numpy(dtype=object) for name in _KEY}
    columns = {
        "value": pd.arrays.ArrowExtensionArray(pa.array(rows["value"].to_numpy(dtype="int64"))),
        "symbol": pd.arrays.ArrowExtensionArray(pa.nulls(len(rows), pa.string())),
    }
    return ProtectedRelease(
        pd.DataFrame({**plain, **columns}), ProtectionReport(policy.name, cells=0)
    )  # none of them is published
