"""Which files a `PATH` of the command line means: a file, or a folder searched for files of known kinds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import UsageError

RETURN_SUFFIXES = (".xml", ".csv", ".zip")
REGISTER_SUFFIXES = (".csv", ".xlsx", ".zip")


@dataclass(frozen=True)
class FoundFile:
    """A file to read: its name as people know it (relative to the folder that was named) and where it is."""

    name: str
    path: Path


@dataclass(frozen=True)
class Found:
    """What the paths hold: files to read, names that nothing recognises, a sentence for each that cannot be read."""

    files: tuple[FoundFile, ...]
    unrecognised: tuple[str, ...]
    faults: tuple[str, ...]


def find_files(paths: Iterable[Path], *, suffixes: Sequence[str] = RETURN_SUFFIXES) -> Found:
    """Find the files that the paths mean, in a fixed order, each once; suffixes count in any case.

    A file that is named itself is taken whatever its suffix. Links inside a folder are not followed.

    Raises:
        UsageError: when a path does not exist.
    """
    files: list[FoundFile] = []
    unrecognised: list[str] = []
    faults: list[str] = []
    for path in paths:
        if path.is_dir():
            for inner in _walk(path, faults):
                name = inner.relative_to(path).as_posix()
                if fault := _fault(inner, name):
                    faults.append(fault)
                elif name.lower().endswith(tuple(suffixes)):
                    files.append(FoundFile(name, inner))
                else:
                    unrecognised.append(name)
        elif path.is_file():
            files.append(FoundFile(path.name, path))
        else:
            raise UsageError(f"There is no file or folder {path}; correct the path and run again.")
    first = {file.path.resolve(): file for file in reversed(files)}
    once = tuple(file for file in files if first[file.path.resolve()] is file)
    return Found(once, tuple(unrecognised), tuple(faults))


def _fault(path: Path, name: str) -> str:
    """Say why a thing in a folder is not read; nothing if it is an ordinary file."""
    if path.is_symlink():
        return f"{name} is a link, not a file; name the file itself."
    return "" if path.is_file() else f"{name} is no ordinary file; move it out of the folder."


def _walk(folder: Path, faults: list[str]) -> Iterator[Path]:
    """Go through a folder and those below it, sorted without regard to case; linked folders count as links."""

    def refuse(error: OSError) -> None:
        name = Path(error.filename or folder).name
        faults.append(f"The folder {name} cannot be opened ({error.strerror}); see to its rights and run again.")

    for here, below, names in os.walk(folder, onerror=refuse):
        below.sort(key=lambda name: (name.casefold(), name))
        linked = [name for name in below if (Path(here) / name).is_symlink()]
        for name in sorted([*names, *linked], key=lambda name: (name.casefold(), name)):
            yield Path(here) / name
