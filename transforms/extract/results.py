"""What an extract is made from, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from schemas.calendar import Calendar
from schemas.collection import Collection
from schemas.contract import STRING
from schemas.findings import no_findings
from transforms.protections import no_protections

#: The count of protections that no record of a run answers to.
UNMATCHED = "protections that match no record"
#: Columns of a list for a person at the local authority; never part of what a recipient gets.
LISTED_COLUMNS = ("population", "laestab", "is_on_roll", "record", "upn", "child_id", "field", "received", "sent")


@dataclass(frozen=True)
class ExtractFile:
    """One file for the recipient, complete in memory."""

    name: str
    data: bytes
    rows: int
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """One part of a batch that was not written, and why; the other parts go on."""

    what: str
    why: str


@dataclass(frozen=True)
class ExtractInputs:
    """Everything an agreement may draw on.

    `documents` gives each school's own XML when called; `unknown_tags` names what the reader could not place, by
    school. `given_on` is the day each source was supplied. `pseudonym` digests identifiers by the recipient's key.
    """

    collection: Collection
    la: str
    calendar: Calendar
    tables: Mapping[str, pd.DataFrame]
    register: pd.DataFrame | None = None
    links: pd.DataFrame | None = None
    documents: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    unknown_tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    findings: pd.DataFrame = field(default_factory=no_findings)
    accepted_findings: str = ""
    accepted_tags: frozenset[str] = frozenset()
    ehe_counts: pd.DataFrame | None = None
    statistics: Mapping[str, bytes] = field(default_factory=dict)
    protections: pd.DataFrame = field(default_factory=no_protections)
    protections_supplied: bool = False
    gias: pd.DataFrame | None = None
    sources: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    given_on: Mapping[str, date] = field(default_factory=dict)
    pseudonym: Callable[[pd.Series], pd.Series] | None = None


@dataclass(frozen=True)
class ExtractResult:
    """The files, and for the local authority alone: whom they leave out, what was written otherwise, what was refused.

    `held_back` and `listed` map a reason to the records it concerns; `counts` and `notes` hold no values. `unresolved`
    is what a sign-off found: school to rule to number of findings.
    """

    files: tuple[ExtractFile, ...] = ()
    held_back: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    listed: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unresolved: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def people_held_back(self) -> int:
        """Count the records that the files leave out, each once whatever the reasons."""
        return people_in(*self.held_back.values())

    @property
    def people_listed(self) -> int:
        """Count the records in the files that a person must look at, each once whatever the reasons."""
        return people_in(*self.listed.values())


def people_in(*listed: pd.DataFrame) -> int:
    """Count the records that some lists name, each once."""
    key = ["population", "laestab", "is_on_roll", "record"]
    return len(pd.concat([rows[key] for rows in listed]).drop_duplicates()) if listed else 0


@dataclass(frozen=True)
class Listing:
    """Records of one reason, with the received and the sent text of one field where that is what it is about."""

    reason: str
    rows: pd.DataFrame


def listing(
    reason: str,
    people: pd.DataFrame,
    *,
    field_name: str = "",
    received: pd.Series | str = "",
    sent: pd.Series | str = "",
) -> Listing:
    """List some people under a reason; `received` and `sent` are aligned with them."""
    rows = people.assign(field=field_name, received=received, sent=sent)
    return Listing(reason, rows[list(LISTED_COLUMNS)].astype(dict.fromkeys(("field", "received", "sent"), STRING)))


def by_reason(listings: Iterable[Listing]) -> dict[str, pd.DataFrame]:
    """Gather listings by reason, in the order in which the reasons first came up; empty ones vanish."""
    gathered: dict[str, list[pd.DataFrame]] = {}
    for each in listings:
        if len(each.rows):
            gathered.setdefault(each.reason, []).append(each.rows)
    return {reason: pd.concat(frames, ignore_index=True) for reason, frames in gathered.items()}
