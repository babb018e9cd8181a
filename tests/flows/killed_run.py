"""Kill whole runs: `killed_run.py OLD WORK POINTS ARGS…` copies the store OLD, and in a process of its own runs termly on
the copy until the n-th write point, where the process ends by the hardest signal there is; then it runs termly again to the
end. Prints one JSON line a point: what the killed run left, and what the run after it made."""

import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path

from click.testing import CliRunner

import flows.bench  # everything a run imports is imported once, before the processes part
import flows.release  # noqa: F401
from flows import transaction
from flows.cli import main

#: Written anew with other seconds or times; what they say is tested elsewhere.
_TIMED = {"summary.json", "run.json", "store.json", "ledger.sqlite"}
_ZONES = ("clean", "findings", "pseudonymised", "statistics", "reports", "quarantine", "released")


def contents(store):
    """Return the hash of every file of the zones that a run writes."""
    return {
        path.relative_to(store).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for zone in _ZONES
        for path in sorted((store / zone).rglob("*"))
        if path.is_file() and path.name not in _TIMED
    }


def killing(number, count_file):
    """Return a checkpoint that ends the process at its n-th call and keeps count of the calls."""
    passed = 0

    def checkpoint(_step):
        nonlocal passed
        passed += 1
        if count_file is not None:
            count_file.write_text(str(passed))
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint


def apart(work):
    """Do something in a process of its own; return how it ended."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def run(args, checkpoint=None):
    """Run termly, with every transaction watched by the checkpoint."""
    if checkpoint is not None:
        begin = transaction.Transaction.__init__
        transaction.Transaction.__init__ = lambda self, store, **_: begin(self, store, checkpoint=checkpoint)
    CliRunner().invoke(main, args)


def killed_at(number, old, work, args):
    """Kill a run at one point, look at what `opened` makes of it, run again and look once more."""
    store = work / f"store-{number}"
    shutil.copytree(old, store)
    count_file = work / f"count-{number}"
    told = [arg.replace("STORE", str(store)) for arg in args]
    ended = apart(lambda: run(told, killing(number, count_file)))

    def recover():
        with transaction.opened(store):
            pass

    apart(recover)
    left = contents(store)
    apart(lambda: run(told))
    return {
        "point": number,
        "killed": os.WIFSIGNALED(ended),
        "points": int(count_file.read_text()),
        "left": left,
        "after": contents(store),
        "staging": [path.name for path in (store / ".staging").iterdir()],
    }


if __name__ == "__main__":
    old, work, points = Path(sys.argv[1]), Path(sys.argv[2]), [int(point) for point in sys.argv[3].split(",")]
    for point in points:
        sys.stdout.write(json.dumps(killed_at(point, old, work, sys.argv[4:])) + "\n")
        sys.stdout.flush()
