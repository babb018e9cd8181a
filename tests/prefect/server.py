"""A Prefect server of this machine, and a council's folder beside it, for tests of a team's way of working."""

import time
import urllib.request
from contextlib import contextmanager

import pytest

from flows.configuration import initialise
from schemas import _data
from tests.prefect.planted import LA
from tests.prefect.processes import begin, python

TIMEOUT = 240
#: The server sees a year ahead, so that winter and summer are both in sight.
AHEAD = {"PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": "P400D"}


@contextmanager
def served(folder, env, port):
    process = begin(
        python("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"),
        env=env | AHEAD,
        log=folder / "server.txt",
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/api/health")
        yield
    finally:
        process.terminate()
        process.wait(60)


def wait_for(address):
    until = time.monotonic() + TIMEOUT
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the server did not start")


def council_folder(home):
    """Write the council's folder: signed agreements, a day of its own, its inbox beside it."""
    council = home / "council"
    initialise(council, la=LA)
    for name in _data.names("agreements", ".toml"):
        signed = _data.text(f"agreements/{name}").replace("sample = true", "sample = false")
        (council / "agreements" / name).write_text(signed, encoding="utf-8")
    return council
