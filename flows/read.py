"""Reading the landed census returns: file by file, a bad one quarantined with its sentence, the others going on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath

from schemas.collection import Collection
from schemas.errors import Unreadable
from schemas.received import Note, RawReturns, Refused, ReturnHeader, gathered
from transforms.parse.archives import unpack
from transforms.parse.collect_csv import read_collect_set
from transforms.parse.returns import check_header
from transforms.parse.school_census_xml import read_xml_return
from transforms.reports.run_summary import QuarantinedFile
from transforms.supersede import ReceivedReturn, Standing, supersede

THREADS = 2
ZIP, CSV = ".zip", ".csv"


@dataclass(frozen=True)
class CensusFile:
    """One census file as received: its name, place in the order of landing, set (for CSV tables), and its bytes."""

    name: str
    order: int
    read: Callable[[], bytes] = field(repr=False)
    batch: int = 0


@dataclass(frozen=True)
class Received:
    """One file or CSV set that was read: its returns, and the order by which later ones supersede it."""

    raw: RawReturns
    name: str
    order: int
    files: int


@dataclass(frozen=True)
class CensusRead:
    """What reading gave: the returns that count, what they superseded, and what was quarantined."""

    returns: RawReturns
    standing: Standing
    quarantined: tuple[QuarantinedFile, ...]
    files_read: int
    rows_in: int
    rows_superseded: int
    rows_refused: int

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return what was noticed in the returns that count."""
        return self.returns.notes


def read_census(files: Iterable[CensusFile], *, collection: Collection, la: str | None) -> CensusRead:
    """Read every file and choose each school's return; `la` None takes the returns of any authority."""
    quarantined: list[QuarantinedFile] = []
    jobs = _in_landing_order(_jobs(files, quarantined))
    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(partial(_attempt, collection=collection), jobs))
    received = [result for result in done if isinstance(result, Received)]
    quarantined.extend(result for result in done if isinstance(result, QuarantinedFile))
    kept: list[Received] = []
    refused = 0
    for one in received:
        passed, rows = _of_this_run(one, quarantined, collection=collection, la=la)
        kept.append(passed)
        refused += rows
    return _chosen(kept, tuple(quarantined), refused)


@dataclass(frozen=True)
class _Job:
    name: str
    order: int
    files: Mapping[str, Callable[[], bytes]]
    is_set: bool


def _in_landing_order(jobs: Iterable[_Job]) -> list[_Job]:
    """Number the jobs by landing, each apart: members of one archive and sets of one file must not tie."""
    ordered = sorted(jobs, key=lambda job: (job.order, job.is_set, job.name))
    return [replace(job, order=number) for number, job in enumerate(ordered, start=1)]


def _jobs(files: Iterable[CensusFile], quarantined: list[QuarantinedFile]) -> Iterator[_Job]:
    """Turn files into reading jobs: an XML return each, the CSV tables of one batch and folder together."""
    sets: dict[tuple[int, str], dict[str, Callable[[], bytes]]] = {}
    orders: dict[tuple[int, str], int] = {}
    for member in _members(files, quarantined):
        if member.name.lower().endswith(CSV):
            key = (member.batch, str(PurePosixPath(member.name).parent.parent))
            tables = sets.setdefault(key, {})
            name = member.name if member.name not in tables else f"{member.name} ({member.order})"
            tables[name] = member.read
            orders[key] = max(orders.get(key, 0), member.order)
        else:
            yield _Job(member.name, member.order, {member.name: member.read}, is_set=False)
    for key in sorted(sets):
        yield _Job(sorted(sets[key])[0], orders[key], sets[key], is_set=True)


def _members(files: Iterable[CensusFile], quarantined: list[QuarantinedFile]) -> Iterator[CensusFile]:
    """Open archives; the CSV tables of one archive are one set of their own."""
    for file in files:
        if not file.name.lower().endswith(ZIP):
            yield file
            continue
        try:
            held = tuple(unpack(file.read(), name=file.name))
        except Unreadable as fault:
            quarantined.append(QuarantinedFile(file.name, str(fault)))
            continue
        if not held:
            quarantined.append(QuarantinedFile(file.name, f"{file.name} holds no file; ask for it to be packed again."))
        for name, data in held:
            yield CensusFile(f"{file.name}/{name}", file.order, _given(data), batch=-file.order)


def _given(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _attempt(job: _Job, *, collection: Collection) -> Received | QuarantinedFile:
    try:
        if job.is_set:
            contents = {name: read() for name, read in job.files.items()}
            raw = _whole(read_collect_set(contents, collection=collection), sorted(contents))
            return Received(raw, job.name, job.order, len(contents))
        raw = read_xml_return(job.files[job.name](), source_file=job.name, collection=collection)
        return Received(raw, job.name, job.order, 1)
    except Unreadable as fault:
        return QuarantinedFile(job.name, str(fault))


def _whole(raw: RawReturns, names: list[str]) -> RawReturns:
    """Refuse tables without pupils: they are part of an export, and would displace the returns of a whole one."""
    unread = {refusal.source_file for refusal in raw.refused}
    read = [name for name in names if name not in unread]
    if raw.rows_in or not read:
        return raw
    more = len(read) - 1
    with_it = {0: " holds", 1: " and the table given with it hold"}.get(
        more, f" and the {more} tables given with it hold"
    )
    sentence = f"{read[0]}{with_it} no pupil; give all tables of a COLLECT export together."
    return replace(raw.only(()), refused=(*raw.refused, Refused(read[0], sentence)))


def _of_this_run(
    one: Received, quarantined: list[QuarantinedFile], *, collection: Collection, la: str | None
) -> tuple[Received, int]:
    """Leave out returns of another collection or LA; their pupils are counted as quarantined rows in a CSV set."""
    quarantined.extend(QuarantinedFile(refusal.source_file, refusal.sentence) for refusal in one.raw.refused)
    held: set[str] = set()
    faults: dict[str, ReturnHeader] = {}
    for header in one.raw.headers:
        try:
            check_header(header, collection=collection, la=la or header.la)
            held.add(header.laestab)
        except Unreadable as fault:
            faults.setdefault(str(fault), header)
    quarantined.extend(QuarantinedFile(h.source_file, sentence, h.laestab) for sentence, h in faults.items())
    if len(held) == len(one.raw.headers):
        return one, 0
    kept = one.raw.only(held)
    rows = one.raw.rows_in - kept.rows_in if one.raw.headers[0].form == "collect_csv" else 0
    return replace(one, raw=kept), rows


def _chosen(kept: list[Received], quarantined: tuple[QuarantinedFile, ...], refused: int) -> CensusRead:
    standing = supersede(ReceivedReturn(header, one.name, one.order) for one in kept for header in one.raw.headers)
    current = {(received.order, received.header.laestab) for received in standing.latest}
    parts = [one.raw.only({h.laestab for h in one.raw.headers if (one.order, h.laestab) in current}) for one in kept]
    rows_before = sum(one.raw.rows_in for one in kept)
    returns = gathered(sorted(parts, key=lambda part: tuple(header.laestab for header in part.headers)))
    return CensusRead(
        returns=returns,
        standing=standing,
        quarantined=quarantined,
        files_read=sum(one.files - len(one.raw.refused) for one in kept if one.raw.headers),
        rows_in=rows_before + refused,
        rows_superseded=rows_before - returns.rows_in + returns.rows_superseded,
        rows_refused=refused,
    )
