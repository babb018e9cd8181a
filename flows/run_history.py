"""The runs of a collection so far, kept in runs.csv beside the reports: what the overview calls progress."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from flows import clock
from flows.reports import RUNS
from flows.workspace import Workspace
from transforms.reports.run_history import RunLine, alike, read_runs, run_line
from transforms.reports.run_summary import RunSummary


def runs_so_far(work: Workspace, summary: RunSummary, findings: pd.DataFrame) -> tuple[RunLine, ...]:
    """Return the runs that the store knows of and, last, this one unless its counts are those of the last.

    Its day is the day that the run is for.
    """
    before = _earlier(work)
    at = datetime.combine(work.options.on, clock.now().astimezone(clock.LONDON).time())
    new = run_line(summary, findings, before, at=at)
    return before if before and alike(before[-1], new) else (*before, new)


def _earlier(work: Workspace) -> tuple[RunLine, ...]:
    path = work.reports / RUNS
    if not work.store.exists(path):
        return ()
    try:
        return read_runs(work.store.read_bytes(path))
    except ValueError:
        work.outcome.say(f"{RUNS} in the reports is not as termly wrote it, so it is begun anew.")
        return ()
