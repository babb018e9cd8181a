"""Reading landed sources other than the census: the register, protections, GIAS, and whatever a TOML declares."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from flows.configuration import Configuration
from flows.inputs import Inputs
from flows.landing import LandedFile, read_landed
from flows.storage import Zone
from flows.workspace import Workspace
from schemas.column_maps import ColumnMap, column_map, shipped_map
from schemas.errors import Unreadable
from schemas.received import RawSource
from schemas.sources.model import Source, source
from transforms.clean.sources import clean_source
from transforms.parse.archives import unpack
from transforms.parse.register import read_register
from transforms.reports.run_summary import QuarantinedFile


@dataclass(frozen=True)
class SourceRead:
    """One source as read: its clean table and its text (None when quarantined or not given), and the bad file."""

    table: pd.DataFrame | None = None
    raw: RawSource | None = None
    quarantined: QuarantinedFile | None = None
    file: LandedFile | None = None


def read_input(work: Workspace, inputs: Inputs, name: str) -> SourceRead:
    """Read the latest landed file of one source; a bad one is quarantined with its sentence."""
    file = inputs.sources.get(name)
    if file is None:
        return SourceRead()
    declared = source(name)
    try:
        data = read_landed(work.store, file)
        return read_bytes(data, name=file.name, declared=declared, mapped=map_for(work, declared), file=file)
    except Unreadable as fault:
        return SourceRead(quarantined=QuarantinedFile(file.name, str(fault)), file=file)


def read_bytes(
    data: bytes, *, name: str, declared: Source, mapped: ColumnMap, file: LandedFile | None = None
) -> SourceRead:
    """Read one file of a source; a zip must hold exactly one file.

    Raises:
        Unreadable: in one sentence.
    """
    if name.lower().endswith(".zip"):
        held = list(unpack(data, name=name))
        if len(held) != 1:
            raise Unreadable(f"{name} holds {len(held)} files; a zip of {declared.id} holds exactly one.")
        member, data = held[0]
        name = f"{name}/{member}"
    raw = read_register(data, source_file=name, column_map=mapped, source=declared)
    return SourceRead(clean_source(raw.table, source=declared, column_map=mapped), raw, None, file)


def map_for(work: Workspace, declared: Source) -> ColumnMap:
    """Return the column map of a source for a run."""
    return map_of(work.configuration, declared)


def map_of(configuration: Configuration | None, declared: Source) -> ColumnMap:
    """Return the column map of a source: the council's own if it has one, else the shipped one."""
    held = () if configuration is None else (configuration.column_map, configuration.cme_column_map)
    own = [each for each in held if each is not None and each.get("source") == declared.id]
    return column_map(own[0]) if own else shipped_map(declared.id)


def keep_refused(work: Workspace, name: str, read: SourceRead) -> None:
    """Keep why a source could not be read, and rows of it that could not; what an earlier run kept goes."""
    folder = work.place(Zone.QUARANTINE, name)
    work.transaction.clear(folder)
    if read.quarantined is not None and read.file is not None:
        bad = read.quarantined
        told = [{"file": bad.source_file, "reason": bad.reason, "landed": str(read.file.path)}]
        work.transaction.stage_json(folder / "quarantine.json", told)
    for number, aside in enumerate(read.raw.set_aside if read.raw is not None else (), start=1):
        work.stage_table(folder / f"rows-{number}", aside.rows.to_pandas(types_mapper=pd.ArrowDtype))
