"""Where the model's tables and fields stand in a return's XML, for one collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from schemas.collection import Collection
from schemas.model import Field, ResolvedTable, Roll, all_fields, model_for

Path = tuple[str, ...]
#: Tags of the message that are in no table: they say which levels it holds, which its content shows.
ENVELOPE = frozenset({"CBDSLevel"})


@dataclass(frozen=True)
class Leaf:
    """One field at its place: the absolute path of its element; `held` says whether this roll's record holds it."""

    column: str
    path: Path
    held: bool

    @property
    def tag(self) -> str:
        """Return the element's name."""
        return self.path[-1]


@dataclass(frozen=True)
class RowPlace:
    """The rows of one table on one roll: where its row element stands and which leaves it holds.

    `parents` are the keys of the row places above it, outermost first; a table with one row a return has neither
    parents nor position.
    """

    table: str
    roll: Roll
    path: Path
    parents: tuple[str, ...]
    singleton: bool
    leaves: tuple[Leaf, ...]

    @property
    def key(self) -> str:
        """Name the place, for xml2arrow and for look-ups."""
        return f"{self.table}|{self.roll}"


@dataclass(frozen=True)
class Layout:
    """All places of one collection, and the tags that only other collections (or no record of ours) have."""

    collection: Collection
    places: Mapping[str, RowPlace]
    out_of_span: frozenset[str]

    @property
    def singletons(self) -> tuple[RowPlace, ...]:
        """Return the places of tables with one row a return."""
        return tuple(place for place in self.places.values() if place.singleton)

    @property
    def repeated(self) -> tuple[RowPlace, ...]:
        """Return the places of tables with many rows, parents before children."""
        return tuple(place for place in self.places.values() if not place.singleton)

    @cached_property
    def by_tag(self) -> Mapping[str, tuple[tuple[str, Leaf], ...]]:
        """Return the leaves of each name, with the keys of their places."""
        found: dict[str, tuple[tuple[str, Leaf], ...]] = {}
        for place in self.places.values():
            for leaf in place.leaves:
                found[leaf.tag] = (*found.get(leaf.tag, ()), (place.key, leaf))
        return found

    @cached_property
    def tags(self) -> frozenset[str]:
        """Return the names of all leaves."""
        return frozenset(self.by_tag)

    @cached_property
    def containers(self) -> frozenset[str]:
        """Return the names of the elements that only hold others."""
        inner = {tag for place in self.places.values() for leaf in place.leaves for tag in leaf.path[:-1]}
        return frozenset(inner - self.tags)


@cache
def layout_for(collection: Collection) -> Layout:
    """Resolve the model's XML places for one collection."""
    tables = model_for(collection).tables
    places: dict[str, RowPlace] = {}
    for table in tables.values():
        for roll in table.definition.rolls():
            leaves = _leaves(table, roll, collection)
            if leaves or _is_singleton(table):
                place = RowPlace(
                    table.name,
                    roll,
                    _row_path(table, roll),
                    _parents(table, roll, tables),
                    _is_singleton(table),
                    leaves,
                )
                places[place.key] = place
    known = {leaf.tag for place in places.values() for leaf in place.leaves}
    everywhere = {_absolute(f, "on", tables)[-1] for f in all_fields() if f.xml_path}
    return Layout(collection, places, frozenset(everywhere - known))


def _is_singleton(table: ResolvedTable) -> bool:
    return table.definition.key == ("laestab",)


def _row_path(table: ResolvedTable, roll: Roll) -> Path:
    return tuple(table.definition.xml_row(roll).strip("/").split("/"))


def _absolute(field: Field, roll: Roll, tables: Mapping[str, ResolvedTable]) -> Path:
    row = _row_path(tables[field.table], roll)
    return row if field.xml_path == "." else (*row, *field.xml_path.split("/"))


def _leaves(table: ResolvedTable, roll: Roll, collection: Collection) -> tuple[Leaf, ...]:
    tables = {table.name: table}
    return tuple(
        Leaf(field.column, _absolute(field, roll, tables), field.held(roll, collection))
        for field in table.fields
        if field.xml_path
    )


def _parents(table: ResolvedTable, roll: Roll, tables: Mapping[str, ResolvedTable]) -> tuple[str, ...]:
    parents: list[str] = []
    above = tables.get(table.definition.parent)
    while above is not None and not _is_singleton(above):
        parents.insert(0, f"{above.name}|{roll}")
        above = tables.get(above.definition.parent)
    return tuple(parents)
