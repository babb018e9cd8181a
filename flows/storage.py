"""The store: the zones in order, where each thing lies, and reading it back. Writing goes through a `Transaction`.

Every zone but `statistics` is for named people: on POSIX its folders are 0700 and its files 0600. On Windows modes mean
nothing; there the access list of the folder in which the council puts the store decides (see data/README.md).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Any

from filelock import FileLock, Timeout

from flows import durable
from schemas.collection import Collection
from schemas.errors import UnexpectedFault, Unreadable, UsageError

#: Raised with a migration whenever the folders, names or file forms of the store change.
STORE_FORMAT = 1
STATE = PurePosixPath("store.json")
STAGING = ".staging"
LOCK_WAIT_SECONDS = 10.0


class Zone(StrEnum):
    """The zones, in the order of the data's path."""

    LANDING = "landing"
    CLEAN = "clean"
    FINDINGS = "findings"
    QUARANTINE = "quarantine"
    PSEUDONYMISED = "pseudonymised"
    STATISTICS = "statistics"
    RELEASED = "released"
    REPORTS = "reports"
    LEDGER = "ledger"

    @property
    def is_private(self) -> bool:
        """Say whether the zone is for named people; only statistics are safe to publish."""
        return self is not Zone.STATISTICS


@dataclass(frozen=True)
class Codec:
    """How bytes lie on the disk: the seam for encryption at rest. Both ends are told which file it is."""

    encode: Callable[[PurePosixPath, Iterable[bytes]], Iterable[bytes]]
    decode: Callable[[PurePosixPath, bytes], bytes]


#: Files lie on the disk as they are.
PLAIN = Codec(encode=lambda _path, chunks: chunks, decode=lambda _path, data: data)


@dataclass(frozen=True)
class StoreState:
    """What a store knows of itself: its format, the id of its master key, and the epoch of its pseudonyms."""

    format: int = STORE_FORMAT
    key_id: str | None = None
    epoch: int = 1

    def as_json(self) -> bytes:
        """Write it as it stands in `store.json`."""
        return json_bytes(asdict(self))


@dataclass(frozen=True)
class Store:
    """A folder of zones; `open` it, never build it by hand."""

    root: Path
    codec: Codec = field(default=PLAIN, repr=False)
    lock: FileLock = field(repr=False, compare=False, kw_only=True)

    @classmethod
    def open(cls, root: Path, *, create: bool = True, codec: Codec = PLAIN) -> Store:
        """Open a store, or make a new one where there is none.

        Raises:
            UsageError: when the folder is not a store, or one of a format that this version does not know.
        """
        store = cls(root, codec, lock=FileLock(root / ".lock", mode=durable.PRIVATE_FILE, thread_local=False))
        try:
            if not store.locate(STATE).exists():
                _make(store, create=create)
        except OSError as error:
            raise UsageError(f"The store {root} cannot be opened ({error.strerror}); choose another folder.") from None
        store.state()
        return store

    def state(self) -> StoreState:
        """Read what the store knows of itself."""
        try:
            held: dict[str, Any] = json.loads(self.locate(STATE).read_bytes())
            known = held["format"] == STORE_FORMAT
            state = StoreState(**held) if known else None
        except (OSError, ValueError, TypeError, KeyError):
            raise UsageError(f"{STATE} of the store {self.root} is damaged; restore it from a backup.") from None
        if state is None:
            raise UsageError(
                f"The store {self.root} has a format that this version of termly does not know "
                f"(it knows {STORE_FORMAT}); use the version that wrote it, or migrate the store."
            )
        return state

    @contextmanager
    def locked(self, *, wait: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
        """Hold the store for one run.

        Raises:
            UsageError: when another run holds it for longer than `wait` seconds.
        """
        try:
            self.lock.acquire(timeout=wait, poll_interval=0.05)
        except Timeout:
            raise UsageError(
                f"Another run of termly is using the store {self.root}; wait until it has ended and run again."
            ) from None
        try:
            yield
        finally:
            self.lock.release()

    def locate(self, path: PurePosixPath | str) -> Path:
        """Return where a path of the store lies on this machine; a path that would leave the store is refused."""
        parts = str(path).split("/")
        if not all(_is_portable(part) for part in parts):
            raise UnexpectedFault(
                "A file name in the store is not one that every system can hold; nothing was written."
            )
        return self.root.joinpath(*parts)

    def exists(self, path: PurePosixPath | str) -> bool:
        """Say whether the store has this file."""
        return self.locate(path).is_file()

    def files(self, folder: PurePosixPath | str) -> tuple[PurePosixPath, ...]:
        """List the files below a folder, sorted by path; none if the folder does not exist."""
        found = (path for path in self.locate(folder).rglob("*") if path.is_file())
        return tuple(sorted(PurePosixPath(path.relative_to(self.root).as_posix()) for path in found))

    def read_bytes(self, path: PurePosixPath | str) -> bytes:
        """Read a file of the store.

        Raises:
            Unreadable: when it is missing or the disk fails.
        """
        try:
            data = self.locate(path).read_bytes()
        except OSError as error:
            raise Unreadable(
                f"{path} of the store cannot be read ({error.strerror}); run again, or restore it from a backup."
            ) from None
        return self.codec.decode(PurePosixPath(path), data)

    def read_text(self, path: PurePosixPath | str) -> str:
        """Read a text file (UTF-8)."""
        return self.read_bytes(path).decode("utf-8")

    def read_json(self, path: PurePosixPath | str) -> Any:  # noqa: ANN401  # JSON is what it is; callers check
        """Read a JSON file."""
        return json.loads(self.read_bytes(path))

    def sha256(self, path: PurePosixPath | str) -> str:
        """Return the SHA-256 of a file's content, as read (not as it lies on the disk)."""
        return hashlib.sha256(self.read_bytes(path)).hexdigest()


def partition(zone: Zone, *names: str, collection: Collection, la: str) -> PurePosixPath:
    """Return the folder of one collection and LA in hive form: `clean/…/collection=2026-spring/la=856`."""
    return PurePosixPath(zone, *names, f"collection={collection}", f"la={la}")


def json_bytes(content: object) -> bytes:
    """Write JSON the one way we write it: sorted keys, UTF-8, a line end at the end."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def safe_name(name: str, *, longest: int = 60) -> str:
    """Return a file name that every system can hold; the suffix and the beginning survive, other signs become `_`."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._") or "file"
    stem, dot, suffix = plain.rpartition(".")
    tail = f"{dot}{suffix}"[:12]
    return f"{stem[: longest - len(tail)]}{tail}" if stem else plain[:longest]


def _make(store: Store, *, create: bool) -> None:
    """Make the folders of a new store; its state comes last, so a half-made store is made again."""
    if not create:
        raise UsageError(f"There is no store at {store.root}; name another with --store, or run `termly run` first.")
    if any(store.locate(zone).is_dir() and store.files(zone) for zone in Zone):
        raise UsageError(f"{store.root} holds data but no {STATE}, so it is no store; restore it or choose another.")
    durable.make_folder(store.root, mode=durable.OPEN_FOLDER)
    durable.make_folder(store.root / STAGING)
    for zone in Zone:
        durable.make_folder(store.root / zone, mode=durable.PRIVATE_FOLDER if zone.is_private else durable.OPEN_FOLDER)
    fresh = store.root / STAGING / token_hex(4)
    durable.write_new(fresh, [StoreState().as_json()])
    durable.move(fresh, store.root / STATE)
    durable.flush_folder(store.root)


#: Names that Windows keeps for devices, with or without a suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"|?*\\]|[. ]$')


def _is_portable(part: str) -> bool:
    return bool(part) and not (_FORBIDDEN.search(part) or _DEVICES.fullmatch(part))
