"""To which row and field an element belongs, by its path: the model's own place, else the nearest known one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from transforms.parse.xml_guard import local_name
from transforms.parse.xml_layout import Layout, Leaf, Path, RowPlace

T = TypeVar("T")


@dataclass
class Spot:
    """One path as met in a file, resolved once.

    `open_rows` are the places of the rows open here, innermost first, each with the depth at which its row began.
    `leaf_row` is the place into whose open row the leaf goes; `moved` says that the element stands elsewhere than the
    model has it.
    """

    path: Path
    open_rows: tuple[tuple[RowPlace, int], ...]
    starts_row: bool = False
    leaf: Leaf | None = None
    leaf_row: str = ""
    row_moved: bool = False
    leaf_moved: bool = False
    further: dict[tuple[str, bool], Spot] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """Return the element's name."""
        return self.path[-1]


class Spots:
    """Resolves the paths of one file; a return has few distinct paths, so each is resolved once and kept."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._singletons = tuple((place, 0) for place in layout.singletons)

    def root(self, tag: str) -> Spot:
        """Return the spot of the root element."""
        return Spot((_local(tag),), ())

    def below(self, spot: Spot, tag: str, *, holds_elements: bool) -> Spot:
        """Return the spot of a child; one that holds elements is a known leaf only at the model's own place."""
        known = spot.further.get((tag, holds_elements))
        if known is None:
            known = spot.further[tag, holds_elements] = self._resolved(spot, tag, holds_elements=holds_elements)
        return known

    def _resolved(self, above: Spot, tag: str, *, holds_elements: bool) -> Spot:
        path = (*above.path, _local(tag))
        spot = Spot(path, above.open_rows)
        place = self._row(path, above.open_rows)
        if place is not None:
            spot.starts_row, spot.row_moved = True, path != place.path
            spot.open_rows = ((place, len(path)), *above.open_rows)
        self._set_leaf(spot, holds_elements=holds_elements)
        return spot

    def _row(self, path: Path, open_rows: tuple[tuple[RowPlace, int], ...]) -> RowPlace | None:
        """Find the table whose row element this is: by its path, else by its name where its parent row is open."""
        parent_keys = {place.key for place, _ in open_rows} or {""}
        named = [place for place in self._layout.repeated if place.path[-1] == path[-1]]
        fitting = [place for place in named if (place.parents[-1] if place.parents else "") in parent_keys]
        exact = [place for place in fitting if place.path == path]
        return exact[0] if exact else _nearest(((place, place.path) for place in fitting), path)

    def _set_leaf(self, spot: Spot, *, holds_elements: bool) -> None:
        """Find the field whose leaf this is: at its place in an open row, else by its name in the nearest open row."""
        rows = spot.open_rows or self._singletons
        for place, depth in rows:
            expected = spot.path if place.singleton else place.path + spot.path[depth:]
            for leaf in place.leaves:
                if leaf.path == expected:
                    spot.leaf, spot.leaf_row = leaf, place.key
                    return
        if holds_elements or spot.starts_row:
            return
        for group in (rows,) if not spot.open_rows else ((row,) for row in rows):
            candidates = [(place, leaf) for place, _ in group for leaf in place.leaves if leaf.tag == spot.tag]
            found = _nearest(((pair, pair[1].path) for pair in candidates), spot.path)
            if found is not None:
                spot.leaf_row, spot.leaf, spot.leaf_moved = found[0].key, found[1], True
                return


def _nearest(candidates: Iterable[tuple[T, Path]], path: Path) -> T | None:
    """Return the candidate that shares most of its path with the element's; None when two share as much."""
    shared = [(len(set(place) & set(path)), candidate) for candidate, place in candidates]
    best = max((count for count, _ in shared), default=0)
    nearest = [candidate for count, candidate in shared if count == best]
    return nearest[0] if len(nearest) == 1 else None


def _local(tag: str) -> str:
    """Return lxml's `{namespace}name`, or `prefix:name`, without what stands before the name."""
    return local_name(tag.rpartition("}")[2])
