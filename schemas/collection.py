"""A collection: the calendar year of the census day, and the term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from schemas.errors import UsageError


class Term(StrEnum):
    """The three census terms, in the order of a calendar year."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"


_ORDER = tuple(Term)
_CENSUS_TERM = {Term.SPRING: "SPR", Term.SUMMER: "SUM", Term.AUTUMN: "AUT"}  # CBDS 800002
_FORM = re.compile(r"(\d{4})-(spring|summer|autumn)")


@dataclass(frozen=True)
class Collection:
    """One census, such as `2026-spring`; ordered by time."""

    year: int
    term: Term

    @classmethod
    def parse(cls, written: str) -> Collection:
        """Read `2026-spring`.

        Raises:
            UsageError: when the text has another form.
        """
        match = _FORM.fullmatch(written)
        if match is None:
            raise UsageError("A collection is written as year and term, such as 2026-spring; write it so.")
        return cls(int(match[1]), Term(match[2]))

    @classmethod
    def at(cls, index: int) -> Collection:
        """Return the collection of a chronological index (the inverse of `index`)."""
        year, term = divmod(index, len(_ORDER))
        return cls(year, _ORDER[term])

    @property
    def index(self) -> int:
        """Chronological number: one more each term."""
        return self.year * len(_ORDER) + _ORDER.index(self.term)

    @property
    def academic_year(self) -> int:
        """Calendar year in which the academic year of this collection began."""
        return self.year if self.term is Term.AUTUMN else self.year - 1

    @property
    def census_term(self) -> str:
        """DfE's term code in the return's header: AUT, SPR or SUM."""
        return _CENSUS_TERM[self.term]

    def previous(self) -> Collection:
        """Return the collection one term earlier."""
        return Collection.at(self.index - 1)

    def next(self) -> Collection:
        """Return the collection one term later."""
        return Collection.at(self.index + 1)

    def __lt__(self, other: Collection) -> bool:
        """Order by time."""
        return self.index < other.index

    def __le__(self, other: Collection) -> bool:
        """Order by time."""
        return self.index <= other.index

    def __str__(self) -> str:
        """Write `2026-spring`."""
        return f"{self.year}-{self.term}"


def stated_in_header(year: str, term: str) -> Collection | None:
    """Return the collection that a return's header states (`2026`, `SPR`), or None if it states none."""
    terms = {code: name for name, code in _CENSUS_TERM.items()}
    if term not in terms or not re.fullmatch(r"\d{4}", year):
        return None
    return Collection(int(year), terms[term])
