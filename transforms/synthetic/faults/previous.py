"""What the edited returns say against those of the collection before, made with the same seed and without faults.

A fault that changes a UPN, names, date of birth or sex may tell here too, whatever it was planted for. Such findings,
and those planted for their own sake (`faults_previous.csv`), are expected only where the collection before is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from schemas import _data
from schemas.identifiers import upn_valid
from schemas.model import HEADER, PUPILS, Roll
from schemas.names import name_key
from schemas.written import date_written
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.faults.plan import PREVIOUS, Edit, Expected, Ground, Plan
from transforms.synthetic.sheets import Key

_ROLLS: tuple[Roll, ...] = ("on", "off")
_COMPARED = ("upn", "formerupn", "surname", "forename", "dob", "sex")
_PERSON = ["laestab", "surname", "forename", "dob"]

Person = tuple[str, ...]  # the values of _PERSON


@dataclass(frozen=True)
class _LastTime:
    """The collection before: by UPN its dates of birth and sexes, by person its UPNs."""

    born: Mapping[str, set[str]]
    sexes: Mapping[str, set[str]]
    upns: Mapping[Person, set[str]]


def expect_previous(ground: Ground, plan: Plan) -> None:
    """Add every finding that the edited returns give against the collection before, if there is one."""
    if ground.previous is None:
        return
    planted = {(found.rule, found.key, found.row) for found in plan.expected if found.needs}
    for found in (*_of_pupils(ground, plan, ground.previous), *_of_rolls(ground, plan, ground.previous)):
        if (found.rule, found.key, found.row) not in planted:
            plan.expected.append(found)


# --- the roll as a whole -----------------------------------------------------------------------------------------


def roll_share() -> float:
    """Return the share by which a roll may move without a question."""
    settings: dict[str, Any] = _data.toml("comparison.toml")["roll"]
    return float(settings["share"])


def on_rolls(authority: SyntheticAuthority) -> dict[str, int]:
    """Count the pupils on roll of each school."""
    school = authority.rolls.loc[authority.rolls["is_on_roll"], "school"].to_numpy()
    counts = np.bincount(school, minlength=len(authority.schools))
    return dict(zip(authority.schools["laestab"], counts.tolist(), strict=True))


def _of_rolls(ground: Ground, plan: Plan, previous: SyntheticAuthority) -> Iterator[Expected]:
    pupils: Key = (PUPILS, "on")
    last, gone = on_rolls(previous), plan.removed(pupils, len(ground.sheet(pupils)))
    now = np.bincount(ground.school(pupils)[~gone], minlength=len(ground.authority.schools))
    for school, laestab in enumerate(ground.authority.schools["laestab"]):
        if laestab in last and abs(now[school] - last[laestab]) > roll_share() * last[laestab]:
            yield Expected("PREV-ROLL", (HEADER, "on"), school, "estab", "knock-on", needs=PREVIOUS)


# --- the pupils --------------------------------------------------------------------------------------------------


def _of_pupils(ground: Ground, plan: Plan, previous: SyntheticAuthority) -> Iterator[Expected]:
    """Yield the findings of the pupils with a changed item; nobody else differs from last time."""
    now, last = _compared(ground.authority, plan.edits), _last_time(_compared(previous, []))
    standing = _gathered(now, _PERSON, "upn")
    codes = ground.authority.scene.codes("sex")
    for row in now.loc[now["is_changed"].astype(bool)].to_dict("records"):
        key, upn = (PUPILS, row["roll"]), row["upn"]
        person = tuple(row[name] for name in _PERSON)
        before = last.upns.get(person, set()) - standing.get(person, set())
        told = {
            ("PREV-DOB", "dob"): row["dob"] is not None and _other(row["dob"], last.born.get(upn)),
            ("PREV-SEX", "sex"): row["sex"] in codes and _other(row["sex"], last.sexes.get(upn)),
            ("PREV-UPN", "upn"): upn is not None and _other(upn, before) and row["formerupn"] not in before,
        }
        for (rule, field), is_told in told.items():
            if is_told:
                yield Expected(rule, key, int(row["row"]), field, "knock-on", needs=PREVIOUS)


def _other(value: str, before: set[str] | None) -> bool:
    return bool(before) and value not in (before or set())


def _last_time(pupils: pd.DataFrame) -> _LastTime:
    return _LastTime(
        born=_gathered(pupils, "upn", "dob"),
        sexes=_gathered(pupils, "upn", "sex"),
        upns=_gathered(pupils, _PERSON, "upn"),
    )


def _gathered(pupils: pd.DataFrame, keys: str | list[str], column: str) -> dict[Any, set[str]]:
    """Collect the values of a column by key; a row that lacks either is left out."""
    held = pupils.dropna(subset=[*([keys] if isinstance(keys, str) else keys), column])
    gathered: dict[Any, set[str]] = held.groupby(keys)[column].agg(set).to_dict()
    return gathered


def _compared(authority: SyntheticAuthority, edits: list[Edit]) -> pd.DataFrame:
    """Return what is compared of all pupils as the finished files have it, without those removed.

    One row is one pupil's record. Columns `roll`, `row` (of its sheet), `laestab`, `is_changed`, and the compared ones:
    names by what is told of them, valid UPNs only, no dates that cannot be read.
    """
    pupils = pd.concat([_of_roll(authority, roll, edits) for roll in _ROLLS], ignore_index=True)
    upn = pupils["upn"].astype("string[pyarrow]")
    names = {name: name_key(pupils[name].astype("string[pyarrow]")).to_numpy(object) for name in _PERSON[1:3]}
    valid = upn_valid(upn).fillna(value=False).to_numpy(bool)
    known = pupils.assign(**names, upn=pupils["upn"].where(valid))
    return known.astype(object).where(known.notna(), None)


def _of_roll(authority: SyntheticAuthority, roll: Roll, edits: list[Edit]) -> pd.DataFrame:
    sheet = authority.sheets[PUPILS, roll]
    mine = [edit for edit in edits if edit.key == (PUPILS, roll)]
    columns = {name: sheet.columns[name].to_numpy(object).copy() for name in _COMPARED}
    columns["dob"] = sheet.columns["dob"].dt.strftime("%Y-%m-%d").to_numpy(object).copy()
    changed = np.zeros(len(sheet), dtype=bool)
    for edit in mine:
        if edit.column in columns:
            text = edit.text.strip() if edit.text is not None else None
            readable = edit.column != "dob" or text is None or date_written(text) is not None
            columns[edit.column][edit.row] = text if readable else None
            changed[edit.row] = True
    laestab = authority.schools["laestab"].to_numpy(object)[sheet.places["school"].to_numpy()]
    frame = pd.DataFrame(columns, dtype=object).assign(
        roll=roll, row=np.arange(len(sheet)), laestab=laestab, is_changed=changed
    )
    return frame.drop(index=sorted({edit.row for edit in mine if edit.whole_row}))
