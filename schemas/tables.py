"""The clean tables of one local authority and collection, as rules and statistics see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from schemas.calendar import Calendar
from schemas.code_sets import code_set
from schemas.collection import Collection


@dataclass(frozen=True)
class Tables:
    """Clean tables by name (census tables and `ehe_register`), with their collection and its days."""

    collection: Collection
    calendar: Calendar
    frames: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return one clean table."""
        return self.frames[name]

    def __contains__(self, name: str) -> bool:
        """Say whether the run has the table (the register may be absent)."""
        return name in self.frames

    def codes(self, name: str, *, lag: int = 0) -> frozenset[str]:
        """Return the codes of a set in force for the collection, or for the one before (`lag=1`)."""
        return code_set(name).in_force(self.collection.previous() if lag else self.collection)
