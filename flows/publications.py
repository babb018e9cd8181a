"""Publications on record: who was counted and what was shown, kept for the authority alone, and compared with now.

Every run that publishes other statistics than before adds a version below `clean/published/`, among the other records
of pupils: whoever holds the files of an earlier one can subtract them, so each stays on record even where the
statistics were withdrawn since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from flows.elective_home_education import Register
from flows.parquet import parquet_bytes, read_frame
from flows.protections import Protections
from flows.school_census import Census
from flows.storage import Zone, partition
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.collection import Collection
from schemas.datasets import Subject
from schemas.disclosure import Suppress
from transforms.aggregate.census import counted_pupils
from transforms.aggregate.ehe import counted_children
from transforms.aggregate.missing import counted_missing
from transforms.differences.comparison import (
    PUPILS,
    Comparison,
    Earlier,
    Now,
    Publication,
    compared_children,
    compared_pupils,
)
from transforms.differences.people import ABOUT
from transforms.known_children import Known

FOLDER: Final = "published"
CHILDREN: Final = "children"
_PEOPLE, _COUNTS, _ABOUT = "people.parquet", "counts.parquet", "publication.json"


@dataclass(frozen=True, eq=False)
class People:
    """Who is counted now: pupils of the census and children of each register, each empty where there are none."""

    pupils: pd.DataFrame | None = None
    children: pd.DataFrame | None = None
    missing: pd.DataFrame | None = None

    def of(self, subject: Subject) -> pd.DataFrame | None:
        """Return those counted from one register, by its subject."""
        return {"children": self.children, "missing": self.missing}.get(subject)


@stage("list the counted")
def people_stage(work: Workspace, census: Census, register: Register, protections: Protections) -> People:
    """List who is counted, to compare it with what was published before."""
    with work.progress.stage("list the counted"):
        pupils = children = missing = None
        if len(census.tables["pupils"]):
            rows = counted_pupils(census.tables, excluded=protections.excluded_pupils)
            pupils = _people(
                rows, Known.of_pupils(rows), [name for name in rows.columns if name not in census.tables["pupils"]]
            )
        if register.table is not None:
            rows = counted_children(
                register.table, calendar=work.calendar, excluded=protections.excluded_children
            ).assign(laestab="", counted=True, objects=False)
            children = _people(
                rows, Known.of_register(rows), [name for name in rows.columns if name not in register.table]
            )
        if register.missing.table is not None:
            missing = _missing(register.missing.table, work, protections)
    return People(pupils, children, missing)


def _missing(register: pd.DataFrame, work: Workspace, protections: Protections) -> pd.DataFrame:
    """List the children missing education who are counted."""
    rows = counted_missing(register, calendar=work.calendar, excluded=protections.excluded_missing).assign(
        laestab="", counted=True, objects=False
    )
    return _people(rows, Known.of_register(rows), [name for name in rows.columns if name not in register])


def _people(rows: pd.DataFrame, known: Known, more: Sequence[str]) -> pd.DataFrame:
    """Return who is counted in the form of the record: a valid UPN is the child, else names and date of birth."""
    person = known.person.astype("string")
    child = known.upn.astype("string").fillna("person " + person)
    topics = {name: rows[name].astype("string") for name in more if name not in ABOUT}
    flags = {name: rows[name].to_numpy(dtype=bool) for name in ("counted", "objects")}
    laestab = rows["laestab"].astype("string")
    listed = pd.DataFrame({"child": child, "person": person, "laestab": laestab, **flags, **topics})
    return listed.sort_values(["laestab", "child", "person"], kind="stable").reset_index(drop=True)


def publications(work: Workspace, kind: str, collection: Collection) -> list[Publication]:
    """Read every publication of a collection that is on record, the first first."""
    found: list[Publication] = []
    while work.store.exists((place := _place(work, kind, collection, len(found) + 1)) / _ABOUT):
        about = work.store.read_json(place / _ABOUT)
        people, counts = (read_frame(work.store, place / name) for name in (_PEOPLE, _COUNTS))
        found.append(Publication(people, _plain(counts), about["policy"]))
    return found


def record(work: Workspace, kind: str, publication: Publication) -> None:
    """Put a publication on record; one that is what the last one was stands in its place, as an output of this run."""
    number = 1
    while work.store.exists((place := _place(work, kind, work.options.collection, number)) / _ABOUT):
        number += 1
    files = {_PEOPLE: parquet_bytes(publication.people), _COUNTS: parquet_bytes(publication.counts)}
    last = _place(work, kind, work.options.collection, number - 1)
    if number > 1 and all(work.store.read_bytes(last / name) == data for name, data in files.items()):
        place = last
    for name, data in files.items():
        work.transaction.stage(place / name, data)
    work.transaction.stage_json(place / _ABOUT, {"policy": publication.policy})


def digest_of(policy: Suppress) -> str:
    """Hash a policy: counts stay hidden as they were only under the same."""
    return hashlib.sha256(policy.model_dump_json().encode()).hexdigest()


def compare(work: Workspace, kind: str, now: Now, policy: Suppress) -> Comparison:
    """Compare who is counted and what with every publication that the policy names."""
    rule = policy.differences
    if rule is None:
        return Comparison()
    same = publications(work, kind, work.options.collection) if rule.republished else []
    around = [each for when in _around(work.options.collection, rule.terms) for each in publications(work, kind, when)]
    judge = compared_pupils if kind == PUPILS else compared_children
    return judge(now, Earlier(same, around), policy)


def _around(collection: Collection, terms: int) -> list[Collection]:
    return [Collection.at(collection.index + away) for away in range(-terms, terms + 1) if away]


def _place(work: Workspace, kind: str, collection: Collection, number: int) -> PurePosixPath:
    return partition(Zone.CLEAN, FOLDER, kind, collection=collection, la=work.options.la) / f"{number:04d}"


def _plain(counts: pd.DataFrame) -> pd.DataFrame:
    """Return counts with plain columns, as they are compared."""
    texts = [str(name) for name in counts.columns if name not in {"value", "shown", "apart"}]
    plain = {name: counts[name].to_numpy(dtype=object) for name in texts}
    flags = {name: counts[name].to_numpy(dtype=bool) for name in ("shown", "apart")}
    return pd.DataFrame({**plain, "value": counts["value"].to_numpy(dtype="int64"), **flags})
