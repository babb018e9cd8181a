"""The termly run: everything for one collection and authority, visible together or not at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from flows.agreements import all_agreements
from flows.cme_register import NAME as MISSING_REGISTER
from flows.configuration import load
from flows.earlier import later_pupils, previous_schools
from flows.elective_home_education import (
    Register,
    elective_home_education,
    stored_register,
)
from flows.explanations import UNMATCHED, counts_of, notepad_of, unmatched_csv, with_states
from flows.history import history_of
from flows.inputs import SCHOOLS, Inputs, land_inputs
from flows.keys import MasterKey
from flows.linking import DECISIONS, Reviews, reviews_stage
from flows.missing_education import NAME as CANDIDATES
from flows.missing_education import candidates_csv, candidates_of, count_candidates
from flows.options import Outcome, RunOptions
from flows.progress import Progress
from flows.protections import Protections, protections_of
from flows.pseudonyms import fetch_key, find_key, pseudonymise_stage
from flows.release import release
from flows.reports import About, all_findings, report_files, returns_of, said_of
from flows.run_history import runs_so_far
from flows.run_summary import Counted, Received, run_summary
from flows.school_census import Census, quarantine_stage, school_census, stored_census
from flows.sources import keep_refused, read_input
from flows.standing import Kept, remember, standing
from flows.statistics import Published, statistics
from flows.storage import Zone
from flows.tasks import stage
from flows.workbook import NAME as WORKBOOK
from flows.workbook import findings_workbook
from flows.workspace import Workspace, workspace
from schemas.errors import DONE_WITH_QUARANTINE, DisclosureUnsafe, FindingsRemain, Unreadable
from schemas.notepad import SOURCE as NOTEPAD
from transforms.missing_education import Candidates
from transforms.reports.pages import SCHOOLS as SCHOOL_PAGES
from transforms.reports.run_summary import RunSummary
from transforms.returns import schools_missing_since


@dataclass(frozen=True)
class Run:
    """What one run read, and what its parts gave."""

    received: Received
    protections: Protections
    published: Published
    reviews: Reviews


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
    received = _received(work, inputs, census, register)
    _hold_to_something_read(work, inputs, received)
    reviews = reviews_stage(work.progress, census.tables, register.linking)
    run = Run(received, protections_of(work, inputs, census, register), Published(), reviews)
    summary = report_stage(work, run)
    work.transaction.commit()
    for line in said_of(summary):
        work.outcome.say(line)
    _judge(work, Kept(summary.files_quarantined, summary.findings.errors))


def _afresh(work: Workspace, inputs: Inputs, key: MasterKey) -> Kept:
    census = school_census(work, inputs)
    register = elective_home_education(work, inputs, census.tables)
    received = _received(work, inputs, census, register)
    _hold_to_something_read(work, inputs, received)
    protections = protections_of(work, inputs, census, register)
    pseudonymise_stage(work, census, register, key)
    published = statistics(work, census, register, protections)
    keep_refused(work, SCHOOLS, received.gias)
    keep_refused(work, NOTEPAD, received.notepad)
    reviews = reviews_stage(work.progress, census.tables, register.linking)
    summary = report_stage(work, Run(received, protections, published, reviews))
    kept = Kept(summary.files_quarantined, summary.findings.errors, len(published.unsafe))
    remember(work, inputs, key, kept)
    work.transaction.commit()
    for line in said_of(summary):
        work.outcome.say(line)
    work.outcome.say(f"reports: {work.store.locate(work.reports)}")
    return kept


def _hold_to_something_read(work: Workspace, inputs: Inputs, received: Received) -> None:
    """Stop a run that could read nothing: only why is kept, and the last good outputs stand.

    Raises:
        Unreadable: saying where every reason is.
    """
    if received.files_read or not received.quarantined:
        return
    apart = work.anew()
    with apart.transaction:
        if received.census.read is not None:
            quarantine_stage(apart, inputs, received.census.read)
        keep_refused(apart, "elective_home_education", received.register.read)
        keep_refused(apart, MISSING_REGISTER, received.register.missing.read)
        keep_refused(apart, SCHOOLS, received.gias)
        keep_refused(apart, NOTEPAD, received.notepad)
        keep_refused(apart, DECISIONS, received.register.decisions)
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
        received = run.received
        found = all_findings(received.census, received.register.findings)
        explained = with_states(found, received.notepad, received.census.tables, on=work.options.on)
        findings = explained.findings
        returns, expected = returns_of(
            received.census,
            findings,
            gias=received.gias.table,
            la=work.options.la,
            quarantined=received.quarantined,
            previous=previous_schools(work),
        )
        candidates = candidates_of(received.census.tables, received.register, later_pupils(work))
        counted = Counted(
            findings=findings,
            schools_expected=expected,
            protections_supplied=run.protections.supplied,
            objectors_excluded=run.published.objectors,
            more=_more(work, run) | counts_of(explained, received.notepad) | _beside(candidates, returns),
        )
        summary = run_summary(received, counted, la=work.options.la, progress=work.progress)
        council, options = work.settings.council, work.options
        runs = runs_so_far(work, summary, findings)
        about = About(work.calendar, options.on, council.shown_name, options.invented, runs)
        files = report_files(findings, returns, summary, about=about)
        files[UNMATCHED] = unmatched_csv(explained)
        history = history_of(work, received.census)
        files[WORKBOOK] = findings_workbook(findings, returns, history, collection=options.collection)
        files |= {CANDIDATES: candidates_csv(candidates), **run.reviews.files}
        work.transaction.clear(work.reports / SCHOOL_PAGES)
        for name, data in files.items():
            work.transaction.stage(work.reports / name, data)
    return summary


def _received(work: Workspace, inputs: Inputs, census: Census, register: Register) -> Received:
    return Received(
        census=census,
        register=register,
        gias=read_input(work, inputs, SCHOOLS),
        notepad=notepad_of(work, inputs),
        faults=inputs.faults,
        unrecognised=inputs.unrecognised,
        carried_over=inputs.carried_over,
    )


def _beside(candidates: Candidates, returns: pd.DataFrame) -> dict[str, object]:
    """Count the children to look into, and name the schools missing against the collection before."""
    return {**count_candidates(candidates), "schools_missing_since_previous": schools_missing_since(returns)}


def _more(work: Workspace, run: Run) -> dict[str, object]:
    """Count what only a run does, beside a check of returns."""
    return {
        **run.reviews.counts,
        "on": work.options.on.isoformat(),
        "protections_unmatched": run.protections.unmatched,
        "statistics": list(run.published.datasets),
        "cells_published": run.published.cells,
        "cells_hidden": run.published.hidden,
        "cells_hidden_for_differences": run.published.differences,
        "schools_hidden_for_differences": run.published.schools_apart,
        "statistics_refused": list(run.published.unsafe),
        "statistics_rounded": [asdict(each) for each in run.published.changes],
        "statistics_screened": dict(run.published.screened),
    }


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
