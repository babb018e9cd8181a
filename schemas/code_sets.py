"""Code sets: which codes a collection takes, and what they mean.

One CSV a set under `schemas/code_sets/`, columns `code,label,first,last,source`, and further
columns where a set needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas import _data
from schemas.collection import Collection
from schemas.errors import ContractBroken
from schemas.spans import Span

FOLDER = "code_sets"


@dataclass(frozen=True)
class Code:
    """One code of one set in one span; `more` holds the set's further columns (group, main code)."""

    code: str
    label: str
    span: Span
    source: str
    more: dict[str, str]


@dataclass(frozen=True)
class CodeSet:
    """One code set over all collections."""

    name: str
    codes: tuple[Code, ...]

    def entries(self, collection: Collection) -> tuple[Code, ...]:
        """Return the codes in force, in the file's order."""
        return tuple(code for code in self.codes if code.span.holds(collection))

    def in_force(self, collection: Collection) -> frozenset[str]:
        """Return the codes that a collection takes."""
        return frozenset(code.code for code in self.entries(collection))

    def labels(self, collection: Collection) -> dict[str, str]:
        """Return code → label of the codes in force, in the file's order."""
        return {code.code: code.label for code in self.entries(collection)}

    def column(self, name: str, collection: Collection) -> dict[str, str]:
        """Return code → a further column of the set, for the codes in force."""
        return {code.code: code.more[name] for code in self.entries(collection)}


@cache
def code_set(name: str) -> CodeSet:
    """Return one code set by name.

    Raises:
        ContractBroken: when the project holds no such set.
    """
    if f"{name}.csv" not in _data.names(FOLDER, ".csv"):
        raise ContractBroken(f"There is no code set {name!r} in schemas/code_sets; add the file or mend the name.")
    known = ("code", "label", "first", "last", "source")
    codes = tuple(
        Code(
            row["code"],
            row["label"],
            Span.parse(row["first"], row["last"]),
            row["source"],
            {key: value for key, value in row.items() if key not in known},
        )
        for row in _data.rows(f"{FOLDER}/{name}.csv")
    )
    return CodeSet(name, codes)


def code_set_names() -> tuple[str, ...]:
    """Return the names of all code sets."""
    return tuple(name.removesuffix(".csv") for name in _data.names(FOLDER, ".csv"))
