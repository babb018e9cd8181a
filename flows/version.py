"""The version that made an output: the package's, and a digest of its code and data."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flows import __version__

_KINDS = {".py", ".csv", ".toml", ".j2", ".css", ".js"}


@cache
def code_version() -> str:
    """Return `0.1.0+1a2b3c4d`: two runs of the same inputs and version give the same bytes."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for package in ("flows", "schemas", "transforms"):
        for path in sorted((root / package).rglob("*")):
            if path.suffix in _KINDS and "samples" not in path.parts:
                digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
                digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
