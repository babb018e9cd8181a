"""The list of screening checks (schemas/ees/screening_checks.csv): those of DfE's screener, and our own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from schemas import _data

Severity = Literal["fail", "warning"]
#: Later checks rest on what these stages hold; when one of them fails, the screening ends with it.
BEFORE_THE_REST: Final = ("filename", "Precheck")


@dataclass(frozen=True)
class Check:
    """One check: `severity` is what a breach of it is; some checks have both kinds, and `worst` is the worse."""

    id: str
    stage: str
    severity: str
    sentence: str
    source: str

    @property
    def worst(self) -> Severity:
        """Return what a breach is unless the check itself says that it is only a warning."""
        return "fail" if self.severity.startswith("fail") else "warning"


@cache
def screening_checks() -> dict[str, Check]:
    """Return every check by its id, in the order in which they are held."""
    return {
        row["check"]: Check(row["check"], row["stage"], row["severity"], row["sentence"], row["source"])
        for row in _data.rows("ees/screening_checks.csv")
    }


def stages() -> tuple[str, ...]:
    """Return the stages in their order."""
    return tuple(dict.fromkeys(check.stage for check in screening_checks().values()))


@cache
def known_warnings() -> dict[tuple[str, str], str]:
    """Return (dataset, check) → why we let a warning stand; the dataset is `*` where it holds of all of them."""
    return {(row["dataset"], row["check"]): row["why"] for row in _data.rows("ees/known_warnings.csv")}


def is_known(dataset_id: str, check_id: str) -> bool:
    """Say whether we know of a warning and let it stand."""
    return not known_warnings().keys().isdisjoint({(dataset_id, check_id), ("*", check_id)})
