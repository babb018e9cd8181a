"""The runs of one collection: a line for each run that changed something, kept in runs.csv beside the reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime

import pandas as pd

from transforms.reports.finding_state import EXPLAINED, recurring, standing
from transforms.reports.run_summary import RunSummary
from transforms.reports.tables import report_csv


@dataclass(frozen=True)
class RunLine:
    """One run. Key: run (counted from 1). Counts; schools_expected is None where no list of schools was given."""

    run: int
    day: str
    time: str
    errors: int
    queries: int
    queries_explained: int
    findings_recurring: int
    schools_received: int
    schools_expected: int | None
    files_quarantined: int
    pupils_on_roll: int

    @property
    def queries_open(self) -> int:
        """Count the queries that nobody had explained."""
        return self.queries - self.queries_explained


RUN_COLUMNS = tuple(entry.name for entry in fields(RunLine))


def run_line(summary: RunSummary, findings: pd.DataFrame, before: Sequence[RunLine], *, at: datetime) -> RunLine:
    """Return the line of a run made after those before."""
    return RunLine(
        run=before[-1].run + 1 if before else 1,
        day=f"{at:%Y-%m-%d}",
        time=f"{at:%H:%M}",
        errors=summary.findings.errors,
        queries=summary.findings.queries,
        queries_explained=int(standing(findings).eq(EXPLAINED).sum()),
        findings_recurring=int(recurring(findings).sum()),
        schools_received=summary.schools_received,
        schools_expected=summary.schools_expected,
        files_quarantined=summary.files_quarantined,
        pupils_on_roll=summary.pupils_on_roll,
    )


def alike(one: RunLine, other: RunLine) -> bool:
    """Say whether two runs counted the same; when they were made does not matter."""
    return replace(one, run=0, day="", time="") == replace(other, run=0, day="", time="")


def runs_csv(lines: Sequence[RunLine]) -> bytes:
    """Write runs.csv."""
    frame = pd.DataFrame([astuple(line) for line in lines], columns=list(RUN_COLUMNS))
    return report_csv(frame.astype({"schools_expected": "Int64"}), RUN_COLUMNS)


def read_runs(data: bytes) -> tuple[RunLine, ...]:
    """Read runs.csv back.

    Raises:
        ValueError: when it is not as we wrote it.
    """
    rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    try:
        names, *told = rows
    except csv.Error:
        names, told = [], []
    if tuple(names) != RUN_COLUMNS or any(len(row) != len(RUN_COLUMNS) for row in told):
        raise ValueError
    return tuple(_line(dict(zip(RUN_COLUMNS, row, strict=True))) for row in told)


def _line(row: dict[str, str]) -> RunLine:
    counts = {name: int(row[name]) for name in RUN_COLUMNS if name not in {"day", "time", "schools_expected"}}
    expected = int(row["schools_expected"]) if row["schools_expected"] else None
    return RunLine(day=row["day"], time=row["time"], schools_expected=expected, **counts)


def since_last(lines: Sequence[RunLine]) -> str:
    """Say what changed between the last two runs; blank where there was only one."""
    if len(lines) < 2:  # noqa: PLR2004  # two runs are compared
        return ""
    old, new = lines[-2:]
    told = (
        ("errors", old.errors, new.errors),
        ("unexplained queries", old.queries_open, new.queries_open),
        ("schools received", old.schools_received, new.schools_received),
        ("pupils on roll", old.pupils_on_roll, new.pupils_on_roll),
    )
    parts = [f"{name} {_change(before, now)}" for name, before, now in told]
    return f"Since run {old.run} ({old.day}): {', '.join(parts)}."


def _change(before: int, now: int) -> str:
    return f"unchanged at {now:,}" if before == now else f"from {before:,} to {now:,}"
