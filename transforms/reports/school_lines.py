"""One line for each school, for the tables of every page: its return, its counts, and whether anything blocks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from transforms.reports.finding_groups import Grouped, SchoolGroup

RECEIVED, MISSING, UNEXPECTED, QUARANTINED = "received", "missing", "unexpected", "quarantined"
_SHORT = {RECEIVED: "Received", MISSING: "Missing", UNEXPECTED: "Not expected", QUARANTINED: "Not readable"}


@dataclass(frozen=True)
class SchoolLine:
    """One school, or one file of an unknown school; a count is None where no return was read.

    `number` is the place of its findings on the page of all findings, 0 for none; `note` says why a file was refused.
    """

    name: str
    laestab: str
    status: str
    phase: str
    source_file: str
    note: str
    produced: str
    serial: int | None
    superseded: int
    on_roll: int | None
    off_roll: int | None
    errors: int | None
    queries: int | None
    found: SchoolGroup
    number: int = 0

    @property
    def status_label(self) -> str:
        """Return the word for what became of the return."""
        return _SHORT[self.status]

    @property
    def is_read(self) -> bool:
        """Say whether a return of the school counts."""
        return self.status in {RECEIVED, UNEXPECTED}

    @property
    def open_queries(self) -> int | None:
        """Count the queries that nobody has explained."""
        return None if self.queries is None else self.queries - self.found.explained

    @property
    def is_ready(self) -> bool:
        """Say whether nothing blocks the school's return."""
        return self.is_read and not self.errors and not self.open_queries


def school_lines(returns: pd.DataFrame, groups: Grouped) -> tuple[SchoolLine, ...]:
    """Return a line for each row of the returns table, in its order."""
    found = {school.laestab: school for school in groups.schools}
    numbers = {school.laestab: number for number, school in enumerate(groups.schools, start=1)}
    rows = returns.astype("object").where(returns.notna(), None).to_dict("records")
    return tuple(
        SchoolLine(
            name=row["school"] or row["laestab"] or row["source_file"],
            laestab=row["laestab"] or "",
            status=row["status"],
            phase=row["phase"] or "",
            source_file=row["source_file"] or "",
            note=row["note"] or "",
            produced=(row["produced"] or "").replace("T", " "),
            serial=row["serial"],
            superseded=row["superseded"] or 0,
            on_roll=row["on_roll"],
            off_roll=row["no_longer_on_roll"],
            errors=row["errors"],
            queries=row["queries"],
            found=found.get(row["laestab"], SchoolGroup(row["laestab"] or "", ())),
            number=numbers.get(row["laestab"], 0),
        )
        for row in rows
    )


def read_schools(returns: pd.DataFrame) -> frozenset[str]:
    """Return the LAEstabs of the schools of which a return counts: those that get a page of their own."""
    read = returns.loc[returns["status"].isin([RECEIVED, UNEXPECTED]), "laestab"]
    return frozenset(str(laestab) for laestab in read.dropna())


def count_by_standing(lines: Sequence[SchoolLine]) -> list[tuple[str, int, str]]:
    """Count the schools by what blocks them: words, count, kind."""
    read = [line for line in lines if line.is_read]
    return [
        ("Ready", sum(line.is_ready for line in read), "ready"),
        ("Queries only", sum(not line.errors and not line.is_ready for line in read), "query"),
        ("Errors", sum(bool(line.errors) for line in read), "error"),
        ("Not readable", sum(line.status == QUARANTINED for line in lines), "none"),
        ("No return", sum(line.status == MISSING for line in lines), "none"),
    ]
