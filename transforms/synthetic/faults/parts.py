"""What a fault changes: the words of the `change` columns, turned into changes of cells and rows.

The first word changes the faulty field: `removed`, `to:TEXT`, `day:census_day+5` (a day of the calendar), `days:9`,
`years:-2` (of its own date), `own:upn` (the value of another field), `above` (that of the row before), `unlike` (a code
that the pupil does not have yet), or one of the functions of `changes.py`; `kept` leaves it. `module:PupilStatus`
removes every item of that part of the record, `dropped` the whole row, `given:fsmperiods` adds a row of another table,
a copy of one of the same school, `added` a copy of the row itself; `twice` changes the row and adds a copy with the
same changes. Further words: `eyppbf=removed` changes another field of the row (or of the row that is added),
`pupils.qualhrs=removed` one of its pupil's, `without:senneeds` removes the pupil's rows of another table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from schemas.code_sets import code_set
from schemas.model import PUPILS
from transforms.synthetic.draw import role
from transforms.synthetic.faults import changes
from transforms.synthetic.faults.plan import Addition, Edit, Ground
from transforms.synthetic.sheets import Key

Change = Edit | Addition
_OF_PUPIL = f"{PUPILS}."
_SIMPLE: dict[str, Callable[[str], str]] = {
    name: getattr(changes, name)
    for name in (
        "wrong_letter",
        "shortened",
        "unknown_la",
        "letter_inside",
        "forbidden_last",
        "wrong_digit",
        "renumbered",
    )
}


def changes_of(ground: Ground, key: Key, row: int, column: str, words: str) -> list[Change]:
    """Return what the words change, for one row and its faulty field."""
    first, *rest = words.split()
    name, _, argument = first.partition(":")
    if any(word.startswith(_OF_PUPIL) for word in rest):
        mine, of_pupil = _parted(rest)
        pupil = int(ground.of_pupil(key)[row])
        own = changes_of(ground, (PUPILS, key[1]), pupil, "", " ".join(["kept", *of_pupil]))
        return [*own, *changes_of(ground, key, row, column, " ".join([first, *mine]))]
    further = [word.split("=", 1) for word in rest if "=" in word]
    cells = [(field, _text(ground, key, row, field, change)) for field, change in further if ground.holds(key, field)]
    made: list[Change] = [Edit(key, row, field, text) for field, text in cells]
    if name in ("added", "twice"):
        addition = Addition(key, row, int(ground.sheet(key).parent[row]), tuple(cells))
        return [addition, *made] if name == "twice" else [addition]
    for table in (word.partition(":")[2] for word in rest if "=" not in word):
        made += _rows_removed(ground, (table, key[1]), int(ground.of_pupil(key)[row]))
    if name == "module":
        return [*made, *_module_removed(ground, key, row, argument)]
    if name == "dropped":
        return [*made, *_dropped(ground, key, row)]
    if name == "given":
        return [*made, *_given(ground, (argument, key[1]), key, row)]
    return made if name == "kept" else [*made, Edit(key, row, column, _text(ground, key, row, column, first))]


def _parted(words: list[str]) -> tuple[list[str], list[str]]:
    """Part words that change the row from those that change its pupil's own row."""
    of_pupil = [word.removeprefix(_OF_PUPIL) for word in words if word.startswith(_OF_PUPIL)]
    return [word for word in words if not word.startswith(_OF_PUPIL)], of_pupil


def _rows_removed(ground: Ground, key: Key, pupil: int) -> list[Change]:
    """Return the removal of a pupil's rows of a table; none where the collection does not hold it."""
    if key not in ground.authority.sheets:
        return []
    return [Edit(key, int(row), "", None, whole_row=True) for row in np.flatnonzero(ground.of_pupil(key) == pupil)]


def _text(ground: Ground, key: Key, row: int, column: str, change: str) -> str | None:
    """Return what a cell holds after a change; None where it is removed."""
    name, _, argument = change.partition(":")
    made: dict[str, Callable[[], str | None]] = {
        "removed": lambda: None,
        "to": lambda: argument,
        "day": lambda: _day(ground, argument),
        "days": lambda: _days_later(ground.values(key, column)[row], int(argument)),
        "years": lambda: _years_later(ground.values(key, column)[row], int(argument)),
        "own": lambda: str(ground.values(key, argument)[row]),
        "above": lambda: str(ground.values(key, column)[row - 1]),
        "unlike": lambda: _unlike(ground, key, row, column),
        "wrong_former": lambda: changes.wrong_letter(str(ground.values(key, "upn")[row])),
    }
    return made[name]() if name in made else _SIMPLE[name](str(ground.values(key, column)[row]))


def _days_later(day: object, days: int) -> str:
    return str((pd.Timestamp(str(day)) + pd.DateOffset(days=days)).date())


def _years_later(day: object, years: int) -> str:
    return str((pd.Timestamp(str(day)) + pd.DateOffset(years=years)).date())


def _day(ground: Ground, argument: str) -> str:
    """Return a day so many days after or before one of the calendar: `census_day+5`, `fsm_first-10`."""
    sign = "+" if "+" in argument else "-"
    name, count = argument.split(sign)
    day: date = getattr(ground.authority.scene.calendar, name)
    return (day + timedelta(days=int(f"{sign}{count}"))).isoformat()


def _unlike(ground: Ground, key: Key, row: int, column: str) -> str:
    """Return a code in force that no row of the pupil has."""
    pupils, values = ground.of_pupil(key), ground.values(key, column)
    field = ground.sheet(key).table.field(column)
    codes = code_set(field.code_set).in_force(field.code_collection(ground.authority.scene.collection))
    return sorted(codes - set(values[pupils == pupils[row]]) - {role("not_assessed")})[0]


def _module_removed(ground: Ground, key: Key, row: int, module: str) -> list[Change]:
    fields = [field for field in ground.sheet(key).fields if field.xml_path.startswith(f"{module}/")]
    return [Edit(key, row, field.column, None) for field in fields]


def _dropped(ground: Ground, key: Key, row: int) -> list[Change]:
    """Remove a row; a pupil with all that hangs under it."""
    if key[0] != "pupils":
        return [Edit(key, row, "", None, whole_row=True)]
    below = [other for other in ground.authority.sheets if other[1] == key[1] and ground.is_pupils(other)]
    return [change for other in below for change in _rows_removed(ground, other, row)]


def _given(ground: Ground, table: Key, key: Key, row: int) -> list[Change]:
    """Give a pupil a row as another pupil of the school has it."""
    rows = np.flatnonzero(ground.school(table) == ground.school(key)[row])
    return [Addition(table, int(rows[0]), row, (("fsmenddate", None),) if table[0] == "fsmperiods" else ())]
