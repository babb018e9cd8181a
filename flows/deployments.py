"""`prefect.yaml`: one deployment a flow, scheduled on generated days around census and return days (Europe/London)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from pathlib import Path

import yaml

from schemas.calendar import Calendar, calendar_for, known_collections
from schemas.configuration.model import Schedule
from transforms.schedule import RunDay, rrule, run_days

POOL = "termly"
_HEAD = """\
# Deployments of termly: `prefect deploy --all` registers them, `prefect worker start --pool termly` runs them.
# Generated from the calendar (`python -m flows.deployments`; `termly init` writes one with the council's own days).
# Every worker needs the package installed, TERMLY_MASTER_KEY or TERMLY_KEY_FILE, and the council's folder.
"""
_ENTRYPOINTS = {
    "termly-run": "termly_run_flow",
    "school-census": "school_census_flow",
    "elective-home-education": "elective_home_education_flow",
    "statistics": "statistics_flow",
    "release": "release_flow",
}


@dataclass(frozen=True)
class Drop:
    """Where a council puts what its deployed flows read, and which agreements they release."""

    config: str = "council"
    census: str = "inbox/census"
    ehe: str = "inbox/ehe_register.csv"
    agreements: tuple[str, ...] = ("dfe-school-census", "dfe-ehe-return")


def prefect_yaml(calendars: Iterable[Calendar], schedule: Schedule, drop: Drop) -> str:
    """Write the project file: each deployment's schedules carry the collection they are for."""
    days = run_days(calendars)
    content = {
        "name": "termly",
        "prefect-version": "3.8.8",
        "pull": [],
        "deployments": [
            {
                "name": flow,
                "entrypoint": f"flows/deployed.py:{function}",
                "work_pool": {"name": POOL},
                "parameters": _parameters(flow, drop),
                "schedules": [
                    _schedule(
                        collection,
                        [run for run in days if (run.flow, run.collection) == (flow, collection)],
                        schedule.at,
                    )
                    for collection in sorted({run.collection for run in days if run.flow == flow})
                ],
            }
            for flow, function in _ENTRYPOINTS.items()
        ],
    }
    return _HEAD + yaml.safe_dump(content, sort_keys=False, width=120)


def _parameters(flow: str, drop: Drop) -> dict[str, object]:
    own: dict[str, dict[str, object]] = {
        "termly-run": {"census": [drop.census], "ehe": drop.ehe},
        "school-census": {"census": [drop.census]},
        "elective-home-education": {"ehe": drop.ehe},
        "release": {"agreements": list(drop.agreements)},
    }
    return {"config": drop.config, **own.get(flow, {})}


def _schedule(collection: str, days: list[RunDay], at: time) -> dict[str, object]:
    return {
        "rrule": rrule(days, at=at),
        "timezone": "Europe/London",
        "active": True,
        "slug": collection,
        "parameters": {"collection": collection},
    }


def shipped() -> str:
    """Return the project's own `prefect.yaml`."""
    return prefect_yaml((calendar_for(each) for each in known_collections()), Schedule(), Drop())


if __name__ == "__main__":
    Path(__file__).parent.parent.joinpath("prefect.yaml").write_text(shipped(), encoding="utf-8", newline="\n")
