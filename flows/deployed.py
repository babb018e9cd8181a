"""The flows that Prefect serves: names, days and paths in, an exit code with its sentence out, nothing else kept.

`termly run --prefect` calls them here (Prefect starts a temporary server unless PREFECT_API_URL names one); a work pool
runs them by the deployments of `prefect.yaml`. A flow run ends Completed for exit codes 0 and 4, Failed for any other.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from flows import clock
from flows.configuration import resolve
from flows.options import Outcome, RunOptions
from flows.progress import Progress
from flows.release import release_only
from flows.sign_off import release_after_asking
from flows.statistics import statistics_only
from flows.tasks import end_state, pupil_flow, served_flow, server_troubles, shielded, tell
from flows.termly_run import census_only, register_only, termly_run
from schemas.collection import Collection
from schemas.errors import TermlyError, UsageError, worst

Body = Callable[[RunOptions, Progress], Outcome]

CONFIG_VARIABLE = "TERMLY_CONFIG"
STORE_VARIABLE = "TERMLY_STORE"


def run_under_prefect(options: RunOptions, *, shown: frozenset[int] = frozenset()) -> Outcome:
    """Run `termly run` as a Prefect flow; the exit codes in `shown` are meant to come, and do not fail it."""
    return _under_prefect("termly-run", termly_run, options, shown=shown)


def release_under_prefect(options: RunOptions) -> Outcome:
    """Run `termly release` as a Prefect flow."""
    return _under_prefect("release", release_only, options)


def _under_prefect(name: str, body: Body, options: RunOptions, *, shown: frozenset[int] = frozenset()) -> Outcome:
    """Run a body as a flow; its outcome comes back by this process's memory, Prefect gets the exit code alone.

    Raises:
        TermlyError: the body's own.
        UsageError: when Prefect's server cannot be used.
    """
    done: list[Outcome] = []

    def work() -> Outcome:
        done.append(shielded(body, options, Progress()))
        return done[0]

    try:
        with _ended_in_order():
            return pupil_flow(name, work, code_of=lambda outcome: worst(outcome.codes - shown))()
    except server_troubles() as trouble:
        lost = f"Prefect's server cannot be used ({type(trouble).__name__})"
    if not done:
        raise UsageError(f"{lost}; see to PREFECT_API_URL, or leave --prefect out: the same run needs no server.")
    done[0].say(f"{lost} any more: the run is done, its end is not on Prefect's record.")
    return done[0]


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let a request to end (SIGTERM) leave as an interrupt does, so that a temporary server goes with this process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _deployed(body: Body, **given: Any) -> object:  # noqa: ANN401  # a flow's parameters, as Prefect hands them over
    """Run a body by the council's configuration; what it says goes to the log of the flow run."""
    try:
        outcome = shielded(lambda: body(_options(given), Progress(quiet=True)))
    except TermlyError as fault:
        return end_state(fault.exit_code, str(fault))
    tell(outcome.lines)
    return end_state(worst(outcome.codes))


def _options(given: dict[str, Any]) -> RunOptions:
    """Resolve parameters as the command line would; what is blank comes from the environment or the configuration."""
    read = {name: _READ.get(name, _path)(written) for name, written in given.items()}
    read["config"] = read["config"] or _path(os.environ.get(CONFIG_VARIABLE, ""))
    return resolve({"la": None, "store": _path(os.environ.get(STORE_VARIABLE, "")), **read})


def _path(written: str) -> Path | None:
    return Path(written) if written else None


def _paths(written: list[str]) -> tuple[Path, ...]:
    return tuple(Path(path) for path in written)


def _day(written: str) -> date:
    if not written:
        return clock.today()
    try:
        return date.fromisoformat(written)
    except ValueError:
        fault = "The parameter `on` is no day such as 2026-01-30; correct it."
    raise UsageError(fault)


def _inputs(written: list[str] | None) -> dict[str, Path]:
    pairs = [item.partition("=") for item in written or ()]
    if any(not (name and path) for name, _, path in pairs):
        raise UsageError("Give each further source as ID=PATH, such as protections=protections.csv.")
    return {name: Path(path) for name, _, path in pairs}


def _names(written: list[str] | None) -> tuple[str, ...]:
    return tuple(written or ())


_READ: dict[str, Callable[[Any], Any]] = {
    "collection": Collection.parse,
    "on": _day,
    "census": _paths,
    "inputs": _inputs,
    "release": _names,
}


@served_flow("termly-run")
def termly_run_flow(  # noqa: PLR0913  # the parameters of a deployment
    collection: str,
    *,
    census: list[str],
    ehe: str = "",
    schools: str = "",
    inputs: list[str] | None = None,
    release: list[str] | None = None,
    config: str = "",
    on: str = "",
) -> object:
    """Run everything for one collection: land, check, link, pseudonymise, aggregate, protect, report."""
    given = {"census": census, "ehe": ehe, "schools": schools, "inputs": inputs, "release": release}
    return _deployed(termly_run, collection=collection, config=config, on=on, **given)


@served_flow("school-census")
def school_census_flow(collection: str, census: list[str], schools: str = "", config: str = "", on: str = "") -> object:
    """Bring the school census from landing to clean tables, findings and reports."""
    return _deployed(census_only, collection=collection, census=census, schools=schools, config=config, on=on)


@served_flow("elective-home-education")
def elective_home_education_flow(collection: str, ehe: str, config: str = "", on: str = "") -> object:
    """Bring the register from landing to the clean table and its findings."""
    return _deployed(register_only, collection=collection, ehe=ehe, config=config, on=on)


@served_flow("statistics")
def statistics_flow(collection: str, config: str = "", on: str = "") -> object:
    """Rebuild the statistics of one collection from the clean tables."""
    return _deployed(statistics_only, collection=collection, config=config, on=on)


@served_flow("release")
def release_flow(
    collection: str,
    agreements: list[str],
    schools: str = "",
    inputs: list[str] | None = None,
    config: str = "",
    on: str = "",
    wait_minutes: float | None = None,
) -> object:
    """Write the extracts of the named agreements in force on that day; where schools would be refused, ask first."""
    given = {"release": agreements, "schools": schools, "inputs": inputs}
    body = functools.partial(release_after_asking, wait_minutes=wait_minutes)
    return _deployed(body, collection=collection, config=config, on=on, **given)
