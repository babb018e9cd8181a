"""Populations that are sums of others everywhere: enrolments are persistent absentees and others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from schemas.datasets import LOCAL_AUTHORITY, TOTAL
from schemas.errors import ContractBroken
from schemas.populations import Across
from transforms.disclosure_control.linked import Linked
from transforms.disclosure_control.model import SHARED, Counts, Mask

Key: TypeAlias = tuple[str, str, str, str, str]


@dataclass(frozen=True, eq=False)
class _Division:
    """The cells of a whole and of its parts, a row for each place and item, and the numbers of cells by key."""

    keys: Sequence[Key]
    whole: NDArray[np.intp]
    parts: NDArray[np.intp]
    cell_of: dict[Key, int]


def with_across(release: Linked, across: Sequence[Across], *, small_group: int) -> Linked:
    """Add the equations of populations that are sums of others; the parts of a small group are hidden.

    Wholes stand before their parts. The pattern of hidden parts tells whether a hidden whole is a small group, as it
    does within a table (`primary`).

    Raises:
        ContractBroken: when a whole lacks a part somewhere.
    """
    for each in across:
        division = _division(release, each)
        if division.keys:
            release = _with(release, division, small_group=small_group)
    return release


def _division(release: Linked, across: Across) -> _Division:
    cell_of: dict[Key, int] = {tuple(key): cell for cell, key in enumerate(release.keys.to_numpy())}
    keys = [key for key in cell_of if key[0] == across.whole]
    try:
        cells = [[cell_of[key], *(cell_of[part, *key[1:]] for part in across.parts)] for key in keys]
    except KeyError:
        raise ContractBroken(f"A count of {across.whole} has not all its parts; aggregate them together.") from None
    found = np.array(cells, dtype=np.intp).reshape(len(keys), 1 + len(across.parts))
    return _Division(keys, found[:, 0], found[:, 1:], cell_of)


def _with(release: Linked, division: _Division, *, small_group: int) -> Linked:
    cells, whole = release.cells, division.whole
    is_open = _open(release, division, small_group=small_group)
    size, divided = cells.value[whole], is_open.sum(axis=1) > 1
    within = divided & (((size > 0) & (size < small_group)) | release.group[whole])
    group, table = release.group.copy(), cells.table.copy()
    hidden = division.parts[within[:, None] & is_open]
    group[hidden] = True
    lower, upper = _limits(release, whole[divided], small_group=small_group)
    lower[hidden] = 0
    table[np.concatenate([whole, division.parts.ravel()])] = SHARED
    more = _equations(division, len(cells))
    joined = replace(cells, lower=lower, upper=upper, table=table, equations=csr_array(vstack([cells.equations, more])))
    return replace(release, cells=joined, group=group & ~release.small)


def _open(release: Linked, division: _Division, *, small_group: int) -> Mask:
    """Mark the parts that say something of the group: not those that are 0 in all the place or all the authority."""
    value = release.cells.value
    is_open = np.ones(division.parts.shape, dtype=bool)
    for row, (figure, geography, place, topic, item) in enumerate(division.keys):
        above = {(figure, geography, place, TOTAL, TOTAL), (figure, LOCAL_AUTHORITY, "", topic, item)}
        known = above & division.cell_of.keys() - {division.keys[row]}
        wholes = [key for key in known if value[division.cell_of[key]] >= small_group]
        for column, part in enumerate(division.parts[row]):
            name = str(release.keys["figure"].iloc[part])
            is_open[row, column] = all(value[division.cell_of[name, *key[1:]]] > 0 for key in wholes)
    return is_open


def _limits(release: Linked, whole: NDArray[np.intp], *, small_group: int) -> tuple[Counts, Counts]:
    lower, upper = release.cells.lower.copy(), release.cells.upper.copy()
    judged = whole[~release.group[whole]]
    few, many = judged[release.cells.value[judged] < small_group], judged[release.cells.value[judged] >= small_group]
    upper[few] = np.minimum(upper[few], small_group - 1)
    lower[many] = np.maximum(lower[many], small_group)
    return lower, upper


def _equations(division: _Division, width: int) -> csr_array:
    rows = np.column_stack([division.whole, division.parts])
    sign = np.append(np.int64(1), np.full(division.parts.shape[1], -1))
    starts = np.arange(0, rows.size + 1, rows.shape[1])
    return csr_array((np.tile(sign, len(rows)), rows.ravel(), starts), shape=(len(rows), width))
