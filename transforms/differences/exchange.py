"""Could another child have been the one? The proof that no child of a small movement is given away.

Somebody knows who was where in every publication, and every count that is shown. A child's item is open if there is
another assignment of items to children that fits all of it and gives the child another one. Such an assignment is
looked for as an exchange of two kinds: some children of the one become the other and as many the other way about, so
that every count shown stays, and no hidden count that has somebody in it loses its last child. It is found by an
integer programme; what is not found counts as told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from schemas.datasets import SCHOOL
from transforms.differences.sums import Layer, Real
from transforms.differences.units import NOWHERE, Mask, Units, Whole

_PARTNERS = 4  # the most frequent other kinds are tried in exchange; what none of them opens counts as told
_RARE = 800  # a kind that no more groups have is exchanged wherever it is
_MANY = 5000  # of more groups only those near are looked at
_NODES = 50  # a programme that is not done after so many branches gives what it has found
_LEAST, _EXACT = 0.01, 1e-6

Hidden = Sequence[Mask]


@dataclass(frozen=True, eq=False)
class Asked:
    """Whether a child's item could be another: `group` and `kind` of the child, and the number of the `topic`."""

    group: Whole
    kind: Whole
    topic: Whole

    def __len__(self) -> int:
        """Return how many questions there are."""
        return len(self.group)

    def where(self, held: Mask) -> Asked:
        """Return some of the questions."""
        return Asked(self.group[held], self.kind[held], self.topic[held])


def asked_of(units: Units, groups: Mask) -> Asked:
    """Ask of every topic told whether those of some groups could be of another item; mixed groups are not asked.

    In a group with two items nobody knows who has which.
    """
    parts = []
    for number, name in enumerate(units.topics):
        item = _items(units, name)
        least = np.where(units.counts > 0, item, item.max() + 1).min(axis=1)
        most = np.where(units.counts > 0, item, -1).max(axis=1)
        group = np.flatnonzero(groups & (least == most) & (least > 0))
        kind = units.counts[group].argmax(axis=1)
        parts.append((group, kind, np.full(len(group), number, dtype=np.int64)))
    columns = [np.concatenate([part[at] for part in parts]).astype(np.int64) for at in range(3)]
    return Asked(*columns)


def _items(units: Units, topic: str) -> Whole:
    """Number the items of a topic by kind from 1; 0 is one that no publication tells."""
    names = units.kinds[topic].astype("string").fillna("").to_numpy(dtype=object)
    items: Whole = np.unique(np.append(names, ""), return_inverse=True)[1][:-1].astype(np.int64)
    return items


class Exchanges:
    """All layers of all publications, of which one choice of hidden places after another is asked."""

    def __init__(self, units: Units, layers: Sequence[Layer]) -> None:
        """Hold who was where and what is told of it."""
        self._units = units
        self._layers = layers
        self._items = np.column_stack([_items(units, name) for name in units.topics])
        self._gone: Mask = (units.spot == NOWHERE).any(axis=1)
        self._often = np.argsort(-units.counts.sum(axis=0), kind="stable")

    def seen(self, asked: Asked, hidden: Hidden) -> Mask:
        """Mark the questions that a single publication answers: everybody in a place is seen to be of one item."""
        found: Mask = np.zeros(len(asked), dtype=bool)
        for number, name in enumerate(self._units.topics):
            held = np.flatnonzero(asked.topic == number)
            for layer, those in zip(self._layers, hidden, strict=True):
                here = layer.seen(asked.group[held], asked.kind[held], name)
                found[held] |= here & ~np.append(those, True)[layer.place[asked.group[held]]]
        return found

    def closed(
        self, asked: Asked, hidden: Hidden, *, views: Sequence[int] | None = None, everywhere: bool = False
    ) -> Mask:
        """Mark the questions of which no other answer is found; `views` are the publications that are known, or all.

        `everywhere` tries all other kinds, with groups that are not near too unless they are very many.

        All questions of a kind are tried together; as many as can be at once are answered, then those left.
        """
        layers = [
            (each, those)
            for each, those in zip(self._layers, hidden, strict=True)
            if views is None or each.view in views
        ]
        left: Mask = np.ones(len(asked), dtype=bool)
        for kind, other in dict.fromkeys(self._pairs(asked, len(self._often) if everywhere else _PARTNERS)):
            held = left & (asked.kind == kind) & self._differ(asked.topic, kind, other)
            while held.any():
                groups = self._exchanged(kind, other, np.unique(asked.group[held]), layers, everywhere)
                if not len(groups):
                    break
                left &= ~(held & np.isin(asked.group, groups))
                held &= left
        return left

    def _pairs(self, asked: Asked, partners: int) -> Iterator[tuple[int, int]]:
        """Give the pairs of kinds to be exchanged, those that differ in most topics and are most frequent first."""
        for kind in np.unique(asked.kind):
            differs = (self._items[self._often] != self._items[kind]).sum(axis=1)
            order = self._often[np.argsort(-differs, kind="stable")]
            for topic in np.unique(asked.topic[asked.kind == kind]):
                others = order[self._items[order, topic] != self._items[kind, topic]]
                yield from ((int(kind), int(other)) for other in others[:partners])

    def _near(self, asked: Whole) -> Mask:
        """Mark those who share a school with some groups in some publication.

        With them, and with those who came or left, exchanges are looked for.
        """
        found: Mask = np.zeros(len(self._gone), dtype=bool)
        for layer in (each for each in self._layers if each.level == SCHOOL):
            found |= np.isin(layer.place, np.setdiff1d(layer.place[asked], [NOWHERE]))
        return found

    def _differ(self, topic: Whole, kind: int, other: int) -> Mask:
        found: Mask = self._items[kind, topic] != self._items[other, topic]
        return found

    def _exchanged(
        self, kind: int, other: int, asked: Whole, layers: Sequence[tuple[Layer, Mask]], everywhere: bool
    ) -> Whole:
        """Exchange two kinds so that as many as possible of the groups asked lose one; return those that do."""
        one, two = self._units.counts[:, kind], self._units.counts[:, other]
        near = self._gone | self._near(asked) | (everywhere and len(one) <= _MANY)
        held = np.flatnonzero(_of_kind(one, near) | _of_kind(two, near))
        rows, least, most = _constraints(layers, kind, other, held)
        wish, fewest, largest = np.zeros(len(one)), -two.astype(np.float64), one.astype(np.float64)
        wish[asked] = -1.0
        largest[asked] = np.minimum(largest[asked], 1.0)
        change = _solved(wish[held], (fewest[held], largest[held]), rows, (least, most))
        if change is None:
            return np.zeros(0, dtype=np.int64)
        fits = (change >= -two[held]).all() and (change <= one[held]).all() and _within(rows @ change, least, most)
        turned = held[change > 0]
        return np.intersect1d(asked, turned) if fits else np.zeros(0, dtype=np.int64)


def _of_kind(counts: Whole, near: Mask) -> Mask:
    """Mark the groups that have a kind: all of a rare one, of others those near."""
    held: Mask = counts > 0
    return held if held.sum() <= _RARE else held & near


def _constraints(
    layers: Sequence[tuple[Layer, Mask]], kind: int, other: int, held: Whole
) -> tuple[csr_array, Real, Real]:
    """Return the sums over the groups that may change, and their limits; those that limit nothing are left out."""
    parts, ends = [csr_array((0, len(held)))], [(np.zeros(0), np.zeros(0))]
    for layer, hidden in layers:
        least, most = layer.limits(kind, other, hidden)
        bound = np.flatnonzero(np.isfinite(least) | np.isfinite(most))
        rows = csr_array(layer.rows[bound][:, held])
        met = np.flatnonzero(np.diff(rows.indptr))
        parts.append(csr_array(rows[met]))
        ends.append((least[bound][met], most[bound][met]))
    least, most = (np.concatenate([each[side] for each in ends]) for side in range(2))
    return csr_array(vstack(parts)), least, most


def _solved(wish: Real, bounds: tuple[Real, Real], rows: csr_array, limits: tuple[Real, Real]) -> Whole | None:
    """Solve a programme, first without asking for whole numbers: what is not possible then is not at all."""
    for whole in (False, True):
        answer = milp(
            wish,
            integrality=np.full(len(wish), int(whole)),
            bounds=Bounds(*bounds),
            constraints=LinearConstraint(rows, *limits),
            options={"node_limit": _NODES},
        )
        if answer.x is None or answer.fun > -_LEAST:
            return None
        change: Whole = np.rint(answer.x).astype(np.int64)
        if np.abs(answer.x - change).max() < _EXACT:
            return change
    return None


def _within(sums: Real, least: Real, most: Real) -> bool:
    return bool((sums >= least - 0.5).all() and (sums <= most + 0.5).all())
