"""A school whose roll has moved much since the collection before: its oldest pupils, last of the file, are gone."""

from __future__ import annotations

import math

import numpy as np

from schemas.model import HEADER, PUPILS
from transforms.synthetic.draw import Ints
from transforms.synthetic.faults.choice import WRITTEN, asked_schools, pupil_flags
from transforms.synthetic.faults.plan import PREVIOUS, Edit, Expected, Ground, Plan
from transforms.synthetic.faults.previous import on_rolls, roll_share
from transforms.synthetic.sheets import Key

_PUPILS: Key = (PUPILS, "on")
_MEALS: Key = ("fsmperiods", "on")
_MOST_MEALS = 0.42  # share of those who stay that may be eligible for free meals (1750 asks from 45 %)
_YEAR_2 = 6  # age on 31 August: of pupils up to here, shares are counted and classes returned


def plant_moved_roll(ground: Ground, plan: Plan) -> None:
    """Shorten the roll of the primary school that needs the fewest pupils gone, if there is a collection before."""
    if ground.previous is None:
        return
    last = on_rolls(ground.previous)
    schools = [int(school) for school in np.flatnonzero(ground.authority.schools["phase"].eq("PS"))]
    choices = [(len(gone), school) for school in schools if len(gone := _going(ground, plan, school, last))]
    if choices:
        _, school = min(choices)
        _plant(ground, plan, school, _going(ground, plan, school, last))


def _going(ground: Ground, plan: Plan, school: int, last: dict[str, int]) -> Ints:
    """Return the pupils whose going moves the roll by more than the share; none where it would ask other questions."""
    here = np.flatnonzero(ground.school(_PUPILS) == school)
    before = last.get(str(ground.authority.schools["laestab"].iloc[school]), 0)
    keep = max(math.ceil(before * (1 - roll_share())) - 1, 0)
    stay, gone = here[:keep], here[keep:]
    if not len(stay) or not len(gone) or asked_schools(ground, plan)[school]:
        return here[:0]
    meals = np.isin(stay, ground.of_pupil(_MEALS)).mean()
    too_young = ground.rolls(_PUPILS, "age")["age"].to_numpy()[gone] <= _YEAR_2
    busy = pupil_flags(ground, plan, WRITTEN)[ground.owner(_PUPILS)[gone]]
    return here[:0] if not 0 < meals < _MOST_MEALS or too_young.any() or busy.any() else gone


def _plant(ground: Ground, plan: Plan, school: int, gone: Ints) -> None:
    for table in (key for key in ground.authority.sheets if key[1] == "on" and ground.is_pupils(key)):
        rows = np.flatnonzero(np.isin(ground.of_pupil(table), gone))
        plan.edits += [Edit(table, int(row), "", None, whole_row=True) for row in rows]
    if ground.holds(("school", "on"), "freemealstaken"):  # no more meals than pupils who may have one (1320Q)
        plan.edits.append(Edit(("school", "on"), school, "freemealstaken", "0"))
    plan.expected.append(Expected("PREV-ROLL", (HEADER, "on"), school, "estab", "planted", needs=PREVIOUS))
    pupil_flags(ground, plan, WRITTEN)[ground.owner(_PUPILS)[gone]] = True
    asked_schools(ground, plan)[school] = True
