"""Circumstances of single rules: who can have just that fault, from the texts in which the rules were found."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.draw import Flags, role
from transforms.synthetic.faults.facts import Condition, empty, filled, texts_of, with_rows, years_old
from transforms.synthetic.faults.plan import Ground
from transforms.synthetic.scene import NEVER
from transforms.synthetic.sheets import Key

_ULN_AGE, _THREE, _FOUR = 14, 3, 4
_SCHOOL_AGES = (5, 15)
_LEAVERS_TABLES = ("programmeaims", "learnerfam", "learnersupport", "approvisiondetail", "schoolarrangedapdetail")
_DETAILS = ("termlysessiondetails", "summerhalfterm2sessiondetails")
_MANY_MEALS = 8


def _of_uln_age(ground: Ground, key: Key, column: str) -> Flags:
    rolls = ground.rolls(key, "dob")
    old = years_old(rolls["dob"], pd.Timestamp(ground.authority.scene.census_day)) >= _ULN_AGE
    return old & filled(ground, key, column)


def _left_of_uln_age(ground: Ground, key: Key, column: str) -> Flags:
    rolls = ground.rolls(key, "dob", "leavingdate")
    return (years_old(rolls["dob"], rolls["leavingdate"]) >= _ULN_AGE) & filled(ground, key, column)


def _age_when_funded(ground: Ground, key: Key) -> Flags:
    """Return ages on the day from which the term's early years funding runs."""
    return years_old(ground.rolls(key, "dob")["dob"], pd.Timestamp(ground.authority.scene.calendar.early_years_day))


def _three_year_old(ground: Ground, key: Key, column: str) -> Flags:
    """Three by the day from which the term's funding runs, and not yet four on 31 August (3100, 1846)."""
    young = ground.rolls(key, "age")["age"].le(_THREE).to_numpy()
    return (_age_when_funded(ground, key) >= _THREE) & young & filled(ground, key, column)


def _not_yet_three(ground: Ground, key: Key, _: str) -> Flags:
    return _age_when_funded(ground, key) < _THREE


def _not_yet_five(ground: Ground, key: Key, _: str) -> Flags:
    return _age_when_funded(ground, key) <= _FOUR


def _attends(ground: Ground, key: Key, column: str) -> Flags:
    """Aged 5 to 15 on 31 August, no boarder, entered before the window's end, with sessions possible (2400-2510)."""
    rolls = ground.rolls(key, "entrydate", "age", "is_boarder")
    entered = rolls["entrydate"] < pd.Timestamp(ground.authority.scene.calendar.attendance_last)
    aged = rolls["age"].between(*_SCHOOL_AGES) & rolls["is_boarder"].eq(other=False)
    return np.asarray(aged & entered) & filled(ground, key, column)


def _attendance_not_judged(ground: Ground, key: Key, column: str) -> Flags:
    return filled(ground, key, column) & ~_attends(ground, key, column)


def _never_suspended(ground: Ground, key: Key, _: str) -> Flags:
    """Without a session of suspension or exclusion, and without the suspension itself (2485)."""
    suspended = with_rows(ground, key, "termlyexclusions")
    for table in _DETAILS:
        other: Key = (table, key[1])
        if other in ground.authority.sheets:
            lost = texts_of(ground, other, "attendancereason") == role("suspended")
            suspended |= np.isin(ground.of_pupil(key), ground.of_pupil(other)[lost])
    return ~suspended


def _outside_attendance(ground: Ground, key: Key, _: str) -> Flags:
    """Suspended or excluded on a day outside the attendance windows, so that no session belongs to it (2485)."""
    scene, begun = ground.authority.scene, ground.sheet(key).columns["startdate"].to_numpy().astype("datetime64[D]")
    return (begun < scene.term_first) | (begun > scene.term_last)


def _leavers_never_suspended(ground: Ground, key: Key, _: str) -> Flags:
    """A school none of whose leavers was suspended (2485)."""
    leavers: Key = ("pupils", "off")
    suspended = ground.school(leavers)[~_never_suspended(ground, leavers, "")]
    return ~np.isin(ground.school(key), suspended)


def _open_period(ground: Ground, key: Key, _: str) -> Flags:
    return empty(ground, key, "fsmenddate") & _many_meals(ground, key, "")


def _long_period(ground: Ground, key: Key, _: str) -> Flags:
    """Open, and begun long before the window, so that an end before the window is still after the start."""
    begun = ground.sheet(key).columns["fsmstartdate"]
    first = pd.Timestamp(ground.authority.scene.calendar.fsm_first) - pd.Timedelta(days=60)
    return np.asarray(begun < first) & _open_period(ground, key, "")


def _many_meals(ground: Ground, key: Key, _: str) -> Flags:
    """At a school with so many eligible for free meals that one less asks for no query (1320Q, 1760)."""
    count = np.bincount(ground.school(("fsmperiods", "on")), minlength=len(ground.authority.schools))
    return (count >= _MANY_MEALS)[ground.school(key)]


def _has_open_period(ground: Ground, key: Key, _: str) -> Flags:
    periods: Key = ("fsmperiods", key[1])
    open_ = texts_of(ground, periods, "fsmenddate") == ""
    return np.isin(ground.of_pupil(key), ground.of_pupil(periods)[open_])


def _needs_assessed(ground: Ground, key: Key, _: str) -> Flags:
    """Without the type of need that only SEN support may have."""
    needs: Key = ("senneeds", key[1])
    without = texts_of(ground, needs, "sentype") == role("not_assessed")
    return ~np.isin(ground.of_pupil(key), ground.of_pupil(needs)[without])


def _other_reason_to_return(ground: Ground, key: Key, _: str) -> Flags:
    """A leaver whom a return carries for post-16, funding or placement data, whatever the dates (1925Q)."""
    fits: Flags = np.zeros(len(ground.sheet(key)), dtype=bool)
    for table in _LEAVERS_TABLES:
        fits |= with_rows(ground, key, table)
    return fits


def _long_there(ground: Ground, key: Key, _: str) -> Flags:
    """Entered long before the term began whose leavers are returned."""
    begun = pd.Timestamp(ground.authority.scene.term_first) - pd.Timedelta(days=60)
    return ground.rolls(key, "entrydate")["entrydate"].lt(begun).to_numpy()


def _never_at_home(ground: Ground, key: Key, _: str) -> Flags:
    """Never home educated, so that no row of the register is the pupil's own."""
    return ground.rolls(key, "home_from")["home_from"].ge(pd.Timestamp(NEVER)).to_numpy()


CIRCUMSTANCES: dict[str, Condition] = {
    "of_uln_age": _of_uln_age,
    "left_of_uln_age": _left_of_uln_age,
    "three_year_old": _three_year_old,
    "not_yet_three": _not_yet_three,
    "not_yet_five": _not_yet_five,
    "attends": _attends,
    "attendance_not_judged": _attendance_not_judged,
    "never_suspended": _never_suspended,
    "leavers_never_suspended": _leavers_never_suspended,
    "outside_attendance": _outside_attendance,
    "open_period": _open_period,
    "long_period": _long_period,
    "many_meals": _many_meals,
    "has_open_period": _has_open_period,
    "needs_assessed": _needs_assessed,
    "other_reason_to_return": _other_reason_to_return,
    "no_other_reason": lambda ground, key, _: ~_other_reason_to_return(ground, key, ""),
    "long_there": _long_there,
    "never_at_home": _never_at_home,
}
