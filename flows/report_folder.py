"""Writing the reports of a check to the folder that a person named, and taking stale pages of schools out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from flows import durable
from schemas.errors import UsageError
from transforms.reports.pages import SCHOOLS

_SCHOOL_FILE = re.compile(r"\d{7}\.(?:html|csv)")


def write_reports(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each file aside and then in place; pages and lists of schools that are no longer among them go.

    Raises:
        UsageError: when the folder cannot be written to.
    """
    try:
        for name, data in files.items():
            _write(folder / name, data)
        for path in (folder / SCHOOLS).glob("*"):
            if _SCHOOL_FILE.fullmatch(path.name) and f"{SCHOOLS}/{path.name}" not in files:
                durable.remove(path)
    except OSError as error:
        fault = f"The report cannot be written to {folder} ({error.strerror}); name another folder."
    else:
        return
    raise UsageError(fault)


def _write(path: Path, data: bytes) -> None:
    durable.make_folder(path.parent)
    fresh = path.parent / f".{path.name}.new"
    fresh.unlink(missing_ok=True)
    durable.write_new(fresh, [data], mode=durable.PRIVATE_FILE)
    durable.move(fresh, path)
