"""What a run is asked to do: names, days and paths, never data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from schemas.collection import Collection


@dataclass(frozen=True)
class RunOptions:
    """The options of `termly run`; the other commands use those that concern them."""

    collection: Collection
    la: str
    store: Path
    on: date
    census: tuple[Path, ...] = ()
    ehe: Path | None = None
    schools: Path | None = None
    inputs: Mapping[str, Path] = field(default_factory=dict)
    config: Path | None = None
    agreements: Path | None = None
    sample_agreements: bool = False
    release: tuple[str, ...] = ()
    accept_findings: str = ""
    accept_tags: tuple[str, ...] = ()
    statistics: bool = True
    strict: bool = False
    only: bool = False
    dry_run: bool = False
    invented: bool = False


@dataclass
class Outcome:
    """What a command did: exit codes that apply and the lines to print."""

    codes: set[int] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Add one line for the user."""
        self.lines.append(line)

    def refuse(self, code: int, line: str) -> None:
        """Note an exit code with its sentence; the rest goes on."""
        self.codes.add(code)
        self.lines.append(line)
