"""What a publication tells of the groups: the cells of every place, shown or hidden, and the sums behind them.

A layer is all that one publication tells of places of one sort: its schools, its authority, or those of the authority's
children who are of one sex or year group where a crossed table fixes these (whoever knows a child knows them). Hidden
counts are not known, but that there is somebody in them may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from schemas.datasets import SCHOOL
from schemas.statistics import CROSSED, spread
from transforms.differences.units import NOWHERE, Mask, Names, Units, Whole

Real = NDArray[np.float64]
Sort: TypeAlias = tuple[str, tuple[str, ...]]
_Table: TypeAlias = tuple[pd.DataFrame, list[str]]

_APART = "\x1f"


@dataclass(frozen=True, eq=False)
class _Cells:
    """The cells of one table: a row per place, a column per kind of units.

    `cell` says which item of the table a kind falls to, so that two kinds of the same item are not told apart. `most`
    is how many may leave the cell unseen: none of one that is shown, all but one of one that is hidden. `rows` are the
    counts as they are kept, `at` is the place and `item` the item of each. `all_of` is the item that is seen to be
    everybody's in a place, -1 where there is none.
    """

    topics: tuple[str, ...]
    rows: pd.DataFrame
    at: Whole
    item: Names
    cell: Whole
    shown: Mask
    most: Real
    all_of: Whole


@dataclass(frozen=True, eq=False)
class Layer:
    """One publication's places of one sort: `rows` sums the groups by place, `names` are the places."""

    view: int
    level: str
    fixed: tuple[str, ...]
    names: pd.DataFrame
    place: Whole
    rows: csr_array
    tables: tuple[_Cells, ...]

    @property
    def sort(self) -> Sort:
        """Return the sort of place: the level, and the known topics that are fixed."""
        return self.level, self.fixed

    def counts_at(self, places: Mask, but: frozenset[str]) -> pd.DataFrame:
        """Return the counts of some places, those of some items left out."""
        chosen = [(each, np.append(places, False)[each.at] & ~np.isin(each.item, sorted(but))) for each in self.tables]
        return pd.concat([each.rows.loc[held] for each, held in chosen])

    def nobody(self) -> frozenset[str]:
        """Return the items that nobody has in any place."""
        items = pd.Series(np.concatenate([each.item for each in self.tables]))
        values = np.concatenate([each.rows["value"].to_numpy(dtype=np.int64) for each in self.tables])
        most = pd.Series(values).groupby(items).max()
        return frozenset(str(name) for name in most.index[most.eq(0)])

    def seen(self, group: Whole, kind: Whole, topic: str) -> Mask:
        """Mark the groups of whose place this publication shows that everybody is of their kind's item of a topic."""
        place, found = self.place[group], np.zeros(len(group), dtype=bool)
        for each in self.tables:
            if topic in each.topics:
                found |= (place != NOWHERE) & (np.append(each.all_of, -1)[place] == each.cell[kind])
        return found

    def limits(self, kind: int, other: int, hidden: Mask) -> tuple[Real, Real]:
        """Return by how many the units of a kind in each place may at least, and at most, turn into another kind.

        Where `hidden` is set all cells of the place are hidden, noughts too.
        """
        least, most = np.full(len(self.names), -np.inf), np.full(len(self.names), np.inf)
        for each in self.tables:
            if each.cell[kind] == each.cell[other]:
                continue
            shown = (each.shown[:, kind] | each.shown[:, other]) & ~hidden
            most = np.where(shown, 0.0, np.minimum(most, np.where(hidden, np.inf, each.most[:, kind])))
            least = np.where(shown, 0.0, np.maximum(least, -np.where(hidden, np.inf, each.most[:, other])))
        return least, most


def layers_of(units: Units, counts: pd.DataFrame, view: int, known: Sequence[str]) -> list[Layer]:
    """Set out what the counts (KEPT) of one publication tell of the units."""
    found: dict[Sort, list[_Table]] = {}
    by = [counts["geography"].astype(object), counts["breakdown_topic"].astype(object)]
    for (level, topic), rows in counts.groupby(by, sort=True):
        names = str(topic).split(CROSSED)
        fixed = tuple(name for name in names if name in known)
        asked = [name for name in names if name in units.topics]
        if asked and len(asked) + len(fixed) == len(names):
            found.setdefault((str(level), fixed), []).append((rows, asked))
    return [_layer(units, view, sort, tables) for sort, tables in found.items()]


def _layer(units: Units, view: int, sort: Sort, tables: Sequence[_Table]) -> Layer:
    level, fixed = sort
    columns = [*(["laestab"] if level == SCHOOL else []), *fixed]
    labels = _labels(units.spots, columns)
    of_spot, names = pd.factorize(labels, sort=True)
    first = np.unique(of_spot, return_index=True)[1]
    spot = units.spot[:, view]
    place = np.where(spot == NOWHERE, NOWHERE, of_spot[spot])
    held = np.flatnonzero(place != NOWHERE)
    shape = (len(names), len(place))
    rows = csr_array((np.ones(len(held)), (place[held], held)), shape=shape)
    cells = tuple(_cells(units, each, asked, columns, np.asarray(names, dtype=object)) for each, asked in tables)
    return Layer(view, level, fixed, units.spots.iloc[first][columns].reset_index(drop=True), place, rows, cells)


def _cells(units: Units, rows: pd.DataFrame, asked: list[str], columns: Sequence[str], places: Names) -> _Cells:
    """Set out a table; what it has no row for is neither shown nor in the way."""
    topics = str(rows["breakdown_topic"].iloc[0]).split(CROSSED)
    items = spread(rows, topics).assign(laestab=rows["laestab"].to_numpy(dtype=object))
    place = pd.Index(places).get_indexer(pd.Index(_labels(items, columns))).astype(np.int64)
    kinds, distinct = pd.factorize(_labels(units.kinds, asked))
    item = _labels(items, asked)
    column = pd.Index(distinct).get_indexer(pd.Index(item))
    held = (place >= 0) & (column >= 0)
    at = place[held], column[held]
    is_shown, value = rows["shown"].to_numpy(dtype=bool), rows["value"].to_numpy(dtype=np.int64)
    is_open = rows["apart"].to_numpy(dtype=bool) if "apart" in rows else np.zeros(len(rows), dtype=bool)
    shown = np.zeros((len(places), len(distinct)), dtype=bool)
    most = np.full(shown.shape, np.inf)
    shown[at] = is_shown[held]
    most[at] = np.where(is_shown, 0, np.where(is_open, value, np.maximum(value - 1, 0)))[held]
    total = np.bincount(place[held], value[held], len(places))
    every = held & is_shown & (value > 0) & (value == np.append(total, -1)[place])
    all_of = np.full(len(places), -1, dtype=np.int64)
    all_of[place[every]] = column[every]
    return _Cells(
        tuple(asked),
        rows,
        place,
        _with_topics(item, asked),
        kinds.astype(np.int64),
        shown[:, kinds],
        most[:, kinds],
        all_of,
    )


def _with_topics(item: Names, asked: Sequence[str]) -> Names:
    """Write the topics before their items: two topics may have an item of the same name."""
    found: Names = _APART.join(asked) + _APART + item
    return found


def _labels(rows: pd.DataFrame, columns: Sequence[str]) -> Names:
    """Write some columns of each row as one text."""
    label = np.full(len(rows), "", dtype=object)
    for name in columns:
        label = label + rows[name].astype("string").fillna("").to_numpy(dtype=object) + _APART
    return label
