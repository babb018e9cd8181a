"""Counts as a grid: one row a geography, one column a breakdown, and the sums that hold in every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.errors import ContractBroken
from transforms.disclosure_control.model import Counts, Mask

LOCAL_AUTHORITY: Final = "Local authority"
SCHOOL: Final = "School"
TOTAL: Final = "Total"
_KEY: Final = ["geography", "laestab", "breakdown_topic", "breakdown"]


@dataclass(frozen=True)
class Nesting:
    """Breakdowns of one topic that add up to breakdowns of another in every geography.

    Each pair of `sums` holds breakdowns of `parent_topic` and the breakdowns of `child_topic` that have the same sum.
    """

    child_topic: str
    parent_topic: str
    sums: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @classmethod
    def by_parent(cls, child_topic: str, parent_topic: str, parent_of: Mapping[str, str]) -> Nesting:
        """Build it from the parent of every child, such as the major group of each minor ethnicity."""
        parents = sorted(set(parent_of.values()))
        sums = tuple(((up,), tuple(sorted(c for c, p in parent_of.items() if p == up))) for up in parents)
        return cls(child_topic, parent_topic, sums)


@dataclass(frozen=True, eq=False)
class Sum:
    """Columns that add up to other columns in every geography."""

    parents: NDArray[np.intp]
    children: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Grid:
    """A complete grid of counts; `position` gives each input row its place in the flattened grid."""

    values: Counts
    is_school: Mask
    topics: tuple[str, ...]
    sums: tuple[Sum, ...]
    position: NDArray[np.intp]


def grid_of(counts: pd.DataFrame, *, nested: Sequence[Nesting]) -> Grid:
    """Arrange a long table of counts as a grid, in an order that does not depend on the order of its rows.

    Raises:
        ContractBroken: when a row is missing or there twice, or a topic's breakdowns do not fit the nestings.
    """
    plain = pd.DataFrame({name: counts[name].astype("string").fillna("").to_numpy() for name in _KEY}, dtype="object")
    places = _codes(plain, ["geography", "laestab"])
    columns = _codes(plain, ["breakdown_topic", "breakdown"])
    shape = (len(places.labels), len(columns.labels))
    position = places.of_row * shape[1] + columns.of_row
    if len(np.unique(position)) != len(position) or len(position) != shape[0] * shape[1]:
        raise ContractBroken("A table of counts is not a complete grid; aggregate every breakdown once per geography.")
    values = np.empty(len(position), dtype=np.int64)
    values[position] = counts["value"].to_numpy(dtype=np.int64)
    return Grid(
        values=values.reshape(shape),
        is_school=_schools(places.labels),
        topics=tuple(columns.labels["breakdown_topic"]),
        sums=_sums(columns.labels, nested),
        position=position,
    )


@dataclass(frozen=True, eq=False)
class _Coded:
    labels: pd.DataFrame
    of_row: NDArray[np.intp]


def _codes(frame: pd.DataFrame, by: list[str]) -> _Coded:
    """Number the distinct values of some columns in sorted order."""
    groups = frame.groupby(by, sort=True)
    labels = groups.size().index.to_frame(index=False)
    return _Coded(labels=labels, of_row=groups.ngroup().to_numpy(dtype=np.intp))


def _schools(labels: pd.DataFrame) -> Mask:
    is_school: Mask = labels["geography"].eq(SCHOOL).to_numpy(dtype=bool)
    authorities = int(labels["geography"].eq(LOCAL_AUTHORITY).sum())
    if authorities > 1 or authorities + int(is_school.sum()) != len(labels):
        raise ContractBroken("A table of counts has other geographies than one authority and its schools; split it.")
    return is_school


def _sums(labels: pd.DataFrame, nested: Sequence[Nesting]) -> tuple[Sum, ...]:
    """Return the sums of a grid, totals first, so that a parent is met before its children."""
    topics = labels["breakdown_topic"]
    children = {nesting.child_topic for nesting in nested}
    total = np.flatnonzero(topics.eq(TOTAL))
    if len(total) != 1:
        raise ContractBroken("A table of counts has no single Total; aggregate one row of topic Total per geography.")
    tops = [name for name in topics.drop_duplicates() if name != TOTAL and name not in children]
    sums = [Sum(total, np.flatnonzero(topics.eq(name))) for name in tops]
    for nesting in nested:
        sums.extend(_nested_sums(labels, nesting))
    return tuple(sums)


def _nested_sums(labels: pd.DataFrame, nesting: Nesting) -> list[Sum]:
    column = {(row[0], row[1]): number for number, row in enumerate(labels.to_numpy())}
    try:
        sums = [
            Sum(
                np.array([column[nesting.parent_topic, name] for name in parents], dtype=np.intp),
                np.array([column[nesting.child_topic, name] for name in children], dtype=np.intp),
            )
            for parents, children in nesting.sums
        ]
    except KeyError:
        raise ContractBroken(f"A breakdown of {nesting.child_topic} or its parent is not in the table; correct it.") from None
    named = sum(len(each.children) for each in sums)
    if named != int(labels["breakdown_topic"].eq(nesting.child_topic).sum()):
        raise ContractBroken(f"Not every breakdown of {nesting.child_topic} has one parent; correct the nesting.")
    return sums
