"""The flows that Prefect serves: names and paths in, an exit code's sentence out, nothing else kept.

`termly run --prefect` calls them here (Prefect starts a temporary server unless PREFECT_API_URL names one); a work pool
runs them by the deployments of `prefect.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from prefect import flow

from flows import clock
from flows.configuration import resolve
from flows.options import Outcome, RunOptions
from flows.progress import Progress
from flows.release import release_only
from flows.statistics import statistics_only
from flows.tasks import pupil_flow, shielded
from flows.termly_run import census_only, register_only, termly_run
from schemas.collection import Collection
from schemas.errors import DONE, DONE_WITH_QUARANTINE, TermlyError, worst

Body = Callable[[RunOptions, Progress], Outcome]


class RunRefused(TermlyError):
    """A deployed run ended with an exit code that needs a person; the sentences are in its report, not here."""


def run_under_prefect(options: RunOptions) -> Outcome:
    """Run `termly run` as a Prefect flow."""
    return pupil_flow("termly-run", lambda: shielded(termly_run, options, Progress()))()


def release_under_prefect(options: RunOptions) -> Outcome:
    """Run `termly release` as a Prefect flow."""
    return pupil_flow("release", lambda: shielded(release_only, options, Progress()))()


def _deployed(body: Body, *, collection: str, config: str, given: dict[str, object]) -> None:
    """Run a body by the council's configuration; anything but done fails the flow run with its exit code."""
    defaults: dict[str, object] = {
        "la": None,
        "store": None,
        "on": clock.today(),
        "agreements": None,
        "statistics": "linked",
    }
    asked = resolve({**defaults, "collection": Collection.parse(collection), "config": Path(config), **given})
    outcome = shielded(body, asked, Progress(quiet=True))
    code = worst(outcome.codes)
    if code not in (DONE, DONE_WITH_QUARANTINE):
        raise RunRefused(f"The run ended with exit code {code}; the reports zone says why.")


def _paths(written: list[str]) -> tuple[Path, ...]:
    return tuple(Path(path) for path in written)


def _optional(written: str) -> Path | None:
    return Path(written) if written else None


@flow(name="termly-run", persist_result=False, log_prints=False)
def termly_run_flow(
    collection: str, config: str, census: list[str], ehe: str = "", schools: str = "", release: list[str] | None = None
) -> None:
    """Run everything for one collection: land, check, link, pseudonymise, aggregate, protect, report."""
    given: dict[str, object] = {"census": _paths(census), "ehe": _optional(ehe), "schools": _optional(schools)}
    _deployed(termly_run, collection=collection, config=config, given={**given, "release": tuple(release or ())})


@flow(name="school-census", persist_result=False, log_prints=False)
def school_census_flow(collection: str, config: str, census: list[str], schools: str = "") -> None:
    """Bring the school census from landing to clean tables, findings and reports."""
    given: dict[str, object] = {"census": _paths(census), "schools": _optional(schools)}
    _deployed(census_only, collection=collection, config=config, given=given)


@flow(name="elective-home-education", persist_result=False, log_prints=False)
def elective_home_education_flow(collection: str, config: str, ehe: str) -> None:
    """Bring the register from landing to the clean table and its findings."""
    _deployed(register_only, collection=collection, config=config, given={"ehe": _optional(ehe)})


@flow(name="statistics", persist_result=False, log_prints=False)
def statistics_flow(collection: str, config: str) -> None:
    """Rebuild the statistics of one collection from the clean tables."""
    _deployed(statistics_only, collection=collection, config=config, given={})


@flow(name="release", persist_result=False, log_prints=False)
def release_flow(collection: str, config: str, agreements: list[str]) -> None:
    """Write the extracts of the named agreements in force today."""
    _deployed(release_only, collection=collection, config=config, given={"release": tuple(agreements)})
