"""The register of children missing education: landed snapshot → rows to count, and rows set aside with their reason.

It is counted for DfE's `cme_census` and stays in the authority: it reaches no extract and no pseudonymised table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from flows.inputs import Inputs
from flows.parquet import read_frame
from flows.sources import SourceRead, keep_refused, read_input
from flows.storage import Zone
from flows.tasks import stage
from flows.workspace import PART, Workspace
from schemas.collection import Collection
from schemas.datasets import MISSING
from transforms.clean.missing import reasons_told, rows_to_count

NAME: Final = "children_missing_education"
TABLE: Final = "register"
_REFUSED: Final = "rows-refused"


@dataclass(frozen=True)
class Missing:
    """The register of a run: the rows to count (None without a register), those set aside with `why`, the file."""

    table: pd.DataFrame | None = None
    refused: pd.DataFrame | None = None
    read: SourceRead = field(default_factory=SourceRead)

    @property
    def rows_refused(self) -> int:
        """Count the rows set aside, those of another width than the header included."""
        wide = self.read.raw.set_aside if self.read.raw is not None else ()
        return sum(int(part.rows.num_rows) for part in wide) + (0 if self.refused is None else len(self.refused))

    @property
    def counts(self) -> dict[str, object]:
        """Return what summary.json says of the register: counts alone, and why rows were set aside."""
        return {
            "cme_rows": None if self.table is None else len(self.table),
            "cme_rows_quarantined": self.rows_refused,
            "cme_rows_quarantined_why": {} if self.refused is None else reasons_told(self.refused),
        }


def missing_register(work: Workspace, inputs: Inputs) -> Missing:
    """Bring the register from landing to the rows to count."""
    missing = missing_of(read_stage(work, inputs), work.options.collection)
    keep_stage(work, missing)
    return missing


@stage("read register of children missing education", retries=1)
def read_stage(work: Workspace, inputs: Inputs) -> SourceRead:
    """Read and clean the latest snapshot."""
    with work.progress.stage("read register of children missing education"):
        return read_input(work, inputs, MISSING)


@stage("keep register of children missing education")
def keep_stage(work: Workspace, missing: Missing) -> None:
    """Write the rows aside, and what could not be read; without a register, what an earlier run kept goes."""
    keep_refused(work, NAME, missing.read)
    if missing.refused is not None and len(missing.refused):
        work.stage_table(work.place(Zone.QUARANTINE, NAME) / _REFUSED, missing.refused)
    folder = work.place(Zone.CLEAN, NAME, TABLE)
    if missing.table is None:
        work.transaction.clear(folder)
    else:
        work.stage_table(folder, missing.table)


def missing_of(read: SourceRead, collection: Collection) -> Missing:
    """Set aside the rows that cannot be counted."""
    if read.table is None:
        return Missing(read=read)
    return Missing(*rows_to_count(read.table, collection), read)


def stored_missing(work: Workspace) -> Missing:
    """Read the register of an earlier run back from the store; none if there was none."""
    path = work.place(Zone.CLEAN, NAME, TABLE) / PART
    return Missing(read_frame(work.store, path) if work.store.exists(path) else None)


def said_of_missing(counts: Mapping[str, object]) -> list[str]:
    """Return what a command prints of the register; nothing where there is none."""
    rows, refused = counts.get("cme_rows"), counts.get("cme_rows_quarantined")
    if rows is None:
        return []
    told = counts.get("cme_rows_quarantined_why")
    whys = [f"{number} rows: {reason}" for reason, number in told.items()] if isinstance(told, dict) else []
    head = f"children missing education: {rows} rows on the register, {refused} quarantined"
    return [head, *(f"children missing education, {why}" for why in whys)]
