"""How values are written in what we receive, and what they then say: one text in, one value or None out.

None means "not written so", never "nothing there". Every distinct text of a column is read once, so these are plain
functions of one text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_COLLECT_DATE = re.compile(r"(\d{4})-([A-Za-z]{3})-(\d{2})(?: (\d{2}:\d{2}:\d{2}))?", re.ASCII)
_WHOLE = re.compile(r"(-?\d{1,18})(?:\.0+)?", re.ASCII)
_DECIMAL = re.compile(r"-?(?:\d{1,15}(?:\.\d*)?|\.\d+)", re.ASCII)
# COLLECT writes English months; strptime would ask the machine's language.
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_BOOLEANS = {"1": True, "0": False, "true": True, "false": False, "True": True, "False": False}
_MIDNIGHT = "00:00:00"


def date_written(text: str) -> date | None:
    """Read `2025-01-16`, or COLLECT's `2025-Jan-16 00:00:00`."""
    iso = _ISO_DATE.fullmatch(text)
    if iso:
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    collect = _COLLECT_DATE.fullmatch(text)
    if collect and collect[4] in (None, _MIDNIGHT):
        return _day(int(collect[1]), _MONTHS.get(collect[2].lower(), 0), int(collect[3]))
    return None


def datetime_written(text: str) -> datetime | None:
    """Read `2025-01-16T14:30:00`, or COLLECT's `2025-Jan-16 14:30:00`; a time zone is dropped, the clock time stays."""
    collect = _COLLECT_DATE.fullmatch(text)
    if collect:
        day = _day(int(collect[1]), _MONTHS.get(collect[2].lower(), 0), int(collect[3]))
        text = f"{day}T{collect[4] or _MIDNIGHT}" if day else ""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def date_reader(formats: tuple[str, ...]) -> Callable[[str], date | None]:
    """Return a reader of days written in one of the formats of a source (`%d/%m/%Y`), with or without midnight."""

    def read(text: str) -> date | None:
        day = text.removesuffix(f" {_MIDNIGHT}").removesuffix(f"T{_MIDNIGHT}")
        for form in formats:
            try:
                return datetime.strptime(day, form).date()  # noqa: DTZ007  # a day of birth has no time zone
            except ValueError:
                continue
        return None

    return read


def integer_written(text: str) -> int | None:
    """Read `12`, or `12.0`; not `12.5`."""
    match = _WHOLE.fullmatch(text)
    return int(match[1]) if match else None


def decimal_written(text: str) -> float | None:
    """Read `12`, `12.5`; no exponent, no `NaN`."""
    return float(text) if _DECIMAL.fullmatch(text) else None


def boolean_written(text: str) -> bool | None:
    """Read `1`, `0`, `true`, `false`, and COLLECT's `True`, `False`."""
    return _BOOLEANS.get(text)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
