"""All outputs of a run become visible together, or none does.

Files are first staged under `.staging/` and brought to the disk. The journal, put in place in one step, is the commit
point: before it a kill leaves the store as it was; after it the next `opened` finishes what the journal lists. Every
step after the commit point can be done twice.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from secrets import token_hex
from types import TracebackType
from typing import Self

from flows import durable, ledger
from flows.journal import JOURNAL, Checkpoint, Journal, Recovery, carry_out, disk_refusals, no_checkpoint, recover
from flows.storage import LOCK_WAIT_SECONDS, PLAIN, STAGING, STATE, Codec, Store, Zone, json_bytes
from schemas.errors import UnexpectedFault, UsageError

__all__ = ["Checkpoint", "Recovery", "Staged", "Transaction", "opened", "recover"]


@dataclass(frozen=True)
class Staged:
    """A file that the transaction will put in place: where, and the hash and size of its content."""

    path: PurePosixPath
    sha256: str
    bytes: int


class Transaction:
    """The writes of one run; used with `with`, and nothing is kept unless `commit` was called."""

    def __init__(self, store: Store, *, checkpoint: Checkpoint = no_checkpoint) -> None:
        if not store.lock.is_locked:
            raise UnexpectedFault("A transaction was begun without holding the store; nothing was written.")
        if (store.root / JOURNAL).exists():
            raise UsageError(f"The last run in the store {store.root} is not finished; run again to finish it.")
        self._store = store
        self._checkpoint = checkpoint
        self._id = token_hex(4)
        self._names = count()
        self._staged: dict[str, tuple[str, Staged]] = {}
        self._removed: set[str] = set()
        self._cleared: set[str] = set()
        self._entries: list[ledger.Entry] = []

    def __enter__(self) -> Self:
        """Begin; nothing is written yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Discard what was staged and not committed."""
        if not (self._store.root / JOURNAL).exists():
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return self._store.root / STAGING / self._id

    def stage(self, path: PurePosixPath | str, content: bytes | Iterable[bytes]) -> Staged:
        """Write a file aside, to be put at `path`; an iterable of chunks is written as it comes.

        Raises:
            UsageError: when the disk is full or refuses.
        """
        place = PurePosixPath(path)
        _check_place(self._store, place)
        if str(place).casefold() in self._staged:
            raise UnexpectedFault(f"{place} was written twice in one run; nothing was written.")
        name = str(next(self._names))
        tally = _Tally([content] if isinstance(content, bytes) else content, checkpoint=self._checkpoint)
        self._checkpoint(f"before staging {name}")
        with disk_refusals(self._store):
            durable.make_folder(self._folder)
            mode = durable.PRIVATE_FILE if _is_private(place) else durable.OPEN_FILE
            durable.write_new(self._folder / name, self._store.codec.encode(place, tally.chunks()), mode=mode)
        staged = Staged(place, tally.sha256, tally.bytes)
        self._staged[str(place).casefold()] = (name, staged)
        self._checkpoint(f"after staging {name}")
        return staged

    def stage_json(self, path: PurePosixPath | str, content: object) -> Staged:
        """Write JSON aside, to be put at `path`."""
        return self.stage(path, json_bytes(content))

    def remove(self, path: PurePosixPath | str) -> None:
        """Take a file out of the store at commit."""
        self._store.locate(path)
        self._removed.add(str(path))

    def clear(self, folder: PurePosixPath | str) -> None:
        """Take out of a folder, at commit, every file that this transaction does not write anew."""
        self._store.locate(folder)
        self._cleared.add(str(folder))

    def record(self, entry: ledger.Entry) -> None:
        """Add a row to the ledger at commit."""
        self._entries.append(entry)

    @property
    def staged(self) -> tuple[Staged, ...]:
        """Return what has been written aside so far."""
        return tuple(staged for _, staged in self._staged.values())

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to commit."""
        return not (self._staged or self._removed or self._cleared or self._entries)

    def commit(self) -> None:
        """Make everything visible.

        Raises:
            UsageError: when the disk refuses; before the commit point nothing has changed, after it the next start
                of termly finishes the run.
        """
        if self.is_empty:
            return
        journal = self._journal()
        with disk_refusals(self._store):
            self._prepare(journal)
            self._checkpoint("before the journal")
            durable.write_new(self._folder / "journal", [journal.as_json()])
            durable.flush_folder(self._folder)
            self._checkpoint("the journal is written aside")
            durable.move(self._folder / "journal", self._store.root / JOURNAL)
            durable.flush_folder(self._store.root)
        self._checkpoint("after the journal")
        carry_out(self._store, journal, self._checkpoint)

    def _prepare(self, journal: Journal) -> None:
        """Make folders and ledger now, so that after the commit point only what cannot be foreseen can fail."""
        durable.make_folder(self._folder)
        for place in journal.moves.values():
            mode = durable.PRIVATE_FOLDER if _is_private(PurePosixPath(place)) else durable.OPEN_FOLDER
            durable.make_folder(self._store.locate(place).parent, mode=mode)
        if journal.entries:
            ledger.prepare(self._store.locate(ledger.LEDGER))

    def _journal(self) -> Journal:
        held = {str(path) for folder in self._cleared for path in self._store.files(folder)} | self._removed
        return Journal(
            staging=self._id,
            moves={name: str(staged.path) for name, staged in self._staged.values()},
            removals=tuple(sorted(path for path in held if path.casefold() not in self._staged)),
            entries=tuple(self._entries),
        )


@contextmanager
def opened(
    root: Path, *, create: bool = True, wait: float = LOCK_WAIT_SECONDS, codec: Codec = PLAIN
) -> Iterator[tuple[Store, Recovery]]:
    """Open a store, hold it, and recover what an earlier run left: the way in for every command."""
    store = Store.open(root, create=create, codec=codec)
    with store.locked(wait=wait):
        yield store, recover(store)


class _Tally:
    """Hashes and counts content while it is written."""

    def __init__(self, content: Iterable[bytes], *, checkpoint: Checkpoint) -> None:
        self._content = content
        self._checkpoint = checkpoint
        self._digest = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def chunks(self) -> Iterator[bytes]:
        for chunk in self._content:
            self._digest.update(chunk)
            self.bytes += len(chunk)
            yield chunk
            self._checkpoint("within a file")


def _is_private(path: PurePosixPath) -> bool:
    return path.parts[0] != Zone.STATISTICS


def _check_place(store: Store, path: PurePosixPath) -> None:
    """Refuse a place outside the zones or where a folder stands: after the journal it would be too late."""
    if path != STATE and (path.parent == PurePosixPath() or path.parts[0] not in set(Zone)):
        raise UnexpectedFault(f"{path} is in no zone of the store; nothing was written.")
    target = store.locate(path)
    above = target.relative_to(store.root).parents
    if target.is_dir() or any((store.root / folder).is_file() for folder in above):
        raise UsageError(f"In the store something else stands where {path} belongs; move it away and run again.")
