"""The school census of one collection: landed returns → clean tables → findings."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from flows.earlier import recurring, with_previous
from flows.inputs import Inputs
from flows.landing import read_landed
from flows.parquet import read_frame
from flows.read import CensusFile, CensusRead, read_census
from flows.storage import Zone
from flows.tasks import part, stage
from flows.workspace import PART, Workspace
from schemas.errors import NothingToDo
from schemas.model import HEADER, all_tables
from schemas.rules.register import rules_in_force
from schemas.tables import Tables
from transforms.clean.returns import clean_returns
from transforms.validate import findings_of

CENSUS = "school_census"


@dataclass(frozen=True)
class Census:
    """The census of a run: clean tables, findings, and (when read in this run) what reading gave."""

    tables: Tables
    findings: pd.DataFrame
    read: CensusRead | None = None


@part("school-census")
def school_census(work: Workspace, inputs: Inputs) -> Census:
    """Bring the census from landing to clean tables and findings."""
    read = read_stage(work, inputs)
    tables = clean_stage(work, read)
    findings = validate_stage(work, tables)
    keep_stage(work, tables, findings)
    quarantine_stage(work, inputs, read)
    return Census(tables, findings, read)


@stage("read census returns", retries=1)
def read_stage(work: Workspace, inputs: Inputs) -> CensusRead:
    """Read every landed return of the run."""
    files = census_files(work, inputs)
    with work.progress.stage(f"read {len(files)} census files"):
        return read_census(files, collection=work.options.collection, la=work.options.la)


def census_files(work: Workspace, inputs: Inputs) -> list[CensusFile]:
    """List the landed files; a CSV table stands in every batch in which it was given."""
    batches: dict[str, list[int]] = {}
    for each in inputs.batches:
        for digest in each.files:
            batches.setdefault(digest, []).append(each.order)
    return [
        CensusFile(file.name, file.order, functools.partial(read_landed, work.store, file), batch)
        for file in inputs.census
        for batch in batches.get(file.sha256, [0])
    ]


@stage("clean census tables")
def clean_stage(work: Workspace, read: CensusRead) -> Tables:
    """Type the returns; every table is there, empty or not."""
    with work.progress.stage("clean census tables"):
        frames = clean_returns(read.returns, collection=work.options.collection)
    return Tables(work.options.collection, work.calendar, frames)


@stage("validate census")
def validate_stage(work: Workspace, tables: Tables) -> pd.DataFrame:
    """Run the rules in force, those against the previous collection too if the store holds it."""
    with work.progress.stage("validate census"):
        return recurring(work, census_findings(with_previous(work, tables)), CENSUS)


def census_findings(tables: Tables) -> pd.DataFrame:
    """Return the findings of the census rules in force for a set of clean tables."""
    header = tables[HEADER]
    files = pd.Series(header["source_file"].to_numpy(), index=header["laestab"].to_numpy())
    return findings_of(tables, rules_in_force(tables.collection), source_files=files)


@stage("keep census tables")
def keep_stage(work: Workspace, tables: Tables, findings: pd.DataFrame) -> None:
    """Write clean tables and findings aside."""
    with work.progress.stage("write clean tables"):
        for name, frame in tables.frames.items():
            work.stage_table(work.place(Zone.CLEAN, CENSUS, name), frame)
        work.stage_table(work.place(Zone.FINDINGS, CENSUS), findings)


@stage("quarantine")
def quarantine_stage(work: Workspace, inputs: Inputs, read: CensusRead) -> None:
    """Keep what could not be read, with the sentence why; a quarantine of an earlier run that no longer holds goes."""
    folder = work.place(Zone.QUARANTINE, CENSUS)
    work.transaction.clear(folder)
    told = []
    for entry in read.quarantined:
        file = next((each for each in inputs.census if _is_of(entry.source_file, each.name)), None)
        told.append(
            {
                "file": entry.source_file,
                "laestab": entry.laestab,
                "reason": entry.reason,
                "landed": str(file.path) if file else None,
            }
        )
    if told:
        work.transaction.stage_json(folder / "quarantine.json", told)
    for number, aside in enumerate(read.returns.set_aside, start=1):
        work.stage_table(folder / f"rows-{number}-{aside.table}", aside.rows.to_pandas(types_mapper=pd.ArrowDtype))


def _is_of(name: str, landed: str) -> bool:
    """Say whether a file is a landed one, or a member of a landed archive."""
    return name == landed or name.startswith(f"{landed}/")


def stored_census(work: Workspace) -> Census:
    """Read the census of an earlier run back from the store.

    Raises:
        NothingToDo: when the store holds none for this collection and LA.
    """
    frames: Mapping[str, pd.DataFrame] = {
        table.name: read_frame(work.store, path)
        for table in all_tables()
        if work.store.exists(path := work.place(Zone.CLEAN, CENSUS, table.name) / PART)
    }
    if not frames:
        raise NothingToDo(
            f"The store holds no clean census for {work.options.collection} of {work.options.la}; "
            "use `termly run` first."
        )
    findings = read_frame(work.store, work.place(Zone.FINDINGS, CENSUS) / PART)
    return Census(Tables(work.options.collection, work.calendar, frames), findings)
