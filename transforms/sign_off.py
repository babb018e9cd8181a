"""Sign-off: what still stands in the way of sending a school's return — errors, and queries that nobody explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from schemas.findings import ERROR, EXPLAINED, QUERY

_MOST_NAMED = 10  # rules named in a sentence, those with the most findings; the release report names all


@dataclass(frozen=True)
class Unresolved:
    """The findings of one school that are unresolved: how many of each rule. Numbers of rules only, never a value."""

    errors: Mapping[str, int] = field(default_factory=dict)
    queries: Mapping[str, int] = field(default_factory=dict)

    @property
    def number_of_errors(self) -> int:
        """Count the errors."""
        return sum(self.errors.values())

    @property
    def number_of_queries(self) -> int:
        """Count the unexplained queries."""
        return sum(self.queries.values())

    @property
    def by_rule(self) -> dict[str, int]:
        """Return the counts by rule, errors first."""
        return {**self.errors, **self.queries}

    def told(self) -> str:
        """Say in words how many there are, and of which rules."""
        parts = (
            _told(self.errors, "error", "errors"),
            _told(self.queries, "unexplained query", "unexplained queries"),
        )
        return " and ".join(part for part in parts if part)


def unresolved(findings: pd.DataFrame) -> dict[str, Unresolved]:
    """Return what is unresolved by LAEstab; a school that may be sent is not in it."""
    open_ = findings[findings["laestab"].notna() & ~findings["state"].eq(EXPLAINED)]
    told = open_[["laestab", "severity", "rule"]].astype("str")
    counts = told.groupby(["laestab", "severity", "rule"], sort=True).size()
    held: dict[str, dict[str, dict[str, int]]] = {}
    for (laestab, severity, rule), count in zip(counts.index.tolist(), counts.tolist(), strict=True):
        held.setdefault(laestab, {ERROR: {}, QUERY: {}})[severity][rule] = count
    return {laestab: Unresolved(by[ERROR], by[QUERY]) for laestab, by in held.items()}


def _told(by_rule: Mapping[str, int], one: str, several: str) -> str:
    total = sum(by_rule.values())
    if not total:
        return ""
    most = sorted(by_rule.items(), key=lambda each: (-each[1], each[0]))[:_MOST_NAMED]
    rules = ", ".join(f"{rule}: {count}" for rule, count in most)
    further = f" and of {len(by_rule) - len(most)} more rules" if len(by_rule) > len(most) else ""
    return f"{total} {one if total == 1 else several} ({rules}{further})"
