"""Files that are wholly there or not there, also after a kill or a power cut.

On POSIX a file's bytes and its folder's entry are both brought to the disk. Windows has no folder to flush (NTFS
journals its entries), and a file that another program holds open cannot be replaced there: it is tried again for a
moment (virus scanners let go), then the error goes to the caller.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
OPEN_FILE = 0o644
OPEN_FOLDER = 0o755

#: Seconds between attempts while another program holds a file open.
PATIENCE = (0.05, 0.1, 0.2, 0.4)

POSIX = os.name == "posix"


def write_new(path: Path, chunks: Iterable[bytes], *, mode: int = PRIVATE_FILE) -> None:
    """Create a file and bring it to the disk; the mode counts on POSIX, on Windows the folder's access list does."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as handle:
        for chunk in chunks:
            handle.write(chunk)
        handle.flush()
        os.fsync(handle.fileno())


def make_folder(path: Path, *, mode: int = PRIVATE_FOLDER) -> None:
    """Create a folder and those above it; those that exist keep their mode."""
    if path.is_dir():
        return
    make_folder(path.parent, mode=mode)
    path.mkdir(mode=mode, exist_ok=True)
    flush_folder(path.parent)


def move(source: Path, target: Path) -> None:
    """Put a file in another's place, in one step."""
    for pause in PATIENCE:
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file; one that is gone already is no error."""
    for pause in PATIENCE:
        try:
            path.unlink(missing_ok=True)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    path.unlink(missing_ok=True)


def flush_folder(path: Path) -> None:
    """Bring a folder's entries to the disk (POSIX; elsewhere there is nothing to do)."""
    if not POSIX:
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
