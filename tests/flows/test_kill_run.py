"""`kill -9` at any write of a run or a release: the store is wholly the old or wholly the new, and a rerun ends it."""

import shutil
from itertools import pairwise

import pytest

from flows import ledger
from flows.transaction import opened
from tests.flows.killed_run import again, killed_at, state, traced
from tests.stores import contents

KILLED = {-9, 9}
ASIDE = (".staging/", ".journal")
LANDED = {"landing"}
ACCEPTED = ("--accept-findings", "Agreed for the test")


@pytest.fixture(scope="module")
def small(authority):
    """Return an authority that is run in a moment, with findings."""
    return authority(schools=3, pupils=10, seed=3, faults=True)


@pytest.fixture(scope="module")
def second(authority):
    """Return the same authority's later returns: other pupils, so that every output changes."""
    return authority(schools=3, pupils=10, seed=4)


def run_of(of, *more):
    inputs = ("--census", of.folder / "census", "--ehe", of.folder / "ehe" / "ehe_register.csv")
    lists = ("--schools", of.folder / "schools.csv", "--input", f"protections={of.folder / 'protections.csv'}")
    return ("run", "--collection", of.collection, "--la", "856", *inputs, *lists, "--on", of.on, *more)


@pytest.fixture(scope="module")
def work(small, second, tmp_path_factory):
    """Return what is killed: name → the store it starts from, the command, its write points, commits and states."""
    folder = tmp_path_factory.mktemp("unkilled")
    first = folder / "first"
    with opened(first):
        pass
    said, *_ = traced(first, run_of(small))
    assert said.code == 0, said.sentences
    held = {}
    for name, args in (
        ("run", run_of(second, "--release", "all", "--sample-agreements", *ACCEPTED)),
        ("release", ("release", *run_of(small)[1:5], "--on", small.on, "--sample-agreements", *ACCEPTED)),
    ):
        whole = shutil.copytree(first, folder / name)
        said, points, commits, states = traced(whole, args)
        assert said.code == 0, said.sentences
        assert len(commits) >= 4
        held[name] = (first, args, points, commits, states)
    return held


@pytest.fixture(scope="module")
def killed(work, tmp_path_factory):
    """Return what a few kills left, by command: before, just after and well after a point of no return."""
    folder = tmp_path_factory.mktemp("killed")
    chosen = {}
    for name, (_, _, points, commits, states) in work.items():
        visible = [
            at for at, (one, other) in zip(commits, pairwise(states), strict=True) if changed(one, other) - LANDED
        ]
        first, second = visible[:2]
        chosen[name] = [first - 2, (first + second) // 2, points] if name == "run" else [first - 9, points]
    jobs = [(name, work[name][0], work[name][1], chosen[name]) for name in work]
    return killed_at(jobs, folder)


def check(work, left):
    """Hold the stores that kills left to what they may be, before and after a rerun of the same command."""
    seen = []
    for name, root, status in left:
        _, args, _, _, states = work[name]
        assert status in KILLED
        assert_nothing_is_half_written(root, states)
        with opened(root):
            now = state(root)
        assert now in states, f"killed at {root.name}"
        assert ledger.verify(root / ledger.LEDGER).is_whole
        seen.append(states.index(now))
        said = again(root, args)
        assert said.code == 0, said.sentences
        assert state(root) == states[-1], f"killed at {root.name}"
        shutil.rmtree(root)
    assert seen == sorted(seen)
    return seen


def assert_nothing_is_half_written(root, states):
    """Hold every file that a reader meets, before anybody recovers the store, to a whole old or a whole new one."""
    whole = {pair for each in states for pair in each["files"].items()}
    met = {pair for pair in contents(root).items() if not pair[0].startswith(ASIDE)}
    assert met <= whole, sorted(met - whole)


@pytest.mark.parametrize("name", ["run", "release"])
def test_a_command_killed_at_a_write_leaves_the_old_or_the_new_and_a_rerun_ends_as_if_nothing_had_been(
    name, work, killed
):
    states = work[name][-1]
    seen = check(work, [each for each in killed if each[0] == name])
    assert len(set(seen)) > 1
    assert max(seen) == len(states) - 1


@pytest.mark.long
@pytest.mark.parametrize("name", ["run", "release"])
def test_a_command_may_be_killed_at_every_single_write(name, work, tmp_path):
    start, args, points, _, states = work[name]
    seen = check(work, killed_at([(name, start, args, range(1, points + 1))], tmp_path))
    assert set(seen) == set(range(len(states)))


def test_the_run_itself_is_one_step_and_so_is_each_release(work):
    _, _, _, _, states = work["run"]
    steps = [changed(before, after) for before, after in pairwise(states)]
    outputs = [step - LANDED for step in steps]
    run, *releases = [step for step in outputs if step]
    assert run >= {"clean", "findings", "pseudonymised", "reports", "statistics"}
    assert all(step <= {"released", "reports", "ledger"} for step in releases)


def changed(before, after):
    """Return the zones in which two states differ."""
    names = before["files"].keys() | after["files"].keys()
    zones = {name.partition("/")[0] for name in names if before["files"].get(name) != after["files"].get(name)}
    return (zones | ({"ledger"} if before["ledger"] != after["ledger"] else set())) - {"store.json"}
