"""A run that is killed at any write leaves the last good outputs, and the next start is clean."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows import ledger
from flows.landing import landed
from flows.storage import Store
from flows.transaction import Recovery, opened
from tests.flows.killed import first_run, landing, second_run
from tests.stores import RETURNS, contents

ROOT = Path(__file__).resolve().parents[2]
KILLED = {-9, 9}
MOST_WRITE_POINTS = 60


def run(store, what, number):
    command = [sys.executable, str(ROOT / "tests" / "flows" / "killed.py"), str(store), what, str(number)]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode


def state(root):
    """Return all a store holds: files, and the ledger's rows without their times."""
    rows = ledger.rows(root / ledger.LEDGER)
    return contents(root), [(row.seq, row.entry.file, row.entry.run_id) for row in rows]


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    root = tmp_path_factory.mktemp("before") / "data"
    with opened(root) as (store, _):
        first_run(store)
    return root


@pytest.fixture(scope="module")
def after(tmp_path_factory, before):
    root = shutil.copytree(before, tmp_path_factory.mktemp("after") / "data")
    with opened(root) as (store, _):
        second_run(store, lambda _step: None)
    return root


def kill_everywhere(what, start, folder):
    """Kill a run at its first write point, its second, and so on until one comes through; give each store's root."""
    for number in range(1, MOST_WRITE_POINTS):
        root = shutil.copytree(start, folder / str(number))
        code = run(root, what, number)
        yield root, code in KILLED
        if code not in KILLED:
            assert code == 0
            return
    pytest.fail("the run has more write points than this test allows")


@pytest.fixture(scope="module")
def killed(before, tmp_path_factory):
    return list(kill_everywhere("second_run", before, tmp_path_factory.mktemp("killed")))


@pytest.fixture
def stores(killed, tmp_path):
    """Copies of the stores that the killed runs left, each with whether its run was killed."""
    return [(shutil.copytree(root, tmp_path / root.name), was_killed) for root, was_killed in killed]


def test_a_run_killed_at_any_write_leaves_wholly_the_old_or_wholly_the_new(stores, before, after):
    old, new = state(before), state(after)
    assert old != new
    seen = []
    for root, was_killed in stores:
        with opened(root) as (_, recovery):
            now = state(root)
            assert now in (old, new)
            assert ledger.verify(root / ledger.LEDGER).is_whole
            seen.append((was_killed, recovery, now == new))
    assert [is_new for _, _, is_new in seen] == sorted(is_new for _, _, is_new in seen)
    assert (True, Recovery.DISCARDED, False) in seen
    assert (True, Recovery.FINISHED, True) in seen
    assert seen[-1] == (False, Recovery.NOTHING, True)
    assert len(seen) > 20


def test_until_the_next_start_no_file_is_half_written_and_before_the_commit_none_is_changed(stores, before, after):
    old, new = contents(before), contents(after)
    for root, _ in stores:
        journal = (root / ".journal.json").exists()
        now = {name: digest for name, digest in contents(root).items() if not name.startswith((".staging", ".journal"))}
        whole = {*old.items(), *new.items()}
        assert set(now.items()) <= whole
        assert journal or now in (old, new)


def test_the_run_after_a_killed_one_ends_as_if_nothing_had_been(stores, after):
    for root, _ in stores:
        with opened(root) as (store, _):
            second_run(store, lambda _step: None)
        assert state(root) == state(after)


def test_finishing_a_run_may_be_killed_as_often_as_you_like(stores, after, tmp_path):
    committed = next(root for root, _ in stores if (root / ".journal.json").exists())
    for root, _ in kill_everywhere("recover", committed, tmp_path / "recoveries"):
        run(root, "recover", 2)
        with opened(root):
            assert state(root) == state(after)


def test_landing_killed_at_any_write_loses_and_doubles_nothing(tmp_path):
    with opened(tmp_path / "empty" / "data") as (store, _):
        start = store.root
    for root, _ in kill_everywhere("landing", start, tmp_path / "runs"):
        with opened(root) as (store, _):
            assert len(landed(store, RETURNS)) in (0, 3)
            landing(store, lambda _step: None)
            files = landed(store, RETURNS)
            assert [(file.name, file.order) for file in files] == [("one.xml", 1), ("two.xml", 2), ("three.xml", 3)]
            assert {store.sha256(file.path) for file in files} == {file.sha256 for file in files}
            assert len(store.files("landing")) == 6


def test_a_store_killed_while_it_was_made_is_made_again(tmp_path):
    with opened(tmp_path / "data") as (store, _):
        pass
    (store.root / "store.json").replace(store.root / ".staging" / "left")
    with opened(tmp_path / "data") as (again, recovery):
        assert again.state().format == 1
        assert recovery is Recovery.DISCARDED
    assert Store.open(tmp_path / "data").state().key_id is None
