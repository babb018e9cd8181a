"""`prefect.yaml`: one deployment a flow, scheduled on generated days around census and return days (Europe/London)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from schemas.calendar import Calendar, calendar_for, known_collections
from schemas.configuration.model import Deployed, Schedule, Settings
from schemas.errors import UsageError
from transforms.schedule import RunDay, rrule, run_days

NAME = "prefect.yaml"
POOL = "termly"
CONFIG = "council"
_PREFECT = "3.8.8"
#: For every flow run, before Prefect starts in it: nothing is sent to Prefect's makers.
_ENVIRONMENT = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
_HERE = "{{ here.directory }}"
_STEP = "prefect.deployments.steps.set_working_directory"
_HEAD = """\
# Deployments of termly: `prefect deploy --all` in this folder registers them, `prefect worker start --pool termly` runs
# them. Generated from the days and settings ({by}); docs/commands.md says the rest.
# Flow runs work in {where}: paths below are relative to it.
# The worker's machine needs termly installed; its environment needs TERMLY_MASTER_KEY or TERMLY_KEY_FILE.
"""


@dataclass(frozen=True)
class _Flow:
    """One deployed flow: its function, and how long after the hour it starts where several fall on one day."""

    name: str
    function: str
    minutes: int


#: A store takes one run at a time: what belongs before comes before.
FLOWS = (
    _Flow("school-census", "school_census_flow", 0),
    _Flow("elective-home-education", "elective_home_education_flow", 30),
    _Flow("termly-run", "termly_run_flow", 60),
    _Flow("statistics", "statistics_flow", 120),
    _Flow("release", "release_flow", 150),
)


@dataclass(frozen=True)
class Place:
    """Where deployed flows work: the folder from which paths count, and the configuration's name in it."""

    directory: str = _HERE
    config: str = CONFIG
    where: str = "this folder"
    by: str = "`python -m flows.deployments`"

    @classmethod
    def of(cls, folder: Path) -> Place:
        """Return the place for a council's own file: beside the configuration folder, where `termly init` was run."""
        name = folder.resolve().name
        return cls(f"{_HERE}/..", name, "the folder that holds this one", f"`termly init {name} --deployments`")


def prefect_yaml(calendars: Iterable[Calendar], schedule: Schedule, deployed: Deployed, place: Place) -> str:
    """Write the project file: each deployment's schedules carry the collection they are for."""
    calendars = sorted(calendars, key=lambda calendar: calendar.collection)
    days = run_days(calendars)
    head = {
        "name": "termly",
        "prefect-version": _PREFECT,
        "build": [{_STEP: {"id": "here", "directory": "."}}],
        "pull": [{_STEP: {"directory": place.directory}}],
    }
    parts = [_HEAD.format(by=place.by, where=place.where), _dump(head), "deployments:\n"]
    for flow in FLOWS:
        own = [run for run in days if run.flow == flow.name]
        parts += [f"\n# {flow.name}, on these days of each collection:\n"]
        parts += [f"# - {why}\n" for why in dict.fromkeys(run.why for run in own)]
        schedules = [_schedule(str(calendar.collection), own, flow, schedule.at) for calendar in calendars]
        parts += [_dump([_deployment(flow, deployed, place) | {"schedules": schedules}])]
    return "".join(parts)


def _deployment(flow: _Flow, deployed: Deployed, place: Place) -> dict[str, object]:
    return {
        "name": flow.name,
        "entrypoint": f"flows.deployed.{flow.function}",
        "work_pool": {"name": POOL, "job_variables": {"env": dict(_ENVIRONMENT)}},
        "parameters": {"config": place.config, **_parameters(flow.name, deployed)},
    }


def _parameters(flow: str, deployed: Deployed) -> dict[str, object]:
    """Return the parameters of one flow beside the collection, which its schedules carry; blank ones are left out."""
    census: dict[str, object] = {"census": list(deployed.census), "schools": deployed.schools}
    ehe: dict[str, object] = {"ehe": deployed.ehe}
    own: dict[str, dict[str, object]] = {
        "school-census": census,
        "elective-home-education": ehe,
        "termly-run": {**census, **ehe, "inputs": list(deployed.inputs)},
        "release": {"agreements": list(deployed.release), "inputs": list(deployed.inputs)},
    }
    return {name: value for name, value in own.get(flow, {}).items() if value}


def _schedule(collection: str, days: list[RunDay], flow: _Flow, at: time) -> dict[str, object]:
    starts = [(run, datetime.combine(run.day, at) + timedelta(minutes=flow.minutes)) for run in days]
    moved = [replace(run, day=start.date()) for run, start in starts if run.collection == collection]
    return {
        "slug": collection,
        "timezone": "Europe/London",
        "rrule": _Block(rrule(moved, at=starts[0][1].time())),
        "parameters": {"collection": collection},
    }


class _Block(str):
    """Text of several lines that YAML shows as it is."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """The dumper that knows blocks."""


_Dumper.add_representer(_Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|"))


def _dump(content: object) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=120)


def shipped() -> str:
    """Return the project's own `prefect.yaml`."""
    return prefect_yaml(map(calendar_for, known_collections()), Schedule(), Deployed(), Place())


def of_settings(settings: Settings, place: Place) -> str:
    """Return the `prefect.yaml` of a council's days and settings."""
    calendars = [settings.calendar(collection) for collection in known_collections()]
    return prefect_yaml(calendars, settings.schedule, settings.deployed, place)


def check_schedules(folder: Path, settings: Settings) -> int:
    """Return how many deployments a council's file holds; without a file there are none.

    Raises:
        UsageError: when its schedules are not those of the council's days.
    """
    path = folder / NAME
    if not path.exists():
        return 0
    meant = _schedules(of_settings(settings, Place.of(folder)))
    if _schedules(path.read_text(encoding="utf-8")) != meant:
        raise UsageError(
            f"{path}: its schedules are not those of your days; run `termly init {folder} --deployments`, "
            "then `prefect deploy --all` there."
        )
    return len(meant)


def _schedules(text: str) -> dict[str, Any]:
    try:
        return {each["name"]: each["schedules"] for each in yaml.safe_load(text)["deployments"]}
    except (yaml.YAMLError, KeyError, TypeError):
        return {}


if __name__ == "__main__":
    Path(__file__).parent.parent.joinpath(NAME).write_text(shipped(), encoding="utf-8", newline="\n")
