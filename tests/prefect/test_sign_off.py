"""A deployed release asks before it refuses: Prefect's own pause, counts in the question, the answer in the ledger.

One server; each release is a process of its own, as a worker would start it, and a person answers over the server.
"""

import json
import re
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.ledger import rows
from tests.prefect.planted import COLLECTION, ON, plant
from tests.prefect.processes import TALKATIVE, begin, environment, free_port, left, python
from tests.prefect.server import TIMEOUT, council_folder, served
from tests.prefect.traces import asked, database_holders, holders, pattern
from tests.termly_calls import KEY

pytestmark = pytest.mark.long

CENSUS = "dfe-school-census"
REASON = "Agreed with the helpdesk, Zqvreason"


@dataclass
class Desk:
    """A server, a council's folder and its store, and the calls of a person."""

    folder: Path
    env: dict[str, str]
    address: str
    wanted: object

    @property
    def work(self):
        return self.folder / "work"

    @property
    def database(self):
        return self.folder / "home" / "prefect.db"

    def termly(self, *arguments):
        log = self.folder / "termly.txt"
        call = python("-m", "tests.prefect.command", *arguments)
        return begin(call, env=self.env, log=log, cwd=self.work).wait(TIMEOUT), log.read_text("utf-8")

    def release(self, name, **parameters):
        """Begin a release flow as a worker does; return its process."""
        given = {"collection": COLLECTION, "agreements": [CENSUS], "config": "council", "on": ON, **parameters}
        call = f"from flows.deployed import release_flow; release_flow(return_state=True, **{given!r})"
        return begin(python("-c", call), env=self.env, log=self.folder / f"{name}.txt", cwd=self.work)

    def paused(self):
        """Wait until a flow run is paused; return its id."""
        until = time.monotonic() + TIMEOUT
        while time.monotonic() < until:
            if self.database.exists() and (
                held := asked(self.database, "SELECT id FROM flow_run WHERE state_type = 'PAUSED'")
            ):
                return held[0]["id"]
            time.sleep(0.5)
        pytest.fail("no flow run was paused")

    def resume(self, run, **answer):
        body = json.dumps({"run_input": answer}).encode()
        address = f"{self.address}/flow_runs/{run}/resume"
        call = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"}, method="POST")
        with urllib.request.urlopen(call, timeout=30) as said:
            return json.loads(said.read())["status"]

    def ended(self):
        """Return state and message of the last release."""
        (last,) = asked(
            self.database,
            "SELECT r.state_name, s.message FROM flow_run r JOIN flow_run_state s ON s.id = r.state_id "
            "WHERE r.parent_task_run_id IS NULL ORDER BY r.created DESC LIMIT 1",
        )
        return last["state_name"], last["message"]

    def accepted(self):
        return [row.entry.accepted_findings for row in rows(self.work / "data" / "ledger" / "ledger.sqlite")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Return a desk whose store holds a run of faulty returns, none of which may go unsigned."""
    folder, port = tmp_path_factory.mktemp("desk"), free_port()
    address = f"http://127.0.0.1:{port}/api"
    env = environment(folder, **TALKATIVE, PREFECT_API_URL=address, TERMLY_MASTER_KEY=KEY)
    env |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    made = Desk(folder, env, address, pattern(plant(folder / "work" / "inbox")))
    council_folder(made.work)
    options = ("--config", "council", "--collection", COLLECTION, "--on", ON, "--statistics", "none")
    code, said = made.termly("run", *options, "--census", "inbox/census")
    assert code == 0, said
    with served(folder, env, port):
        yield made
    assert left(env) == []


def test_nobody_answers_in_time_and_the_schools_are_refused(desk):
    assert desk.release("late", wait_minutes=0.05).wait(TIMEOUT) == 0
    state, message = desk.ended()
    assert (state, message.split(": ")[0]) == ("Failed", "Exit code 11, AgreementRefused")
    assert desk.accepted() == []


def test_resumed_without_a_reason_the_schools_are_refused(desk):
    process = desk.release("blank", wait_minutes=5)
    assert desk.resume(desk.paused()) == "ACCEPT"
    assert process.wait(TIMEOUT) == 0
    assert desk.ended()[1].startswith("Exit code 11, AgreementRefused")
    assert desk.accepted() == []


def test_a_reason_is_not_used_for_findings_that_were_not_told(desk):
    process = desk.release("changed", wait_minutes=5)
    run = desk.paused()
    (desk.work / "one").mkdir()
    largest = max((desk.work / "inbox" / "census").iterdir(), key=lambda path: path.stat().st_size)
    options = ("--config", "council", "--collection", COLLECTION, "--on", ON, "--statistics", "none")
    code, said = desk.termly("run", *options, "--census", largest, "--only")
    assert code == 0, said  # the store is free while a release waits
    assert desk.resume(run, reason=REASON) == "ACCEPT"
    assert process.wait(TIMEOUT) == 0
    assert desk.ended()[1].startswith("Exit code 11, AgreementRefused")
    assert desk.accepted() == []
    logged = asked(desk.database, "SELECT message FROM log WHERE message LIKE 'The findings changed while%'")
    assert len(logged) == 1


def test_the_reason_that_a_person_types_lets_the_schools_go_and_is_in_the_ledger(desk):
    process = desk.release("signed", wait_minutes=5)
    assert desk.resume(desk.paused(), reason=REASON) == "ACCEPT"
    assert process.wait(TIMEOUT) == 0
    assert desk.ended() == ("Completed", "Exit code 0, done: what the run said tells the rest.")
    assert set(desk.accepted()) == {REASON}


def test_the_question_has_counts_alone_and_the_answer_does_not_stay_in_prefect(desk):
    kept = {
        (row["flow_run_id"], row["key"]): row["value"] for row in asked(desk.database, "SELECT * FROM flow_run_input")
    }
    questions = [text for (_, key), text in kept.items() if key.endswith("description")]
    assert len(questions) == 4
    assert all(text.startswith('"Schools that wait for sign-off: ') for text in questions)
    assert not any(re.search(r"[0-9]{7}|[A-Z]-", text) for text in questions)
    assert not any(key.endswith("response") for _, key in kept)
    assert database_holders(desk.database, pattern({"Zqvreason"})) == []


def test_nothing_of_a_pupil_is_on_the_server(desk):
    assert holders(desk.folder / "home", desk.wanted) == database_holders(desk.database, desk.wanted) == []
    for path in desk.folder.glob("*.txt"):
        assert desk.wanted.search(path.read_bytes().lower()) is None, path.name
