"""Read and check only: no store, no key; what is found goes to the report folder that was named, and nowhere else."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from flows import clock, durable
from flows.configuration import Configuration, load
from flows.discovery import Found, find_files
from flows.elective_home_education import register_findings
from flows.options import Outcome
from flows.progress import Progress
from flows.read import CensusFile, read_census
from flows.reports import About, all_findings, refused_file, report_files, returns_of, rows_of, said_of
from flows.school_census import Census, census_findings
from flows.sources import SourceRead, map_of, read_bytes
from schemas.calendar import Calendar, calendar_for
from schemas.collection import Collection
from schemas.errors import DONE_WITH_QUARANTINE, FindingsRemain, NothingToDo, Unreadable, UsageError
from schemas.findings import no_findings
from schemas.la_geography import geography_of
from schemas.sources.model import source
from schemas.tables import Tables
from transforms.clean.returns import clean_returns
from transforms.link import link
from transforms.reports.run_summary import QuarantinedFile, RunSummary, count_findings, note_totals


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
    register, gias = (_source(asked, configuration, name) for name in ("ehe_register", "gias"))
    findings, summary, returns = _judged(asked, found, census, register, gias, progress)
    outcome = Outcome(lines=said_of(summary))
    if asked.report is not None:
        about = About(calendar, clock.today(), _name(configuration, summary.la))
        files = report_files(findings, returns, summary, about=about)
        _write(asked.report, files)
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
    path = asked.ehe if name == "ehe_register" else asked.schools
    if path is None:
        return SourceRead()
    declared = source(name)
    try:
        data = _read(path)
        return read_bytes(data, name=path.name, declared=declared, mapped=map_of(configuration, declared))
    except Unreadable as fault:
        return SourceRead(quarantined=QuarantinedFile(path.name, str(fault)))


def _judged(
    asked: Asked, found: Found, census: Census, register: SourceRead, gias: SourceRead, progress: Progress
) -> tuple[pd.DataFrame, RunSummary, pd.DataFrame]:
    """Put findings, summary and returns together."""
    tables = census.tables
    own = no_findings()
    if register.table is not None and register.raw is not None:
        linked = link(register.table, tables["pupils"], tables["addresses"])
        own = register_findings(tables.calendar, register.table, register.raw.source_file, linked)
    findings = all_findings(census, own)
    read = census.read
    bad = [refused_file(sentence) for sentence in found.faults]
    bad += [*(read.quarantined if read else ()), *(each.quarantined for each in (register, gias) if each.quarantined)]
    sources = [each for each in (register, gias) if each.table is not None]
    files_read = (read.files_read if read else 0) + len(sources)
    if not files_read:
        raise Unreadable(f"None of the files could be read; the first: {bad[0].reason if bad else 'none is a return.'}")
    la = asked.la or _one_la(tables)
    returns, expected = returns_of(census, findings, gias=gias.table, la=la, quarantined=tuple(bad))
    rows = rows_of(census, register)
    pupils = tables["pupils"]
    on_roll = int(pupils["is_on_roll"].sum())
    summary = RunSummary(
        collection=str(asked.collection),
        la=la,
        files_read=files_read,
        files_quarantined=len(bad),
        pupils_on_roll=on_roll,
        pupils_no_longer_on_roll=len(pupils) - on_roll,
        ehe_children=None if register.table is None else len(register.table),
        rows_in=rows.into,
        rows_out=rows.out,
        rows_quarantined=rows.quarantined,
        rows_superseded=rows.superseded,
        findings=count_findings(findings),
        seconds=round(sum(progress.seconds.values()), 1),
        schools_expected=expected,
        schools_received=len(tables["schoolcensus"]),
        quarantined=tuple(bad),
        unrecognised_files=found.unrecognised,
        notes=note_totals(read.notes if read else ()),
        stage_seconds={name: round(taken, 1) for name, taken in progress.seconds.items()},
    )
    return findings, summary, returns


def _one_la(tables: Tables) -> str:
    """Return the authority of the returns if they are all of one; blank otherwise."""
    numbers = {str(laestab)[:3] for laestab in tables["schoolcensus"]["laestab"].to_list()}
    return numbers.pop() if len(numbers) == 1 else ""


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the report files, each aside and then in place."""
    try:
        durable.make_folder(folder)
        for name, data in files.items():
            fresh = folder / f".{name}.new"
            fresh.unlink(missing_ok=True)
            durable.write_new(fresh, [data], mode=durable.PRIVATE_FILE)
            durable.move(fresh, folder / name)
    except OSError as error:
        fault = f"The report cannot be written to {folder} ({error.strerror}); name another folder."
    else:
        return
    raise UsageError(fault)
