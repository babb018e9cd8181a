"""Suspensions and permanent exclusions in the window of the return."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.attendance import school_days
from transforms.synthetic.draw import Days, Floats, Ints, happens, only, rate, role
from transforms.synthetic.made import Made, made
from transforms.synthetic.scene import Scene

_TERM = 120  # days: the rates are per term
_LONGEST = 10
_EXCLUDED_BEFORE = np.timedelta64(5, "D")


def suspensions_of(scene: Scene, rolls: pd.DataFrame) -> Made:
    """Make suspensions of all records, and the exclusions that sent some leavers to a unit."""
    first, last = _inside(scene, rolls)
    often = scene.rng("suspensions").poisson(_expected(rolls) * np.maximum((last - first).astype(float), 0) / _TERM)
    row = np.repeat(np.arange(len(rolls)), np.minimum(often, 4))
    rng = scene.rng("suspensions", "when")
    begun = school_days(first[row], np.maximum(first, last - np.timedelta64(4, "D"))[row], rng.random(len(row)))
    excluded = _excluded(scene, rolls)
    row, begun = row[begun < last[row]], begun[begun < last[row]]
    rows = np.concatenate([row, excluded])
    days = np.concatenate([begun, _last_day(rolls)[excluded]])
    permanent = np.concatenate([np.zeros(len(row), bool), np.ones(len(excluded), bool)])
    lunchtime = ~permanent & happens(rng, rate("lunchtime_of_suspensions"), len(rows))
    return _described(scene, rolls, rows, days, np.where(permanent, "permanent", np.where(lunchtime, "lunchtime", "")))


def _inside(scene: Scene, rolls: pd.DataFrame) -> tuple[Days, Days]:
    """Return the part of the window in which each record's child was on the roll."""
    days = scene.calendar
    entry = rolls["entrydate"].to_numpy().astype("datetime64[D]")
    until = rolls["leavingdate"].fillna(pd.Timestamp(days.exclusions_last)).to_numpy().astype("datetime64[D]")
    first = np.maximum(entry + np.timedelta64(1, "D"), np.datetime64(days.exclusions_first, "D"))
    return first, np.minimum(until, np.datetime64(days.exclusions_last, "D"))


def _expected(rolls: pd.DataFrame) -> Floats:
    """Return the suspensions a term to expect of each record."""
    stages = ("primary", "secondary", "special")
    base = rolls["stage"].map({stage: rate(f"suspension_{stage}") for stage in stages}).to_numpy(float)
    poorer = np.where(rolls["is_poor"], rate("suspension_free_meals_ratio"), 1.0)
    boys = np.where(rolls["male"], rate("suspension_male_ratio"), 1.0)
    weight = poorer * boys * rolls["absence"].to_numpy()
    schooled = rolls["age"].between(5, 15).to_numpy() & ~rolls["is_boarder"].to_numpy()  # their attendance is returned
    return np.where(schooled, base * weight / max(float(weight.mean()), 1.0), 0.0)


def _last_day(rolls: pd.DataFrame) -> Days:
    left = rolls["leavingdate"].fillna(pd.Timestamp("2199-12-31")).to_numpy().astype("datetime64[D]")
    return np.asarray(np.busday_offset(left - _EXCLUDED_BEFORE, 0, roll="backward"))


def _excluded(scene: Scene, rolls: pd.DataFrame) -> Ints:
    """Return the leavers whose school excluded them in the window: they went to a unit and to no other roll."""
    left = rolls["leavingdate"].to_numpy()
    went = rolls["beside_alone"].to_numpy() & ~rolls["is_beside"].to_numpy() & (left == rolls["beside_from"].to_numpy())
    day, days = _last_day(rolls), scene.calendar
    window = (day >= np.datetime64(days.exclusions_first)) & (day <= np.datetime64(days.exclusions_last))
    after_entry = day > rolls["entrydate"].to_numpy().astype("datetime64[D]")
    attends = rolls["age"].between(5, 15).to_numpy() & ~rolls["is_boarder"].to_numpy()
    return np.flatnonzero(went & window & after_entry & attends & ~rolls["is_on_roll"].to_numpy())


def _described(scene: Scene, rolls: pd.DataFrame, rows: Ints, days: Days, kind: np.ndarray) -> Made:
    count, rng = len(rows), scene.rng("suspensions", "what")
    category = np.select(
        [kind == "permanent", kind == "lunchtime"], [role("permanent"), role("lunchtime")], role("suspension")
    ).astype(object)
    reasons = [scene.pick("reason", "all", count, "exclusion_reason") for _ in range(1)]
    second = np.roll(reasons[0], 1)
    third = np.roll(reasons[0], 2)
    two = happens(rng, rate("suspension_second_reason"), count) & (second != reasons[0])
    three = two & happens(rng, rate("suspension_third_reason") / rate("suspension_second_reason"), count)
    three &= (third != reasons[0]) & (third != second)
    return made(
        {
            "category": category,
            "reason1": reasons[0],
            "reason2": only(two, second),
            "reason3": only(three, third),
            "startdate": days,
            "sessions": np.where(kind == "permanent", np.nan, 1 + rng.integers(0, _LONGEST, count)),
            "senprovision": rolls["senprovision"].to_numpy(object)[rows],
        },
        rows,
    )
