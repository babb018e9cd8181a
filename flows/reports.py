"""The report files of a run: validation page, findings, summary, returns. They name pupils and go to no one else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from flows.school_census import Census
from flows.sources import SourceRead
from flows.version import code_version
from schemas.calendar import Calendar
from schemas.rules.register import rules_in_force
from transforms.clean.returns import combine
from transforms.reports.rule_notes import field_names, rule_notes
from transforms.reports.run_summary import FindingCounts, QuarantinedFile, RunSummary, summary_json
from transforms.reports.tables import findings_csv, report_csv
from transforms.reports.validation_page import PageContext, validation_page
from transforms.returns import RETURNS_COLUMNS, OtherFiles, returns_table, schools_expected


@dataclass(frozen=True)
class Rows:
    """The account of rows: pupils of both rolls and EHE children; in = out + quarantined + superseded."""

    out: int
    quarantined: int
    superseded: int

    @property
    def into(self) -> int:
        """Return the rows received."""
        return self.out + self.quarantined + self.superseded


def all_findings(census: Census | None, register_findings: pd.DataFrame) -> pd.DataFrame:
    """Put the findings of census and register together."""
    if census is None:
        return register_findings
    return combine([{"findings": census.findings}, {"findings": register_findings}])["findings"]


def rows_of(census: Census | None, register: SourceRead) -> Rows:
    """Account for the rows of a run, counted where they were received."""
    out = quarantined = superseded = 0
    if census is not None:
        out += len(census.tables["pupils"])
        if census.read is not None:
            quarantined += census.read.returns.rows_set_aside + census.read.rows_refused
            superseded += census.read.rows_superseded
    if register.table is not None and register.raw is not None:
        out += len(register.table)
        quarantined += register.raw.rows_in - len(register.table)
    return Rows(out, quarantined, superseded)


def returns_of(
    census: Census,
    findings: pd.DataFrame,
    *,
    gias: pd.DataFrame | None,
    la: str,
    quarantined: tuple[QuarantinedFile, ...],
) -> tuple[pd.DataFrame, int | None]:
    """Set the schools expected against those received; also how many were expected (None: nobody said)."""
    expected = None
    if gias is not None:
        expected = schools_expected(gias, la=la, census_day=census.tables.calendar.census_day)
    older: dict[str, int] = {}
    for received in census.read.standing.superseded if census.read is not None else ():
        older[received.header.laestab] = older.get(received.header.laestab, 0) + 1
    table = returns_table(census.tables, findings, expected=expected, others=OtherFiles(older, quarantined))
    return table, None if expected is None else len(expected)


@dataclass(frozen=True)
class About:
    """What the page says of itself: the days of the collection, when and for whom it was made, whether all is invented."""

    calendar: Calendar
    made: date
    la_name: str
    invented: bool = False


def report_files(
    findings: pd.DataFrame, returns: pd.DataFrame, summary: RunSummary, *, about: About
) -> dict[str, bytes]:
    """Write the report files of a run, by name."""
    collection = about.calendar.collection
    in_force = (*rules_in_force(collection), *rules_in_force(collection, source="ehe"))
    page = PageContext(
        la_name=about.la_name,
        made=about.made,
        version=code_version(),
        notes=rule_notes(in_force),
        census_day=about.calendar.census_day,
        field_names=field_names(collection),
        invented=about.invented,
    )
    return {
        "validation.html": validation_page(findings, returns, summary, page).encode(),
        "findings.csv": findings_csv(findings),
        "returns.csv": report_csv(returns, RETURNS_COLUMNS),
        "summary.json": summary_json(summary),
    }


def said_of(summary: RunSummary) -> list[str]:
    """Return what a command prints of a run."""
    counts: FindingCounts = summary.findings
    lines = [
        f"{summary.collection} of {summary.la}: {summary.files_read} files read, "
        f"{summary.files_quarantined} quarantined",
        f"rows: {summary.rows_in} in = {summary.rows_out} out + {summary.rows_quarantined} quarantined"
        f" + {summary.rows_superseded} superseded",
        f"pupils: {summary.pupils_on_roll} on roll, {summary.pupils_no_longer_on_roll} no longer on roll; "
        + ("no register" if summary.ehe_children is None else f"{summary.ehe_children} on the register"),
        f"findings: {counts.errors} errors, {counts.queries} queries",
    ]
    lines += [f"quarantined: {entry.reason}" for entry in summary.quarantined]
    lines += [f"not recognised: {name}" for name in summary.unrecognised_files]
    return lines
