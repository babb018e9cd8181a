"""Breaks in series: from which collection on the items of a topic, or the codes that fall to them, are others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from schemas.breakdowns import items_of
from schemas.collection import Collection
from schemas.datasets import Dataset, Topic, topic


@dataclass(frozen=True)
class Break:
    """One break: figures from `first` on are not to be set beside earlier ones without care.

    `began` and `ended` are items that came and went; `changed` are items to which other codes fall than before.
    """

    topic: str
    first: Collection
    began: tuple[str, ...]
    ended: tuple[str, ...]
    changed: tuple[str, ...]


def breaks_of(dataset: Dataset, collections: Iterable[Collection]) -> tuple[Break, ...]:
    """Return the breaks between any two successive collections of a dataset, by topic and time.

    A topic that only some terms collect is compared between those terms.
    """
    held = sorted(each for each in collections if each.term in dataset.terms)
    return tuple(found for each in dataset.topics for found in _breaks(topic(each), held))


def _breaks(each: Topic, collections: list[Collection]) -> list[Break]:
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
        )
        for (_, before), (when, after) in pairwise(items)
        if before != after
    ]
