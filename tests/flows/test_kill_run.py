"""A run that is killed at any moment leaves the last good outputs whole, and the next run ends as if nothing had been."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.termly_calls import KEY

DRIVER = Path(__file__).with_name("killed_run.py")
NEVER = 10**9

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks; storage is tested on every system")


@pytest.fixture(scope="module")
def killed(spring, tmp_path_factory):
    """Return a call that kills a run at some points: the store held all schools' returns, the run brings a correction."""
    work = tmp_path_factory.mktemp("killed")
    old = work / "old"
    assert spring.run(old).code == 0
    corrected = work / "corrected"
    corrected.mkdir()
    source = max((spring.folder / "census").iterdir(), key=lambda path: path.stat().st_size)
    text = source.read_text("utf-8").replace("<SerialNo>001</SerialNo>", "<SerialNo>002</SerialNo>")
    first = text.index("<PupilOnRoll>"), text.index("</PupilOnRoll>") + len("</PupilOnRoll>")
    (corrected / source.name).write_text(text[: first[0]] + text[first[1] :], encoding="utf-8", newline="\n")
    args = ["run", "--collection", spring.collection, "--la", "856", "--census", str(corrected), "--store", "STORE"]
    args += ["--on", spring.on, "--release", "all", "--sample-agreements"]

    def at(*points):
        called = [sys.executable, str(DRIVER), str(old), str(work), ",".join(map(str, points)), *args]
        environment = {**os.environ, "TERMLY_MASTER_KEY": KEY, "PYTHONPATH": str(DRIVER.parents[2])}
        done = subprocess.run(called, capture_output=True, text=True, env=environment, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    whole = at(NEVER)[0]
    assert not whole["killed"]
    return at, whole


def _holds(results, whole):
    for result in results:
        assert result["killed"], result["point"]
        assert result["after"] == whole["after"], f"point {result['point']}: the next run ends otherwise"
        assert result["staging"] == [], result["point"]


def test_a_killed_run_is_made_good_by_the_next(killed):
    at, whole = killed
    points = [whole["points"] // 3, whole["points"] * 2 // 3, whole["points"] - 1]
    _holds(at(*points), whole)


@pytest.mark.long
def test_a_run_killed_at_any_write_point_leaves_each_of_its_steps_whole_or_undone(killed):
    at, whole = killed
    results = at(*range(1, whole["points"], 2))
    _holds(results, whole)
    # The run is one step and each agreement one: no more different states than that may ever be seen.
    states = {json.dumps(result["left"], sort_keys=True) for result in results}
    assert len(states) <= 6
