"""Screening: a data file and its meta file held to every check of DfE's screener, and to our own.

A breach is told by file, check, column and count, never by a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Final

from schemas.ees.checks import BEFORE_THE_REST, Check, Severity, is_known, screening_checks, stages
from schemas.errors import ContractBroken
from transforms.statistics_files import (
    screening_filters,
    screening_geography,
    screening_meta,
    screening_names,
    screening_values,
)
from transforms.statistics_files.screening_pair import Pair
from transforms.statistics_files.screening_register import Breach, screeners

#: The modules that register the checks.
MODULES: Final[tuple[ModuleType, ...]] = (
    screening_names,
    screening_meta,
    screening_filters,
    screening_geography,
    screening_values,
)


@dataclass(frozen=True)
class Found:
    """One breach: which check, how grave, in which file and column, how often."""

    check: Check
    severity: Severity
    file: str
    column: str
    count: int

    def __str__(self) -> str:
        """Say it in one sentence."""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{column}: {self.check.sentence.rstrip('.')} ({self.check.id}, {self.count} times)"


@dataclass(frozen=True)
class Screening:
    """What was found in one pair of files, and how many checks were held."""

    found: tuple[Found, ...]
    checks: int

    @property
    def failures(self) -> tuple[Found, ...]:
        """Return what the platform would refuse."""
        return tuple(each for each in self.found if each.severity == "fail")

    @property
    def warnings(self) -> tuple[Found, ...]:
        """Return what the platform would doubt."""
        return tuple(each for each in self.found if each.severity == "warning")

    @property
    def warning_counts(self) -> dict[str, int]:
        """Return check → how often the platform would doubt something, of the checks that do."""
        counts: dict[str, int] = {}
        for each in self.warnings:
            counts[each.check.id] = counts.get(each.check.id, 0) + each.count
        return counts

    def unknown_warnings(self, dataset_id: str) -> tuple[str, ...]:
        """Return a sentence for each check whose warnings we do not know of (schemas/ees/known_warnings.csv)."""
        told = (name for name in self.warning_counts if not is_known(dataset_id, name))
        return tuple(
            f"{screening_checks()[name].sentence} ({name}, {self.warning_counts[name]} times)" for name in told
        )

    def hold(self) -> None:
        """Refuse the pair when a check failed.

        Raises:
            ContractBroken: naming file, check, column and count of the first failure, and how many more there are.
        """
        if not self.failures:
            return
        more = f"; {len(self.failures) - 1} more checks or columns fail" if len(self.failures) > 1 else ""
        raise ContractBroken(
            f"A file for DfE's platform fails its screening, {self.failures[0]}{more}; nothing was written, "
            "report this to those who maintain termly."
        )


def screen(pair: Pair) -> Screening:
    """Hold a pair to all checks, stage by stage; a stage that the rest builds on ends the screening where it fails."""
    functions = screeners()
    found: list[Found] = []
    held = 0
    for stage in stages():
        checks = [each for each in screening_checks().values() if each.stage == stage]
        found += [_told(pair, each, breach) for each in checks for breach in functions[each.id](pair)]
        held += len(checks)
        failed = any(each.severity == "fail" and each.check.stage == stage for each in found)
        if failed and stage.startswith(BEFORE_THE_REST):
            break
    return Screening(tuple(found), held)


def _told(pair: Pair, check: Check, breach: Breach) -> Found:
    severity: Severity = "warning" if breach.warning else check.worst
    file = pair.meta_name if breach.file == "meta" else pair.data_name
    return Found(check, severity, file, breach.column, breach.count)
