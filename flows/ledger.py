"""The ledger: who received what, when, under which agreement. Append-only, each row bound to the one before it.

SQLite, one table. Triggers refuse changes made in good faith; the chain of hashes shows those made in bad faith: each
row's hash covers its content and the hash before it. Rows cut off at the end show in SQLite's own counter. Someone who
rewrites the whole file and all its hashes is found only against a copy of its `head` kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from schemas.errors import Unreadable

LEDGER = "ledger/ledger.sqlite"
GENESIS = "0" * 64
_BUSY_SECONDS = 10.0


@dataclass(frozen=True)
class Entry:
    """One file that was disclosed: what a release records. Times and days are ISO 8601 text."""

    recorded_at: str
    agreement: str
    version: str
    recipient: str
    collection: str
    la: str
    on_day: str
    file: str
    sha256: str
    bytes: int
    rows: int
    columns: tuple[str, ...]
    code_version: str
    key_id: str | None
    accepted_findings: str | None
    run_id: str
    destroy_by: str | None


@dataclass(frozen=True)
class LedgerRow:
    """One row of the ledger: an entry in its place in the chain."""

    seq: int
    entry: Entry
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: `first_bad` is the first row that is not as it was written, with the reason."""

    rows: int
    first_bad: int | None = None
    reason: str | None = None

    @property
    def is_whole(self) -> bool:
        """Say whether nothing was changed, taken out or cut off."""
        return self.first_bad is None


ENTRY_COLUMNS = tuple(field.name for field in fields(Entry))
COLUMNS = ("seq", *ENTRY_COLUMNS, "previous_hash", "hash")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS disclosures (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    recorded_at TEXT NOT NULL, agreement TEXT NOT NULL, version TEXT NOT NULL, recipient TEXT NOT NULL,
    collection TEXT NOT NULL, la TEXT NOT NULL, on_day TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL, rows INTEGER NOT NULL, columns TEXT NOT NULL, code_version TEXT NOT NULL, key_id TEXT,
    accepted_findings TEXT, run_id TEXT NOT NULL, destroy_by TEXT, previous_hash TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS disclosures_of_a_run ON disclosures (run_id, agreement, file, sha256);
CREATE TRIGGER IF NOT EXISTS no_change BEFORE UPDATE ON disclosures
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS no_removal BEFORE DELETE ON disclosures
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS only_at_the_end BEFORE INSERT ON disclosures
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM disclosures)
    OR NEW.previous_hash <> coalesce((SELECT hash FROM disclosures ORDER BY seq DESC LIMIT 1), '{genesis}')
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
""".replace("{genesis}", GENESIS)

_INSERT = f"INSERT INTO disclosures ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608  # our names
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM disclosures ORDER BY seq"  # noqa: S608  # our names
_LAST = "SELECT seq, hash FROM disclosures ORDER BY seq DESC LIMIT 1"
_HELD = "SELECT 1 FROM disclosures WHERE run_id = ? AND agreement = ? AND file = ? AND sha256 = ?"
_COUNTER = "SELECT seq FROM sqlite_sequence WHERE name = 'disclosures'"


def prepare(path: Path) -> None:
    """Make the ledger where there is none, and prove that it can be written.

    Raises:
        Unreadable: when it is damaged.
    """
    with _connection(path) as connection:
        connection.executescript(_SCHEMA)


def append(path: Path, entries: Iterable[Entry]) -> tuple[LedgerRow, ...]:
    """Append entries in one step and return the rows made; the same run, agreement, file and bytes: no second row."""
    made: list[LedgerRow] = []
    with _connection(path) as connection:
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN IMMEDIATE")
        seq, previous = _end(connection)
        for entry in entries:
            if connection.execute(_HELD, (entry.run_id, entry.agreement, entry.file, entry.sha256)).fetchone():
                continue
            seq += 1
            row = LedgerRow(seq, entry, previous, _hash(seq, entry, previous))
            connection.execute(_INSERT, _cells(row))
            made.append(row)
            previous = row.hash
        connection.execute("COMMIT")
    return tuple(made)


def rows(path: Path) -> tuple[LedgerRow, ...]:
    """List the ledger, oldest row first; a store that never released anything has none."""
    if not path.exists():
        return ()
    with _connection(path) as connection:
        return tuple(_row(cells) for cells in connection.execute(_SELECT))


def head(path: Path) -> tuple[int, str]:
    """Return the number and hash of the last row: kept elsewhere, it proves later that nothing was rewritten."""
    held = rows(path)
    return (held[-1].seq, held[-1].hash) if held else (0, GENESIS)


def verify(path: Path) -> Verdict:
    """Follow the chain from the first row to the last and say where it is broken, if it is."""
    if not path.exists():
        return Verdict(rows=0)
    held = rows(path)
    previous = GENESIS
    for place, row in enumerate(held, start=1):
        if row.seq != place:
            return Verdict(len(held), place, "a row is missing")
        if row.previous_hash != previous:
            return Verdict(len(held), place, "the row does not follow from the one before it")
        if row.hash != _hash(row.seq, row.entry, previous):
            return Verdict(len(held), place, "the row was changed")
        previous = row.hash
    if _written(path) > len(held):
        return Verdict(len(held), len(held) + 1, "rows are missing at the end")
    return Verdict(len(held))


def _end(connection: sqlite3.Connection) -> tuple[int, str]:
    """Return number and hash of the last row; a ledger that was cut off is not written on."""
    seq, previous = connection.execute(_LAST).fetchone() or (0, GENESIS)
    counter = connection.execute(_COUNTER).fetchone()
    if counter and counter[0] != seq:
        raise Unreadable("The ledger has lost rows at its end; nothing was recorded: restore it from a backup.")
    return seq, previous


def _written(path: Path) -> int:
    with _connection(path) as connection:
        found = connection.execute(_COUNTER).fetchone()
    return int(found[0]) if found else 0


def _hash(seq: int, entry: Entry, previous: str) -> str:
    content = {"seq": seq, **asdict(entry), "previous_hash": previous}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _cells(row: LedgerRow) -> tuple[Any, ...]:
    content = asdict(row.entry)
    content["columns"] = json.dumps(list(row.entry.columns), ensure_ascii=False)
    return (row.seq, *(content[name] for name in ENTRY_COLUMNS), row.previous_hash, row.hash)


def _row(cells: tuple[Any, ...]) -> LedgerRow:
    content = dict(zip(COLUMNS, cells, strict=True))
    try:
        columns = tuple(json.loads(content["columns"]))
    except (ValueError, TypeError):
        columns = ()  # an edited cell: the row's hash no longer fits, which `verify` reports
    entry = Entry(**{**{name: content[name] for name in ENTRY_COLUMNS}, "columns": columns})
    return LedgerRow(content["seq"], entry, content["previous_hash"], content["hash"])


@contextmanager
def _connection(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection
    except sqlite3.DatabaseError:
        damaged = f"The ledger {path.name} is damaged or locked; nothing was recorded: restore it from a backup."
    else:
        return
    raise Unreadable(damaged)
