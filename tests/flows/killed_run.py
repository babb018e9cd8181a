"""Whole commands that end themselves with the hardest signal there is at a write point: `killed_run.py JOBS.json`.

The checkpoint that every transaction is given for tests is set from outside as everybody's default, so that the command
runs as it is. The clock stands still, so that two runs give the same bytes.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

from flows import clock, ledger, progress
from flows.journal import no_checkpoint, recover
from flows.landing import land
from flows.transaction import Transaction
from tests.flows.killed import kill_at
from tests.stores import contents
from tests.termly_calls import termly

NOON = datetime(2026, 1, 30, 12, 0, tzinfo=UTC)
COMMITTED = "after the journal went"
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


@contextlib.contextmanager
def checkpoint_everywhere(checkpoint):
    """Have every transaction, landing and recovery call a checkpoint."""
    takers = (Transaction.__init__, land, recover)
    for taker in takers:
        assert taker.__kwdefaults__["checkpoint"] is no_checkpoint
        taker.__kwdefaults__["checkpoint"] = checkpoint
    try:
        yield
    finally:
        for taker in takers:
            taker.__kwdefaults__["checkpoint"] = no_checkpoint


@contextlib.contextmanager
def standing_clock():
    """Stop the clock."""
    kept = clock.now, clock.today, progress.time
    clock.now, clock.today = lambda: NOON, lambda: date(2026, 1, 30)
    progress.time = SimpleNamespace(perf_counter=lambda: 0.0)
    try:
        yield
    finally:
        clock.now, clock.today, progress.time = kept


def state(root):
    """Return all a store holds: its files, and the ledger's rows without the name of the run that wrote them."""
    rows = [
        (row.seq, row.entry.agreement, row.entry.file, row.entry.sha256) for row in ledger.rows(root / ledger.LEDGER)
    ]
    return {"files": contents(root), "ledger": rows}


def traced(store, args):
    """Run a command whole; give how many write points it passed, the points of its commits, the states after each."""
    passed, commits, states = 0, [], [state(store)]

    def checkpoint(step):
        nonlocal passed
        passed += 1
        if step == COMMITTED:
            commits.append(passed)
            now = state(store)
            now["files"] = {name: held for name, held in now["files"].items() if not name.startswith(".staging/")}
            states.append(now)

    with standing_clock(), checkpoint_everywhere(checkpoint):
        said = termly(*args, "--store", store)
    return said, passed, commits, states


def again(store, args):
    """Run a command plainly, the clock standing."""
    with standing_clock():
        return termly(*args, "--store", store)


def killed_at(jobs, folder):
    """Run commands on copies of stores, each once for each of its points, in processes of their own.

    A job is a name, the store to start from, the command and the points. Gives name, root and exit status of each.
    """
    told = [
        {"name": name, "start": str(start), "args": [str(arg) for arg in args], "points": list(points)}
        for name, start, args, points in jobs
    ]
    job = folder / "jobs.json"
    job.write_text(json.dumps(told))
    done = subprocess.run([sys.executable, __file__, str(job)], env=_ENVIRONMENT, check=True, capture_output=True)
    return [(name, Path(root), status) for name, root, status in json.loads(done.stdout.splitlines()[-1])]


def _run(root, args, point):
    with standing_clock(), checkpoint_everywhere(kill_at(point)):
        said = termly(*args, "--store", root)
    sys.stderr.write(said.out + said.err)
    return said.code


def _in_a_process_of_its_own(job, name, root, args, point):
    """Fork where that is possible: the modules are imported once."""
    if not hasattr(os, "fork"):
        return subprocess.run([sys.executable, __file__, str(job), name, str(point)], check=False).returncode
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = _run(root, args, point)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _main(job, name="", point=""):
    asked = json.loads(job.read_text())
    if name:
        (args,) = [each["args"] for each in asked if each["name"] == name]
        sys.exit(_run(job.parent / f"{name}-{point}", args, int(point)))
    done = []
    for each in asked:
        for at in each["points"]:
            root = job.parent / f"{each['name']}-{at}"
            shutil.copytree(each["start"], root)
            done.append((each["name"], str(root), _in_a_process_of_its_own(job, each["name"], root, each["args"], at)))
    sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    _main(Path(sys.argv[1]), *sys.argv[2:])
