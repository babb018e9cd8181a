"""Topics that are looked at together: those that nest in one another, or are crossed with one another somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.datasets import datasets, topic
from schemas.statistics import CROSSED
from transforms.differences.people import topics_of
from transforms.differences.units import View


@dataclass(frozen=True)
class Family:
    """Topics that tell of one another, and the known topics (`fixed`) with which some table crosses them."""

    topics: tuple[str, ...]
    fixed: tuple[str, ...]


def families(views: Sequence[View], known: Sequence[str]) -> list[Family]:
    """Return the families of the topics that the last publication tells, in an order that follows from their names."""
    asked = [name for name in topics_of(views[-1].people) if name not in known]
    crossed = {str(each) for view in views for each in view.counts["breakdown_topic"].unique()}
    tables = [set(each.split(CROSSED)) for each in crossed]
    group = {name: frozenset({name}) for name in asked}
    for held in [*tables, *({topic(each).name for each in pair} for pair in _nested())]:
        joined = frozenset().union(*(group[name] for name in held & group.keys()))
        group |= dict.fromkeys(joined, joined)
    return [_family(each, tables, known) for each in sorted(set(group.values()), key=min)]


def _family(topics: frozenset[str], tables: Sequence[set[str]], known: Sequence[str]) -> Family:
    beside = set().union(*(each for each in tables if each & topics))
    return Family(tuple(sorted(topics)), tuple(name for name in known if name in beside))


def _nested() -> set[tuple[str, str]]:
    """Return every topic that nests in another, with that other."""
    named = {each for dataset in datasets().values() for each in dataset.topics}
    return {(each, topic(each).nests_in) for each in named if topic(each).nests_in}
