"""Who fits a fault: the conditions under which a rule speaks, from the texts in which it was found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from transforms.synthetic.draw import Flags
from transforms.synthetic.faults.plan import Ground
from transforms.synthetic.sheets import Key

_ULN_AGE, _THREE = 14, 3
_SCHOOL_AGES = (5, 15)


def fitting(ground: Ground, key: Key, who: str, column: str) -> Flags:
    """Return which rows of a sheet fit."""
    return _WHO[who](ground, key, column)


def _anyone(ground: Ground, key: Key, _column: str) -> Flags:
    return np.ones(len(ground.sheet(key)), dtype=bool)


def _rolls(ground: Ground, key: Key) -> pd.DataFrame:
    return ground.authority.rolls.take(ground.owner(key))


def years_old(born: pd.Series, day: pd.Series | pd.Timestamp) -> Flags:
    """Return ages in whole years on a day."""
    days = pd.Series(day, index=born.index) if isinstance(day, pd.Timestamp) else day
    before = (days.dt.month * 100 + days.dt.day) < (born.dt.month * 100 + born.dt.day)
    return np.asarray(days.dt.year - born.dt.year - before)


def _of_uln_age(ground: Ground, key: Key, column: str) -> Flags:
    rolls = _rolls(ground, key)
    old = years_old(rolls["dob"], pd.Timestamp(ground.authority.scene.census_day)) >= _ULN_AGE
    return np.asarray(old & pd.notna(ground.values(key, column)))


def _left_of_uln_age(ground: Ground, key: Key, column: str) -> Flags:
    rolls = _rolls(ground, key)
    return np.asarray(
        (years_old(rolls["dob"], rolls["leavingdate"]) >= _ULN_AGE) & pd.notna(ground.values(key, column))
    )


def _three_year_old(ground: Ground, key: Key, column: str) -> Flags:
    """Three by the day from which the term's funding runs, and not yet four on 31 August (3100, 1846)."""
    rolls, days = _rolls(ground, key), ground.authority.scene.calendar
    begun = years_old(rolls["dob"], pd.Timestamp(days.early_years_day)) >= _THREE
    young = years_old(rolls["dob"], pd.Timestamp(days.age_day)) <= _THREE
    return np.asarray(begun & young & pd.notna(ground.values(key, column)))


def _of_school_age(ground: Ground, key: Key, _column: str) -> Flags:
    return np.asarray(_rolls(ground, key)["age"].ge(_SCHOOL_AGES[0]))


def _attends(ground: Ground, key: Key, column: str) -> Flags:
    """Aged 5 to 15 on 31 August, no boarder, entered before the window's end, with sessions possible (2400-2510)."""
    rolls = _rolls(ground, key)
    entered = rolls["entrydate"] < pd.Timestamp(ground.authority.scene.calendar.attendance_last)
    aged = rolls["age"].between(*_SCHOOL_AGES) & rolls["is_boarder"].eq(other=False)
    return np.asarray(aged & entered) & np.asarray(pd.notna(ground.values(key, column)))


def _attendance_not_judged(ground: Ground, key: Key, column: str) -> Flags:
    return np.asarray(pd.notna(ground.values(key, column))) & ~_attends(ground, key, column)


def _open_period(ground: Ground, key: Key, _column: str) -> Flags:
    return np.asarray(pd.isna(ground.values(key, "fsmenddate")))


def _long_period(ground: Ground, key: Key, _column: str) -> Flags:
    """Open, and begun long before the window, so that an end before the window is still after the start."""
    begun = ground.sheet(key).columns["fsmstartdate"]
    first = pd.Timestamp(ground.authority.scene.calendar.fsm_first) - pd.Timedelta(days=60)
    return np.asarray(begun < first) & _open_period(ground, key, "")


_WHO: dict[str, Callable[[Ground, Key, str], Flags]] = {
    "anyone": _anyone,
    "of_uln_age": _of_uln_age,
    "left_of_uln_age": _left_of_uln_age,
    "three_year_old": _three_year_old,
    "of_school_age": _of_school_age,
    "attends": _attends,
    "attendance_not_judged": _attendance_not_judged,
    "open_period": _open_period,
    "long_period": _long_period,
}
