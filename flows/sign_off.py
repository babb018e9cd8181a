"""Sign-off in a deployed release: by Prefect's own pause a person is asked before schools are refused for findings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from flows.agreements import chosen_agreements
from flows.configuration import load
from flows.elective_home_education import stored_register
from flows.explanations import notepad_of
from flows.inputs import land_inputs
from flows.options import Outcome, RunOptions
from flows.progress import Progress
from flows.pseudonyms import fetch_key
from flows.release import release_only, told_territory
from flows.releasing import explained_findings, without_census
from flows.school_census import stored_census
from flows.tasks import in_flow_run, pause_for_reason
from flows.workspace import workspace
from schemas.agreements.permission import may_release
from transforms.sign_off import Unresolved, unresolved

Waiting = Mapping[str, Unresolved]


def release_after_asking(options: RunOptions, progress: Progress, *, wait_minutes: float | None = None) -> Outcome:
    """Release as `termly release` does; where schools would be refused for their findings, ask first and wait.

    The store is free while the run waits. A reason counts for the findings that were told, and for no others.
    """
    minutes = (
        load(options.config, la=options.la).settings.deployed.wait_minutes if wait_minutes is None else wait_minutes
    )
    waiting = {} if options.accept_findings or not minutes or not in_flow_run() else schools_waiting(options, progress)
    reason = pause_for_reason(question(waiting), seconds=math.ceil(minutes * 60)) if waiting else ""
    if reason and schools_waiting(options, progress) != waiting:
        outcome = release_only(options, progress)
        outcome.say("The findings changed while this run waited, so the reason given was not used; release again.")
        return outcome
    return release_only(replace(options, accept_findings=reason or options.accept_findings), progress)


def schools_waiting(options: RunOptions, progress: Progress) -> Waiting:
    """Return what is unresolved by school, where an agreement asked for needs a sign-off; else nothing."""
    with workspace(options, progress, create=False) as work:
        fetch_key(work)
        told = told_territory(work)
        chosen, _ = chosen_agreements(options, told)
        samples = options.sample_agreements
        gated = [each for each in chosen if each.needs_sign_off]
        if not any(may_release(each, on=options.on, sample_allowed=samples, told_territory=told) for each in gated):
            return {}
        inputs = land_inputs(without_census(work))
        census = stored_census(work)
        explained = explained_findings(work, census, stored_register(work), notepad_of(work, inputs))
        left = unresolved(explained.findings)
        returned = set(census.tables["schoolcensus"]["laestab"].to_list())
        return {school: each for school, each in left.items() if school in returned}


def question(waiting: Waiting) -> str:
    """Ask for a reason, in counts alone: Prefect keeps the question."""
    schools, errors = len(waiting), sum(each.number_of_errors for each in waiting.values())
    queries = sum(each.number_of_queries for each in waiting.values())
    return (
        f"Schools that wait for sign-off: {schools}, with {errors} errors and {queries} unexplained queries. "
        "Give a reason to release them all the same (it goes into the ledger; name no child), or resume without one: "
        "these schools are refused, the others go."
    )
