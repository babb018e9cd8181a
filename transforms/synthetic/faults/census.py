"""Faults of census returns: those of `faults.csv`, and one for each coded and each typed field of the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

from schemas import _data
from schemas.code_sets import code_set
from schemas.model import HEADER, PUPILS, Field, FieldType, Roll, all_fields
from transforms.synthetic.faults import changes
from transforms.synthetic.faults.plan import Edit, Expected, Ground, Plan, choose, choose_cell, partner
from transforms.synthetic.faults.selection import fitting
from transforms.synthetic.sheets import Key

_SIMPLE: dict[str, Callable[[str], str]] = {
    name: getattr(changes, name)
    for name in ("wrong_letter", "shortened", "unknown_la", "letter_inside", "forbidden_last", "wrong_digit")
}
_DETAILS = "termlysessiondetails"


def census_plan(ground: Ground) -> Plan:
    """Plan every fault that the collection and the size of the authority allow."""
    plan = Plan()
    for row in _data.rows("synthetic/faults.csv"):
        roll: Roll = "on" if row["roll"] == "on" else "off"
        key = (row["table"], roll)
        if key in ground.authority.sheets and row["field"] in ground.sheet(key).columns:
            for place in choose(ground, plan, key, fitting(ground, key, row["who"], row["field"]), int(row["count"])):
                _plant(ground, plan, key, int(place), row)
    for key in ground.authority.sheets:
        if key[0] != HEADER:
            _plant_generated(ground, plan, key)
    return plan


def _plant(ground: Ground, plan: Plan, key: Key, place: int, row: dict[str, str]) -> None:
    """Plant one fault of `faults.csv`: its edits, the finding itself, and what else follows."""
    column, change = row["field"], row["change"]
    knock_on = [part.split(":") for part in row["knock_on"].split()]
    if change == "copied":
        other = partner(ground, plan, key, place, fitting(ground, key, row["who"], column))
        if other is None:
            return
        plan.edits.append(Edit(key, place, column, str(ground.values(key, column)[other])))
        plan.expected += [Expected(rule, key, other, field, "knock-on") for rule, field in knock_on]
    else:
        plan.edits += _edits(ground, key, place, column, change)
        plan.expected += [Expected(rule, key, place, field, "knock-on") for rule, field in knock_on]
    plan.expected.append(Expected(row["rule"], key, place, column, "planted"))


def _edits(ground: Ground, key: Key, place: int, column: str, change: str) -> list[Edit]:
    days = ground.authority.scene.calendar
    texts = {
        "removed": None,
        "after_census": _iso(days.census_day, 5),
        "on_census_day": _iso(days.census_day, 0),
        "before_window": _iso(days.fsm_first, -10),
        "some_hours": "15.0",
        "below_nought": "-2",
    }
    if change in texts:
        return [Edit(key, place, column, texts[change])]
    if change == "wrong_former":
        return [Edit(key, place, column, changes.wrong_letter(str(ground.values(key, "upn")[place])))]
    if change == "without_attendance":
        rows = np.flatnonzero(ground.sheet((_DETAILS, key[1])).parent == place)
        gone = [Edit((_DETAILS, key[1]), int(row), "", None, whole_row=True) for row in rows]
        return [Edit(key, place, column, None), *gone]
    return [Edit(key, place, column, _SIMPLE[change](str(ground.values(key, column)[place])))]


def _iso(day: object, later: int) -> str:
    return str(np.datetime64(day, "D") + np.timedelta64(later, "D"))  # type: ignore[call-overload]  # a date


# --- faults that follow from the model ---------------------------------------------------------------------------


def _plant_generated(ground: Ground, plan: Plan, key: Key) -> None:
    """Plant one unknown code in each coded field of a sheet, one unreadable value in each other typed field."""
    sheet, collection = ground.sheet(key), ground.authority.scene.collection
    for field in sheet.fields:
        if not field.xml_path or (not field.code_set and field.type in (FieldType.STRING, FieldType.CODE)):
            continue
        filled = np.asarray(pd.notna(ground.values(key, field.column)))
        fits = fitting(ground, key, _who(field), field.column) & (filled if filled.any() else bool(field.code_set))
        for place in choose_cell(ground, plan, key, fits):
            codes = code_set(field.code_set).in_force(field.code_collection(collection)) if field.code_set else None
            text = changes.unknown_code(codes) if codes is not None else changes.UNREADABLE[field.type]
            plan.edits.append(Edit(key, int(place), field.column, text))
            plan.expected.append(Expected(rule_id(field), key, int(place), field.column, "planted"))


def _who(field: Field) -> str:
    """Say whose value is spoilt, so that no other rule is broken by it: 2500 and 2510 judge sessions possible."""
    return "attendance_not_judged" if field.column == "termlysessionspossible" else "anyone"


@cache
def _tables_of_column() -> Counter[str]:
    return Counter(column for _, column in {(field.table, field.column) for field in all_fields()})


def rule_id(field: Field) -> str:
    """Return the id of the check that follows from a field: CODE-SEX, TYPE-DOB; with its table where two have it."""
    alone = field.table == PUPILS or _tables_of_column()[field.column] == 1
    name = field.column if alone else f"{field.table}-{field.column}"
    return f"{'CODE' if field.code_set else 'TYPE'}-{name}".upper()
