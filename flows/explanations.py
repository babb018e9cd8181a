"""The notepad of a run: the list as landed, and the findings with the states that it gives them.

Notes are free text on children: they go to the reports zone, never to the log or to Prefect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from flows.inputs import Inputs
from flows.sources import SourceRead, read_input
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.calendar import Calendar
from schemas.model import HEADER
from schemas.notepad import SOURCE, written_after
from schemas.rules.catalogue import catalogue_for
from schemas.tables import Tables
from transforms.explanations import UNMATCHED_COLUMNS, Explained, Known, explain, in_time, no_explanations
from transforms.reports.tables import report_csv

UNMATCHED = "explanations_unmatched.csv"


@stage("read explanations")
def notepad_of(work: Workspace, inputs: Inputs) -> SourceRead:
    """Read the latest list of explanations; one that cannot be read is quarantined, and explains nothing."""
    return read_input(work, inputs, SOURCE)


def with_states(findings: pd.DataFrame, notepad: SourceRead, tables: Tables, *, on: date) -> Explained:
    """Give the findings of a run their states by the notes that stand on a day."""
    notes = no_explanations() if notepad.table is None else notepad.table
    return explain(findings, notes, _known(tables.calendar, set(tables[HEADER]["laestab"].to_list()), on=on))


def _known(calendar: Calendar, schools: set[str], *, on: date) -> Known:
    rules = frozenset(entry.id for entry in catalogue_for(calendar.collection))
    return Known(rules, frozenset(schools), written_after(calendar), on)


def unread_rows(notepad: SourceRead) -> int:
    """Count the rows of the list with too many or too few cells: they are in quarantine and explain nothing."""
    return sum(int(aside.rows.num_rows) for aside in notepad.raw.set_aside) if notepad.raw is not None else 0


def counts_of(explained: Explained, notepad: SourceRead) -> dict[str, object]:
    """Return what summary.json says of the notepad: counts alone; no number of notes where none were given."""
    return {
        "explanations": None if notepad.table is None else explained.given,
        "queries_explained": explained.queries,
        "explanations_unmatched": explained.by_reason,
        "explanations_unread": unread_rows(notepad),
    }


def said_of_notepad(counts: Mapping[str, Any]) -> list[str]:
    """Return what a command prints of the notepad, from its counts; nothing where none was given."""
    given = counts.get("explanations")
    if given is None:
        return []
    lines = [f"notepad: notes given {given}, queries explained {counts['queries_explained']}"]
    if unmatched := counts["explanations_unmatched"]:
        told = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in unmatched.items())
        number = sum(unmatched.values())
        lines.append(f"notepad: notes that explain nothing {number} ({told}); see {UNMATCHED} of the reports")
    if unread := counts["explanations_unread"]:
        lines.append(f"notepad: {unread} rows have too many or too few cells and explain nothing; correct the list")
    return lines


def unmatched_csv(explained: Explained) -> bytes:
    """Write the notes that explain nothing, each with the reason."""
    return report_csv(explained.unmatched, UNMATCHED_COLUMNS)


def explanations_in_force(work: Workspace, inputs: Inputs) -> str:
    """Hash which notes of the latest list stand on the day of the run: a later day may let one stand."""
    table = read_input(work, inputs, SOURCE).table
    if table is None:
        return ""
    standing = table.loc[in_time(table, _known(work.calendar, set(), on=work.options.on)), "record"]
    return hashlib.sha256(",".join(map(str, standing.to_list())).encode()).hexdigest()
