"""The master key, held by reference: the environment, else a key file, else the system's keyring.

A key that is named but cannot be used is an error; the next place is not tried. On POSIX a key file must belong to the
user (or root) and be closed to everyone else (0600). On Windows that is for the file's access list: keep it in the
user's own profile. No sentence of this module shows a key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from flows import durable
from flows.storage import STATE, Store
from flows.transaction import Transaction
from schemas.errors import KeyMissing, TermlyError, UsageError

KEY_VARIABLE = "TERMLY_MASTER_KEY"
FILE_VARIABLE = "TERMLY_KEY_FILE"
SERVICE = "termly"
ACCOUNT = "master key"
KEY_BYTES = 32
_FEWEST_DISTINCT = 8

Place = Literal["environment", "file", "keyring"]
PLACES: tuple[Place, ...] = ("environment", "file", "keyring")
_WHERE = {"environment": KEY_VARIABLE, "file": f"the file of {FILE_VARIABLE}", "keyring": "the system keyring"}

LOSS = (
    "Losing this key loses the continuity of every pseudonym made with it, and nobody can restore it: "
    "keep a backup in another safe place (termly keys init --backup FILE writes one)."
)


@dataclass(frozen=True)
class MasterKey:
    """The master key, its id and where it was found; its text form never shows the key."""

    key: bytes = field(repr=False)
    key_id: str
    place: Place


@dataclass(frozen=True)
class KeyListing:
    """What one place holds: a key id, or a sentence why its key cannot be used, or neither."""

    place: Place
    key_id: str | None
    fault: str | None
    in_use: bool


def key_id(key: bytes) -> str:
    """Return the public name of a key: eight hex digits that do not lead back to it."""
    return hmac.new(key, b"kid", hashlib.sha256).hexdigest()[:8]


def master_key(environ: Mapping[str, str] = os.environ) -> MasterKey:
    """Fetch the master key from the first place that names one.

    Raises:
        KeyMissing: when no place does, or its key cannot be used.
    """
    for place in PLACES:
        text = _text(place, environ)
        if text is not None:
            key = _key(text, place)
            return MasterKey(key, key_id(key), place)
    raise KeyMissing(f"There is no master key: set {KEY_VARIABLE} or {FILE_VARIABLE}, or run `termly keys init`.")


def list_keys(environ: Mapping[str, str] = os.environ) -> tuple[KeyListing, ...]:
    """Say for each place which key it holds, by id; `in_use` marks the one that `master_key` takes."""
    listings: list[KeyListing] = []
    taken = False
    for place in PLACES:
        found: str | None = None
        fault: str | None = None
        named = False
        try:
            text = _text(place, environ)
            named = text is not None
            found = key_id(_key(text, place)) if text is not None else None
        except TermlyError as error:
            named, fault = True, str(error)
        listings.append(KeyListing(place, found, fault, in_use=named and not taken and fault is None))
        taken = taken or named
    return tuple(listings)


def init_key(place: Literal["file", "keyring"], *, file: Path | None = None, backup: Path | None = None) -> MasterKey:
    """Make a new master key, and a backup file of it if asked for; print `LOSS` to whoever asked.

    Raises:
        UsageError: when there is a key already, or no file is named: keys are never overwritten.
        KeyMissing: when the keyring cannot be used.
    """
    if place == "file" and file is None:
        raise UsageError(f"Name the key file to make (--file), or set {FILE_VARIABLE}.")
    if place == "keyring" and _from_keyring() is not None:
        raise UsageError("The keyring holds a master key already; it was left as it is.")
    wanted = [path for path in (file if place == "file" else None, backup) if path is not None]
    if standing := [str(path) for path in wanted if path.exists()]:
        raise UsageError(f"{' and '.join(standing)} exists already and was left as it is; keys are never overwritten.")
    key = secrets.token_bytes(KEY_BYTES)
    for path in wanted:
        _write_key(path, key)
    if place == "keyring":
        _to_keyring(key.hex())
    return MasterKey(key, key_id(key), place)


def check_key(store: Store, key: MasterKey) -> None:
    """Refuse a key that is not the one this store was written with.

    Raises:
        KeyMissing: naming both ids.
    """
    held = store.state().key_id
    if held not in (None, key.key_id):
        raise KeyMissing(
            f"The master key {key.key_id} ({key.place}) is not this store's, which is {held}: with another key every "
            "pseudonym would change; fetch the right key, nothing was written."
        )


def remember_key(transaction: Transaction, store: Store, key: MasterKey) -> None:
    """Have the store remember the id of its key from this commit on."""
    check_key(store, key)
    state = store.state()
    if state.key_id is None:
        transaction.stage(STATE, replace(state, key_id=key.key_id).as_json())


def _text(place: Place, environ: Mapping[str, str]) -> str | None:
    if place == "environment":
        return environ.get(KEY_VARIABLE)
    if place == "file":
        return _from_file(Path(environ[FILE_VARIABLE])) if FILE_VARIABLE in environ else None
    return _from_keyring()


def _key(text: str, place: Place) -> bytes:
    where = {"environment": KEY_VARIABLE, "file": f"the file of {FILE_VARIABLE}", "keyring": "the system keyring"}[
        place
    ]
    if not re.fullmatch(r"([0-9A-Fa-f]{2})+", text.strip()):
        raise KeyMissing(f"The master key in {where} is not written in hex; run `termly keys init` or mend it.")
    key = bytes.fromhex(text.strip())
    if len(key) < KEY_BYTES:
        raise KeyMissing(f"The master key in {where} has fewer than {KEY_BYTES} bytes; run `termly keys init`.")
    if len(set(key)) < _FEWEST_DISTINCT:
        raise KeyMissing(f"The master key in {where} is not random; run `termly keys init` for one.")
    return key


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            state = os.fstat(handle.fileno())
            text = handle.read(4 * 1024)
    except OSError as error:
        raise KeyMissing(f"The key file that {FILE_VARIABLE} names cannot be read ({error.strerror}).") from None
    if durable.POSIX and (stat.S_IMODE(state.st_mode) & 0o077 or state.st_uid not in (os.geteuid(), 0)):
        raise KeyMissing(
            f"The key file that {FILE_VARIABLE} names is open to others; make it yours and close it (chmod 600 FILE)."
        )
    return text.decode("ascii", errors="replace")


def _write_key(path: Path, key: bytes) -> None:
    try:
        durable.write_new(path, [f"{key.hex()}\n".encode()], mode=durable.PRIVATE_FILE)
        durable.flush_folder(path.parent)
    except FileExistsError:
        raise UsageError(f"{path} exists already and was left as it is; keys are never overwritten.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); name another place.") from None


def _from_keyring() -> str | None:
    import keyring  # noqa: PLC0415  # slow to import, and needed only where neither variable is set
    from keyring.errors import KeyringError, NoKeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(SERVICE, ACCOUNT)
    except NoKeyringError:
        return None
    except KeyringError:
        refused = "The system keyring cannot be opened; unlock it, or name a key file."
    raise KeyMissing(refused)


def _to_keyring(text: str) -> None:
    import keyring  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(SERVICE, ACCOUNT, text)
    except KeyringError:
        refused = "The system keyring cannot be written; name a key file instead (--file)."
    else:
        return
    raise KeyMissing(refused)
