"""The crash report: what kind of fault, and where in our code. No message, no value, no argument, no path."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from flows import __version__, clock

_OURS = ("flows", "transforms", "schemas")


def report(error: BaseException) -> str:
    """Write a crash report into the system's folder for temporary files and say so in one sentence."""
    path = write(error, folder=Path(tempfile.gettempdir()), version=__version__, at=clock.now())
    return f"Something unforeseen happened, nothing of this run was kept: a report without data is in {path}."


def write(error: BaseException, *, folder: Path, version: str, at: datetime) -> Path:
    """Write a crash report of its own into a folder and return where it is."""
    handle, name = tempfile.mkstemp(prefix=f"termly-crash-{at:%Y%m%dT%H%M%S}-", suffix=".txt", dir=folder, text=True)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(describe(error, version=version, at=at))
    return Path(name)


def describe(error: BaseException, *, version: str, at: datetime) -> str:
    """Describe a fault by the types of its chain and the lines of our code that it passed."""
    head = [f"termly {version}", f"Python {platform.python_version()} on {platform.system()}"]
    lines = [*head, at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"), ""]
    for link in chain(error):
        kind = type(link)
        lines.append(f"{kind.__module__}.{kind.__qualname__}")
        lines.extend(f"  {frame}" for frame in _frames(link.__traceback__))
    return "\n".join(lines) + "\n"


def chain(error: BaseException) -> Iterator[BaseException]:
    """Go from a fault to what caused it, and into groups; each once."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting.extend([link.__cause__, link.__context__])
        waiting.extend(link.exceptions if isinstance(link, BaseExceptionGroup) else ())


def _frames(trace: TracebackType | None) -> Iterator[str]:
    """Name the lines of our own modules that the fault passed."""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.split(".", maxsplit=1)[0] in _OURS:
            yield f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
