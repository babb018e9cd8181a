"""Linking register and census: exactly, as a clerk decided, then by likeness; and the two lists that a clerk looks at.

The lists name children by their numbers and go to the reports zone or the report folder, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from flows.inputs import Inputs
from flows.progress import Progress
from flows.sources import SourceRead, read_input
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.linkage import linkage
from schemas.model import PUPILS
from schemas.tables import Tables
from transforms.link import Links, Method, added, link
from transforms.linkage.decisions import Decided, decided
from transforms.linkage.register import fuzzy_links
from transforms.linkage.two_upns import under_two_upns
from transforms.reports.link_review import link_review_csv, same_child_csv

DECISIONS = "link_decisions"
LINK_REVIEW, SAME_CHILD_REVIEW = "link_review.csv", "same_child_review.csv"


@dataclass(frozen=True)
class Linking:
    """The links of a register, the pairs for a clerk, and what earlier decisions came to (None: none were given)."""

    links: Links
    review: pd.DataFrame
    decided: Decided | None = None


@dataclass(frozen=True)
class Reviews:
    """What a clerk is to look at: report files by name, and their counts for the summary."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    counts: Mapping[str, object] = field(default_factory=dict)


def linking(register: pd.DataFrame, census: Tables, decisions: pd.DataFrame | None = None) -> Linking:
    """Link a register to the pupils of both rolls: what is the same first, what is only alike last."""
    pupils, addresses = census[PUPILS], census["addresses"]
    links = link(register, pupils, addresses)
    told = None if decisions is None else decided(decisions, pupils, register)
    if told is not None:
        links = added(links, told.yes, method=Method.CLERK)
    refused = None if told is None else told.no
    alike = fuzzy_links(register, (pupils, addresses), links.frame, data=linkage(), refused=refused)
    return Linking(added(links, alike.found, method=Method.FUZZY), alike.review, told)


def decisions_of(work: Workspace, inputs: Inputs) -> SourceRead:
    """Read the latest decisions of a clerk; a list that cannot be read is quarantined, and decides nothing."""
    return read_input(work, inputs, DECISIONS)


@stage("look for pupils under two UPNs")
def reviews_stage(progress: Progress, census: Tables, linked: Linking | None) -> Reviews:
    """List what a clerk is to look at; without a register that was linked only the pupils under two UPNs."""
    with progress.stage("look for pupils under two UPNs"):
        pairs = under_two_upns(census[PUPILS], census["addresses"], linkage())
    files = {SAME_CHILD_REVIEW: same_child_csv(pairs)}
    counts: dict[str, object] = {"same_child_review": len(pairs)}
    if linked is not None:
        files[LINK_REVIEW] = link_review_csv(linked.review)
        counts |= {"link_review": len(linked.review), "link_decisions": _decisions(linked.decided)}
    return Reviews(files, counts)


def _decisions(told: Decided | None) -> dict[str, int]:
    return {} if told is None else {"yes": len(told.yes), "no": len(told.no), "unused": told.unused}


def said_of_reviews(counts: Mapping[str, object]) -> list[str]:
    """Return what a command prints of the lists and of decisions that did nothing."""
    lines = [
        f"for a clerk: {counts[key]} {what} in {name}"
        for key, what, name in (
            ("link_review", "uncertain links of register and census", LINK_REVIEW),
            ("same_child_review", "pairs of UPNs that may be one child", SAME_CHILD_REVIEW),
        )
        if counts.get(key)
    ]
    told = counts.get("link_decisions")
    if isinstance(told, Mapping) and told.get("unused"):
        lines.append(f"link decisions: {told['unused']} find no child or record of this run, or are neither yes nor no")
    return lines
