"""Free school meals: who is eligible by household and age, in shares that no school's return is questioned for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.draw import Flags, Floats, Ints, rate
from transforms.synthetic.made import Made, made
from transforms.synthetic.scene import NEVER, Scene

_MEALS_AGE = 3
_FIRST_YEARS = {4: 1, 5: 2}  # Reception and year 1, of which 1751 and 1752 ask separately
_AWAY = 4  # eligible pupils of a school who took no meal, at least
_BEFORE = np.timedelta64(40, "D")


def with_meals(scene: Scene, rolls: pd.DataFrame) -> pd.DataFrame:
    """Add who has a period of eligibility in the collection's window (1763), in every school someone but not too many.

    The shares stay below those of 1750, 1751 and 1752 (`rates.csv`), and above none (1760).
    """
    draws = scene.steady(rolls, "meals")
    flags = _by_household(scene, rolls) & rolls["is_on_roll"].to_numpy()
    on_roll = rolls["is_on_roll"].to_numpy()
    school, year = rolls["school"].to_numpy(), rolls["age"].map(_FIRST_YEARS).fillna(0).to_numpy(np.int64)
    group = school * 3 + year
    first_years = on_roll & (year > 0)
    flags &= ~first_years | within_share(flags, first_years, group, draws, rate("meals_most_first_years"))
    flags = within_share(flags, on_roll, school, draws, rate("meals_most"))
    added = _added(rolls, flags, group, draws)
    since, until = (rolls[f"meals_{name}"].to_numpy().astype("datetime64[D]") for name in ("since", "until"))
    first = np.datetime64(scene.calendar.fsm_first, "D") - _BEFORE
    return rolls.assign(
        has_meals=flags | added,
        meals_since=np.where(added, first, since),
        meals_until=np.where(added, NEVER, until),
    )


def within_share(flags: Flags, members: Flags, group: Ints, draws: Floats, share: float) -> Flags:
    """Keep the flags of at most a share of each group's members, those of the lowest draws."""
    rows = np.flatnonzero(flags & members)
    rows = rows[np.lexsort((draws[rows], group[rows]))]
    most = np.floor(share * np.bincount(group[members], minlength=int(group.max(initial=0)) + 1)).astype(np.int64)
    rank = pd.Series(group[rows]).groupby(group[rows]).cumcount().to_numpy()
    kept = np.zeros(len(flags), dtype=bool)
    kept[rows[rank < most[group[rows]]]] = True
    return kept


def _by_household(scene: Scene, rolls: pd.DataFrame) -> Flags:
    since, until = rolls["meals_since"].to_numpy(), rolls["meals_until"].to_numpy()
    first = np.datetime64(scene.calendar.fsm_first, "D")
    poor = rolls["is_poor"].to_numpy() & ~rolls["is_service"].to_numpy() & rolls["age"].ge(_MEALS_AGE).to_numpy()
    return np.asarray(poor & (since <= scene.census_day) & (until >= first))


def _added(rolls: pd.DataFrame, flags: Flags, group: Ints, draws: Floats) -> Flags:
    """Choose one pupil of each school in which nobody is eligible: best one whose year group is not small."""
    on_roll = rolls["is_on_roll"].to_numpy()
    school = rolls["school"].to_numpy()
    none = np.bincount(school[flags], minlength=int(school.max(initial=0)) + 1) == 0
    rows = np.flatnonzero(on_roll & none[school])
    first_years = group[rows] % 3 > 0
    alone = first_years & (np.bincount(group[on_roll], minlength=int(group.max(initial=0)) + 1)[group[rows]] == 1)
    order = np.lexsort((draws[rows], first_years, rolls["is_service"].to_numpy()[rows], alone, school[rows]))
    rows = rows[order]
    chosen = np.zeros(len(rolls), dtype=bool)
    chosen[rows[np.unique(school[rows], return_index=True)[1]]] = True
    return chosen


def meals_of(scene: Scene, rolls: pd.DataFrame) -> Made:
    """Make the periods of free meal eligibility: most are open, some ended, a few of those began again."""
    rows = np.flatnonzero(rolls["has_meals"].to_numpy())
    since = rolls["meals_since"].to_numpy()[rows].astype("datetime64[D]")
    until = rolls["meals_until"].to_numpy()[rows].astype("datetime64[D]")
    ended = until <= scene.census_day
    resumed = until + np.timedelta64(14, "D")
    again = (
        ended & (resumed <= scene.census_day) & (scene.steady(rolls.take(rows), "meals again") < rate("meals_again"))
    )
    never = np.full(int(again.sum()), np.datetime64("NaT"), dtype="datetime64[D]")
    country = scene.pick("ukcountry", "all", len(rows) + len(never), "uk_country")
    return made(
        {
            "fsmstartdate": np.concatenate([since, resumed[again]]),
            "fsmenddate": np.concatenate([np.where(ended, until, np.datetime64("NaT")), never]),
            "ukcountry": country,
        },
        np.concatenate([rows, rows[again]]),
    )


def meals_taken(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> Ints:
    """Count free meals taken on census day: some four in five of those eligible that day, always fewer (1320Q)."""
    open_now = rolls["has_meals"].to_numpy() & (rolls["meals_until"].to_numpy() > scene.census_day)
    eligible = np.bincount(rolls["school"].to_numpy()[open_now], minlength=len(schools))
    return np.maximum(0, np.minimum(eligible * 4 // 5, eligible - _AWAY))
