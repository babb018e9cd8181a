"""Faults of a whole return: many cells or rows of one school changed, until the return itself asks a question.

Each row of `faults_returns.csv` names the schools that fit, the rows that are changed there (`who`) and how; the school
that needs the fewest changes is taken, and no school twice. With `share`, more than that share of the rows of `group`
must have a row of `has` afterwards; only as many are changed as that needs and a few more (`enough`), or all; `most` is
the share of the school's pupils that must not be passed. `also` changes the school's own row; where the fault is one
`of_phase`, no other fault may change that row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schemas import _data
from schemas.model import HEADER, PUPILS, Roll
from transforms.synthetic.draw import Flags, Ints
from transforms.synthetic.faults.choice import WRITTEN, asked_schools, changed_schools, depended_schools, pupil_flags
from transforms.synthetic.faults.parts import changes_of
from transforms.synthetic.faults.plan import Addition, Edit, Expected, Ground, Plan
from transforms.synthetic.faults.selection import fitting
from transforms.synthetic.sheets import Key

_SCHOOL: Key = ("school", "on")
_SPARE = 6  # more rows than are needed, for other faults may take one away


@dataclass(frozen=True)
class _Choice:
    school: int
    rows: Ints


def plant_returns(ground: Ground, plan: Plan) -> None:
    """Plant each fault of a return that the collection holds and some school has room for."""
    for row in _data.rows("synthetic/faults_returns.csv"):
        roll: Roll = "on" if row["roll"] == "on" else "off"
        key: Key = (row["table"], roll)
        if key in ground.authority.sheets:
            choice = _chosen(ground, plan, key, row)
            if choice is not None:
                _plant(ground, plan, key, choice, row)


def _chosen(ground: Ground, plan: Plan, key: Key, row: dict[str, str]) -> _Choice | None:
    """Choose the school with the fewest rows to change of those that have any."""
    taken = asked_schools(ground, plan)
    schools = np.flatnonzero(fitting(ground, _SCHOOL, row["school"], "") & ~taken)
    busy = pupil_flags(ground, plan, WRITTEN)[ground.owner(key)]
    fits = fitting(ground, key, row["who"], "") & ~busy
    choices = [choice for school in schools if (choice := _at(ground, key, row, int(school), fits)) is not None]
    return min(choices, key=lambda choice: (len(choice.rows), choice.school), default=None)


def _at(ground: Ground, key: Key, row: dict[str, str], school: int, fits: Flags) -> _Choice | None:
    """Return what would have to be changed at one school; None if that cannot be."""
    rows = np.flatnonzero(fits & (ground.school(key) == school))
    if not len(rows):
        return None
    if not row["share"]:
        return _Choice(school, rows[:1] if row["amount"] == "one" else rows)
    here = ground.school((PUPILS, "on")) == school
    has = fitting(ground, (PUPILS, "on"), f"with:{row['has']}", "")
    group = here & fitting(ground, (PUPILS, "on"), row["group"], "")
    needed = int(np.floor(float(row["share"]) * group.sum())) + 1 - int((has & group).sum())
    most = int(float(row["most"]) * here.sum()) - int((has & here).sum()) if row["most"] else len(rows)
    rows = rows[: max(needed + _SPARE, 0)] if row["amount"] == "enough" else rows
    return _Choice(school, rows) if 0 < needed <= len(rows) <= most else None


def _plant(ground: Ground, plan: Plan, key: Key, choice: _Choice, row: dict[str, str]) -> None:
    made = [
        change for place in choice.rows for change in changes_of(ground, key, int(place), row["field"], row["change"])
    ]
    made += changes_of(ground, _SCHOOL, choice.school, "", f"kept {row['also']}") if row["also"] else []
    plan.edits += [change for change in made if isinstance(change, Edit)]
    plan.additions += [change for change in made if isinstance(change, Addition)]
    plan.expected.append(Expected(row["rule"], (HEADER, "on"), choice.school, "estab", "planted"))
    asked_schools(ground, plan)[choice.school] = True
    changed_schools(ground, plan)[choice.school] |= bool(row["also"])
    depended_schools(ground, plan)[choice.school] |= bool(row["of_phase"])
    pupil_flags(ground, plan, WRITTEN)[_guarded(ground, key, choice, row)] = True


def _guarded(ground: Ground, key: Key, choice: _Choice, row: dict[str, str]) -> Ints:
    """Return the records that no other fault may touch: those changed, and those whose answers the rule counts."""
    owners = [ground.owner(key)[choice.rows]]
    if row["guard"]:
        pupils: Key = (PUPILS, "on")
        here = ground.school(pupils) == choice.school
        owners.append(ground.owner(pupils)[here & fitting(ground, pupils, row["guard"], "")])
    return np.concatenate(owners)
