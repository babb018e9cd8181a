"""When Prefect or the run itself is stopped: no server and no half run is left, and the reason is a sentence."""

import signal
import time

import pytest

from tests.prefect.planted import COLLECTION, LA, ON, plant
from tests.prefect.processes import begin, environment, free_port, left, python
from tests.termly_calls import KEY, termly

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 1)], ids=["SIGTERM", "SIGINT"])
def test_no_server_and_no_half_run_is_left(tmp_path, how, code):
    plant(tmp_path / "in")
    env = environment(tmp_path, TERMLY_MASTER_KEY=KEY)
    options = ["--collection", COLLECTION, "--la", LA, "--on", ON, "--store", str(tmp_path / "store")]
    options += ["--census", str(tmp_path / "in" / "census")]
    log = tmp_path / "output.txt"
    process = begin(python("-m", "tests.prefect.command", "run", *options, "--prefect"), env=env, log=log)
    _wait_for(b"Beginning subflow", log)
    process.send_signal(how)
    assert process.wait(60) == code
    time.sleep(1)
    assert left(env) == []
    assert not list((tmp_path / "store" / "reports").rglob("*.json"))
    assert termly("run", *options).code == 0


def test_a_server_that_does_not_answer_is_named_before_anything_is_done(tmp_path):
    plant(tmp_path / "in")
    env = environment(tmp_path, TERMLY_MASTER_KEY=KEY, PREFECT_API_URL=f"http://127.0.0.1:{free_port()}/api")
    options = ["--collection", COLLECTION, "--la", LA, "--store", tmp_path / "store", "--census", tmp_path / "in"]
    log = tmp_path / "output.txt"
    assert begin(python("-m", "tests.prefect.command", "run", *options, "--prefect"), env=env, log=log).wait(120) == 2
    said = log.read_text("utf-8")
    assert "UsageError: Prefect's server cannot be used (RuntimeError); see to PREFECT_API_URL" in said
    assert not (tmp_path / "store").exists()


def _wait_for(words, log):
    until = time.monotonic() + 120
    while words not in log.read_bytes():
        assert time.monotonic() < until, log.read_text("utf-8", errors="replace")[-2000:]
        time.sleep(0.05)
