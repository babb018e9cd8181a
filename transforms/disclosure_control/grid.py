"""Counts as a grid: one row a geography, one column a breakdown, and the sums that hold in every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.breakdowns import Nested
from schemas.datasets import LOCAL_AUTHORITY, SCHOOL, TOTAL
from schemas.errors import ContractBroken
from schemas.statistics import COUNTS_KEY
from transforms.disclosure_control.model import Counts, Mask

_PLACE: Final = ["geography", "laestab"]
_ITEM: Final = ["breakdown_topic", "breakdown"]


@dataclass(frozen=True, eq=False)
class Sum:
    """Columns that add up to other columns in every geography."""

    parents: NDArray[np.intp]
    children: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Grid:
    """A complete grid of counts; `position` gives each input row its place in the flattened grid.

    `topics` and `items` name each column and `total` is the column of the total; `sums` stand from the top down.
    """

    counts: Counts
    is_school: Mask
    topics: tuple[str, ...]
    items: tuple[str, ...]
    total: int
    sums: tuple[Sum, ...]
    position: NDArray[np.intp]


def grid_of(counts: pd.DataFrame, *, nested: Sequence[Nested]) -> Grid:
    """Arrange a long table of counts as a grid, in an order that does not depend on the order of its rows.

    Raises:
        ContractBroken: when a row is missing or there twice, or a topic's breakdowns do not fit the nestings.
    """
    plain = pd.DataFrame(
        {name: counts[name].astype("string").fillna("").to_numpy() for name in COUNTS_KEY}, dtype="object"
    )
    places = _codes(plain, _PLACE)
    columns = _codes(plain, _ITEM)
    shape = (len(places.labels), len(columns.labels))
    position = places.of_row * shape[1] + columns.of_row
    if len(np.unique(position)) != len(position) or len(position) != shape[0] * shape[1]:
        raise ContractBroken("A table of counts is not a complete grid; aggregate every breakdown once per geography.")
    values = np.empty(len(position), dtype=np.int64)
    values[position] = counts["value"].to_numpy(dtype=np.int64)
    return Grid(
        counts=values.reshape(shape),
        is_school=_schools(places.labels),
        topics=tuple(columns.labels["breakdown_topic"]),
        items=tuple(columns.labels["breakdown"]),
        total=_total(columns.labels),
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
    return _Coded(labels=labels, of_row=np.asarray(groups.ngroup(), dtype=np.intp))


def _schools(labels: pd.DataFrame) -> Mask:
    is_school: Mask = labels["geography"].eq(SCHOOL).to_numpy(dtype=bool)
    authorities = int(labels["geography"].eq(LOCAL_AUTHORITY).sum())
    if authorities > 1 or authorities + int(is_school.sum()) != len(labels):
        raise ContractBroken("A table of counts has other geographies than one authority and its schools; split it.")
    return is_school


def _total(labels: pd.DataFrame) -> int:
    total = np.flatnonzero(labels["breakdown_topic"].eq(TOTAL))
    if len(total) != 1:
        raise ContractBroken("A table of counts has not one Total; aggregate one row of topic Total per geography.")
    return int(total[0])


def _sums(labels: pd.DataFrame, nested: Sequence[Nested]) -> tuple[Sum, ...]:
    """Return the sums of a grid, totals first, so that a parent is met before its children."""
    topics = labels["breakdown_topic"]
    below = {nesting.child_topic for nesting in nested}
    total = np.array([_total(labels)])
    tops = [name for name in topics.drop_duplicates() if name != TOTAL and name not in below]
    sums = [Sum(total, np.flatnonzero(topics.eq(name))) for name in tops]
    for nesting in _from_the_top(nested):
        sums.extend(_nested_sums(labels, nesting))
    return tuple(sums)


def _from_the_top(nested: Sequence[Nested]) -> list[Nested]:
    """Order nestings so that a topic is divided only after it has itself been met."""
    left, ordered = list(nested), list[Nested]()
    while left:
        below = {nesting.child_topic for nesting in left}
        ready = [nesting for nesting in left if nesting.parent_topic not in below]
        if not ready:
            raise ContractBroken("Topics nest in each other in a circle; correct their nesting.")
        ordered += ready
        left = [nesting for nesting in left if nesting not in ready]
    return ordered


def _nested_sums(labels: pd.DataFrame, nesting: Nested) -> list[Sum]:
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
        raise ContractBroken(
            f"A breakdown of {nesting.child_topic} or its parent is not in the table; correct it."
        ) from None
    named = sum(len(each.children) for each in sums)
    if named != int(labels["breakdown_topic"].eq(nesting.child_topic).sum()):
        raise ContractBroken(f"Not every breakdown of {nesting.child_topic} has one parent; correct the nesting.")
    return sums
