"""The termly run: everything for one collection and authority, visible together or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from flows.agreements import all_agreements
from flows.configuration import load
from flows.elective_home_education import (
    Register,
    elective_home_education,
    stored_register,
)
from flows.inputs import SCHOOLS, Inputs, land_inputs
from flows.keys import MasterKey
from flows.options import Outcome, RunOptions
from flows.progress import Progress
from flows.protections import Protections, protections_of
from flows.pseudonyms import fetch_key, find_key, pseudonymise_stage
from flows.release import release
from flows.reports import About, all_findings, refused_file, report_files, returns_of, rows_of, said_of
from flows.school_census import Census, quarantine_stage, school_census, stored_census
from flows.sources import SourceRead, keep_refused, read_input
from flows.standing import Kept, remember, standing
from flows.statistics import Published, statistics
from flows.storage import Zone
from flows.tasks import stage
from flows.workspace import Workspace, workspace
from schemas.errors import DONE_WITH_QUARANTINE, DisclosureUnsafe, FindingsRemain, Unreadable
from transforms.reports.run_summary import QuarantinedFile, RunSummary, count_findings, note_totals


@dataclass(frozen=True)
class Received:
    """What one run was given and could read."""

    inputs: Inputs
    census: Census
    register: Register
    gias: SourceRead

    @property
    def files_read(self) -> int:
        """Count the files that could be read."""
        sources = [each for each in (self.register.read, self.gias) if each.table is not None]
        return len(sources) + (self.census.read.files_read if self.census.read is not None else 0)

    @property
    def quarantined(self) -> tuple[QuarantinedFile, ...]:
        """Return the files that could not be read, each with its sentence."""
        bad = [refused_file(sentence) for sentence in self.inputs.faults]
        bad += self.census.read.quarantined if self.census.read is not None else ()
        bad += [read.quarantined for read in (self.register.read, self.gias) if read.quarantined is not None]
        return tuple(bad)


@dataclass(frozen=True)
class Run(Received):
    """What the parts of one run gave."""

    protections: Protections
    published: Published


def termly_run(options: RunOptions, progress: Progress) -> Outcome:
    """Run everything; release only what was asked for. Without a key or with a wrong request no store is made."""
    find_key(load(options.config, la=options.la))
    all_agreements(options.agreements)
    with workspace(options, progress) as work:
        key = fetch_key(work)
        inputs = land_inputs(work)
        kept = standing(work, inputs, key)
        if kept is None:
            kept = _afresh(work, inputs, key)
        else:
            work.outcome.say("Nothing has changed since the last run: its outputs stand.")
            if kept.files_quarantined:
                work.outcome.say(f"{kept.files_quarantined} files are still quarantined; summary.json names each.")
        _judge(work, kept)
        if options.release:
            release(work.anew(), key)
    return work.outcome


def census_only(options: RunOptions, progress: Progress) -> Outcome:
    """Bring the census from landing to clean tables, findings and reports; the rest of the store stays."""
    with workspace(options, progress) as work:
        inputs = land_inputs(work)
        census, register = school_census(work, inputs), stored_register(work)
        _report_part(work, inputs, census, register)
    return work.outcome


def register_only(options: RunOptions, progress: Progress) -> Outcome:
    """Bring the register from landing to the clean table, its findings and links; needs the census of a run."""
    with workspace(options, progress) as work:
        inputs = land_inputs(work)
        census = stored_census(work)
        register = elective_home_education(work, inputs, census.tables)
        _report_part(work, inputs, census, register)
    return work.outcome


def _report_part(work: Workspace, inputs: Inputs, census: Census, register: Register) -> None:
    gias = read_input(work, inputs, SCHOOLS)
    _hold_to_something_read(work, Received(inputs, census, register, gias))
    run = Run(inputs, census, register, gias, protections_of(work, inputs, census, register), Published())
    summary = report_stage(work, run)
    work.transaction.commit()
    for line in said_of(summary):
        work.outcome.say(line)
    _judge(work, Kept(summary.files_quarantined, summary.findings.errors))


def _afresh(work: Workspace, inputs: Inputs, key: MasterKey) -> Kept:
    census = school_census(work, inputs)
    register = elective_home_education(work, inputs, census.tables)
    gias = read_input(work, inputs, SCHOOLS)
    _hold_to_something_read(work, Received(inputs, census, register, gias))
    protections = protections_of(work, inputs, census, register)
    pseudonymise_stage(work, census, register, key)
    published = statistics(work, census, register, protections)
    run = Run(inputs, census, register, gias, protections, published)
    keep_refused(work, SCHOOLS, gias)
    summary = report_stage(work, run)
    kept = Kept(summary.files_quarantined, summary.findings.errors, len(published.unsafe))
    remember(work, inputs, key, kept)
    work.transaction.commit()
    for line in said_of(summary):
        work.outcome.say(line)
    work.outcome.say(f"reports: {work.store.locate(work.reports)}")
    return kept


def _hold_to_something_read(work: Workspace, received: Received) -> None:
    """Stop a run that could read nothing: only why is kept, and the last good outputs stand.

    Raises:
        Unreadable: saying where every reason is.
    """
    if received.files_read or not received.quarantined:
        return
    apart = work.anew()
    with apart.transaction:
        if received.census.read is not None:
            quarantine_stage(apart, received.inputs, received.census.read)
        keep_refused(apart, "elective_home_education", received.register.read)
        keep_refused(apart, SCHOOLS, received.gias)
        apart.transaction.commit()
    place = work.store.locate(Zone.QUARANTINE)
    raise Unreadable(
        f"None of the files could be read ({len(received.quarantined)} quarantined, see {place}); "
        f"the first: {received.quarantined[0].reason}"
    )


@stage("report")
def report_stage(work: Workspace, run: Run) -> RunSummary:
    """Write the report files aside."""
    with work.progress.stage("report"):
        findings = all_findings(run.census, run.register.findings)
        returns, expected = returns_of(
            run.census, findings, gias=run.gias.table, la=work.options.la, quarantined=run.quarantined
        )
        summary = _summary(work, run, findings, expected)
        council, options = work.settings.council, work.options
        about = About(work.calendar, options.on, council.shown_name, options.invented)
        files = report_files(findings, returns, summary, about=about)
        for name, data in files.items():
            work.transaction.stage(work.reports / name, data)
    return summary


def _summary(work: Workspace, run: Run, findings: pd.DataFrame, expected: int | None) -> RunSummary:
    rows = rows_of(run.census, run.register.read)
    pupils = run.census.tables["pupils"]
    on_roll = int(pupils["is_on_roll"].sum())
    read = run.census.read
    sources = [each for each in (run.register.read, run.gias) if each.table is not None]
    notes = [*(read.notes if read is not None else ()), *(n for each in sources if each.raw for n in each.raw.notes)]
    linked = run.register.linked
    return RunSummary(
        collection=str(work.options.collection),
        la=work.options.la,
        files_read=run.files_read,
        files_quarantined=len(run.quarantined),
        pupils_on_roll=on_roll,
        pupils_no_longer_on_roll=len(pupils) - on_roll,
        ehe_children=None if run.register.table is None else len(run.register.table),
        rows_in=rows.into,
        rows_out=rows.out,
        rows_quarantined=rows.quarantined,
        rows_superseded=rows.superseded,
        findings=count_findings(findings),
        seconds=round(sum(work.progress.seconds.values()), 1),
        carried_over_returns=run.inputs.carried_over,
        schools_expected=expected,
        schools_received=len(run.census.tables["schoolcensus"]),
        protections_supplied=run.protections.supplied,
        objectors_excluded=run.published.objectors,
        quarantined=run.quarantined,
        unrecognised_files=run.inputs.unrecognised,
        notes=note_totals(notes),
        stage_seconds={name: round(taken, 1) for name, taken in work.progress.seconds.items()},
        more={
            "on": work.options.on.isoformat(),
            "linked_children": 0 if linked is None else linked.children,
            "links_by_method": {} if linked is None else {str(how): count for how, count in linked.links.items()},
            "links_ambiguous": {} if linked is None else {str(how): count for how, count in linked.ambiguous.items()},
            "protections_unmatched": run.protections.unmatched,
            "statistics": list(run.published.datasets),
            "cells_published": run.published.cells,
            "cells_hidden": run.published.hidden,
            "statistics_refused": list(run.published.unsafe),
        },
    )


def _judge(work: Workspace, kept: Kept) -> None:
    """Set the exit codes that a run's result calls for, whether made now or standing from before."""
    if kept.files_quarantined:
        work.outcome.codes.add(DONE_WITH_QUARANTINE)
    if kept.unsafe:
        work.outcome.codes.add(DisclosureUnsafe.exit_code)
    if work.options.strict and kept.errors:
        work.outcome.refuse(
            FindingsRemain.exit_code,
            f"{kept.errors} findings of severity error remain; see findings.csv in the reports.",
        )
