"""Protections of a run: the list as given, and the records of objectors that statistics leave out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import pandas as pd

from flows.elective_home_education import Register
from flows.inputs import REGISTER, Inputs
from flows.school_census import Census
from flows.sources import read_input
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.datasets import MISSING
from schemas.errors import AgreementRefused, Unreadable
from schemas.model import PUPILS
from transforms.protections import Children, check_protections, no_protections, protected_children, standing

SOURCE = "protections"
#: Objections that keep a child out of published statistics.
STATISTICS = ("research_and_statistics", "service_statistics")


@dataclass(frozen=True)
class Protections:
    """The protections list (empty when none was supplied), and the keys of those left out of statistics."""

    listed: pd.DataFrame
    supplied: bool
    excluded_pupils: pd.DataFrame
    excluded_children: pd.DataFrame
    excluded_missing: pd.DataFrame
    unmatched: int
    digest: str

    @property
    def objectors(self) -> int:
        """Count the records left out of statistics."""
        return len(self.excluded_pupils) + len(self.excluded_children) + len(self.excluded_missing)


@stage("read protections")
def protections_of(work: Workspace, inputs: Inputs, census: Census, register: Register) -> Protections:
    """Read the latest protections list.

    Raises:
        Unreadable: when a list was supplied and cannot be read: nothing may go on without it.
    """
    listed, supplied = listed_protections(work, inputs)
    others = {} if register.missing.table is None else {MISSING: register.missing.table}
    children = Children(census.tables[PUPILS], register.table, register.links, others)
    acting = protected_children(listed, children, on=work.options.on)
    return Protections(
        listed,
        supplied,
        acting.objecting(PUPILS, *STATISTICS),
        acting.objecting(REGISTER, *STATISTICS),
        acting.objecting(MISSING, *STATISTICS),
        acting.unmatched,
        objections_digest(listed, on=work.options.on),
    )


def listed_protections(work: Workspace, inputs: Inputs) -> tuple[pd.DataFrame, bool]:
    """Read the latest protections list, and say whether there is one.

    Raises:
        Unreadable: when the list cannot be read.
        AgreementRefused: when it has rows that nobody could act on.
    """
    read = read_input(work, inputs, SOURCE)
    if read.quarantined is not None:
        raise Unreadable(f"{read.quarantined.reason} Without the protections list nothing is written.")
    if unread := sum(int(aside.rows.num_rows) for aside in read.raw.set_aside) if read.raw is not None else 0:
        raise AgreementRefused(
            f"The protections list has rows that cannot be honoured ({unread} with too many or too few cells); "
            "correct the list, no identifiable file was written."
        )
    listed = no_protections() if read.table is None else read.table
    check_protections(listed)
    return listed, read.table is not None


def objections_in_force(work: Workspace, inputs: Inputs) -> str:
    """Hash the objections to statistics in force on the day of the run, from the latest list."""
    listed, _ = listed_protections(work, inputs)
    return objections_digest(listed, on=work.options.on)


def objections_digest(listed: pd.DataFrame, *, on: date) -> str:
    """Hash the objections to statistics that are in force on a day: published figures stand only as long as it does."""
    acting = standing(listed, on=on)
    acting = acting[acting["purpose"].isin(STATISTICS).to_numpy(dtype=bool, na_value=False)]
    upns, ids = (acting[name].astype("object").where(acting[name].notna(), "") for name in ("upn", "child_id"))
    told = sorted(f"{upn}|{child}" for upn, child in zip(upns, ids, strict=True))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
