"""Small commands on keys, ledger and landing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows import clock, keys, ledger
from flows.configuration import DEFAULT_STORE, load
from flows.landing import reinstate, withdraw
from flows.ledger_table import ledger_frame
from flows.options import Outcome
from flows.printing import show_listing
from flows.storage import STATE, Store
from flows.transaction import opened
from schemas.errors import Unreadable
from transforms.reports.listing import Listing

_SHOWN = (
    "seq",
    "recorded_at",
    "agreement",
    "version",
    "recipient",
    "collection",
    "la",
    "on_day",
    "file",
    "rows",
    "sha256",
)


def _store(store: Path | None, config: Path | None) -> Path:
    if store is not None:
        return store
    return load(config).store if config is not None else DEFAULT_STORE


def withdraw_file(file: str, *, undo: bool, store: Path | None, config: Path | None) -> Outcome:
    """Run `termly withdraw`."""
    with opened(_store(store, config), create=False) as (held, _):
        found = reinstate(held, file) if undo else withdraw(held, file, at=clock.now())
    done = "counts again" if undo else "is withdrawn and stays on record"
    return Outcome(lines=[f"{found.name} {done}; run the collection again."])


def make_key(key_file: Path | None, backup: Path | None) -> Outcome:
    """Run `termly keys init`."""
    key = keys.init_key("keyring" if key_file is None else "file", file=key_file, backup=backup)
    where = "the system keyring" if key_file is None else str(key_file)
    outcome = Outcome(lines=[f"key {key.key_id} is in {where}", keys.LOSS])
    if key_file is not None:
        outcome.say(f"Set {keys.FILE_VARIABLE}={key_file} where termly runs.")
    return outcome


def list_keys(*, store: Path | None, config: Path | None, as_json: bool) -> Outcome:
    """Run `termly keys list`."""
    rows: list[dict[str, Any]] = [
        {"place": each.place, "key_id": each.key_id, "in_use": each.in_use, "fault": each.fault}
        for each in keys.list_keys()
    ]
    root = _store(store, config)
    if (root / str(STATE)).exists():
        rows.append({"place": f"store {root}", "key_id": Store.open(root, create=False).state().key_id, "in_use": None})
    outcome = Outcome()
    show_listing(outcome, Listing("Keys, by id", ("place", "key_id", "in_use", "fault"), tuple(rows)), as_json=as_json)
    return outcome


def show_ledger(*, store: Path | None, config: Path | None, verify: bool, as_json: bool) -> Outcome:
    """Run `termly ledger`."""
    outcome = Outcome()
    with opened(_store(store, config), create=False) as (held, _):
        path = held.locate(ledger.LEDGER)
        if verify:
            verdict = ledger.verify(path)
            if verdict.is_whole:
                outcome.say(f"The ledger is whole: {verdict.rows} rows.")
            else:
                sentence = f"The ledger is not as it was written from row {verdict.first_bad} on: {verdict.reason}."
                outcome.refuse(Unreadable.exit_code, sentence)
            return outcome
        frame = ledger_frame(path)
    columns = tuple(frame.columns) if as_json else _SHOWN
    cells = frame.astype(object).where(frame.notna(), None)[list(columns)]
    rows = tuple({str(name): value for name, value in row.items()} for row in cells.to_dict("records"))
    show_listing(outcome, Listing("Disclosures", columns, rows), as_json=as_json)
    return outcome
