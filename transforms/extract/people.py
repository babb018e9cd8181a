"""Whom an agreement is about: its populations, each through its gates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.ages import plausible_birth
from schemas.agreements.model import Agreement
from schemas.agreements.parts import Day, People, Spell, YearGroupGate
from schemas.contract import BOOLEAN, INTEGER, STRING, raw_name
from schemas.errors import AgreementRefused
from schemas.identifiers import whole_years
from schemas.model import PUPILS
from schemas.sources.model import source
from transforms.extract.results import ExtractInputs, Listing, listing

Mask = NDArray[np.bool_]

REGISTER = "ehe_register"
#: How a population names what we must know of a person; the census by COLLECT's names, sources by ours.
_CENSUS = {"upn": "upn", "dob": "dob", "forename": "forename", "surname": "surname", "enrolment": "enrolstatus"}
_SOURCE = {"upn": "upn", "dob": "date_of_birth", "forename": "forename", "surname": "surname", "child_id": "child_id"}
_TYPES = {"laestab": STRING, "is_on_roll": BOOLEAN, "record": INTEGER, "upn": STRING, "child_id": STRING}
UNCLEAR = "dates of the period could not be read"
NO_BIRTH = "no date of birth"
NO_PUPIL = "a date of birth that no pupil can have"
#: Reception is year 0 and holds those who turn 5 in the school year.
_RECEPTION = 5


@dataclass(frozen=True)
class Gathered:
    """People inside their gates, those held back at a gate, and what to say of the populations."""

    people: pd.DataFrame
    held_back: tuple[Listing, ...]
    notes: tuple[str, ...]


def population(name: str, inputs: ExtractInputs) -> pd.DataFrame | None:
    """Return the table of one population; None when a source was not supplied."""
    if name == PUPILS:
        return inputs.tables[PUPILS]
    return inputs.register if name == REGISTER else inputs.sources.get(name)


def gather(agreement: Agreement, inputs: ExtractInputs, *, on: date) -> Gathered:
    """Put every population of an agreement through its gates, in the agreement's order of preference."""
    frames: list[pd.DataFrame] = []
    held: list[Listing] = []
    notes: list[str] = []
    for place, gate in enumerate(agreement.people):
        table = population(gate.source, inputs)
        if table is None:
            notes.append(f"{gate.source} was not supplied: the files hold none of its children")
            continue
        _refuse_stale(gate.source, inputs, on)
        inside, unclear = _through(gate, table, inputs, on)
        people = _standardised(gate, table, place)
        frames.append(people[inside])
        held += [listing(reason, people[mask]) for reason, mask in unclear.items()]
    if not frames:
        raise AgreementRefused(
            f"{agreement.id}: none of its populations was supplied; give the inputs, nothing was written."
        )
    return Gathered(pd.concat(frames, ignore_index=True), tuple(held), tuple(notes))


def _refuse_stale(name: str, inputs: ExtractInputs, on: date) -> None:
    limit = None if name == PUPILS else source(name).stale_after_days
    if limit is None:
        return
    given = inputs.given_on.get(name)
    if given is None or (on - given).days > limit:
        raise AgreementRefused(
            f"Source {name} is older than {limit} days or bears no day; supply today's file, nothing was written."
        )


def _standardised(gate: People, table: pd.DataFrame, place: int) -> pd.DataFrame:
    names = _CENSUS if gate.source == PUPILS else _SOURCE
    people = pd.DataFrame({"population": gate.source, "place": place}, index=table.index)
    for column in ("laestab", "is_on_roll", "record", "upn", "child_id", "dob", "forename", "surname", "enrolment"):
        held = names.get(column, column)
        people[column] = table.get(held, pd.NA)
    rank = {code: rank for rank, code in enumerate(gate.enrolment)}
    people["rank"] = people["enrolment"].astype("object").map(rank).fillna(len(rank)).astype(int)
    return people.drop(columns="enrolment").astype({**_TYPES, "forename": STRING, "surname": STRING})


def _through(gate: People, table: pd.DataFrame, inputs: ExtractInputs, on: date) -> tuple[Mask, dict[str, Mask]]:
    """Return who is inside all gates, and by reason who would be if a blank cell were not in the way."""
    base = np.ones(len(table), dtype=bool)
    if gate.source == PUPILS and gate.roll != "both":
        base &= table["is_on_roll"].eq(gate.roll == "on").to_numpy(dtype=bool)
    for column, codes in gate.where.items():
        base &= table[column.rpartition(".")[2]].isin(codes).to_numpy(dtype=bool)
    open_, unclear = base, np.zeros(len(table), dtype=bool)
    if gate.spell:
        open_, unclear = _in_spell(gate.spell, table, _day(gate.spell.on, inputs, on))
    born = table[_CENSUS["dob"] if gate.source == PUPILS else _SOURCE["dob"]]
    fitting, unknown = _of_age(gate, born, inputs, on)
    held = {UNCLEAR: base & unclear & (fitting | unknown), NO_BIRTH: base & (open_ | unclear) & unknown}
    if gate.age is not None or gate.year_group is not None:
        held[NO_PUPIL] = base & (open_ | unclear) & ~fitting & _no_pupils(born, on)
    return base & open_ & fitting, held


def _day(which: Day, inputs: ExtractInputs, on: date) -> date:
    return {"day of extract": on, "census day": inputs.calendar.census_day, "31 August": inputs.calendar.age_day}[which]


def _in_spell(spell: Spell, table: pd.DataFrame, on: date) -> tuple[Mask, Mask]:
    start, end = table[spell.start], table[spell.end]
    begun = (start <= on).fillna(value=False).to_numpy(dtype=bool)
    ended = (end <= on).fillna(value=False).to_numpy(dtype=bool)
    end_lost = end.isna().to_numpy(dtype=bool) & table[raw_name(spell.end)].notna().to_numpy(dtype=bool)
    start_lost = start.isna().to_numpy(dtype=bool)
    unclear = (start_lost | (begun & end_lost)) & ~ended
    return begun & ~ended & ~unclear, unclear


def _of_age(gate: People, born: pd.Series, inputs: ExtractInputs, on: date) -> tuple[Mask, Mask]:
    """Return who fits the gates by date of birth, and of whom none is known where a gate asks for it."""
    fitting = np.ones(len(born), dtype=bool)
    if gate.age is not None:
        fitting &= _between(whole_years(born, on=_day(gate.age.on, inputs, on)), gate.age.youngest, gate.age.oldest)
    if gate.year_group is not None:
        fitting &= _between(year_group(born, gate.year_group, on=on), gate.year_group.first, gate.year_group.last)
    gated = gate.age is not None or gate.year_group is not None
    return fitting, born.isna().to_numpy(dtype=bool) & gated


def _no_pupils(born: pd.Series, on: date) -> Mask:
    """Mark dates of birth that no pupil can have: a slip that must not drop the child in silence."""
    impossible: Mask = (~plausible_birth(born, on=on)).fillna(value=False).to_numpy(dtype=bool)
    return impossible


def _between(numbers: pd.Series, low: int, high: int) -> Mask:
    between: Mask = numbers.between(low, high).fillna(value=False).to_numpy(dtype=bool)
    return between


def year_group(born: pd.Series, gate: YearGroupGate, *, on: date) -> pd.Series:
    """Return the year group by date of birth on a day: Reception is 0; null where there is no date of birth."""
    school_year = on.year if f"{on:%m-%d}" >= gate.new_year else on.year - 1
    cohort_month, cohort_day = (int(part) for part in gate.cohort_from.split("-"))
    in_year = born.dt.month * 100 + born.dt.day
    earlier_cohort = (in_year < cohort_month * 100 + cohort_day).astype(INTEGER)
    group: pd.Series = (school_year - (born.dt.year - earlier_cohort) - _RECEPTION).astype(INTEGER)
    return group
