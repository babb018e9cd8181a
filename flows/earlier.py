"""What the store holds of the collections around this one, for the same authority: all of it may be missing."""

from __future__ import annotations

from pathlib import PurePosixPath

import pandas as pd

from flows.parquet import read_frame
from flows.storage import Zone, partition
from flows.workspace import PART, Workspace
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.model import HEADER, PUPILS
from schemas.rules.since_last import PREVIOUS_HEADER, PREVIOUS_PUPILS
from schemas.tables import Tables
from transforms.recurring import with_recurring

CENSUS = "school_census"
SCHOOL = "school"
_CHILD = ("laestab", "is_on_roll", "record", "upn", "formerupn", "uniquelearnernumber", "surname", "forename", "dob")
_COMPARED = {
    PUPILS: (*_CHILD, "sex"),
    HEADER: ("laestab", "urn", "records_on"),
    SCHOOL: ("laestab", "schoolname", "phase"),
}


def with_previous(work: Workspace, tables: Tables) -> Tables:
    """Add what rules compare of the previous collection, if the store holds it."""
    previous = work.options.collection.previous()
    frames = {PREVIOUS_PUPILS: _clean(work, previous, PUPILS), PREVIOUS_HEADER: _clean(work, previous, HEADER)}
    held = {name: frame for name, frame in frames.items() if frame is not None}
    return Tables(tables.collection, tables.calendar, {**tables.frames, **held})


def previous_schools(work: Workspace) -> pd.DataFrame | None:
    """Return the schools that made a return of the previous collection: laestab, urn, schoolname, phase."""
    previous = work.options.collection.previous()
    header, school = _clean(work, previous, HEADER), _clean(work, previous, SCHOOL)
    if header is None or school is None:
        return None
    return header[["laestab", "urn"]].merge(school, on="laestab", how="left", validate="1:1")


def later_pupils(work: Workspace) -> dict[str, pd.DataFrame]:
    """Return the pupils of every later collection that the store holds, by collection."""
    held = {str(each): _clean(work, each, PUPILS) for each in _later(work)}
    return {collection: pupils for collection, pupils in held.items() if pupils is not None}


def recurring(work: Workspace, findings: pd.DataFrame, source: str) -> pd.DataFrame:
    """Say which findings of a source the previous collection had too."""
    path = _findings(work, source)
    if not work.store.exists(path):
        return findings
    return with_recurring(findings, read_frame(work.store, path))


def around(work: Workspace) -> dict[str, str]:
    """Return the hash of everything here that decides a run's bytes: what arrives later makes the run anew."""
    previous = work.options.collection.previous()
    paths = [_place(work, previous, table) for table in _COMPARED]
    paths += [_place(work, each, PUPILS) for each in _later(work)]
    paths += [_findings(work, source) for source in (CENSUS, "elective_home_education")]
    return {str(path): work.store.sha256(path) for path in paths if work.store.exists(path)}


def _later(work: Workspace) -> list[Collection]:
    return [each for each in known_collections() if work.options.collection < each]


def _place(work: Workspace, collection: Collection, table: str) -> PurePosixPath:
    return partition(Zone.CLEAN, CENSUS, table, collection=collection, la=work.options.la) / PART


def _findings(work: Workspace, source: str) -> PurePosixPath:
    previous = work.options.collection.previous()
    return partition(Zone.FINDINGS, source, collection=previous, la=work.options.la) / PART


def _clean(work: Workspace, collection: Collection, table: str) -> pd.DataFrame | None:
    path = _place(work, collection, table)
    return read_frame(work.store, path, columns=_COMPARED[table]) if work.store.exists(path) else None
