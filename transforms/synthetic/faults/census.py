"""Faults of census returns: those of `faults.csv`, and one for each coded and each typed field of the model."""

from __future__ import annotations

import numpy as np

from schemas import _data
from schemas.model import PUPILS, Roll
from transforms.synthetic.draw import Flags, Ints
from transforms.synthetic.faults.across import plant_across
from transforms.synthetic.faults.choice import changed_schools, choose, choose_cell, depend_on_school, partner
from transforms.synthetic.faults.generated import plant_generated
from transforms.synthetic.faults.moved_roll import plant_moved_roll
from transforms.synthetic.faults.parts import Change, changes_of
from transforms.synthetic.faults.plan import PREVIOUS, Addition, Edit, Expected, Ground, Plan
from transforms.synthetic.faults.previous import expect_previous
from transforms.synthetic.faults.returns import plant_returns
from transforms.synthetic.faults.selection import fitting, of_school
from transforms.synthetic.sheets import Key

_FILES = ("faults_schools", "faults_pupils", "faults")


def census_plan(ground: Ground) -> Plan:
    """Plan every fault that the collection and the size of the authority allow."""
    plan = Plan()
    plant_returns(ground, plan)
    plant_moved_roll(ground, plan)
    for row in _data.rows("synthetic/faults_details.csv"):
        _plant_row(ground, plan, row)
    plant_generated(ground, plan, small=True)
    for row in (row for name in _FILES for row in _data.rows(f"synthetic/{name}.csv")):
        _plant_row(ground, plan, row)
    plant_across(ground, plan)
    for row in _data.rows("synthetic/faults_previous.csv") if ground.previous is not None else ():
        _plant_row(ground, plan, row, needs=PREVIOUS)
    plant_generated(ground, plan, small=False)
    expect_previous(ground, plan)
    return plan


def _plant_row(ground: Ground, plan: Plan, row: dict[str, str], needs: str = "") -> None:
    """Plant one row of a file of faults, as often as it says and as there is room."""
    roll: Roll = "on" if row["roll"] == "on" else "off"
    key = (row["table"], roll)
    if not ground.holds(key, row["field"]):
        return
    fits = fitting(ground, key, row["who"], row["field"])
    depends = ground.is_pupils(key) and of_school(row["who"])
    if depends:
        fits = fits & ~changed_schools(ground, plan)[ground.school(key)]
    chosen = _places(ground, plan, key, fits, row)
    if depends:
        depend_on_school(ground, plan, key, chosen)
    for place in chosen:
        _plant(ground, plan, key, int(place), {**row, "needs": needs})


def _places(ground: Ground, plan: Plan, key: Key, fits: Flags, row: dict[str, str]) -> Ints:
    """Choose rows; where the row alone decides (`shared`), its pupil may have other such faults and spoilt cells."""
    if not row.get("shared"):
        return choose(ground, plan, key, fits, int(row["count"]))
    return choose_cell(ground, plan, key, fits & ~plan.spoilt(key, row["field"], len(fits)), packed=True)


def _plant(ground: Ground, plan: Plan, key: Key, place: int, row: dict[str, str]) -> None:
    """Plant one fault: its changes, the finding itself, and what else follows."""
    column, other = row["field"], place
    if row["change"] == "copied":
        found = partner(ground, plan, key, place, fitting(ground, key, row["who"], column))
        if found is None:
            return
        other = found
        record(plan, [Edit(key, place, column, str(ground.values(key, column)[other]))])
    else:
        record(plan, changes_of(ground, key, place, column, row["change"]))
    added = row["change"].startswith("added")
    plan.expected.append(Expected(row["rule"], key, place, column, "planted", added, row["needs"]))
    plan.expected += [found for part in row["knock_on"].split() for found in _following(ground, key, other, part)]


def record(plan: Plan, made: list[Change]) -> None:
    """Put changes into the plan."""
    plan.additions += [change for change in made if isinstance(change, Addition)]
    plan.edits += [change for change in made if isinstance(change, Edit)]


def _following(ground: Ground, key: Key, row: int, part: str) -> list[Expected]:
    """Return the findings that follow: `RULE:field` of the row, `RULE:pupils.field`, `RULE:others.field` of its kin.

    `RULE:above.field` is of the row before, `RULE:added.field` of the one that is added.
    """
    rule, named = part.split(":")
    where, _, column = named.rpartition(".")
    if where == PUPILS:
        key, row = (PUPILS, key[1]), int(ground.of_pupil(key)[row])
    if not ground.holds(key, column):
        return []
    pupils = ground.of_pupil(key) if where == "others" else np.zeros(0)
    if where in ("above", "added"):
        return [Expected(rule, key, row - (where == "above"), column, "knock-on", added=where == "added")]
    rows = (
        [int(other) for other in np.flatnonzero(pupils == pupils[row]) if other != row] if where == "others" else [row]
    )
    return [Expected(rule, key, each, column, "knock-on") for each in rows]
