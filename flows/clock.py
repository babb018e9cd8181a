"""The clock: the only place that reads it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def today() -> date:
    """Return today's date in London, where the collections are."""
    return datetime.now(LONDON).date()


def now() -> datetime:
    """Return the time now, UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def day_of(written: str) -> date:
    """Return the London day of a moment written as ISO 8601."""
    return datetime.fromisoformat(written).astimezone(LONDON).date()
