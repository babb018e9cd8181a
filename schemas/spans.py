"""Spans of collections: when a field, code, rule or agreement item is in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.collection import Collection


@dataclass(frozen=True)
class Span:
    """First and last collection, both included; None is open ("before our record", "until further notice")."""

    first: Collection | None = None
    last: Collection | None = None

    @classmethod
    def parse(cls, first: str, last: str) -> Span:
        """Read the two cells of a data file; an empty cell is open."""
        return cls(Collection.parse(first) if first else None, Collection.parse(last) if last else None)

    def holds(self, collection: Collection) -> bool:
        """Say whether a collection lies in the span."""
        begun = self.first is None or self.first <= collection
        return begun and (self.last is None or collection <= self.last)

    def overlaps(self, other: Span) -> bool:
        """Say whether two spans share a collection."""
        return not (self._ends_before(other) or other._ends_before(self))

    def _ends_before(self, other: Span) -> bool:
        return self.last is not None and other.first is not None and self.last < other.first


def overlapping(spans: Iterable[Span]) -> bool:
    """Say whether any two of the spans share a collection."""
    seen = list(spans)
    return any(a.overlaps(b) for i, a in enumerate(seen) for b in seen[i + 1 :])
