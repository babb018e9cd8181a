"""Who was where in every publication, set out once: children who are alike in that are one group.

A unit is a child as it is counted under one family of topics (those that nest or are crossed with one another). A child
whose item was corrected in the same term is two units, as it was and as it is. Units that cannot be placed for certain
(on two rolls, not counted by the authority, of another item in another term) are left out: nobody is hidden by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]
Names = NDArray[np.object_]

NOWHERE = -1
NOT_TOLD = -1


@dataclass(frozen=True, eq=False)
class View:
    """What one publication tells: its people and its counts (KEPT), and whether it is of the same term as now."""

    people: pd.DataFrame
    counts: pd.DataFrame
    same_term: bool = False


@dataclass(frozen=True, eq=False)
class Units:
    """Groups of units: `spot` of a group in each publication, and how many of each kind it holds.

    `spots` has a row for each spot (laestab and the known topics that matter), `kinds` for each kind the item of each
    topic, in the order of `topics` (null where no publication tells it).
    """

    topics: tuple[str, ...]
    spot: Whole
    counts: Whole
    spots: pd.DataFrame
    kinds: pd.DataFrame

    @property
    def size(self) -> Whole:
        """Return how many units each group has."""
        found: Whole = self.counts.sum(axis=1)
        return found


class Stack:
    """The people of several publications in one long list; the one that is made now is the last."""

    def __init__(self, views: Sequence[View]) -> None:
        """Number the children, and note what each row is of."""
        parts = [each.people.loc[each.people["child"].notna()] for each in views]
        self._parts = parts
        self._sizes = [len(part) for part in parts]
        self._view = np.repeat(np.arange(len(parts)), self._sizes)
        self._same_term = np.array([each.same_term for each in views], dtype=bool)[self._view]
        self._who, children = _codes(np.concatenate([part["child"].to_numpy(dtype=object) for part in parts]))
        self._number = len(children)
        self._counted = np.concatenate([part["counted"].to_numpy(dtype=bool) for part in parts])
        self._last = len(parts) - 1
        self._columns: dict[str, tuple[Whole, Names]] = {}

    def units(self, topics: Sequence[str], fixed: Sequence[str]) -> Units:
        """Group the units of a family of topics by where they were; `fixed` are the known topics that are crossed."""
        columns = [self._column(name) for name in topics]
        row = self._who + self._number * self._corrected([codes for codes, _ in columns])
        steady = np.ones(2 * self._number, dtype=bool)
        steady[row[~self._counted]] = False
        items = [self._settled(codes, row, steady) for codes, _ in columns]
        spot, spots = self._spots(["laestab", *fixed])
        place = np.full((2 * self._number, self._last + 1), NOWHERE, dtype=np.int64)
        place[row, self._view] = spot
        _, often = np.unique(row * (self._last + 1) + self._view, return_counts=True)
        if often.max(initial=1) > 1:
            number, twice = np.unique(row * (self._last + 1) + self._view, return_counts=True)
            steady[number[twice > 1] // (self._last + 1)] = False
        held = np.flatnonzero(steady & (place != NOWHERE).any(axis=1))
        kind, kinds = _rows([each[held] for each in items])
        group, first = groups_of(place[held])
        counts = np.zeros((len(first), len(kinds)), dtype=np.int64)
        np.add.at(counts, (group, kind), 1)
        named = {name: _named(kinds[:, at], columns[at][1]) for at, name in enumerate(topics)}
        return Units(tuple(topics), place[held][first], counts, spots, pd.DataFrame(named))

    def _column(self, name: str) -> tuple[Whole, Names]:
        """Return a column of all publications as numbers; those that lack it do not tell."""
        if name not in self._columns:
            lacking = [np.full(size, None, dtype=object) for size in self._sizes]
            held = zip(self._parts, lacking, strict=True)
            values = [part[name].to_numpy(dtype=object) if name in part else none for part, none in held]
            self._columns[name] = _codes(np.concatenate(values))
        return self._columns[name]

    def _corrected(self, columns: Sequence[Whole]) -> Mask:
        """Mark the rows of publications of the same term in which a child had another item than now."""
        found: Mask = np.zeros(len(self._who), dtype=bool)
        for codes in columns:
            now = np.full(self._number, NOT_TOLD, dtype=np.int64)
            is_now = self._view == self._last
            now[self._who[is_now]] = codes[is_now]
            found |= self._same_term & (now[self._who] != NOT_TOLD) & (codes != NOT_TOLD) & (now[self._who] != codes)
        return found

    def _settled(self, codes: Whole, row: Whole, steady: Mask) -> Whole:
        """Return the item of every unit, the last told; one of whom several are told is not steady."""
        item = np.full(2 * self._number, NOT_TOLD, dtype=np.int64)
        told = codes != NOT_TOLD
        item[row[told]] = codes[told]
        steady[row[told & (item[row] != codes)]] = False
        return item

    def _spots(self, names: Sequence[str]) -> tuple[Whole, pd.DataFrame]:
        columns = [self._column(name) for name in names]
        number, distinct = _rows([codes for codes, _ in columns])
        return number, pd.DataFrame({name: _named(distinct[:, at], columns[at][1]) for at, name in enumerate(names)})


def groups_of(place: Whole) -> tuple[Whole, Whole]:
    """Number those who were in the same places in every publication, and return the first of each group."""
    number = np.zeros(len(place), dtype=np.int64)
    for column in place.T:
        number = np.unique(number * (int(column.max(initial=0)) + 2) + column + 1, return_inverse=True)[1]
    return number.astype(np.int64), np.unique(number, return_index=True)[1].astype(np.int64)


def _codes(values: Names) -> tuple[Whole, Names]:
    codes, distinct = pd.factorize(values, sort=True)
    return codes.astype(np.int64), np.asarray(distinct, dtype=object)


def _rows(columns: Sequence[Whole]) -> tuple[Whole, Whole]:
    """Number the distinct rows of some columns."""
    number, first = groups_of(np.column_stack(columns))
    return number, np.column_stack([each[first] for each in columns])


def _named(codes: Whole, names: Names) -> Names:
    found: Names = np.append(names, np.array([None], dtype=object))[codes]
    return found
