"""Careers: what happens to each child between nursery and leaving school, the same seen from every collection."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.draw import Days, Flags, Floats, Ints, rate, role
from transforms.synthetic.scene import NEVER, Scene, between, closing_day, day_of, next_permitted, opening_day

RECEPTION, YEAR_7, YEAR_11, YEAR_13 = 5, 12, 16, 18  # years from the cohort's birth to the start of that school year
_DRAWS = 40


class Dice:
    """The draws of one child each, taken column by column so that every use has its own."""

    def __init__(self, scene: Scene, children: pd.DataFrame) -> None:
        """Roll for all children, each cohort by its own stream."""
        counts = children.groupby("cohort", sort=True).size()
        rolls = [scene.lasting("careers", str(cohort)).random((int(n), _DRAWS)) for cohort, n in counts.items()]
        self._rolls, self._next = np.vstack(rolls), 0

    def draw(self) -> Floats:
        """Return the next column of draws, 0 to 1."""
        self._next += 1
        return np.asarray(self._rolls[:, self._next - 1])

    def happens(self, probability: float | Floats) -> Flags:
        """Return true with a probability."""
        return np.asarray(self.draw() < probability)


def careers_of(scene: Scene, schools: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Add to each child its schools, its moves and its time away."""
    dice = Dice(scene, children)
    staged = _schools(dice, schools, children)
    return _away(dice, _moves(dice, schools, staged), schools)


def _other(dice: Dice, schools: pd.DataFrame, stage: str, own: Ints) -> Ints:
    """Draw another school of a stage than the child's own; the own one if there is no other."""
    weights = np.where(schools[stage], schools["weight"], 0.0)
    if not weights.any():
        return own
    bounds = np.cumsum(weights)
    drawn = np.searchsorted(bounds, dice.draw() * bounds[-1], side="right").astype(np.int64)
    members = np.flatnonzero(weights)
    following = members[(np.searchsorted(members, drawn) + 1) % len(members)]
    return np.asarray(np.where(drawn == own, following, drawn))


def _schools(dice: Dice, schools: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Decide nursery, primary, secondary or special school."""
    none = np.full(len(children), -1, dtype=np.int64)
    primary, secondary = children["primary"].to_numpy(), children["secondary"].to_numpy()
    through = (primary >= 0) & schools["secondary"].to_numpy()[primary]
    special = _other(dice, schools, "special", none)
    planned = children["senprovision"].eq(role("plan")).to_numpy()  # special schools admit pupils with a plan
    is_special = planned & dice.happens(rate("special_school") / rate("sen_plan")) & (special >= 0)
    at_three, at_two = dice.happens(rate("nursery_at_three")), dice.happens(rate("nursery_at_two"))
    nursery = _other(dice, schools.assign(nursery=schools["kind"].eq("nursery")), "nursery", none)
    has_class = (primary >= 0) & schools["early"].to_numpy()[primary]
    own_class = has_class & (dice.happens(rate("nursery_at_school")) | (nursery < 0))
    elsewhere = at_three & ~own_class & ~is_special & dice.happens(rate("nursery_school"))
    first = np.where(at_two, RECEPTION - 2, RECEPTION - 1)
    chosen = children.assign(
        secondary=np.where(through, primary, secondary),
        through=through,
        special=np.where(is_special, special, -1),
        nursery=np.where(elsewhere, nursery, -1),
        starts=np.where(at_three & own_class & ~is_special, first, RECEPTION),
        nursery_starts=first,
    )
    return chosen.assign(finishes=_finishes(dice, schools, chosen))


def _finishes(dice: Dice, schools: pd.DataFrame, children: pd.DataFrame) -> Days:
    """Decide who stays for the sixth form, and the day on which each leaves school for good."""
    cohort, secondary = children["cohort"].to_numpy(), children["secondary"].to_numpy()
    is_special = children["special"].to_numpy() >= 0
    sixth = (secondary >= 0) & schools["sixth"].to_numpy()[secondary] & dice.happens(rate("sixth_form"))
    third = sixth & dice.happens(rate("third_year"))
    years = np.where(third, YEAR_13 + 1, np.where(sixth, YEAR_13, YEAR_11))
    special_years = np.where(dice.happens(rate("special_stays_on")), YEAR_13, YEAR_11)
    planned = closing_day(cohort + np.where(is_special, special_years, years))
    stops = sixth & ~is_special & dice.happens(rate("sixth_form_leaves"))
    stopped = between(dice.draw(), opening_day(cohort + YEAR_11 + 1), closing_day(cohort + YEAR_13))
    return np.where(stops, stopped, planned)


def _moves(dice: Dice, schools: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Decide who changes primary or secondary school, and when."""
    cohort, through = children["cohort"].to_numpy(), children["through"].to_numpy()
    mainstream = children["special"].to_numpy() < 0
    through_schools = schools["primary"] & schools["secondary"]
    made = {}
    for stage, first, last in (("primary", RECEPTION, YEAR_7 - 1), ("secondary", YEAR_7, YEAR_11)):
        own = children[stage].to_numpy()
        other = _other(dice, schools.assign(place=schools[stage] & ~through_schools), "place", own)
        moves = dice.happens(rate(f"{stage}_move")) & mainstream & ~through & (other != own)
        day = between(dice.draw(), opening_day(cohort + first), closing_day(cohort + last))
        made[f"{stage}_then"] = other
        made[f"{stage}_move"] = np.where(moves, day, NEVER)
    stays = schools["sixth"].to_numpy()[np.maximum(made["secondary_then"], 0)]
    finishes = children["finishes"].to_numpy().astype("datetime64[D]")
    made["then_finishes"] = np.where(stays, finishes, np.minimum(finishes, closing_day(cohort + YEAR_11)))
    return children.assign(**made)


def _away(dice: Dice, children: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Decide who arrives late, leaves early, is home educated for a time, or is placed at a unit."""
    cohort = children["cohort"].to_numpy()
    opening, closing = opening_day(cohort + RECEPTION), closing_day(cohort + YEAR_11 - 1)
    came = between(dice.draw(), opening, closing)
    left = between(dice.draw(), np.maximum(opening, came) + np.timedelta64(90, "D"), closing_day(cohort + YEAR_11))
    late = dice.happens(rate("arrives_late"))
    event = dice.draw()
    gone = event < rate("leaves_early")
    home = ~gone & (event < rate("leaves_early") + rate("ehe_starts"))
    day = opening_day(np.full(len(cohort), 1990))
    came, left = np.where(late, came, day), np.where(gone, left, NEVER)
    made = children.assign(came=came, left=left, is_late=late, has_temporary=late & dice.happens(rate("temporary_upn")))
    return _at_unit(dice, _at_home(dice, made, home), schools, ~gone & ~home)


def _at_home(dice: Dice, children: pd.DataFrame, home: Flags) -> pd.DataFrame:
    """Decide when home education begins, and how and when it ends."""
    cohort = children["cohort"].to_numpy()
    never = home & dice.happens(rate("ehe_never_schooled"))
    year_1 = opening_day(cohort + RECEPTION + 1)
    first = np.maximum(year_1, children["came"].to_numpy()) + np.timedelta64(30, "D")
    begins = between(dice.draw(), first, closing_day(cohort + YEAR_11 - 1))
    begins = np.where(never, np.maximum(year_1, children["came"].to_numpy()), begins)
    lasts = (60 + dice.draw() * 700).astype("timedelta64[D]")
    ends_school = last_friday_of_june(cohort + YEAR_11 + 1)
    fate = dice.draw()
    returns, moves = fate < rate("ehe_returns"), fate > 1 - rate("ehe_moves_away")
    planned = next_permitted(begins + lasts)
    ends_early = (returns | moves) & (planned < ends_school - np.timedelta64(120, "D"))
    until = np.where(ends_early, planned, ends_school)
    return children.assign(
        left=np.where(never, children["came"].to_numpy(), children["left"].to_numpy()),
        home_never=never,
        home_from=np.where(home, begins, NEVER),
        home_until=np.where(home, until, NEVER),
        home_returns=home & ~never & returns & ends_early,
        home_moves=home & (moves | never) & ends_early,
        home_draw=dice.draw(),
    )


def _at_unit(dice: Dice, children: pd.DataFrame, schools: pd.DataFrame, free: Flags) -> pd.DataFrame:
    """Decide who spends part of a year at a unit or a special school, beside or instead of their own."""
    cohort = children["cohort"].to_numpy()
    none = np.full(len(cohort), -1, dtype=np.int64)
    mainstream = free & (children["special"].to_numpy() < 0) & (children["secondary"].to_numpy() >= 0)
    unit, special = _other(dice, schools, "unit", none), _other(dice, schools, "special", none)
    at_unit = mainstream & (unit >= 0) & dice.happens(rate("unit_spell"))
    planned = children["senprovision"].eq(role("plan")).to_numpy()
    dual = mainstream & planned & ~at_unit & (special >= 0) & dice.happens(rate("special_dual") / rate("sen_plan"))
    begins = between(dice.draw(), opening_day(cohort + YEAR_7 - 2), closing_day(cohort + YEAR_11 - 1))
    lasts = (60 + dice.draw() * 400).astype("timedelta64[D]")
    return children.assign(
        beside=np.where(at_unit, unit, np.where(dual, special, -1)),
        beside_from=np.where(at_unit | dual, begins, NEVER),
        beside_until=np.where(at_unit | dual, next_permitted(begins + lasts), NEVER),
        beside_alone=at_unit & dice.happens(rate("pru_sole")),
    )


def last_friday_of_june(year: Ints) -> Days:
    """Return the last Friday of June, when compulsory school age ends."""
    return np.asarray(np.busday_offset(day_of(year, 6, 30), 0, roll="backward", weekmask="Fri"))
