"""Which places hide a family of topics, so that no child of a small movement is told of by subtraction.

A place that shows its total alone in a family of topics tells nothing of them, but what all such places tell together
may still be reckoned from what the authority and the others show. So a place whose movement tells of a child hides,
then others beside it until an exchange is found, and the authority's own figures of these topics at last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from schemas.datasets import LOCAL_AUTHORITY, SCHOOL
from transforms.differences.exchange import Exchanges, asked_of
from transforms.differences.exposed import small_movements
from transforms.differences.sums import Layer, Sort
from transforms.differences.units import NOWHERE, Mask, Units, Whole

_AUTHORITY: Final = (LOCAL_AUTHORITY, ())
_FEWEST = 4  # so many places at once are shown again at least
_BESIDE = 4  # so many places are tried beside those whose movement tells, before all places are hidden


def places_to_hide(
    units: Units, layers: Sequence[Layer], begin: Sequence[Mask], *, now: int, movement: int
) -> tuple[Mask, ...]:
    """Return masks of the places of every layer to be hidden now; `begin` are those hidden for another reason.

    Of a child that came or left with few others it is asked whether all publications together tell of it; if so, its
    place hides. For a small movement of a school as much more is hidden as it takes, but for what the earlier
    publications tell by themselves, or this one; what crossed tables of the authority tell of more is left.
    """
    hidden = [mask.copy() for mask in begin]
    few = small_movements(units, layers, movement)
    exchanges = Exchanges(units, layers)
    parts = [each.sort for each in layers if each.view == now and each.sort != _AUTHORITY]
    crossed = any(fixed for _, fixed in parts)
    for sorts in _combinations(few):
        search = _Search(units, layers, hidden, exchanges, now)
        search.ask(_in_exactly(few, sorts))
        search.own(sorts)
        if any(level == SCHOOL for level, _ in sorts):
            search.leave_told()
            search.beside(sorts)
            search.look_everywhere()
            for where in [sorts] if crossed else [sorts, [_AUTHORITY], [*parts, _AUTHORITY]]:
                search.all_places(where)
    return tuple(hidden)


def _combinations(few: Mapping[Sort, Mask]) -> list[tuple[Sort, ...]]:
    """Return the sorts of places in which some group is one of few together, the fewest first."""
    names = sorted(few)
    rows = np.unique(np.column_stack([few[name] for name in names]), axis=0) if names else np.zeros((0, 0), dtype=bool)
    found = [tuple(name for name, held in zip(names, row, strict=True) if held) for row in rows]
    return sorted((each for each in found if each), key=lambda each: (len(each), each))


def _in_exactly(few: Mapping[Sort, Mask], sorts: Sequence[Sort]) -> Mask:
    found: Mask = np.logical_and.reduce([mask == (name in sorts) for name, mask in few.items()])
    return found


class _Search:
    """Children who are of few in some sorts of places: the questions that are left, and the places hidden so far."""

    def __init__(  # what belongs to one search, side by side
        self,
        units: Units,
        layers: Sequence[Layer],
        hidden: list[Mask],
        exchanges: Exchanges,
        now: int,
    ) -> None:
        self._hidden = hidden
        self._units, self._layers, self._now = units, layers, now
        self._exchanges = exchanges

    def ask(self, groups: Mask) -> None:
        """Ask of some groups, but for what one publication by itself shows of everybody in a place."""
        asked = asked_of(self._units, groups)
        self.left = asked.where(~self._exchanges.seen(asked, self._hidden))
        self._again()

    def leave_told(self) -> None:
        """Leave out what the earlier publications tell without this one, or this one without them."""
        for views in (range(self._now), (self._now,)):
            if len(self.left):
                told = self._exchanges.closed(self.left, self._hidden, views=views, everywhere=True)
                self.left = self.left.where(~told)

    def look_everywhere(self) -> None:
        """Look for exchanges with all groups for those still told of."""
        self._again(everywhere=True)

    def would_help(self, sorts: Collection[Sort]) -> bool:
        """Say whether hiding all places of some sorts would leave fewer told of."""
        if not len(self.left):
            return False
        every = {number for number, _ in self._of_now(sorts)}
        hidden = [np.ones_like(mask) if number in every else mask for number, mask in enumerate(self._hidden)]
        return not self._exchanges.closed(self.left, hidden).all()

    def own(self, sorts: Collection[Sort]) -> None:
        """Hide the places of those who are told of."""
        for number, layer in self._of_now(sorts) if len(self.left) else ():
            self._hidden[number][self._places_now(layer, np.unique(self.left.group))] = True
        self._again()

    def beside(self, sorts: Collection[Sort]) -> None:
        """Hide places that leave fewer told of, one after another: where others came or went alike, smallest first."""
        for number, layer in self._of_now(sorts):
            for place in self._alike(layer, self._hidden[number])[:_BESIDE]:
                before = len(self.left)
                if not before:
                    return
                self._hidden[number][place] = True
                self._again()
                self._hidden[number][place] = len(self.left) < before

    def all_places(self, sorts: Collection[Sort]) -> None:
        """Hide all places of some sorts, if that leaves fewer told of; then show again those that are not needed."""
        if not self.would_help(sorts):
            return
        before = self.left
        of_now = [number for number, _ in self._of_now(sorts)]
        added = [(number, int(place)) for number in of_now for place in np.flatnonzero(~self._hidden[number])]
        self._set(added, hidden=True)
        self._again()
        opened = before.where(~self._exchanges.closed(before, self._hidden))
        part = len(added) // 2
        while part >= _FEWEST:
            kept = []
            for some in (added[first : first + part] for first in range(0, len(added), part)):
                self._set(some, hidden=False)
                if self._exchanges.closed(opened, self._hidden).any():
                    self._set(some, hidden=True)
                    kept += some
            added, part = kept, part // 2

    def _set(self, places: Sequence[tuple[int, int]], *, hidden: bool) -> None:
        for number, place in places:
            self._hidden[number][place] = hidden

    def _again(self, *, everywhere: bool = False) -> None:
        if len(self.left):
            self.left = self.left.where(self._exchanges.closed(self.left, self._hidden, everywhere=everywhere))

    def _of_now(self, sorts: Collection[Sort]) -> Iterator[tuple[int, Layer]]:
        now = ((number, each) for number, each in enumerate(self._layers) if each.view == self._now)
        return ((number, each) for number, each in now if each.sort in sorts)

    def _places_now(self, layer: Layer, groups: Whole) -> Whole:
        """Return the places where groups are now, and those where the others of their earlier places mostly are."""
        found = [layer.place[groups]]
        for each in self._layers:
            if each.sort == layer.sort and each.view != self._now:
                found.append(_mostly(each.place, layer.place, self._units.size)[each.place[groups]])
        places = np.unique(np.concatenate(found))
        held: Whole = places[places != NOWHERE]
        return held

    def _alike(self, layer: Layer, hidden: Mask) -> Whole:
        """Return the places not hidden where others came or went alike: first where somebody is of the same kind."""
        there = self._units.spot != NOWHERE
        alike = (there[:, None, :] == there[np.unique(self.left.group)][None, :, :]).all(axis=2).any(axis=1)
        size = np.bincount(layer.place[layer.place != NOWHERE], self._units.size[layer.place != NOWHERE], len(hidden))
        same = (self._units.counts[:, np.unique(self.left.kind)] > 0).any(axis=1)
        has_same = np.isin(np.arange(len(hidden)), layer.place[same])
        other = np.unique(self._places_now(layer, np.flatnonzero(alike)))
        other = other[~hidden[other]]
        found: Whole = other[np.lexsort((size[other], ~has_same[other]))]
        return found


def _mostly(before: Whole, now: Whole, size: Whole) -> Whole:
    """Return for every earlier place where most of those who were there are now; the last is for nowhere."""
    both = (before != NOWHERE) & (now != NOWHERE)
    table = np.zeros((int(before.max(initial=0)) + 1, int(now.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(table, (before[both], now[both]), size[both])
    where = np.where(table.any(axis=1), table.argmax(axis=1), NOWHERE)
    found: Whole = np.append(where, NOWHERE)
    return found
