"""What has to be protected together before a release: the form in which counts go to disclosure control."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from schemas.breakdowns import Nested
from schemas.populations import Across


@dataclass(frozen=True, eq=False)
class CountsToProtect:
    """The counts of one population in one grid: rows of `schemas.statistics.FIGURES`, zeros included.

    `nested` says which items add up to which others; the items of `overlapping` topics add up to more than the total;
    `dimensions` are the topics that are crossed, empty where each stands for itself.
    """

    rows: pd.DataFrame
    nested: tuple[Nested, ...] = ()
    overlapping: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Published:
    """What is held to because something has been published already.

    `apart` are the counts that could be subtracted: figure, geography, laestab (empty for the authority), topic and
    item; none of them is shown, noughts neither. `counts` has a row for each count of earlier publications of the same
    term: figure, geography, laestab, topic, item, its true `value` then, and whether it was `shown`; as long as that is
    still true, it stays as it was.
    """

    apart: pd.DataFrame | None = None
    counts: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Block:
    """Tables that share counts, under one profile: protected together, published or refused together.

    `datasets` are those that publish any of them, `across` the populations among them that are sums of others. `within`
    has a row for each count of a population whose members belong to another, in this block or not: `figure` and the
    rest of its key, the `whole` they belong to and its count there, `size`.
    """

    datasets: tuple[str, ...]
    profile: str
    tables: tuple[CountsToProtect, ...]
    across: tuple[Across, ...] = ()
    within: pd.DataFrame | None = None

    @property
    def populations(self) -> frozenset[str]:
        """Return the populations counted."""
        return frozenset(name for each in self.tables for name in each.rows["figure"].unique())
