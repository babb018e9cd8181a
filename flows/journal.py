"""The journal: the list of what a commit puts in place, and doing what it says, as often as needed.

The journal stands in the store's root from the commit point until all of it is done; whoever opens the store next
finishes it. Without one, whatever lies in staging belongs to a run that did not commit.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from flows import durable, ledger
from flows.storage import STAGING, Store, json_bytes
from schemas.errors import Unreadable, UsageError

JOURNAL = ".journal.json"
_FORMAT = 1

#: Called with the name of each step before and after each write; tests kill the process there.
Checkpoint = Callable[[str], None]


def no_checkpoint(_step: str) -> None:
    """Go on: the checkpoint of every run that is no test."""


class Recovery(StrEnum):
    """What opening a store found of an earlier run."""

    NOTHING = "nothing to recover"
    DISCARDED = "a run that did not finish was discarded"
    FINISHED = "a run that was cut short was finished"


@dataclass(frozen=True)
class Journal:
    """What one commit does: staged files and their places, files to remove, rows for the ledger."""

    staging: str
    moves: dict[str, str]
    removals: tuple[str, ...]
    entries: tuple[ledger.Entry, ...]

    def as_json(self) -> bytes:
        """Write it as it stands in the store."""
        rows = [asdict(entry) for entry in self.entries]
        content = {"format": _FORMAT, "staging": self.staging, "moves": self.moves, "removals": self.removals}
        return json_bytes({**content, "ledger": rows})

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a journal.

        Raises:
            Unreadable: when it is damaged or of another version.
        """
        try:
            content: dict[str, Any] = json.loads(path.read_bytes())
            known = content["format"] == _FORMAT
            rows = [ledger.Entry(**{**row, "columns": tuple(row["columns"])}) for row in content["ledger"]]
            journal = cls(content["staging"], content["moves"], tuple(content["removals"]), tuple(rows))
        except (OSError, ValueError, KeyError, TypeError):
            known = False
        if not known:
            raise Unreadable(
                f"{JOURNAL} of the store is damaged or of another version of termly; restore the store from a backup."
            )
        return journal


def recover(store: Store, *, checkpoint: Checkpoint = no_checkpoint) -> Recovery:
    """Finish the commit whose journal stands, or discard what a killed run left; the store must be held."""
    standing = store.root / JOURNAL
    if standing.exists():
        carry_out(store, Journal.read(standing), checkpoint)
        return Recovery.FINISHED
    left = [path for path in (store.root / STAGING).rglob("*") if path.is_file()]
    shutil.rmtree(store.root / STAGING, ignore_errors=True)
    durable.make_folder(store.root / STAGING)
    return Recovery.DISCARDED if left else Recovery.NOTHING


def carry_out(store: Store, journal: Journal, checkpoint: Checkpoint) -> None:
    """Do what the journal lists; any step may be done already. The ledger is first: no file is out without its row.

    Raises:
        UsageError: when the disk refuses; the journal stays, so the next start of termly goes on.
    """
    if journal.entries:
        ledger.append(store.locate(ledger.LEDGER), journal.entries)
        checkpoint("after the ledger")
    with disk_refusals(store, committed=True):
        _put_in_place(store, journal, checkpoint)
        _take_out(store, journal, checkpoint)
        checkpoint("before the journal goes")
        durable.remove(store.root / JOURNAL)
        durable.flush_folder(store.root)
    checkpoint("after the journal went")
    shutil.rmtree(store.root / STAGING / journal.staging, ignore_errors=True)


def _put_in_place(store: Store, journal: Journal, checkpoint: Checkpoint) -> None:
    folder = store.root / STAGING / journal.staging
    for name, place in journal.moves.items():
        source, target = folder / name, store.locate(place)
        if source.exists():
            durable.move(source, target)
        elif not target.exists():
            raise Unreadable(f"The store's journal names {place}, which is gone; restore the store from a backup.")
        checkpoint(f"after moving {name}")
    for parent in {store.locate(place).parent for place in journal.moves.values()}:
        durable.flush_folder(parent)


def _take_out(store: Store, journal: Journal, checkpoint: Checkpoint) -> None:
    paths = [store.root / place for place in journal.removals]  # not `locate`: a stranger's file may bear any name
    for path in paths:
        durable.remove(path)
        checkpoint("after a removal")
    for folder in sorted({path.parent for path in paths}):
        _drop_empty(store, folder)


def _drop_empty(store: Store, folder: Path) -> None:
    """Remove folders that a removal left empty, up to the zone."""
    while folder.parent != store.root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
    if folder.is_dir():
        durable.flush_folder(folder)


@contextmanager
def disk_refusals(store: Store, *, committed: bool = False) -> Iterator[None]:
    """Turn the disk's refusal into one sentence."""
    try:
        yield
    except OSError as error:
        after = "the run will be finished at the next start of termly" if committed else "nothing was changed"
        raise UsageError(
            f"The store {store.root} cannot be written ({error.strerror}); {after}: close programs that have its "
            "files open, see to space and rights, and run again."
        ) from error
