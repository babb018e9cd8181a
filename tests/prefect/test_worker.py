"""A team's server: `prefect server start`, a work pool, `prefect deploy --all`, a worker; the same bytes as `termly run`.

One long session: server, pool and deployments are real processes with a Prefect home of their own.
"""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from flows.configuration import renew_deployments
from flows.deployments import FLOWS
from tests.prefect.planted import COLLECTION, ON, plant
from tests.prefect.processes import (
    HERE,
    ROOT,
    TALKATIVE,
    begin,
    environment,
    free_port,
    left,
    python,
    spoken_to,
)
from tests.prefect.server import TIMEOUT, council_folder, served
from tests.prefect.stores import without_clock
from tests.prefect.traces import asked, database_holders, holders, pattern
from tests.termly_calls import KEY

pytestmark = pytest.mark.long

LONDON = ZoneInfo("Europe/London")
OWN_DAY = '["2027-spring"]\nreturn_day = 2027-02-10\n'


@dataclass
class Team:
    """A server, what it was told, and what it left."""

    folder: Path
    env: dict[str, str]
    wanted: object

    @property
    def home(self):
        return self.folder / "work"

    @property
    def database(self):
        return self.folder / "home" / "prefect.db"

    @property
    def log(self):
        return self.folder / "output.txt"

    def call(self, *arguments, cwd=None, code=0):
        """Run one command to its end; its output joins the others'."""
        part = self.folder / "part.txt"
        ended = begin(python("-m", *arguments), env=self.env, log=part, cwd=cwd or self.home).wait(TIMEOUT)
        said = part.read_text("utf-8", errors="replace")
        with self.log.open("a", encoding="utf-8") as log:
            log.write(said)
        assert ended == code, said[-3000:]
        return said

    def run(self, deployment, **parameters):
        """Trigger a deployment and have a worker run it; return its final state and message."""
        given = [part for name, value in parameters.items() for part in ("-p", f"{name}={json.dumps(value)}")]
        self.call("prefect", "deployment", "run", deployment, *given)
        self.call("prefect", "worker", "start", "--pool", "termly", "--run-once")
        last = asked(
            self.database,
            "SELECT r.state_name, s.message FROM flow_run r JOIN flow_run_state s ON s.id = r.state_id "
            "WHERE r.auto_scheduled = 0 AND r.parent_task_run_id IS NULL ORDER BY r.created DESC LIMIT 1",
        )
        return last[0]["state_name"], last[0]["message"]

    def scheduled(self):
        """Return every run that the server has planned: deployment, collection, time in London."""
        rows = asked(
            self.database,
            "SELECT d.name, r.parameters, r.next_scheduled_start_time AS start FROM flow_run r "
            "JOIN deployment d ON d.id = r.deployment_id WHERE r.state_type = 'SCHEDULED'",
        )
        return {(row["name"], json.loads(row["parameters"])["collection"], _london(row["start"])) for row in rows}


def _london(written):
    return datetime.fromisoformat(written).replace(tzinfo=UTC).astimezone(LONDON).replace(tzinfo=None)


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    """Return a server with a work pool and the project's own deployments, and a council's folder beside its inbox."""
    folder = tmp_path_factory.mktemp("team")
    port = free_port()
    env = environment(folder, **TALKATIVE, PREFECT_API_URL=f"http://127.0.0.1:{port}/api", TERMLY_MASTER_KEY=KEY)
    env |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    made = Team(folder, env, pattern(plant(folder / "work" / "inbox")))
    council_folder(made.home)
    with served(folder, env, port):
        made.call("prefect", "work-pool", "create", "termly", "--type", "process")
        yield made
    assert left(env) == []


def _to_come(text, *, now):
    """Return the starts that the server plans at once: the next three of each schedule."""
    return {
        (deployment["name"], schedule["slug"], start)
        for deployment in yaml.safe_load(text)["deployments"]
        for schedule in deployment["schedules"]
        for start in _next(schedule["rrule"], now=now)
    }


def _next(rule, *, now):
    days = (line.split(":")[1] for line in rule.splitlines() if line.startswith("RDATE:"))
    return sorted(start for day in days if (start := datetime.fromisoformat(day)) > now)[:3]


def _wait_until(reached):
    until = time.monotonic() + 60
    while not reached() and time.monotonic() < until:
        time.sleep(1)


def test_the_projects_deployments_are_registered_with_their_next_days_in_london_time(team):
    team.call("prefect", "--no-prompt", "deploy", "--all", cwd=ROOT)
    assert {row["name"] for row in asked(team.database, "SELECT name FROM deployment")} == {flow.name for flow in FLOWS}
    expected = _to_come((ROOT / "prefect.yaml").read_text("utf-8"), now=datetime.now(LONDON).replace(tzinfo=None))
    assert expected, "the calendar has come to its end: add collections"
    _wait_until(lambda: team.scheduled() == expected)
    assert team.scheduled() == expected


def test_a_councils_deployments_take_their_place_with_its_own_days(team):
    council = team.home / "council"
    (council / "census_days.toml").write_text(OWN_DAY, encoding="utf-8")
    renew_deployments(council)
    team.call("prefect", "--no-prompt", "deploy", "--all", cwd=council)
    assert len(asked(team.database, "SELECT name FROM deployment")) == len(FLOWS)
    (directory,) = {
        json.loads(row["pull_steps"])[0]["prefect.deployments.steps.set_working_directory"]["directory"]
        for row in asked(team.database, "SELECT pull_steps FROM deployment")
    }
    assert Path(directory).resolve() == team.home.resolve()
    moved = ("termly-run", "2027-spring", datetime.fromisoformat("2027-02-11T08:00"))
    _wait_until(lambda: moved in team.scheduled())
    assert {start for name, slug, start in team.scheduled() if (name, slug) == moved[:2]} == {moved[2]}


def test_a_run_by_a_worker_writes_the_same_bytes_as_one_in_process(team):
    given = {"collection": COLLECTION, "on": ON, "census": ["inbox/census", "inbox/broken"]}
    ehe = {"ehe": "inbox/ehe/ehe_register.csv", "inputs": ["protections=inbox/protections.csv"]}
    state, message = team.run("termly-run/termly-run", **given, **ehe, release=["all"])
    options = ["--config", "council", "--collection", COLLECTION, "--on", ON, "--store", "plain"]
    options += ["--census", "inbox/census", "--census", "inbox/broken", "--ehe", "inbox/ehe/ehe_register.csv"]
    options += ["--input", "protections=inbox/protections.csv", "--release", "all"]
    team.call("tests.prefect.command", "run", *options, code=11)
    assert (state, message.split(": ")[0]) == ("Failed", "Exit code 11, AgreementRefused")
    plain, deployed = without_clock(team.home / "plain"), without_clock(team.home / "data")
    assert sorted(plain) == sorted(deployed)
    assert [name for name in plain if plain[name] != deployed[name]] == []
    assert any(name.startswith("released/nhs-immunisation/") for name in plain)


def test_the_same_again_is_a_no_op_and_completed(team):
    before = without_clock(team.home / "data")
    given = {"collection": COLLECTION, "on": ON, "census": ["inbox/census", "inbox/broken"]}
    ehe = {"ehe": "inbox/ehe/ehe_register.csv", "inputs": ["protections=inbox/protections.csv"]}
    state, message = team.run("termly-run/termly-run", **given, **ehe)
    assert (state, message.split(": ")[0]) == ("Completed", "Exit code 4, done, some files quarantined")
    assert asked(team.database, "SELECT message FROM log WHERE message LIKE 'Nothing has changed since the last run%'")
    assert without_clock(team.home / "data") == before


def test_a_run_that_cannot_be_made_fails_with_its_sentence(team):
    state, message = team.run("statistics/statistics", collection="2025-spring")
    assert state == "Failed"
    assert message == (
        "Exit code 15, NothingToDo: The store holds no clean census for 2025-spring of 856; use `termly run` first."
    )


def test_nothing_of_a_pupil_and_no_key_is_on_the_teams_server(team):
    wanted = team.wanted
    assert holders(team.folder / "home", wanted) == database_holders(team.database, wanted) == []
    assert holders(team.folder / "home", pattern({KEY})) == []
    for name in ("output.txt", "server.txt"):
        assert wanted.search((team.folder / name).read_bytes().lower()) is None
    assert holders(team.folder / "tmp", wanted) == []


def test_nothing_is_sent_to_prefects_makers(team):
    """Only the server reaches out: for the public list of worker types, of which it holds a copy as well."""
    assert spoken_to(team.folder, "getaddrinfo") <= {*HERE, "raw.githubusercontent.com"}


def test_the_server_itself_met_no_error(team):
    assert "Traceback" not in (team.folder / "server.txt").read_text("utf-8")
