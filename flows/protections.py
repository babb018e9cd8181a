"""Protections of a run: the list as given, and the records of objectors that statistics leave out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from flows.elective_home_education import Register
from flows.inputs import REGISTER, Inputs
from flows.school_census import Census
from flows.sources import SourceRead, read_input
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.errors import Unreadable
from schemas.model import PUPILS
from transforms.protections import Children, check_protections, no_protections, protected_children

SOURCE = "protections"
RESEARCH = "research_and_statistics"


@dataclass(frozen=True)
class Protections:
    """The protections list (empty when none was supplied), and the keys of those left out of statistics."""

    listed: pd.DataFrame
    supplied: bool
    excluded_pupils: pd.DataFrame
    excluded_children: pd.DataFrame
    unmatched: int

    @property
    def objectors(self) -> int:
        """Count the records left out of statistics."""
        return len(self.excluded_pupils) + len(self.excluded_children)


@stage("read protections")
def protections_of(work: Workspace, inputs: Inputs, census: Census, register: Register) -> Protections:
    """Read the latest protections list.

    Raises:
        Unreadable: when a list was supplied and cannot be read: nothing may go on without it.
    """
    read: SourceRead = read_input(work, inputs, SOURCE)
    if read.quarantined is not None:
        raise Unreadable(f"{read.quarantined.reason} Without the protections list nothing is written.")
    listed = no_protections() if read.table is None else read.table
    check_protections(listed)
    children = Children(census.tables[PUPILS], register.table, register.links)
    acting = protected_children(listed, children, on=work.options.on)
    return Protections(
        listed,
        read.table is not None,
        acting.objecting(PUPILS, RESEARCH),
        acting.objecting(REGISTER, RESEARCH),
        acting.unmatched,
    )
