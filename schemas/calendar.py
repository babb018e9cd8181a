"""The days of a collection: census day, windows, return days (data with sources in `schemas/collections.csv`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache

from schemas import _data
from schemas.collection import Collection
from schemas.errors import UsageError


@dataclass(frozen=True)
class Calendar:
    """The days that belong to one collection; each day is inclusive.

    `age_day` is 31 August before the academic year. The FSM window runs from the day after the previous census day to
    this census day. `attendance_*` bounds the term whose attendance this return carries (for the autumn return the part
    before the spring bank holiday; `half_term_*` bounds the second part). `return_day` and `ehe_return_day` are
    configuration, not sourced after 2023.
    """

    collection: Collection
    census_day: date
    previous_census_day: date
    age_day: date
    early_years_day: date
    fsm_first: date
    fsm_last: date
    attendance_first: date
    attendance_last: date
    half_term_first: date | None
    half_term_last: date | None
    exclusions_first: date
    exclusions_last: date
    year_first: date
    return_day: date
    ehe_return_day: date


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


@cache
def known_collections() -> tuple[Collection, ...]:
    """Return the collections that the model resolves, by time."""
    return tuple(sorted(Collection.parse(row["collection"]) for row in _data.rows("collections.csv")))


@cache
def _shipped(collection: Collection) -> Calendar:
    for row in _data.rows("collections.csv"):
        if row["collection"] == str(collection):
            days = {field.name: _day(row[field.name]) for field in fields(Calendar) if field.name != "collection"}
            return Calendar(collection, **days)  # type: ignore[arg-type]  # the file's own test proves which may be blank
    first, last = known_collections()[0], known_collections()[-1]
    raise UsageError(
        f"Collection {collection} is not modelled; this version knows {first} to {last} (schemas/collections.csv)."
    )


def calendar_for(collection: Collection, days: Mapping[str, date] | None = None) -> Calendar:
    """Return the days of a collection; `days` overrides some of them (a council's configuration).

    Raises:
        UsageError: when the collection is not modelled.
    """
    return replace(_shipped(collection), **dict(days or {}))  # type: ignore[arg-type]  # names come from the settings model
