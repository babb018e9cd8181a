"""Read and check only: no store, no key; what is found goes to the report folder that was named, and nowhere else."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from flows import clock
from flows.cme_register import Missing, missing_of
from flows.configuration import Configuration, load
from flows.discovery import Found, find_files
from flows.elective_home_education import Register, register_findings, registered
from flows.explanations import UNMATCHED, counts_of, unmatched_csv, with_states
from flows.history import history_of_check
from flows.linking import linking, reviews_stage
from flows.missing_education import NAME as CANDIDATES
from flows.missing_education import candidates_csv, candidates_of, count_candidates
from flows.options import Outcome
from flows.progress import Progress
from flows.read import CensusFile, read_census
from flows.report_folder import write_reports
from flows.reports import About, all_findings, report_files, returns_of, said_of
from flows.run_summary import Counted, Received, run_summary
from flows.school_census import Census, census_findings
from flows.sources import SourceRead, map_of, read_bytes
from flows.workbook import NAME as WORKBOOK
from flows.workbook import findings_workbook
from schemas.calendar import Calendar, calendar_for
from schemas.collection import Collection
from schemas.datasets import MISSING
from schemas.errors import DONE_WITH_QUARANTINE, FindingsRemain, NothingToDo, Unreadable
from schemas.findings import no_findings
from schemas.la_geography import geography_of
from schemas.notepad import SOURCE as NOTEPAD
from schemas.sources.model import source
from schemas.tables import Tables
from transforms.clean.returns import clean_returns
from transforms.explanations import Explained
from transforms.reports.run_summary import QuarantinedFile, RunSummary


@dataclass(frozen=True)
class Asked:
    """What `termly validate` was asked: the further files and where the report goes."""

    collection: Collection
    la: str | None
    report: Path | None
    ehe: Path | None
    schools: Path | None
    config: Path | None
    strict: bool
    explanations: Path | None = None
    cme: Path | None = None


def validate_only(paths: tuple[Path, ...], asked: Asked, progress: Progress) -> Outcome:
    """Run `termly validate`.

    Raises:
        Unreadable: when not one file could be read.
    """
    configuration = load(asked.config, la=asked.la) if asked.config or asked.la else None
    calendar = calendar_for(asked.collection) if configuration is None else configuration.calendar(asked.collection)
    found = find_files(paths)
    if not found.files and not found.faults:
        raise NothingToDo("No return was found in what was named; name files, folders or zips of XML or CSV returns.")
    census = _census(found, asked, calendar, progress)
    names = ("ehe_register", MISSING, "gias", NOTEPAD)
    register, missing, gias, notepad = (_source(asked, configuration, name) for name in names)
    received = Received(
        census=census,
        register=_register(census, register, missing_of(missing, asked.collection)),
        gias=gias,
        notepad=notepad,
        faults=found.faults,
        unrecognised=found.unrecognised,
    )
    reviews = reviews_stage(progress, census.tables, received.register.linking)
    candidates = candidates_of(census.tables, received.register)
    explained, summary, returns = _judged(asked, received, progress, {**reviews.counts, **count_candidates(candidates)})
    outcome = Outcome(lines=said_of(summary))
    if asked.report is not None:
        about = About(calendar, clock.today(), _name(configuration, summary.la))
        findings, history = explained.findings, history_of_check(census)
        files = report_files(findings, returns, summary, about=about)
        files[CANDIDATES] = candidates_csv(candidates)
        files[UNMATCHED] = unmatched_csv(explained)
        files[WORKBOOK] = findings_workbook(findings, returns, history, collection=asked.collection)
        write_reports(asked.report, {**files, **reviews.files})
        outcome.say(f"report: {asked.report} (it names pupils)")
    if summary.files_quarantined:
        outcome.codes.add(DONE_WITH_QUARANTINE)
    if asked.strict and summary.findings.errors:
        outcome.refuse(FindingsRemain.exit_code, f"{summary.findings.errors} findings of severity error remain.")
    return outcome


def _name(configuration: Configuration | None, la: str) -> str:
    if configuration is not None:
        return configuration.settings.council.shown_name
    return geography_of(la).la_name if la else ""


def _census(found: Found, asked: Asked, calendar: Calendar, progress: Progress) -> Census:
    files = [
        CensusFile(file.name, order, functools.partial(_read, file.path), 1) for order, file in enumerate(found.files)
    ]
    with progress.stage(f"read {len(files)} files"):
        read = read_census(files, collection=asked.collection, la=asked.la)
    with progress.stage("clean"):
        tables = Tables(asked.collection, calendar, clean_returns(read.returns, collection=asked.collection))
    with progress.stage("validate"):
        return Census(tables, census_findings(tables), read)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fault = f"{path.name} cannot be read ({error.strerror}); see to its rights and run again."
    raise Unreadable(fault)


def _source(asked: Asked, configuration: Configuration | None, name: str) -> SourceRead:
    given = {"ehe_register": asked.ehe, MISSING: asked.cme, "gias": asked.schools, NOTEPAD: asked.explanations}
    path = given[name]
    if path is None:
        return SourceRead()
    declared = source(name)
    try:
        data = _read(path)
        return read_bytes(data, name=path.name, declared=declared, mapped=map_of(configuration, declared))
    except Unreadable as fault:
        return SourceRead(quarantined=QuarantinedFile(path.name, str(fault)))


def _register(census: Census, read: SourceRead, missing: Missing) -> Register:
    """Link and judge the register that was given."""
    if read.table is None or read.raw is None:
        return Register(None, no_findings(), None, read=read, missing=missing)
    tables = census.tables
    linked = linking(read.table, tables)
    findings = register_findings(tables.calendar, read.table, read.raw.source_file, linked.links, tables)
    return registered(read, findings, linked, missing=missing)


def _judged(
    asked: Asked, received: Received, progress: Progress, counts: Mapping[str, object]
) -> tuple[Explained, RunSummary, pd.DataFrame]:
    """Put findings with their states, summary (with further counts) and returns together."""
    census, bad = received.census, received.quarantined
    if not received.files_read:
        raise Unreadable(f"None of the files could be read; the first: {bad[0].reason if bad else 'none is a return.'}")
    found = all_findings(census, received.register.findings)
    explained = with_states(found, received.notepad, census.tables, on=clock.today())
    la = asked.la or _one_la(census.tables)
    returns, expected = returns_of(census, explained.findings, gias=received.gias.table, la=la, quarantined=bad)
    more = {**counts_of(explained, received.notepad), **counts}
    counted = Counted(findings=explained.findings, schools_expected=expected, more=more)
    return explained, run_summary(received, counted, la=la, progress=progress), returns


def _one_la(tables: Tables) -> str:
    """Return the authority of the returns if they are all of one; blank otherwise."""
    numbers = {str(laestab)[:3] for laestab in tables["schoolcensus"]["laestab"].to_list()}
    return numbers.pop() if len(numbers) == 1 else ""
