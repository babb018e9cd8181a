"""The notepad's terms: from which day on a note stands, and why one may explain nothing (`schemas/notepad.toml`)."""

from __future__ import annotations

from datetime import date
from functools import cache

from schemas import _data
from schemas.calendar import Calendar

FILE = "notepad.toml"
SOURCE = "explanations"


def written_after(calendar: Calendar) -> date:
    """Return the day after which a note must have been written to stand for a collection."""
    day: date = getattr(calendar, _data.toml(FILE)["written_after"])
    return day


@cache
def reasons() -> dict[str, str]:
    """Return why a note may explain nothing, name to sentence, in the order in which they are told."""
    return dict(_data.toml(FILE)["reasons"])
