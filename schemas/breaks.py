"""Breaks in series: from which collection on the items of a topic, or the codes that fall to them, are others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from schemas.breakdowns import items_of
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.datasets import Dataset, Topic, topic


@dataclass(frozen=True)
class Break:
    """One break: figures from `first` on are not to be set beside earlier ones without care.

    `began` and `ended` are items that came and went; `changed` are items to which other codes fall than before. `whole`
    says that every figure of the dataset rests on these items, the total too.
    """

    topic: str
    first: Collection
    began: tuple[str, ...]
    ended: tuple[str, ...]
    changed: tuple[str, ...]
    whole: bool = False

    @property
    def text(self) -> str:
        """Return what is other than before in one line."""
        return ". ".join(f"{words}: {'; '.join(items)}" for words, items in self.told) + "."

    @property
    def told(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return what is other than before, in words with the items."""
        told = (
            ("New", self.began),
            ("No longer", self.ended),
            ("Made up of other codes than before", self.changed),
        )
        return tuple((words, items) for words, items in told if items)


def breaks_of(dataset: Dataset, collections: Iterable[Collection]) -> tuple[Break, ...]:
    """Return the breaks between any two successive collections of a dataset, by topic and time.

    A topic that only some terms collect is compared between those terms.
    """
    held = sorted(each for each in collections if each.term in dataset.terms)
    topics = dict.fromkeys((*dataset.topics, *dataset.rests_on))
    return tuple(found for each in topics for found in _breaks(topic(each), held, whole=each in dataset.rests_on))


def breaks_known(dataset: Dataset, until: Collection) -> tuple[Break, ...]:
    """Return the breaks of a dataset up to a collection, whether or not figures of before are held."""
    return breaks_of(dataset, (when for when in known_collections() if when <= until))


def _breaks(each: Topic, collections: list[Collection], *, whole: bool) -> list[Break]:
    items = [
        (when, {item.name: frozenset(item.codes) for item in items_of(each.id, when)})
        for when in collections
        if each.in_force(when)
    ]
    return [
        Break(
            each.name,
            when,
            began=tuple(name for name in after if name not in before),
            ended=tuple(name for name in before if name not in after),
            changed=tuple(name for name in after if name in before and after[name] != before[name]),
            whole=whole,
        )
        for (_, before), (when, after) in pairwise(items)
        if before != after
    ]
