"""What Prefect is given, and where: one module makes tasks and flows, parameters are names, `prefect.yaml` fits."""

import ast
import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from flows.deployments import FLOWS, shipped
from flows.tasks import the_prefect
from schemas.calendar import calendar_for, known_collections
from transforms.schedule import run_days

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for package in ("flows", "schemas", "transforms") for path in (ROOT / package).rglob("*.py"))
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
SEAM = "flows/tasks.py"
PREFECT = the_prefect()
DEPLOYMENTS = {each["name"]: each for each in yaml.safe_load(shipped())["deployments"]}
#: Stages that are tried again, and what of the world can refuse them once.
RETRIED = {
    "land": "the inbox, often a network share",
    "read census returns": "the store's disk",
    "read register": "the store's disk",
    "read register of children missing education": "the store's disk",
    "write extract": "the store's disk",
}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def decorators(tree, name):
    """Return the calls that decorate functions, of the decorator of this name."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return [call for node in functions for call in node.decorator_list if calls(call, name)]


def calls(tree, *names):
    """Return the calls of functions of these names, whatever they hang on."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [node for node in found if getattr(node.func, "id", getattr(node.func, "attr", "")) in names]


def keywords(call):
    return {word.arg: ast.unparse(word.value) for word in call.keywords}


def served():
    """Return the functions that deployments run, as written."""
    functions = (node for node in TREES["flows/deployed.py"].body if isinstance(node, ast.FunctionDef))
    return [node for node in functions if calls(ast.Module(node.decorator_list, []), "served_flow")]


def test_one_module_knows_prefect():
    users = [name for name, tree in TREES.items() if any(each.split(".")[0] == "prefect" for each in imported(tree))]
    assert users == [SEAM]


def test_every_task_and_flow_is_made_so_that_nothing_is_kept():
    made = [call for call in calls(TREES[SEAM], "task", "flow") if keywords(call)]
    kinds = [call.func.attr for call in made]
    assert (kinds.count("task"), kinds.count("flow")) == (1, 2)
    for call in made:
        assert keywords(call)["persist_result"] == keywords(call)["log_prints"] == "False"
    (task,) = (call for call in made if call.func.attr == "task")
    assert keywords(task)["cache_policy"] == "NO_CACHE"


def test_only_deployed_py_serves_flows_and_only_the_parts_of_a_run_are_subflows():
    assert [name for name, tree in TREES.items() if decorators(tree, "served_flow")] == ["flows/deployed.py"]
    parts = [call.args[0].value for tree in TREES.values() for call in decorators(tree, "part")]
    assert sorted(parts) == ["elective-home-education", "release", "school-census", "statistics"]
    assert [name for name, tree in TREES.items() if calls(tree, "pupil_task")] == [SEAM]


def test_no_parameter_of_a_flow_can_hold_anything_but_text_and_minutes():
    allowed = {"str", "list[str]", "list[str] | None", "float | None"}
    taken = {
        (function.name, argument.arg): ast.unparse(argument.annotation)
        for function in served()
        for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    }
    assert len(taken) > 20
    assert {name: kind for name, kind in taken.items() if kind not in allowed} == {}
    assert all(function.args.vararg is None and function.args.kwarg is None for function in served())


def test_only_stages_that_touch_the_world_are_tried_again():
    found = {
        call.args[0].value
        for tree in TREES.values()
        for call in decorators(tree, "stage")
        if keywords(call).get("retries", "0") != "0"
    }
    assert found == set(RETRIED)


def test_the_project_file_is_the_generated_one():
    assert (ROOT / "prefect.yaml").read_text(encoding="utf-8") == shipped()


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_every_deployment_runs_the_flow_of_its_name(name):
    flow = PREFECT.flows.load_flow_from_entrypoint(DEPLOYMENTS[name]["entrypoint"], use_placeholder_flow=False)
    assert isinstance(flow, PREFECT.Flow)
    assert flow.name == name
    assert flow.description


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_every_deployment_gives_its_flow_what_it_needs(name):
    deployment = DEPLOYMENTS[name]
    schema = PREFECT.flows.load_flow_from_entrypoint(deployment["entrypoint"]).parameters
    for schedule in deployment["schedules"]:
        given = deployment["parameters"] | schedule["parameters"]
        assert set(schema.required) <= set(given) <= set(schema.properties)


def test_there_is_one_deployment_a_flow_on_the_process_pool_with_analytics_off():
    assert list(DEPLOYMENTS) == [flow.name for flow in FLOWS]
    pools = {yaml.safe_dump(each["work_pool"]) for each in DEPLOYMENTS.values()}
    assert [yaml.safe_load(pool) for pool in pools] == [
        {
            "name": "termly",
            "job_variables": {"env": {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}},
        }
    ]


def test_every_planned_day_is_in_a_schedule_and_no_other():
    planned = {(run.flow, run.collection, run.day) for run in run_days(map(calendar_for, known_collections()))}
    scheduled = {(name, slug, start.date()) for name, slug, start in starts()}
    assert scheduled == planned


def test_flows_of_one_day_do_not_start_together_for_a_store_takes_one_run_at_a_time():
    by_time = [start for _, _, start in starts()]
    assert len(by_time) == len(set(by_time))
    order = [flow.minutes for flow in FLOWS]
    assert order == sorted(order)
    assert min(later - sooner for sooner, later in itertools.pairwise(order)) >= 30


def test_every_schedule_is_in_london_and_carries_its_collection():
    for deployment in DEPLOYMENTS.values():
        slugs = [schedule["slug"] for schedule in deployment["schedules"]]
        assert slugs == [str(each) for each in known_collections()]
        for schedule in deployment["schedules"]:
            assert schedule["timezone"] == "Europe/London"
            assert schedule["parameters"] == {"collection": schedule["slug"]}


def starts():
    """Return every start that the schedules give: deployment, collection, local time."""
    for name, deployment in DEPLOYMENTS.items():
        for schedule in deployment["schedules"]:
            for line in schedule["rrule"].splitlines():
                kind, moment = line.split(":")
                if kind == "RDATE":
                    yield name, schedule["slug"], datetime.fromisoformat(moment)


def test_runs_begin_in_the_morning():
    assert all(
        timedelta(hours=7) <= start - datetime.combine(start, datetime.min.time()) <= timedelta(hours=10)
        for *_, start in starts()
    )
