"""Facts about the rows of a sheet, for the conditions of `selection.py`: values, ages, further rows, the school."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from schemas.model import PUPILS
from transforms.synthetic.draw import Flags, Texts
from transforms.synthetic.faults.plan import Ground
from transforms.synthetic.sheets import Key

_OLDEST = 99

Condition = Callable[[Ground, Key, str], Flags]


def texts_of(ground: Ground, key: Key, column: str) -> Texts:
    """Return a column of a sheet, or of the sheet of its pupils, as texts; missing is empty."""
    values = _values_of(ground, key, column)
    return np.where(pd.isna(values), "", values).astype(str)


def _values_of(ground: Ground, key: Key, column: str) -> Texts:
    own = column in ground.sheet(key).columns
    return ground.values(key, column) if own else ground.values((PUPILS, key[1]), column)[ground.of_pupil(key)]


def years_old(born: pd.Series, day: pd.Series | pd.Timestamp) -> Flags:
    """Return ages in whole years on a day."""
    days = pd.Series(day, index=born.index) if isinstance(day, pd.Timestamp) else day
    before = (days.dt.month * 100 + days.dt.day) < (born.dt.month * 100 + born.dt.day)
    return np.asarray(days.dt.year - born.dt.year - before)


def _anyone(ground: Ground, key: Key, _: str) -> Flags:
    return np.ones(len(ground.sheet(key)), dtype=bool)


def filled(ground: Ground, key: Key, column: str) -> Flags:
    """Say which rows have a value."""
    return np.asarray(pd.notna(_values_of(ground, key, column)))


def empty(ground: Ground, key: Key, column: str) -> Flags:
    """Say which rows have none."""
    return ~filled(ground, key, column)


def _aged(ground: Ground, key: Key, ages: str) -> Flags:
    lowest, highest = ages.split("-")
    return ground.rolls(key, "age")["age"].between(int(lowest), int(highest or _OLDEST)).to_numpy()


def with_rows(ground: Ground, key: Key, table: str) -> Flags:
    """Say whose pupil has rows of another table."""
    other: Key = (table, key[1])
    if other not in ground.authority.sheets:
        return np.zeros(len(ground.sheet(key)), dtype=bool)
    return np.isin(ground.of_pupil(key), ground.of_pupil(other))


def _rows(ground: Ground, key: Key, count: str) -> Flags:
    pupils = ground.of_pupil(key)
    return np.asarray(np.bincount(pupils, minlength=1)[pupils] == int(count))


def _sub(ground: Ground, key: Key, number: str) -> Flags:
    return ground.sheet(key).places["sub_record"].eq(int(number)).to_numpy()


def _of_school(ground: Ground, key: Key, column: str, wanted: str) -> Flags:
    return ground.authority.schools[column].isin(wanted.split("|")).to_numpy()[ground.school(key)]


def _academy(ground: Ground, key: Key, _: str) -> Flags:
    return ground.authority.schools["is_academy"].to_numpy()[ground.school(key)]


FACTS: dict[str, Condition] = {
    "anyone": _anyone,
    "filled": filled,
    "empty": empty,
    "aged": _aged,
    "with": with_rows,
    "without": lambda ground, key, table: ~with_rows(ground, key, table),
    "rows": _rows,
    "sub": _sub,
    "phase": lambda ground, key, wanted: _of_school(ground, key, "phase", wanted),
    "type": lambda ground, key, wanted: _of_school(ground, key, "type", wanted),
    "academy": _academy,
    "maintained": lambda ground, key, _: ~_academy(ground, key, ""),
}
