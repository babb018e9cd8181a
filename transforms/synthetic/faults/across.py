"""Faults across schools: a pupil is given values of a pupil of another school (`faults_across.csv`).

`copies` are fields of the pupil, or of its rows of a further table (`addresses.postcode`); the two pupils are `alike`
in some columns of the rolls and `unlike` in others. `knock_on` are further findings of the first, `of_other` those of
the second.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas import _data
from schemas.model import PUPILS
from transforms.synthetic.draw import Flags
from transforms.synthetic.faults.choice import choose
from transforms.synthetic.faults.plan import Edit, Expected, Ground, Plan
from transforms.synthetic.faults.selection import fitting
from transforms.synthetic.sheets import Key


def plant_across(ground: Ground, plan: Plan) -> None:
    """Plant each fault across schools for which two schools have a pupil each."""
    for row in _data.rows("synthetic/faults_across.csv"):
        key: Key = (PUPILS, "on" if row["roll"] == "on" else "off")
        for place in choose(ground, plan, key, fitting(ground, key, row["who"], row["field"]), int(row["count"])):
            _plant(ground, plan, key, int(place), row)


def _plant(ground: Ground, plan: Plan, key: Key, place: int, row: dict[str, str]) -> None:
    other_key: Key = (PUPILS, "on" if row["other_roll"] == "on" else "off")
    fits = fitting(ground, other_key, row["other_who"], row["field"]) & _beside(ground, key, place, other_key, row)
    for other in choose(ground, plan, other_key, fits, 1):
        for name in row["copies"].split():
            plan.edits += _copied(ground, name, (key, place), (other_key, int(other)))
        plan.expected.append(Expected(row["rule"], key, place, row["field"], "planted"))
        plan.expected += _following(row["knock_on"], key, place) + _following(row["of_other"], other_key, int(other))


def _beside(ground: Ground, key: Key, place: int, other_key: Key, row: dict[str, str]) -> Flags:
    """Say which pupils are at another school, and as like and unlike as they must be."""
    columns = ("school", *row["alike"].split(), *row["unlike"].split())
    own, others = ground.rolls(key, *columns).iloc[place], ground.rolls(other_key, *columns)
    fits = others["school"].ne(own["school"])
    for name in row["alike"].split():
        fits &= others[name].eq(own[name])
    for name in row["unlike"].split():
        fits &= others[name].ne(own[name])
    return np.asarray(fits)


def _copied(ground: Ground, name: str, to: tuple[Key, int], of: tuple[Key, int]) -> list[Edit]:
    """Return the change that gives a pupil's field, or the first row of a further table, the value of another's."""
    table, _, column = name.rpartition(".")
    (key, row), (other_key, other) = (_row_of(ground, table, *side) if table else side for side in (to, of))
    value = ground.values(other_key, column)[other]
    text = str(value.date()) if isinstance(value, pd.Timestamp) else str(value)
    return [Edit(key, row, column, text)]


def _row_of(ground: Ground, table: str, key: Key, pupil: int) -> tuple[Key, int]:
    rows: Key = (table, key[1])
    return rows, int(np.flatnonzero(ground.of_pupil(rows) == pupil)[0])


def _following(parts: str, key: Key, row: int) -> list[Expected]:
    return [Expected(rule, key, row, field, "knock-on") for rule, field in (part.split(":") for part in parts.split())]
