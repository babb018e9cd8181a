"""The children of the authority: one row each, the same in every collection in which they appear."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.errors import UsageError
from transforms.synthetic.draw import Days, Flags, Texts, happens, only, rate, role
from transforms.synthetic.households import by_origin, households_of
from transforms.synthetic.scene import Scene, day_of

FIRST_COHORT = 1990
SEATS = 10**6  # children a cohort may have
STAYS = 3  # children of each birth year who stay a while at a school: one leaves in each term (`stays.py`)
_FAMILY = 3  # cohorts in which siblings of one household are born


def cohorts_of(scene: Scene) -> range:
    """Return the birth years (September to August) whose children may stand in the collection's returns."""
    year = scene.collection.academic_year
    return range(year - 21, year - 2)


def children_of(scene: Scene, schools: pd.DataFrame, per_cohort: int) -> pd.DataFrame:
    """Make the children of every cohort that the collection can meet."""
    if per_cohort >= SEATS:
        raise UsageError("That many pupils cannot be numbered; ask for fewer pupils a school.")
    count = per_cohort + STAYS * len(schools)
    cohorts = cohorts_of(scene)
    eldest = sorted({cohort - cohort % _FAMILY for cohort in cohorts} | set(cohorts))
    homes = pd.concat([households_of(scene, schools, cohort, count) for cohort in eldest], ignore_index=True)
    place = {cohort: position * count for position, cohort in enumerate(eldest)}
    stay = np.concatenate([np.full(per_cohort, -1), np.repeat(np.arange(len(schools)), STAYS)])
    made = []
    for cohort in cohorts:
        rng = scene.lasting("children", cohort)
        own = np.arange(count)
        sibling = happens(rng, rate("sibling"), count) & (cohort % _FAMILY > 0)
        home = np.where(sibling, place[cohort - cohort % _FAMILY], place[cohort]) + own
        twin = happens(rng, rate("twin_pair"), count) & (own % 2 == 1)
        home = np.where(twin, np.roll(home, 1), home)
        family = homes.take(home).reset_index(drop=True)
        made.append(_cohort(rng, cohort, family.assign(home=home, stay=stay), twin))
    return pd.concat(made, ignore_index=True)


def _cohort(rng: np.random.Generator, cohort: int, family: pd.DataFrame, twin: Flags) -> pd.DataFrame:
    count = len(family)
    born = day_of(np.full(count, cohort), 9, 1) + rng.integers(0, 365, count).astype("timedelta64[D]")
    male = happens(rng, rate("male"), count)
    born = np.where(twin, np.roll(born, 1), born)
    forename = _apart(_forename(rng, family["origin"].to_numpy(), male), family, born)
    return family.assign(
        child=(cohort - FIRST_COHORT) * SEATS + np.arange(count),
        cohort=cohort,
        dob=born,
        is_twin=twin,
        male=male,
        sex=np.where(male, role("male"), role("female")),
        forename=forename,
        **_other_names(rng, family, male, forename),
        senprovision=_provision(rng, male, family["is_poor"].to_numpy()),
        plaa_who=happens(rng, rate("adopted_or_guardianship"), count),
        boarding_draw=rng.random(count),
        course_draw=rng.random(count),
        is_carer=happens(rng, rate("young_carer"), count),
        absence=rng.gamma(1.1, 0.9, count),
    )


def _forename(rng: np.random.Generator, origin: Texts, male: Flags) -> Texts:
    return np.where(
        male,
        by_origin(rng, "forenames", origin, sex="male"),
        by_origin(rng, "forenames", origin, sex="female"),
    )


def _apart(forename: Texts, family: pd.DataFrame, born: Days) -> Texts:
    """Give a child who would be taken for another a second first name: same names, birthday and home or postcode.

    So twins differ, and no two children have names, date of birth and postcode in common.
    """
    for place in ("home", "postcode"):
        alike = pd.DataFrame({"forename": forename, "born": born})
        alike = alike.assign(surname=family["surname"].to_numpy(object), place=family[place].to_numpy())
        again = alike.groupby(list(alike.columns), sort=False).cumcount().to_numpy()
        forename = np.where(again > 0, forename + "-" + np.roll(forename, 5), forename)
    return forename


def _other_names(rng: np.random.Generator, family: pd.DataFrame, male: Flags, forename: Texts) -> dict[str, Texts]:
    count, origin = len(family), family["origin"].to_numpy()
    middle, second = _forename(rng, origin, male), _forename(rng, origin, male)
    two = happens(rng, rate("second_middle_name"), count)
    surname = family["surname"].to_numpy(dtype=object)
    other = np.roll(surname, 7)
    differs = middle != forename
    return {
        "middlenames": only(
            happens(rng, rate("middle_name"), count) & differs, np.where(two, middle + " " + second, middle)
        ),
        "preferredsurname": np.where(happens(rng, rate("other_preferred_surname"), count), other, surname),
        "formersurname": only(happens(rng, rate("former_surname"), count), np.roll(surname, 11)),
    }


def _provision(rng: np.random.Generator, male: Flags, poor: Flags) -> Texts:
    """Draw SEN provision: more boys than girls, more of the poor than others (rates.csv)."""
    poorer = np.where(poor, rate("sen_free_meals_ratio"), 1.0)
    weight_support = np.where(male, rate("sen_male_ratio"), 1.0) * poorer
    weight_plan = np.where(male, rate("sen_plan_male_ratio"), 1.0) * poorer
    draw = rng.random(len(male))
    plan = rate("sen_plan") * weight_plan / max(float(weight_plan.mean()), 1.0)
    support = rate("sen_support") * weight_support / max(float(weight_support.mean()), 1.0)
    return np.where(draw < plan, role("plan"), np.where(draw < plan + support, role("support"), role("no_sen")))
