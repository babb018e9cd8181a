"""The register of screening checks: a function for every check of schemas/ees/screening_checks.csv."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from schemas.ees.checks import screening_checks
from schemas.errors import ContractBroken
from transforms.statistics_files.screening_pair import Pair

File = Literal["data", "meta"]


@dataclass(frozen=True)
class Breach:
    """Where a check is broken: column (blank where none is to name), how often, in which file; never a value.

    `warning` says that a check of both kinds means this one as a warning only.
    """

    column: str
    count: int
    file: File = "data"
    warning: bool = False


Screener = Callable[[Pair], Iterable[Breach]]
_SCREENERS: dict[str, Screener] = {}


def check(id_: str) -> Callable[[Screener], Screener]:
    """Register a function as the check of that name.

    Raises:
        ContractBroken: when the list has no such check, or a function holds it already.
    """
    if id_ not in screening_checks() or id_ in _SCREENERS:
        raise ContractBroken(f"Check {id_} stands twice or not in schemas/ees/screening_checks.csv; mend the list.")

    def register(screener: Screener) -> Screener:
        _SCREENERS[id_] = screener
        return screener

    return register


def screeners() -> dict[str, Screener]:
    """Return the function of every registered check."""
    return dict(_SCREENERS)


def named(columns: Iterable[str], *, file: File = "data") -> list[Breach]:
    """Return a breach for each of some columns."""
    return [Breach(name, 1, file) for name in columns]


def counted(found: Iterable[tuple[str, int]], *, file: File = "data", warning: bool = False) -> list[Breach]:
    """Return a breach for each column with a count that is not nought."""
    return [Breach(name, count, file, warning) for name, count in found if count]
