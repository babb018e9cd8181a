"""Are two stores the same, byte for byte, but for what the clock writes?

What the clock writes, and nothing else is left out: `landed_at` of landing records; `seconds` and `stage_seconds` of
`summary.json`, the times of the history in `findings.xlsx` and of `runs.csv`, and their hashes in `run.json`; `recorded_at`,
`run_id` and the hash chain of ledger rows.
"""

import csv
import json
import sqlite3
from contextlib import closing

from flows.reports import RUNS
from flows.workbook import NAME as WORKBOOK
from tests.workbooks import without_times

CLOCK = ("recorded_at", "run_id", "hash", "previous_hash")


def without_clock(root):
    """Return the content of every file of a store by its name, without what the clock wrote."""
    files = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}
    return {name: _content(path) for name, path in files.items() if name != ".lock"}


def _content(path):
    if path.name.endswith(".landed.json"):
        return _json(path, drop=("landed_at",))
    if path.name == "summary.json":
        return _json(path, drop=("seconds", "stage_seconds"))
    if path.suffix == ".sqlite":
        return _ledger(path)
    read = {"run.json": _run, WORKBOOK: lambda path: without_times(path.read_bytes()), RUNS: _runs}
    return read.get(path.name, type(path).read_bytes)(path)


def _run(path):
    told = _json(path)
    clocked = ("summary.json", WORKBOOK, RUNS)
    told["outputs"] = {name: digest for name, digest in told["outputs"].items() if not name.endswith(clocked)}
    return told


def _runs(path):
    return [{**row, "time": ""} for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())]


def _json(path, drop=()):
    return {name: value for name, value in json.loads(path.read_text("utf-8")).items() if name not in drop}


def _ledger(path):
    with closing(sqlite3.connect(path)) as held:
        held.row_factory = sqlite3.Row
        rows = [dict(row) for row in held.execute("SELECT * FROM disclosures")]
    return [{name: value for name, value in row.items() if name not in CLOCK} for row in rows]
