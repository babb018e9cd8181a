"""The days on which deployed flows run: around the census day and the return days of each collection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from schemas import _data
from schemas.calendar import Calendar

SATURDAY = 5


@dataclass(frozen=True, order=True)
class RunDay:
    """One planned run of one flow, and why that day."""

    day: date
    flow: str
    collection: str
    why: str


def run_days(calendars: Iterable[Calendar]) -> tuple[RunDay, ...]:
    """Return every planned run of the collections, by day; a run never falls on a Saturday or Sunday."""
    planned = [
        RunDay(
            _working_day(calendar, row["around"], int(row["days"])), row["flow"], str(calendar.collection), row["why"]
        )
        for calendar in calendars
        for row in _data.rows("schedule.csv")
    ]
    return tuple(sorted(planned))


def rrule(days: Iterable[RunDay], *, at: time) -> str:
    """Return one recurrence rule that fires on each of the days, at a local time; its zone belongs to the schedule."""
    moments = sorted({f"{run.day:%Y%m%d}T{at:%H%M%S}" for run in days})
    return "\n".join([f"DTSTART:{moments[0]}", *(f"RDATE:{moment}" for moment in moments)])


def _working_day(calendar: Calendar, around: str, days: int) -> date:
    """Count from the day; a weekend gives way to the Friday before (counting back) or the Monday after."""
    anchor: date = getattr(calendar, around)
    day = anchor + timedelta(days=days)
    step = timedelta(days=1 if days > 0 else -1)
    while day.weekday() >= SATURDAY:
        day += step
    return day
