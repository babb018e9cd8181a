"""The report files of a run: pages for schools and authority, findings, returns, summary. They name pupils."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pandas as pd

from flows.cme_register import said_of_missing
from flows.explanations import said_of_notepad
from flows.linking import said_of_reviews
from flows.school_census import Census
from flows.sources import SourceRead
from flows.version import code_version
from schemas.calendar import Calendar
from schemas.rules.register import rules_in_force
from transforms.clean.returns import combine
from transforms.reports.finding_groups import grouped
from transforms.reports.overview_page import overview_page
from transforms.reports.pages import OVERVIEW, VALIDATION, PageContext
from transforms.reports.rule_notes import field_names, rule_notes
from transforms.reports.run_history import RunLine, runs_csv
from transforms.reports.run_summary import FindingCounts, QuarantinedFile, RunSummary, summary_json
from transforms.reports.school_lines import read_schools
from transforms.reports.school_page import school_files
from transforms.reports.tables import findings_csv, report_csv
from transforms.reports.validation_page import validation_page
from transforms.returns import RETURNS_COLUMNS, OtherFiles, returns_table, schools_expected

RUNS = "runs.csv"


@dataclass(frozen=True)
class Rows:
    """The account of rows: pupils of both rolls, children of registers; the summary holds in to out + the others."""

    into: int = 0
    out: int = 0
    quarantined: int = 0
    superseded: int = 0

    def plus(self, other: Rows) -> Rows:
        """Add two accounts."""
        return Rows(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def all_findings(census: Census | None, register_findings: pd.DataFrame) -> pd.DataFrame:
    """Put the findings of census and register together."""
    if census is None:
        return register_findings
    return combine([{"findings": census.findings}, {"findings": register_findings}])["findings"]


def rows_of(census: Census | None, register: SourceRead) -> Rows:
    """Account for the rows of a run: those received are counted where they were read, those out where they ended."""
    rows = Rows()
    if census is not None and census.read is not None:
        read = census.read
        aside = read.returns.rows_set_aside + read.rows_refused
        rows = rows.plus(Rows(read.rows_in, len(census.tables["pupils"]), aside, read.rows_superseded))
    elif census is not None:
        held = len(census.tables["pupils"])
        rows = rows.plus(Rows(held, held))
    if register.table is not None and register.raw is not None:
        aside = sum(int(part.rows.num_rows) for part in register.raw.set_aside)
        rows = rows.plus(Rows(register.raw.rows_in, len(register.table), aside))
    return rows


def refused_file(sentence: str) -> QuarantinedFile:
    """Return the file that a sentence on finding and landing files begins with."""
    name = re.split(r" (?:cannot be|is a link|is no ordinary)", sentence)[0]
    return QuarantinedFile(name.removeprefix("The folder "), sentence)


def returns_of(
    census: Census,
    findings: pd.DataFrame,
    *,
    gias: pd.DataFrame | None,
    la: str,
    quarantined: tuple[QuarantinedFile, ...],
    previous: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, int | None]:
    """Set the schools expected against those received; also how many were expected (None: nobody said)."""
    expected = None
    if gias is not None:
        expected = schools_expected(gias, la=la, census_day=census.tables.calendar.census_day)
    older: dict[str, int] = {}
    for received in census.read.standing.superseded if census.read is not None else ():
        older[received.header.laestab] = older.get(received.header.laestab, 0) + 1
    table = returns_table(census.tables, findings, expected=expected, others=OtherFiles(older, quarantined, previous))
    return table, None if expected is None else len(expected)


@dataclass(frozen=True)
class About:
    """What the pages say of themselves: the collection's days, when and for whom they were made, if all is invented.

    `runs` are the runs of the collection so far, this one last; a check of returns knows of none.
    """

    calendar: Calendar
    made: date
    la_name: str
    invented: bool = False
    runs: tuple[RunLine, ...] = ()


def report_files(
    findings: pd.DataFrame, returns: pd.DataFrame, summary: RunSummary, *, about: About
) -> dict[str, bytes]:
    """Write the report files of a run, by name; those of a school stand in the folder of the schools."""
    page = _page_context(about, read_schools(returns))
    groups = grouped(findings, page.notes, page.field_names)
    files = {
        VALIDATION: validation_page(groups, returns, summary, page).encode(),
        OVERVIEW: overview_page(groups, returns, summary, page, runs=about.runs).encode(),
        "findings.csv": findings_csv(findings),
        "returns.csv": report_csv(returns, RETURNS_COLUMNS),
        "summary.json": summary_json(summary),
    }
    files |= dict(school_files(findings, returns, summary, page))
    return files | {RUNS: runs_csv(about.runs)} if about.runs else files


def _page_context(about: About, schools: frozenset[str]) -> PageContext:
    collection = about.calendar.collection
    in_force = (*rules_in_force(collection), *rules_in_force(collection, source="ehe"))
    return PageContext(
        la_name=about.la_name,
        made=about.made,
        version=code_version(),
        notes=rule_notes(in_force, collection),
        census_day=about.calendar.census_day,
        field_names=field_names(collection),
        invented=about.invented,
        school_pages=schools,
    )


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
    lines += said_of_missing(summary.more)
    lines += said_of_notepad(summary.more)
    lines += said_of_reviews(summary.more)
    lines += [f"quarantined: {entry.reason}" for entry in summary.quarantined]
    if unmatched := summary.more.get("protections_unmatched"):
        lines.append(f"protections: {unmatched} match no record of this run; correct the list if they should")
    lines += [f"not recognised: {name}" for name in summary.unrecognised_files]
    return lines
