"""Which return of a school counts: the highest serial number, then the latest DateTime, then the latest landed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.received import ReturnHeader


@dataclass(frozen=True)
class ReceivedReturn:
    """One school's return in one landed file. Key: laestab and file (a COLLECT set holds several schools)."""

    header: ReturnHeader
    file: str
    order: int


@dataclass(frozen=True)
class Standing:
    """The returns that count, one a school, and those that others have superseded; both by school."""

    latest: tuple[ReceivedReturn, ...]
    superseded: tuple[ReceivedReturn, ...]


def supersede(returns: Iterable[ReceivedReturn]) -> Standing:
    """Choose each school's return among those received for one collection and local authority."""
    newest_first = sorted(returns, key=_age, reverse=True)
    latest: dict[str, ReceivedReturn] = {}
    superseded: list[ReceivedReturn] = []
    for received in newest_first:
        if latest.setdefault(received.header.laestab, received) is not received:
            superseded.append(received)
    return Standing(_by_school(latest.values()), _by_school(superseded))


def _age(received: ReceivedReturn) -> tuple[int, datetime, int]:
    return received.header.serial, _moment(received.header.produced), received.order


def _moment(produced: str) -> datetime:
    """Read a DateTime; one without an offset is taken as UTC, one that cannot be read as the earliest."""
    try:
        moment = datetime.fromisoformat(produced.strip())
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _by_school(returns: Iterable[ReceivedReturn]) -> tuple[ReceivedReturn, ...]:
    return tuple(sorted(returns, key=lambda received: (received.header.laestab, received.order)))
