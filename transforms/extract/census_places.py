"""Which elements of a return may leave: the agreed items' places, and what every other element is.

An item's place is its path in the model. A known tag at another depth is judged by its name within its part of the
message (header, school, pupil on roll, pupil no longer on roll): kept if every field of that name is agreed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from schemas.agreements.parts import Items
from schemas.collection import Collection
from schemas.model import HEADER, PUPILS, Field, all_fields, all_tables

Path = tuple[str, ...]


class Verdict(StrEnum):
    """What happens to a leaf that holds text."""

    KEEP = "keep"
    DROP = "drop"
    UNKNOWN = "unknown"


@dataclass
class Place:
    """One path as met: its verdict as a leaf, whether the model has a leaf just here, and whether it leads to one."""

    path: Path
    verdict: Verdict
    is_leaf: bool
    leads_on: bool
    below: dict[str, Place] = field(default_factory=dict)


class Places:
    """Judges paths under one agreement and collection; each path once."""

    def __init__(self, items: Iterable[Items], collection: Collection, kept: Iterable[str]) -> None:
        agreed = {(each.of, name) for each in items for name in each.names}
        self._exact: dict[Path, bool] = {}
        self._named: dict[tuple[Path, str], set[bool]] = {}
        for of in all_fields():
            is_agreed = (of.table, of.column) in agreed and of.in_force(collection)
            for part, path in _paths(of):
                self._exact[path] = self._exact.get(path, False) or is_agreed
                self._named.setdefault((part, path[-1]), set()).add(is_agreed)
        self._exact |= {tuple(path.split("/")): True for path in kept}
        agreed_paths = [path for path, is_agreed in self._exact.items() if is_agreed]
        self._leading = {path[:depth] for path in agreed_paths for depth in range(len(path))}

    def at(self, path: Path) -> Place:
        """Judge one path."""
        exact = self._exact.get(path)
        verdict = self._by_name(path) if exact is None else (Verdict.KEEP if exact else Verdict.DROP)
        return Place(path, verdict, exact is not None, path in self._leading)

    def below(self, place: Place, tag: str) -> Place:
        """Judge the path of a child element."""
        known = place.below.get(tag)
        if known is None:
            known = place.below[tag] = self.at((*place.path, tag))
        return known

    def _by_name(self, path: Path) -> Verdict:
        judged = self._named.get((_part_of(path), path[-1]))
        if judged is None:
            return Verdict.UNKNOWN
        return Verdict.KEEP if judged == {True} else Verdict.DROP


@cache
def _rows() -> dict[str, tuple[Path, ...]]:
    """Return the row paths of every table, on roll and no longer on roll."""
    return {
        table.name: tuple(_split(table.xml_row(roll)) for roll in table.rolls() if table.xml_row(roll))
        for table in all_tables()
    }


def _split(path: str) -> Path:
    return tuple(path.strip("/").split("/"))


def _paths(of: Field) -> list[tuple[Path, Path]]:
    """Return part of the message and absolute path of a field, once a roll."""
    if not of.xml_path:
        return []
    relative = () if of.xml_path == "." else _split(of.xml_path)
    return [(_part_of((*row, *relative)), (*row, *relative)) for row in _rows()[of.table]]


def _part_of(path: Path) -> Path:
    parts = [row for table in (PUPILS, "school", HEADER) for row in _rows()[table]]
    return next(row for row in parts if path[: len(row)] == row)
