"""Landing: every file received, kept as received, once for each content.

Beside each file lies its record (`….landed.json`): name, hash, size, place in the order of landing, when it came, when
it was withdrawn. Landing the same bytes again changes nothing; a file that was withdrawn stays so until `reinstate`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from flows.journal import no_checkpoint
from flows.storage import Store, Zone, json_bytes, partition, safe_name
from flows.transaction import Checkpoint, Transaction
from schemas.collection import Collection
from schemas.errors import Unreadable, UsageError

RECORD_SUFFIX = ".landed.json"
_HASH_IN_NAME = 16


@dataclass(frozen=True)
class LandingPlace:
    """Where files land: the source they are of, the collection and the local authority."""

    source: str
    collection: Collection
    la: str

    @property
    def folder(self) -> PurePosixPath:
        """Return the folder in the landing zone."""
        return partition(Zone.LANDING, self.source, collection=self.collection, la=self.la)


@dataclass(frozen=True)
class LandedFile:
    """One file on record. Key: path (within the store)."""

    path: PurePosixPath
    name: str
    sha256: str
    bytes: int
    order: int
    landed_at: str
    withdrawn_at: str | None = None

    @property
    def record_path(self) -> PurePosixPath:
        """Return where its record lies."""
        return self.path.with_name(self.path.name + RECORD_SUFFIX)


@dataclass(frozen=True)
class Landing:
    """What one call landed: files new, files on record already, those among them withdrawn, and faults by sentence."""

    new: tuple[LandedFile, ...]
    known: tuple[LandedFile, ...]
    withdrawn: tuple[LandedFile, ...]
    faults: tuple[str, ...]


def land(
    store: Store,
    files: Iterable[tuple[str, bytes | Path]],
    place: LandingPlace,
    *,
    at: datetime,
    checkpoint: Checkpoint = no_checkpoint,
) -> Landing:
    """Keep files as received: all that can be read are on record together, the others are named in `faults`."""
    held = {_identity(file.sha256, file.bytes, file.name): file for file in landed(store, place, withdrawn=True)}
    following = max((file.order for file in held.values()), default=0) + 1
    new: dict[str, LandedFile] = {}
    known: dict[str, LandedFile] = {}
    faults: list[str] = []
    with Transaction(store, checkpoint=checkpoint) as transaction:
        for name, data in _contents(files, faults):
            digest = hashlib.sha256(data).hexdigest()
            identity = _identity(digest, len(data), name)
            if identity in held:
                known[identity] = held[identity]
            elif identity not in new:
                path = place.folder / f"{digest[:_HASH_IN_NAME]}-{_own_name(name, data)}"
                file = LandedFile(path, name, digest, len(data), following + len(new), at.isoformat())
                new[identity] = file
                transaction.stage(file.path, data)
                transaction.stage(file.record_path, _record(file))
        transaction.commit()
    counted = {out: tuple(f for f in known.values() if bool(f.withdrawn_at) is out) for out in (False, True)}
    return Landing(tuple(new.values()), counted[False], counted[True], tuple(faults))


def landed(store: Store, place: LandingPlace, *, withdrawn: bool = False) -> tuple[LandedFile, ...]:
    """List the files of one place in the order of landing; those withdrawn only if asked for."""
    return tuple(file for file in _records(store, place.folder) if withdrawn or file.withdrawn_at is None)


def read_landed(store: Store, file: LandedFile) -> bytes:
    """Read a file as it was received.

    Raises:
        Unreadable: when it is not what was landed.
    """
    data = store.read_bytes(file.path)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Unreadable(f"{file.name} was changed in the store after it had landed; ask for it again and land it.")
    return data


def withdraw(store: Store, file: str, *, at: datetime, place: LandingPlace | None = None) -> LandedFile:
    """Mark one file as withdrawn; it stays on record and no run uses it. Twice is once.

    `file` is its name, its path (in the store or on this machine) or its SHA-256.

    Raises:
        UsageError: when no file on record is meant, or several are.
    """
    found = _meant(store, file, place)
    return found if found.withdrawn_at else _keep(store, replace(found, withdrawn_at=at.isoformat()))


def reinstate(store: Store, file: str, *, place: LandingPlace | None = None) -> LandedFile:
    """Take back a withdrawal; the file keeps its place in the order of landing."""
    found = _meant(store, file, place, withdrawn=True)
    return _keep(store, replace(found, withdrawn_at=None)) if found.withdrawn_at else found


def _identity(digest: str, length: int, name: str) -> str:
    """Return what makes a file the same one: its content; empty files are told apart by their names."""
    return digest if length else f"{digest} {name}"


def _own_name(name: str, data: bytes) -> str:
    """Return the name under which a file lies; with nothing in them, files of one name in two folders are two."""
    if data:
        return safe_name(PurePosixPath(name).name)
    return safe_name(f"{hashlib.sha256(name.encode()).hexdigest()[:8]}-{PurePosixPath(name).name}")


def _contents(files: Iterable[tuple[str, bytes | Path]], faults: list[str]) -> Iterator[tuple[str, bytes]]:
    for name, content in files:
        try:
            data = content if isinstance(content, bytes) else content.read_bytes()
        except OSError as error:
            faults.append(f"{name} cannot be read ({error.strerror}); see to its rights and run again.")
        else:
            yield name, data


def _records(store: Store, folder: PurePosixPath) -> list[LandedFile]:
    paths = (path for path in store.files(folder) if path.name.endswith(RECORD_SUFFIX))
    read = (store.read_json(path) for path in paths)
    files = (LandedFile(**{**content, "path": PurePosixPath(content["path"])}) for content in read)
    return sorted(files, key=lambda file: (str(file.path.parent), file.order))


def _meant(store: Store, file: str, place: LandingPlace | None, *, withdrawn: bool = False) -> LandedFile:
    """Find the one file on record that is meant: by hash, path or content, else by name, else by its last part."""
    held = _records(store, place.folder if place else PurePosixPath(Zone.LANDING))
    here = Path(file)
    digest = hashlib.sha256(here.read_bytes()).hexdigest() if here.is_file() else file.lower()
    exact = [one for one in held if digest == one.sha256 or file == str(one.path)]
    exact = [one for one in exact if here.name == PurePosixPath(one.name).name] or exact
    whole = [one for one in held if file == one.name]
    found = exact or whole or [one for one in held if here.name == PurePosixPath(one.name).name]
    if len(found) > 1:
        found = [one for one in found if bool(one.withdrawn_at) is withdrawn] or found
    if not found:
        raise UsageError(f"No file on record is called {here.name}; give its name, path in the store or SHA-256.")
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} files on record are meant by {here.name}; give the path in the store of one of them: "
            f"{', '.join(str(one.path) for one in found)}."
        )
    return found[0]


def _record(file: LandedFile) -> bytes:
    return json_bytes({**asdict(file), "path": str(file.path)})


def _keep(store: Store, file: LandedFile) -> LandedFile:
    with Transaction(store) as transaction:
        transaction.stage(file.record_path, _record(file))
        transaction.commit()
    return file
