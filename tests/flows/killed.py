"""A run that ends itself with the hardest signal there is at the n-th write point: `killed.py STORE WHAT N`."""

import os
import signal
import sys
from pathlib import Path

from flows.landing import land
from flows.storage import Store
from flows.transaction import Transaction, recover
from tests.stores import NOON, RETURNS, entry


def kill_at(number):
    """Return a checkpoint that kills the process at its n-th call."""
    passed = 0

    def checkpoint(_step):
        nonlocal passed
        passed += 1
        if passed == number:
            if hasattr(signal, "SIGKILL"):
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(9)

    return checkpoint


def first_run(store):
    """Write the outputs that stand before the run that is killed."""
    with Transaction(store) as transaction:
        transaction.stage("reports/a.csv", b"old a")
        transaction.stage("reports/stale/b.csv", b"old b")
        transaction.stage("statistics/d/x.csv", b"old x")
        transaction.record(entry(file="a.csv", run_id="run-1"))
        transaction.commit()


def second_run(store, checkpoint):
    """Replace, add and remove, with two rows for the ledger."""
    with Transaction(store, checkpoint=checkpoint) as transaction:
        transaction.clear("reports")
        transaction.stage("reports/a.csv", b"new a")
        transaction.stage("released/new/c.csv", iter([b"first half, ", b"second half"]))
        transaction.stage("statistics/d/x.csv", b"new x")
        transaction.record(entry(file="a.csv", run_id="run-2"))
        transaction.record(entry(file="c.csv", run_id="run-2"))
        transaction.commit()


def landing(store, checkpoint):
    """Land three returns, one of them a second time."""
    files = [("one.xml", b"<one/>"), ("two.xml", b"<two/>"), ("again.xml", b"<one/>"), ("three.xml", b"<three/>")]
    land(store, files, RETURNS, at=NOON, checkpoint=checkpoint)


if __name__ == "__main__":
    root, what, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    held = Store.open(root)
    with held.locked():
        if what == "recover":
            recover(held, checkpoint=kill_at(number))
        else:
            {"second_run": second_run, "landing": landing}[what](held, kill_at(number))
