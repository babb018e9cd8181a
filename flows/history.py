"""The history of submissions for the workbook: each return received, and each file released, with when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import pandas as pd

from flows import clock, ledger
from flows.inputs import CENSUS
from flows.landing import LandedFile, LandingPlace, landed, read_landed
from flows.school_census import Census
from flows.workspace import Workspace
from schemas.errors import Unreadable
from schemas.model import HEADER
from transforms.parse.xml_guard import peek_header
from transforms.reports.findings_workbook import HISTORY_COLUMNS

RECEIVED, SUPERSEDED, WITHDRAWN = "received", "superseded", "withdrawn"
QUARANTINED, RELEASED = "not readable", "released"
Row = dict[str, object]


def history_of(work: Workspace, census: Census) -> pd.DataFrame:
    """Return what was received for a collection and what was released of it, in the order of schools and time."""
    place = LandingPlace(CENSUS, work.options.collection, work.options.la)
    files = landed(work.store, place, withdrawn=True)
    standing = [file for file in files if file.withdrawn_at is None]
    rows = [*received(census, standing), *_withdrawn(work, files)]
    return _frame([*rows, *_released(work, {str(row["laestab"]) for row in rows if row["laestab"]})])


def history_of_check(census: Census) -> pd.DataFrame:
    """Return what was received where nothing is kept: no time, no release."""
    return _frame(received(census, ()))


def received(census: Census, files: Iterable[LandedFile]) -> list[Row]:
    """List the returns that count, those superseded, and the files that could not be read."""
    came = {file.name: file.landed_at for file in files}
    if census.read is None:
        header = census.tables[HEADER][["laestab", "serialno", "source_file"]].astype("object")
        counted = header.where(header.notna(), None).to_numpy().tolist()
        return [_row(RECEIVED, _when(name, came), name, laestab=own, serial=serial) for own, serial, name in counted]
    of = {RECEIVED: census.read.standing.latest, SUPERSEDED: census.read.standing.superseded}
    rows = [
        _row(event, _when(one.file, came), one.file, laestab=one.header.laestab, serial=one.header.serial)
        for event, returns in of.items()
        for one in returns
    ]
    return rows + [
        _row(QUARANTINED, _when(bad.source_file, came), bad.source_file, laestab=bad.laestab, remark=bad.reason)
        for bad in census.read.quarantined
    ]


def _withdrawn(work: Workspace, files: Iterable[LandedFile]) -> Iterator[Row]:
    """List the files taken back, with the school and serial number of those whose header can be read."""
    for file in files:
        if file.withdrawn_at is None:
            continue
        remark = f"landed {_moment(file.landed_at)}"
        try:
            header = peek_header(read_landed(work.store, file), source_file=file.name)
        except Unreadable:
            yield _row(WITHDRAWN, _moment(file.withdrawn_at), file.name, remark=remark)
        else:
            own = {"laestab": header.laestab, "serial": header.serial}
            yield _row(WITHDRAWN, _moment(file.withdrawn_at), file.name, remark=remark, **own)


def _released(work: Workspace, schools: set[str]) -> Iterator[Row]:
    """List what the ledger says of the collection; a return's file begins with its school's number."""
    for row in ledger.rows(work.store.locate(ledger.LEDGER)):
        entry = row.entry
        if (entry.collection, entry.la) != (str(work.options.collection), work.options.la):
            continue
        begins = next((school for school in sorted(schools) if entry.file.startswith(f"{school}_")), None)
        accepted = f"findings accepted: {entry.accepted_findings}" if entry.accepted_findings else None
        own = {"laestab": begins, "rows": entry.rows, "under": f"{entry.agreement} {entry.version}"}
        yield _row(RELEASED, _moment(entry.recorded_at), entry.file, remark=accepted, **own)


def _row(event: str, when: str | None, file: str, **more: object) -> Row:
    return {**dict.fromkeys(HISTORY_COLUMNS), "event": event, "when": when, "file": file, **more}


def _when(name: str, came: dict[str, str]) -> str | None:
    """Return when a file landed; a member of an archive landed with it."""
    own = name if name in came else next((each for each in came if name.startswith(f"{each}/")), None)
    return _moment(came[own]) if own is not None else None


def _moment(written: str) -> str:
    """Write a moment as a London clock shows it, so that a sheet sorts by it."""
    return f"{datetime.fromisoformat(written).astimezone(clock.LONDON):%Y-%m-%d %H:%M}"


def _frame(rows: Iterable[Row]) -> pd.DataFrame:
    ordered = sorted(rows, key=lambda row: tuple(str(row[name] or "") for name in ("laestab", "when", "event", "file")))
    return pd.DataFrame(ordered, columns=list(HISTORY_COLUMNS))
