"""What a release draws on: clean tables, register, findings, statistics, protections, documents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import pandas as pd

from flows import clock
from flows.documents import documents_of
from flows.elective_home_education import Register, stored_register
from flows.explanations import counts_of, said_of_notepad, with_states
from flows.inputs import CENSUS, REGISTER, SCHOOLS, Inputs, land_inputs
from flows.keys import MasterKey
from flows.landing import LandingPlace, landed
from flows.linking import DECISIONS
from flows.protections import SOURCE as PROTECTIONS
from flows.protections import listed_protections, objections_digest
from flows.reports import all_findings
from flows.school_census import Census, stored_census
from flows.sources import SourceRead, read_input
from flows.standing import files_read
from flows.statistics import RECORD
from flows.storage import Zone
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.datasets import REGISTERS, annual_part
from schemas.errors import DONE_WITH_QUARANTINE, AgreementRefused
from schemas.model import HEADER
from schemas.notepad import SOURCE as NOTEPAD
from schemas.sources.model import source_ids
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts
from transforms.aggregate.return_items import return_items
from transforms.explanations import Explained
from transforms.extract.results import ExtractInputs


@dataclass(frozen=True)
class Releasing:
    """What every agreement of one release draws on."""

    inputs: ExtractInputs
    key: MasterKey
    epoch: int


@stage("gather for release")
def gather_stage(work: Workspace, key: MasterKey) -> Releasing:
    """Gather what agreements draw on: clean tables, register, findings, statistics, protections, documents."""
    with work.progress.stage("gather for release"):
        inputs = land_inputs(without_census(work))
        census, register = stored_census(work), stored_register(work)
        return Releasing(extract_inputs(work, inputs, census, register), key, work.store.state().epoch)


def without_census(work: Workspace) -> Workspace:
    """Return the workspace without census paths: a release lands new sources, never new returns."""
    return replace(work, options=replace(work.options, census=(), ehe=None, only=False))


def explained_findings(work: Workspace, census: Census, register: Register, notepad: SourceRead) -> Explained:
    """Return the findings of the last run with the explanations landed since: what a sign-off goes by."""
    findings = all_findings(census, register.findings)
    return with_states(findings, notepad, census.tables, on=work.options.on)


def extract_inputs(work: Workspace, inputs: Inputs, census: Census, register: Register) -> ExtractInputs:
    """Put together what the extracts are made from.

    Raises:
        Unreadable: when a protections list was supplied and cannot be read.
        AgreementRefused: when what the clean tables were made of has been withdrawn since.
    """
    _hold_to_landed(work, census)
    reads = {name: read_input(work, inputs, name) for name in source_ids() if name not in REGISTERS}
    listed, supplied = listed_protections(work, inputs)
    for name, read in reads.items():
        if read.quarantined is not None:
            work.outcome.refuse(DONE_WITH_QUARANTINE, f"released without {name}: {read.quarantined.reason}")
    others = {name: read for name, read in reads.items() if name not in (PROTECTIONS, SCHOOLS, NOTEPAD, DECISIONS)}
    explained = explained_findings(work, census, register, reads[NOTEPAD])
    for line in said_of_notepad(counts_of(explained, reads[NOTEPAD])):
        if line not in work.outcome.lines:  # a run that releases has said it already
            work.outcome.say(line)
    return ExtractInputs(
        collection=work.options.collection,
        la=work.options.la,
        calendar=work.calendar,
        tables=census.tables.frames,
        register=register.table,
        links=register.links,
        documents=documents_of(work, census.tables[HEADER]),
        findings=explained.findings,
        accepted_findings=work.options.accept_findings,
        accepted_tags=frozenset(work.options.accept_tags),
        ehe_counts=_ehe_counts(work, register),
        statistics=_statistics(work, objections_digest(listed, on=work.options.on)),
        protections=listed,
        protections_supplied=supplied,
        gias=reads[SCHOOLS].table,
        sources={name: read.table for name, read in others.items() if read.table is not None},
        given_on={name: clock.day_of(read.file.landed_at) for name, read in reads.items() if read.file is not None},
    )


def _ehe_counts(work: Workspace, register: Register) -> pd.DataFrame | None:
    """Count the return's items, unrounded and with everybody in: objections do not act on statutory returns."""
    if register.table is None:
        return None
    nobody = register.table.iloc[:0][["record", "child_id"]]
    makers = [ehe_census_counts, *([ehe_year_counts] if annual_part(work.options.collection) else [])]
    counts = [make(register.table, calendar=work.calendar, excluded=nobody) for make in makers]
    return return_items(pd.concat(counts, ignore_index=True))


def _statistics(work: Workspace, objections: str) -> dict[str, bytes]:
    """Return the published files of this collection and LA by the name under which they are copied.

    Figures that do not leave out exactly the objectors of today are not handed on.
    """
    here = (f"collection={work.options.collection}", f"la={work.options.la}")
    paths = work.store.files(PurePosixPath(Zone.STATISTICS))
    own = [path for path in paths if here == path.parts[2:4]]
    if not own:
        return {}
    record = work.reports / RECORD
    if not work.store.exists(record) or work.store.read_json(record)["objections"] != objections:
        work.outcome.say(
            "statistics: the objections in force are not those the figures leave out; `termly statistics`."
        )
        return {}
    shared = [path for path in paths if path.parts[1:3] == ("ees", here[1])]
    held = {f"{path.parts[1]}.parquet": work.store.read_bytes(path) for path in own}
    return held | {path.name: work.store.read_bytes(path) for path in shared}


def _hold_to_landed(work: Workspace, census: Census) -> None:
    """Refuse to release from clean tables of which a file has been withdrawn since the run."""
    withdrawn = {
        file.sha256
        for source in (CENSUS, REGISTER)
        for file in landed(work.store, LandingPlace(source, work.options.collection, work.options.la), withdrawn=True)
        if file.withdrawn_at
    }
    gone = withdrawn & (files_read(work) | set(census.tables[HEADER]["sha256"].to_list()))
    if gone:
        raise AgreementRefused(
            f"{len(gone)} of the files that the last run read have been withdrawn since; "
            "run the collection again before releasing, nothing was written."
        )
