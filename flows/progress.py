"""Progress: a live line on a terminal, plain lines otherwise; stage seconds for the summary. Never a value."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@dataclass
class Progress:
    """Says which stage runs and how long it took; `quiet` keeps the seconds without saying anything."""

    quiet: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage and show it while it runs."""
        began = time.perf_counter()
        with self._live(name):
            yield
        taken = time.perf_counter() - began
        self.seconds[name] = self.seconds.get(name, 0.0) + taken
        self.say(f"{name}: {taken:.1f} s")

    def say(self, line: str) -> None:
        """Print one line to standard error."""
        if not self.quiet:
            _console().print(line, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def _live(self, name: str) -> Iterator[None]:
        if self.quiet or not _console().is_terminal:
            yield
            return
        with _console().status(f"{name} …"):
            yield


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415  # only when something is shown: help must be instant

    return Console(stderr=True)
