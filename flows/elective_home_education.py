"""The elective home education register: landed snapshot → clean table → findings, linked to the census."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from flows.cme_register import Missing, missing_register, stored_missing
from flows.earlier import recurring
from flows.inputs import REGISTER, Inputs
from flows.linking import DECISIONS, Linking, decisions_of, linking
from flows.parquet import read_frame
from flows.sources import SourceRead, keep_refused, read_input
from flows.storage import Zone
from flows.tasks import part, stage
from flows.workspace import PART, Workspace
from schemas.calendar import Calendar
from schemas.findings import no_findings
from schemas.model import PUPILS
from schemas.rules.elective_home_education import CENSUS_LINKS
from schemas.rules.register import rules_in_force
from schemas.tables import Tables
from transforms.link import Links
from transforms.validate import findings_of


@dataclass(frozen=True)
class Register:
    """The register of a run: its clean table (None when there is none or it was quarantined), findings, links.

    `decisions` is what a clerk decided on links that were not certain, as read; `missing` is the register of children
    missing education beside it.
    """

    table: pd.DataFrame | None
    findings: pd.DataFrame
    links: pd.DataFrame | None
    linking: Linking | None = None
    read: SourceRead = field(default_factory=SourceRead)
    decisions: SourceRead = field(default_factory=SourceRead)
    missing: Missing = field(default_factory=Missing)

    @property
    def linked(self) -> Links | None:
        """Return the links with what to say about them; None for a register read back from the store."""
        return None if self.linking is None else self.linking.links


@part("elective-home-education")
def elective_home_education(work: Workspace, inputs: Inputs, census: Tables | None) -> Register:
    """Bring the register from landing to the clean table, its findings and its links to the census."""
    read = read_stage(work, inputs)
    decisions = decisions_of(work, inputs)
    linked = link_stage(work, read, census, decisions)
    findings = validate_stage(work, read, None if linked is None else linked.links, census)
    register = registered(read, findings, linked, decisions, missing_register(work, inputs))
    keep_stage(work, register)
    return register


def registered(
    read: SourceRead,
    findings: pd.DataFrame,
    linked: Linking | None,
    decisions: SourceRead | None = None,
    missing: Missing | None = None,
) -> Register:
    """Put a register, its findings and its links together."""
    links = None if linked is None else linked.links.frame
    return Register(read.table, findings, links, linked, read, decisions or SourceRead(), missing or Missing())


@stage("read register", retries=1)
def read_stage(work: Workspace, inputs: Inputs) -> SourceRead:
    """Read and clean the latest snapshot."""
    with work.progress.stage("read register"):
        return read_input(work, inputs, REGISTER)


@stage("link register and census")
def link_stage(work: Workspace, read: SourceRead, census: Tables | None, decisions: SourceRead) -> Linking | None:
    """Link the register to the pupils of both rolls; None without a register or census."""
    if read.table is None or census is None:
        return None
    with work.progress.stage("link register and census"):
        return linking(read.table, census, decisions.table)


@stage("validate register")
def validate_stage(work: Workspace, read: SourceRead, linked: Links | None, census: Tables | None) -> pd.DataFrame:
    """Run the register's own rules; with a census, also those on children on a roll."""
    if read.table is None or read.file is None:
        return no_findings()
    with work.progress.stage("validate register"):
        found = register_findings(work.calendar, read.table, read.file.name, linked, census)
        return recurring(work, found, "elective_home_education")


def register_findings(
    calendar: Calendar, table: pd.DataFrame, name: str, linked: Links | None, census: Tables | None
) -> pd.DataFrame:
    """Return the findings of the register's rules in force; those on children on a roll need the census."""
    frames = {REGISTER: table}
    if linked is not None and census is not None:
        frames |= {CENSUS_LINKS: linked.frame, PUPILS: census[PUPILS]}
    tables = Tables(calendar.collection, calendar, frames)
    return findings_of(
        tables, rules_in_force(tables.collection, source="ehe"), source_files=pd.Series({REGISTER: name})
    )


@stage("keep register")
def keep_stage(work: Workspace, register: Register) -> None:
    """Write the clean register, its links and findings aside; without a register, what an earlier run kept goes."""
    folders = {
        "table": work.place(Zone.CLEAN, "elective_home_education", "register"),
        "links": work.place(Zone.CLEAN, "elective_home_education", "census_links"),
        "findings": work.place(Zone.FINDINGS, "elective_home_education"),
    }
    for name, folder in folders.items():
        held = getattr(register, name)
        if held is None:
            work.transaction.clear(folder)
        else:
            work.stage_table(folder, held)
    keep_refused(work, "elective_home_education", register.read)
    keep_refused(work, DECISIONS, register.decisions)


def stored_register(work: Workspace) -> Register:
    """Read the register of an earlier run back from the store; an empty one if there was none."""

    def held(zone: Zone, *names: str) -> pd.DataFrame | None:
        path = work.place(zone, "elective_home_education", *names) / PART
        return read_frame(work.store, path) if work.store.exists(path) else None

    findings = held(Zone.FINDINGS)
    return Register(
        table=held(Zone.CLEAN, "register"),
        findings=no_findings() if findings is None else findings,
        links=held(Zone.CLEAN, "census_links"),
        missing=stored_missing(work),
    )
