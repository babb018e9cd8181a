"""The seam to Prefect without a server: what passes it, and what does not."""

import subprocess
import sys

import pytest

from flows import crash, deployed, tasks
from flows.configuration import initialise
from flows.tasks import SETTINGS, end_state, in_flow_run, part, shielded, stage
from schemas.errors import DONE, PRECEDENCE, ContractBroken, TermlyError, UnexpectedFault, UsageError, meaning

NAME = "Zqvornax"
SETS_NOTHING = dict.fromkeys(SETTINGS, "kept")


@pytest.fixture(autouse=True)
def reports(monkeypatch, tmp_path):
    """Keep crash reports in a folder of the test's own."""
    monkeypatch.setattr(crash.tempfile, "gettempdir", lambda: str(tmp_path))


def raised(function):
    with pytest.raises(TermlyError) as caught:
        shielded(function)
    return caught.value


def test_a_stage_outside_a_flow_run_is_a_plain_call_that_never_asks_for_prefect():
    code = (
        "import sys; from flows.tasks import stage, part\n"
        "double = part('doubling')(stage('double', retries=2)(lambda number: 2 * number))\n"
        "print(double(21), 'prefect' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["42", "False"]


def test_a_stage_keeps_name_and_docstring_of_its_function():
    def read(work):
        """Read it."""

    assert (stage("read")(read).__name__, part("read")(read).__doc__) == ("read", "Read it.")


def test_an_error_of_ours_keeps_its_sentence_and_loses_its_chain():
    def fail():
        try:
            {}[NAME]
        except KeyError as error:
            raise ContractBroken("pupils: column dob: 3 rows.") from error

    fault = raised(fail)
    assert (type(fault), str(fault)) == (ContractBroken, "pupils: column dob: 3 rows.")
    assert (fault.__cause__, fault.__context__) == (None, None)


def test_a_foreign_error_becomes_one_that_says_nothing_of_it(tmp_path):
    def fail():
        raise ValueError(f"{NAME} was born too early")

    fault = raised(fail)
    assert type(fault) is UnexpectedFault
    assert NAME not in str(fault) + "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    assert (fault.__cause__, fault.__context__) == (None, None)


def test_a_panic_in_a_rust_library_is_caught_too():
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def fail():
        raise panic(f"byte index 1 is not a char boundary of {NAME}")

    assert NAME not in str(raised(fail))


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interrupt_passes(signal):
    def stop():
        raise signal

    with pytest.raises(signal):
        shielded(stop)


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (OSError(5, "Input/output error"), True),
        (ConnectionResetError(), True),
        (UsageError("There is no file census.xml."), False),
        (ContractBroken("pupils: column dob: 3 rows."), False),
        (ValueError(NAME), False),
    ],
)
def test_only_what_the_world_refuses_may_pass_the_next_time(error, again):
    def fail():
        raise error

    assert raised(fail).may_pass is again


def test_a_refusal_of_the_disk_that_was_put_into_a_sentence_may_pass(tmp_path):
    def fail():
        try:
            (tmp_path / "gone").read_bytes()
        except OSError as error:
            raise UsageError("The store cannot be written.") from error

    assert raised(fail).may_pass


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        (0, "Completed", "Exit code 0, done: "),
        (4, "Completed", "Exit code 4, done, some files quarantined: "),
        (1, "Failed", "Exit code 1, UnexpectedFault: "),
        (3, "Failed", "Exit code 3, FindingsRemain: "),
        (10, "Failed", "Exit code 10, ContractBroken: "),
        (11, "Failed", "Exit code 11, AgreementRefused: "),
        (12, "Failed", "Exit code 12, DisclosureUnsafe: "),
        (15, "Failed", "Exit code 15, NothingToDo: "),
    ],
)
def test_a_state_says_what_an_exit_code_means(code, name, said):
    state = end_state(code, "one sentence.")
    assert (state.name, state.message) == (name, said + "one sentence.")


def test_every_exit_code_has_a_meaning():
    assert all(meaning(code) for code in (*PRECEDENCE, DONE))
    kinds = {
        kind.exit_code: kind.__name__ for kind in TermlyError.__subclasses__() if kind.__module__ == "schemas.errors"
    }
    assert {code: meaning(code) for code in kinds} == kinds


def test_a_deployed_flow_that_meets_a_bug_ends_in_a_state_without_its_text(monkeypatch):
    def fail(options, progress):
        raise ValueError(f"{options.la} {NAME}")

    monkeypatch.setattr(deployed, "statistics_only", fail)
    monkeypatch.setattr(deployed, "resolve", lambda given: type("Options", (), {"la": "856"}))
    state = deployed.statistics_flow.fn(collection="2026-spring", config="council")
    assert state.name == "Failed"
    assert state.message.startswith("Exit code 1, UnexpectedFault: ")
    assert NAME not in repr(state)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"collection": "2026-winter"}, "A collection is written as year and term"),
        ({"on": "tomorrow"}, "The parameter `on` is no day such as 2026-01-30"),
        ({"inputs": ["protections.csv"]}, "Give each further source as ID=PATH"),
        ({"config": "nowhere"}, "There is no nowhere"),
        ({"config": ""}, "Which local authority?"),
    ],
)
def test_a_parameter_that_cannot_be_followed_ends_in_a_sentence(monkeypatch, given, said):
    for variable in (deployed.CONFIG_VARIABLE, deployed.STORE_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    state = deployed.termly_run_flow.fn(**{"collection": "2026-spring", "census": [], **given})
    assert state.message.startswith("Exit code 2, UsageError: ")
    assert said in state.message


def test_parameters_left_blank_come_from_the_workers_environment(monkeypatch, tmp_path):
    initialise(tmp_path / "council", la="856")
    monkeypatch.setenv(deployed.CONFIG_VARIABLE, str(tmp_path / "council"))
    monkeypatch.setenv(deployed.STORE_VARIABLE, str(tmp_path / "store"))
    seen = []
    monkeypatch.setattr(deployed, "termly_run", lambda options, progress: seen.append(options) or 1 / 0)
    deployed.termly_run_flow.fn(collection="2026-spring", census=["a", "b"], inputs=["gias=c.csv"], release=["all"])
    (options,) = seen
    assert (options.la, options.store) == ("856", tmp_path / "store")
    assert [path.name for path in options.census] == ["a", "b"]
    assert ({name: path.name for name, path in options.inputs.items()}, options.release) == (
        {"gias": "c.csv"},
        ("all",),
    )


def test_nothing_is_sent_to_prefects_makers_unless_the_user_wants_it(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    tasks.the_prefect()
    assert {name: tasks.os.environ[name] for name in ("DO_NOT_TRACK", "PREFECT_SERVER_ANALYTICS_ENABLED")} == {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    monkeypatch.setenv("DO_NOT_TRACK", "0")
    tasks.the_prefect()
    assert tasks.os.environ["DO_NOT_TRACK"] == "0"


def test_no_flow_run_is_active_here():
    assert not in_flow_run()
