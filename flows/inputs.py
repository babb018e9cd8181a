"""Landing what a run is given, and which landed files the run reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from flows import clock
from flows.discovery import REGISTER_SUFFIXES, Found, find_files
from flows.landing import LandedFile, Landing, LandingPlace, land, landed
from flows.storage import Zone, json_bytes
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.calendar import known_collections
from schemas.errors import NothingToDo, UsageError
from schemas.sources.model import source, source_ids

CENSUS = "school_census"
REGISTER = "ehe_register"
SCHOOLS = "gias"
_BATCH = "batch-"


@dataclass(frozen=True)
class Batch:
    """The census files given together in one call: what makes loose CSV tables one set."""

    order: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Inputs:
    """The landed files that a run reads; `faults` are sentences on files that could not even be landed."""

    census: tuple[LandedFile, ...]
    given: frozenset[str]
    batches: tuple[Batch, ...]
    sources: dict[str, LandedFile]
    unrecognised: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def carried_over(self) -> int:
        """Count the census files landed by earlier runs and not given to this one."""
        return sum(file.sha256 not in self.given for file in self.census)

    def fingerprint(self) -> str:
        """Return a hash of everything that this run reads."""
        held = [file.sha256 for file in self.census]
        held += [f"{name}={file.sha256}" for name, file in sorted(self.sources.items())]
        held += [f"batch={','.join(batch.files)}" for batch in self.batches]
        return hashlib.sha256("\n".join(held).encode()).hexdigest()


@stage("land", retries=2)
def land_inputs(work: Workspace) -> Inputs:
    """Land the files of the command line and list what this run reads.

    Raises:
        NothingToDo: when nothing was ever landed for this collection and LA.
    """
    found = find_files(work.options.census)
    place = LandingPlace(CENSUS, work.options.collection, work.options.la)
    landing = land(
        work.store, ((_name(file.name, file.path), file.path) for file in found.files), place, at=clock.now()
    )
    given = frozenset(file.sha256 for file in (*landing.new, *landing.known))
    census = tuple(file for file in landed(work.store, place) if not work.options.only or file.sha256 in given)
    sources, faults = _land_sources(work)
    batches = _batches(work, landing, given)
    if not (census or sources or found.faults or landing.faults or faults):
        raise NothingToDo(
            f"Nothing was given and nothing has landed for {work.options.collection} of {work.options.la}; "
            f"name returns with --census, a register with --ehe{_strangers(found)}."
        )
    _say_withdrawn(work, landing)
    return Inputs(census, given, batches, sources, found.unrecognised, (*found.faults, *landing.faults, *faults))


def _strangers(found: Found) -> str:
    if not found.unrecognised:
        return ""
    return f" ({len(found.unrecognised)} files are of no kind that is read, the first: {found.unrecognised[0]})"


def _say_withdrawn(work: Workspace, landing: Landing) -> None:
    for file in landing.withdrawn:
        work.outcome.say(f"{file.name} was withdrawn and is left out; `termly withdraw --undo` takes it back.")


def _name(name: str, path: Path) -> str:
    """Keep the folder that the file came from in its name: CSV tables of one export lie in one folder."""
    return name if "/" in name else f"{path.resolve().parent.name}/{name}"


def _land_sources(work: Workspace) -> tuple[dict[str, LandedFile], list[str]]:
    """Land every further source; the latest snapshot of each counts."""
    options = work.options
    given = {REGISTER: options.ehe, SCHOOLS: options.schools, **options.inputs}
    if unknown := sorted(set(options.inputs) - set(source_ids())):
        raise UsageError(f"--input {unknown[0]}=… names no source; known are {', '.join(source_ids())}.")
    latest: dict[str, LandedFile] = {}
    faults: list[str] = []
    for name in sorted({*given, *source_ids()}):
        place = LandingPlace(name, options.collection, options.la)
        landing = _land_one(work, place, given.get(name))
        _say_withdrawn(work, landing)
        faults.extend(landing.faults)
        mine = landing.new or landing.known
        if chosen := _held(work, place, mine):
            latest[name] = chosen[-1]
            _say_older(work, mine, chosen[-1])
    return latest, faults


def _held(work: Workspace, place: LandingPlace, mine: tuple[LandedFile, ...]) -> tuple[LandedFile, ...]:
    """Return the snapshots of a source that a run may read, the one that counts last.

    A lasting source (protections) is never left out: its latest snapshot counts for every collection of the authority.
    """
    if source(place.source).lasting:
        every = (landed(work.store, replace(place, collection=each)) for each in known_collections())
        return tuple(sorted((file for files in every for file in files), key=lambda file: (file.landed_at, file.order)))
    return mine if work.options.only else landed(work.store, place)


def _say_older(work: Workspace, given: tuple[LandedFile, ...], latest: LandedFile) -> None:
    """Say so when a snapshot given again is not the latest landed: the latest is used."""
    if given and given[-1] != latest:
        work.outcome.say(
            f"{given[-1].name} landed before {latest.name}, which is used; `termly withdraw {latest.path}` to go back."
        )


def _land_one(work: Workspace, place: LandingPlace, path: Path | None) -> Landing:
    if path is None:
        return Landing((), (), (), ())
    if not path.is_file():
        raise UsageError(f"There is no file {path}; correct the path and run again.")
    found: Found = find_files([path], suffixes=REGISTER_SUFFIXES)
    return land(work.store, ((file.name, file.path) for file in found.files), place, at=clock.now())


def _batches(work: Workspace, landing: Landing, given: frozenset[str]) -> tuple[Batch, ...]:
    """Remember which CSV files were given together; a call that gives the same again makes no new batch."""
    folder = work.place(Zone.LANDING, CENSUS)
    held = [
        Batch(int(content["order"]), tuple(content["files"]))
        for path in work.store.files(folder)
        if path.name.startswith(_BATCH)
        for content in [work.store.read_json(path)]
    ]
    csv = tuple(file.sha256 for file in (*landing.new, *landing.known) if file.name.lower().endswith(".csv"))
    if csv and set(csv) not in [set(batch.files) for batch in held]:
        batch = Batch(max((one.order for one in held), default=0) + 1, tuple(sorted(csv)))
        path = PurePosixPath(folder, f"{_BATCH}{batch.order}.json")
        work.transaction.stage(path, json_bytes({"order": batch.order, "files": list(batch.files)}))
        held.append(batch)
    if work.options.only:
        held = [batch for batch in held if set(batch.files) <= given]
    return tuple(sorted(held, key=lambda batch: batch.order))
