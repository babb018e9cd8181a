"""`termly … --prefect`: the same bytes and exit codes as in process, and Prefect learns nothing of any pupil.

All of it is seen on one session: the same calls once in process, once on one temporary server whose settings make Prefect
keep and log as much as it can.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.prefect.planted import COLLECTION, LA, ON, plant
from tests.prefect.processes import HERE, TALKATIVE, begin, environment, left, python, spoken_to
from tests.prefect.stores import without_clock
from tests.prefect.traces import asked, database_holders, holders, pattern
from tests.termly_calls import KEY, OTHER_KEY

TIMEOUT = 240
#: What each call must end with, in the order in which they are made.
CODES = {
    "whole": 4,
    "again": 4,
    "strict": 3,
    "refused": 11,
    "wrong key": 14,
    "usage": 2,
    "nothing": 15,
    "unreadable": 13,
    "fault": 1,
}
NAMES = {
    1: "UnexpectedFault",
    2: "UsageError",
    3: "FindingsRemain",
    4: "done, some files quarantined",
    11: "AgreementRefused",
    13: "Unreadable",
    14: "KeyMissing",
    15: "NothingToDo",
}


@dataclass(frozen=True)
class Session:
    """What one session left."""

    folder: Path
    planted: set[str]
    wanted: object
    env: dict[str, str]

    def results(self, how):
        return json.loads((self.folder / how / "results.json").read_text(encoding="utf-8"))

    def output(self, how="prefect"):
        return (self.folder / how / "output.txt").read_bytes()

    @property
    def home(self):
        return self.folder / "prefect" / "home"

    @property
    def database(self):
        return self.home / "prefect.db"

    def runs(self):
        """Return the flow runs that are no parts of another, in the order of the plan, with their last states."""
        return asked(
            self.database,
            "SELECT r.id, r.state_name, s.message FROM flow_run r JOIN flow_run_state s ON s.id = r.state_id "
            "WHERE r.parent_task_run_id IS NULL ORDER BY r.created",
        )


def _plan(inputs, out):
    base = ["--collection", COLLECTION, "--la", LA, "--on", ON]
    given = ["--census", str(inputs / "census"), "--census", str(inputs / "broken")]
    given += ["--ehe", str(inputs / "ehe" / "ehe_register.csv")]
    release = ["--release", "all", "--sample-agreements", "--accept-findings", "seen with the schools"]
    store, other = ["--store", str(out / "store")], ["--store", str(out / "other")]
    arguments = {
        "whole": ["run", *base, *given, *store, *release],
        "again": ["run", *base, *given, *store],
        "strict": ["run", *base, *given, *store, "--strict"],
        "refused": ["release", "dfe-school-census", *base, *store],
        "wrong key": ["run", *base, *given, *store],
        "usage": ["run", *base, *store, "--ehe", str(out / "nowhere.csv")],
        "nothing": ["run", *base, *other],
        "unreadable": ["run", *base, *other, "--census", str(inputs / "broken")],
        "fault": ["run", *base, *other, "--census", str(inputs / "census")],
    }
    sabotage = {"whole": "flaky", "fault": "fault"}
    return [
        {
            "name": name,
            "arguments": given,
            "key": OTHER_KEY if name == "wrong key" else KEY,
            "sabotage": sabotage.get(name, ""),
        }
        for name, given in arguments.items()
    ]


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Make every call of the plan both ways, at the same time, each into stores of its own."""
    folder = tmp_path_factory.mktemp("session")
    planted = plant(folder / "in")
    env = environment(folder / "prefect", **TALKATIVE)
    started = []
    for how, variables in (("prefect", env), ("plain", environment(folder / "plain"))):
        out = folder / how
        (out / "plan.json").write_text(json.dumps(_plan(folder / "in", out)), encoding="utf-8")
        command = python("-m", "tests.prefect.session", how, out / "plan.json", out / "results.json")
        started.append(begin(command, env=variables, log=out / "output.txt"))
    try:
        ended = [process.wait(TIMEOUT) for process in started]
    finally:
        for process in started:
            process.kill()
    made = Session(folder, planted, pattern(planted), env)
    assert ended == [0, 0], made.output().decode()[-3000:]
    return made


def test_the_same_bytes_are_written(session):
    plain, under_prefect = (without_clock(session.folder / how / "store") for how in ("plain", "prefect"))
    assert sorted(plain) == sorted(under_prefect)
    assert [name for name in plain if plain[name] != under_prefect[name]] == []
    zones = {name.split("/")[0] for name in plain}
    assert {"landing", "clean", "findings", "quarantine", "pseudonymised", "statistics", "released", "reports"} <= zones


def test_the_exit_codes_are_those_of_a_run_in_process(session):
    plain, under_prefect = (session.results(how) for how in ("plain", "prefect"))
    assert {name: result["code"] for name, result in plain.items()} == CODES
    assert {name: result["code"] for name, result in under_prefect.items()} == CODES


def test_a_flow_run_is_completed_for_0_and_4_and_failed_for_every_other_code(session):
    states = [run["state_name"] for run in session.runs()]
    assert states == ["Completed" if code in (0, 4) else "Failed" for code in CODES.values()]


def test_the_state_of_a_flow_run_says_exit_code_and_meaning(session):
    said = [run["message"] for run in session.runs()]
    assert [message.split(": ")[0] for message in said] == [
        f"Exit code {code}, {NAMES[code]}" for code in CODES.values()
    ]


def test_the_sentence_of_an_error_is_the_same_in_state_and_terminal(session):
    said = dict(zip(CODES, (run["message"] for run in session.runs()), strict=True))
    output = session.output().decode()
    for name in ("wrong key", "nothing", "unreadable", "usage", "fault"):
        sentence = said[name].split(": ", 1)[1]
        assert f"{NAMES[CODES[name]]}: {sentence}" in output
    assert "is not this store's" in said["wrong key"]
    assert "a report without data is in" in said["fault"]


def test_a_rerun_is_a_no_op_that_says_so(session):
    assert session.output().decode().count("Nothing has changed since the last run: its outputs stand.") == 2
    again = session.runs()[1]["id"]
    tasks = asked(session.database, "SELECT name FROM task_run WHERE flow_run_id = ?", again)
    assert [task["name"].rsplit("-", 1)[0] for task in tasks] == ["land"]


def test_what_a_share_refuses_once_is_tried_again_and_nothing_else_is(session):
    tasks = asked(session.database, "SELECT name, run_count FROM task_run WHERE run_count > 1")
    assert [(task["name"].rsplit("-", 1)[0], task["run_count"]) for task in tasks] == [("read census returns", 2)]


def test_the_five_flows_bear_their_names(session):
    names = {row["name"] for row in asked(session.database, "SELECT name FROM flow")}
    assert names == {"termly-run", "school-census", "elective-home-education", "statistics", "release"}


def test_nothing_of_a_pupil_is_in_prefects_files(session):
    assert holders(session.home, session.wanted) == []
    assert database_holders(session.database, session.wanted) == []


def test_nothing_of_a_pupil_is_printed_or_left_in_crash_reports(session):
    assert session.wanted.search(session.output().lower()) is None
    assert session.wanted.search(session.output("plain").lower()) is None
    temporary = session.folder / "prefect" / "tmp"
    assert "builtins.ValueError" in "".join(path.read_text("utf-8") for path in temporary.glob("termly-crash-*.txt"))
    assert holders(temporary, session.wanted) == []


def test_nothing_of_a_pupil_is_in_statistics_manifests_and_ledger(session):
    store = session.folder / "prefect" / "store"
    names = [*holders(store / "statistics", session.wanted), *holders(store / "ledger", session.wanted)]
    assert [*names, *(name for name in holders(store, session.wanted) if name.endswith("manifest.json"))] == []


def test_the_search_finds_what_is_there(session):
    store = session.folder / "prefect" / "store"
    zones = {Path(name).parts[0] for name in holders(store, session.wanted)}
    assert {"landing", "reports", "released"} <= zones


def test_prefect_keeps_no_parameter_result_or_artifact(session):
    assert {row["parameters"] for row in asked(session.database, "SELECT parameters FROM flow_run")} == {"{}"}
    inputs = [json.loads(row["task_inputs"]) for row in asked(session.database, "SELECT task_inputs FROM task_run")]
    assert {name for each in inputs for name in each} <= {"__parents__"}
    assert asked(session.database, "SELECT id FROM artifact") == []
    assert not [path for path in (session.home / "storage").rglob("*") if path.is_file()]


def test_nothing_is_sent_to_anybody_but_the_server_of_this_machine(session):
    addresses = spoken_to(session.folder / "prefect", "getaddrinfo", "connect")
    assert addresses <= HERE
    assert "127.0.0.1" in addresses


def test_no_process_and_no_key_is_left_behind(session):
    assert left(session.env) == []
    assert holders(session.home, pattern({KEY, OTHER_KEY})) == []
