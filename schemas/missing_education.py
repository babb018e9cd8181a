"""What makes a child a candidate for missing education: grounds and limits (data in `missing_education.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas import _data


@dataclass(frozen=True)
class MissingEducation:
    """Grounds in their order, days since leaving, and the register's codes that matter."""

    left: str
    both: str
    unsuitable: str
    days_since_leaving: int
    unsuitable_codes: frozenset[str]
    settled_end_reasons: frozenset[str]

    @property
    def grounds(self) -> tuple[str, ...]:
        """Return the grounds in the order in which they are listed."""
        return self.left, self.both, self.unsuitable


@cache
def missing_education() -> MissingEducation:
    """Return the grounds and limits."""
    told = _data.toml("missing_education.toml")
    left, both, unsuitable = (ground["id"] for ground in told["grounds"])
    return MissingEducation(
        left,
        both,
        unsuitable,
        int(told["limits"]["days_since_leaving"]),
        frozenset(told["register"]["unsuitable"]),
        frozenset(told["register"]["settled_end_reasons"]),
    )
