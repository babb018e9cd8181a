"""Populations whose members belong to others: of a small group nothing is said, not even that none is suspended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.datasets import LOCAL_AUTHORITY, TOTAL
from transforms.disclosure_control.linked import KEY, Linked
from transforms.disclosure_control.model import Mask

_PLACE = ["figure", "geography", "laestab"]
_ITEM = ["breakdown_topic", "breakdown"]


def with_within(release: Linked, within: pd.DataFrame | None, *, small_group: int) -> Linked:
    """Hide every part of a small group, and grant outsiders that they see from the pattern which groups are small.

    `within` is as in `schemas.release.Block`; what it says of counts that are not in this release is used as well.
    """
    if within is None or within.empty:
        return release
    rows = within.reset_index(drop=True)
    own, whole = (
        _cells(release, rows[KEY]),
        _cells(release, rows.drop(columns="figure").rename(columns={"whole": "figure"})),
    )
    size = rows["size"].to_numpy(dtype=np.int64)
    says = _says_something(release, rows, own, small_group=small_group)
    return _limited(
        _hidden(release, own[says & (own >= 0) & (size > 0) & (size < small_group)]),
        whole[says & (whole >= 0)],
        small_group=small_group,
    )


def _cells(release: Linked, keys: pd.DataFrame) -> NDArray[np.intp]:
    """Return the cell of each key, -1 where the release has none."""
    held = pd.MultiIndex.from_frame(release.keys[KEY].astype(object))
    return held.get_indexer(pd.MultiIndex.from_frame(keys[KEY].astype(object))).astype(np.intp)


def _says_something(release: Linked, rows: pd.DataFrame, own: NDArray[np.intp], *, small_group: int) -> Mask:
    """Mark the parts that nobody knows to be 0 since they are 0 in all the place, or in all the authority.

    Those of populations that are not in this release are marked: their pattern may tell of their wholes.
    """
    value = np.where(own >= 0, release.cells.value[own], 1)
    counted = rows.assign(value=value)
    is_whole = rows["breakdown_topic"].eq(TOTAL)
    in_place = counted.loc[is_whole, [*_PLACE, "value", "size"]]
    in_authority = counted.loc[rows["geography"].eq(LOCAL_AUTHORITY), ["figure", *_ITEM, "value", "size"]]
    known = np.zeros(len(rows), dtype=bool)
    for above, key, itself in ((in_place, _PLACE, is_whole), (in_authority, ["figure", *_ITEM], _is_authority(rows))):
        met = rows[key].merge(above, how="left", on=key, validate="m:1")
        none = (met["value"].eq(0) & (met["size"] >= small_group)).fillna(value=False).to_numpy(dtype=bool)
        known |= none & ~itself.to_numpy(dtype=bool)
    return ~known


def _is_authority(rows: pd.DataFrame) -> pd.Series:
    return rows["geography"].eq(LOCAL_AUTHORITY)


def _hidden(release: Linked, parts: NDArray[np.intp]) -> Linked:
    group, lower = release.group.copy(), release.cells.lower.copy()
    group[parts] = True
    lower[parts] = 0
    return replace(release, cells=replace(release.cells, lower=lower), group=group & ~release.small)


def _limited(release: Linked, wholes: NDArray[np.intp], *, small_group: int) -> Linked:
    """Limit the wholes: whose part is shown is no small group, whose part is hidden may be one."""
    cells = release.cells
    lower, upper = cells.lower.copy(), cells.upper.copy()
    judged = np.unique(wholes[~release.group[wholes]])
    few, many = judged[cells.value[judged] < small_group], judged[cells.value[judged] >= small_group]
    upper[few] = np.minimum(upper[few], small_group - 1)
    lower[many] = np.maximum(lower[many], small_group)
    return replace(release, cells=replace(cells, lower=lower, upper=upper))
