"""The summary of a run or of a check: the one place where what was read, found and written is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from flows.cme_register import Missing
from flows.elective_home_education import Register
from flows.progress import Progress
from flows.reports import Rows, refused_file, rows_of
from flows.school_census import Census
from flows.sources import SourceRead
from transforms.reports.run_summary import QuarantinedFile, RunSummary, count_findings, note_totals


@dataclass(frozen=True, kw_only=True)
class Received:
    """What was given and could be read; `faults` are sentences on files that could not even be opened."""

    census: Census
    register: Register
    gias: SourceRead
    notepad: SourceRead = field(default_factory=SourceRead)
    faults: tuple[str, ...] = ()
    unrecognised: tuple[str, ...] = ()
    carried_over: int = 0

    @property
    def _beside(self) -> tuple[SourceRead, ...]:
        return (self.register.read, self.register.missing.read, self.gias, self.notepad, self.register.decisions)

    @property
    def sources(self) -> tuple[SourceRead, ...]:
        """Return the sources beside the census that could be read."""
        return tuple(each for each in self._beside if each.table is not None)

    @property
    def files_read(self) -> int:
        """Count the files that could be read."""
        return len(self.sources) + (self.census.read.files_read if self.census.read is not None else 0)

    @property
    def quarantined(self) -> tuple[QuarantinedFile, ...]:
        """Return the files that could not be read, each with its sentence."""
        bad = [refused_file(sentence) for sentence in self.faults]
        bad += self.census.read.quarantined if self.census.read is not None else ()
        bad += [read.quarantined for read in self._beside if read.quarantined is not None]
        return tuple(bad)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What later stages found and counted; `more` goes into summary.json as it is, by name."""

    findings: pd.DataFrame
    schools_expected: int | None = None
    protections_supplied: bool = False
    objectors_excluded: int | None = None
    more: Mapping[str, object] = field(default_factory=dict)


def run_summary(received: Received, counted: Counted, *, la: str, progress: Progress) -> RunSummary:
    """Count what a run or a check read, found and wrote; the rows are held to add up."""
    tables, register = received.census.tables, received.register
    rows = rows_of(received.census, register.read).plus(_of_missing(register.missing))
    on_roll = int(tables["pupils"]["is_on_roll"].sum())
    return RunSummary(
        collection=str(tables.collection),
        la=la,
        files_read=received.files_read,
        files_quarantined=len(received.quarantined),
        pupils_on_roll=on_roll,
        pupils_no_longer_on_roll=len(tables["pupils"]) - on_roll,
        ehe_children=None if register.table is None else len(register.table),
        rows_in=rows.into,
        rows_out=rows.out,
        rows_quarantined=rows.quarantined,
        rows_superseded=rows.superseded,
        findings=count_findings(counted.findings),
        seconds=round(sum(progress.seconds.values()), 1),
        carried_over_returns=received.carried_over,
        schools_expected=counted.schools_expected,
        schools_received=len(tables["schoolcensus"]),
        protections_supplied=counted.protections_supplied,
        objectors_excluded=counted.objectors_excluded,
        quarantined=received.quarantined,
        unrecognised_files=received.unrecognised,
        notes=note_totals(
            [
                *(received.census.read.notes if received.census.read is not None else ()),
                *(note for each in received.sources if each.raw is not None for note in each.raw.notes),
            ]
        ),
        stage_seconds={name: round(taken, 1) for name, taken in progress.seconds.items()},
        more={**_linked(register), **register.missing.counts, **counted.more},
    )


def _of_missing(missing: Missing) -> Rows:
    """Account for the rows of the register of children missing education, where it was read in this run."""
    if missing.table is None or missing.read.raw is None:
        return Rows()
    return Rows(missing.read.raw.rows_in, len(missing.table), missing.rows_refused)


def _linked(register: Register) -> dict[str, object]:
    """Count the children of the register found in the census, by how they were found."""
    linked = register.linked
    return {
        "linked_children": 0 if linked is None else linked.children,
        "links_by_method": {} if linked is None else {str(how): count for how, count in linked.links.items()},
        "links_ambiguous": {} if linked is None else {str(how): count for how, count in linked.ambiguous.items()},
    }
