"""The pupil's record: identity, characteristics and status, on roll and no longer on roll."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas import _data
from transforms.synthetic.draw import Flags, Ints, Texts, only, picked, rate, role
from transforms.synthetic.identities import upns_on_day
from transforms.synthetic.meals import within_share
from transforms.synthetic.rolls import chance
from transforms.synthetic.scene import Scene

_ULN_AGE = np.timedelta64(14 * 365 + 3, "D")  # a day or so early, so that nobody of 14 lacks one
_ULN_YEAR = 13  # age on 31 August at which schools begin to hold ULNs
_YSSA_AGE = 12
_SEPTEMBER = 9
_INFANT_AGES = (4, 6)  # Reception to year 2


def pupil_columns(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> dict[str, object]:
    """Return the columns that every record has, by COLLECT's names."""
    upn, former = upns_on_day(rolls, scene.census_day)
    return {
        "upn": upn,
        "formerupn": former,
        "uniquelearnernumber": only(_has_uln(scene, rolls), rolls["uln"].to_numpy(object)),
        **{name: rolls[name].to_numpy() for name in ("surname", "forename", "middlenames", "preferredsurname")},
        **{name: rolls[name].to_numpy() for name in ("formersurname", "sex", "dob", "ethnicity", "language")},
        **{name: rolls[name].to_numpy() for name in ("entrydate", "leavingdate", "enrolstatus", "senprovision")},
        **_years(schools, scene, rolls),
        **_flags(scene, schools, rolls),
        **_characteristics(scene, rolls),
    }


def _has_uln(scene: Scene, rolls: pd.DataFrame) -> Flags:
    """Say who has a ULN: everyone of 14 on census day (1570, 1573), and some a little younger."""
    old = rolls["dob"].to_numpy().astype("datetime64[D]") + _ULN_AGE <= scene.census_day
    early = rolls["age"].ge(_ULN_YEAR) & (scene.steady(rolls, "early uln") < rate("uln_before_fourteen"))
    return np.asarray(old | early.to_numpy())


def _years(schools: pd.DataFrame, scene: Scene, rolls: pd.DataFrame) -> dict[str, object]:
    codes = {int(row["age"]): row["code"] for row in _data.rows("synthetic/year_groups.csv")}
    special = schools["special"].to_numpy()[rolls["school"]]
    unfollowed = special & (rolls["boarding_draw"] > 1 - rate("year_not_followed")).to_numpy()
    year = rolls["age"].mask(rolls["in_nursery"], np.minimum(rolls["age"], _INFANT_AGES[0] - 1))
    left = rolls["leavingdate"].fillna(pd.Timestamp(scene.census_day))
    age_left = left.dt.year - (left.dt.month < _SEPTEMBER) - rolls["cohort"] - 1
    return {
        "ncyearactual": np.where(unfollowed, role("not_followed"), year.map(codes).to_numpy(object)),
        "ncyearleaving": np.where(unfollowed, role("not_followed"), age_left.map(codes).to_numpy(object)),
    }


def _flags(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> dict[str, object]:
    nursery, provision = rolls["in_nursery"].to_numpy(), rolls["senprovision"]
    infant = rolls["age"].between(*_INFANT_AGES).to_numpy() & ~nursery
    lunch = _lunch(scene, rolls, infant)
    plan, needs = provision.eq(role("plan")).to_numpy(), provision.ne(role("no_sen")).to_numpy()
    school = rolls["school"].to_numpy()
    unit = needs & schools["has_unit"].to_numpy()[school] & chance(scene, "unit", rolls, "unit_of_sen")
    resource = needs & ~unit & schools["has_resource"].to_numpy()[school]
    top_up = np.where(plan, rate("top_up_of_plans"), np.where(needs, rate("top_up_of_support"), 0.0))
    part_time = nursery & chance(scene, "part time", rolls, "early_years_part_time")
    return {
        "schoollunchtaken": only(infant, lunch),
        "parttime": part_time,
        "boarder": _boarder(scene, rolls),
        "classtype": np.where(nursery, role("nursery_class"), role("other_class")),
        "topupfunding": scene.steady(rolls, "top up") < top_up,
        "senunitindicator": unit,
        "resourcedprovisionindicator": resource & chance(scene, "resource", rolls, "resourced_of_sen"),
        "unitcontacttime": np.where(unit, scene.rng("contact").integers(5, 26, len(rolls)), np.nan),
    }


def _lunch(scene: Scene, rolls: pd.DataFrame, infant: Flags) -> Flags:
    """Say which infants took a lunch on census day: never nearly all of a school (1877)."""
    takes = infant & chance(scene, "lunch", rolls, "infant_lunch")
    members, draws = infant & rolls["is_on_roll"].to_numpy(), scene.rng("lunch", "who").random(len(rolls))
    return within_share(takes, members, rolls["school"].to_numpy(), draws, rate("infant_lunch_most"))


def _boarder(scene: Scene, rolls: pd.DataFrame) -> Texts:
    boards = scene.pick("boarder", "boards", len(rolls), "boarder")
    return np.where(rolls["is_boarder"], boards, role("not_boarder"))


def _characteristics(scene: Scene, rolls: pd.DataFrame) -> dict[str, object]:
    def either(flag: str, field: str, codes: str, whose: str) -> Texts:
        return np.where(rolls[flag], scene.kept(rolls, field, whose, codes), scene.kept(rolls, field, "other", codes))

    return {
        "servicechild": either("is_service", "servicechild", "service_child", "service"),
        "youngcarer": either("is_carer", "youngcarer", "young_carer", "carer"),
        "plaa": either("plaa_who", "plaa", "post_looked_after", "looked_after"),
        "yssa": only(rolls["age"].ge(_YSSA_AGE).to_numpy(), scene.kept(rolls, "yssa", "young", "yssa")),
    }


def sen_types(scene: Scene, rolls: pd.DataFrame, which: str) -> Texts:
    """Draw types of need: those of pupils with a plan differ from those with SEN support."""
    plan = rolls["senprovision"].eq(role("plan")).to_numpy()
    draws, codes = scene.steady(rolls, "sentype", which), scene.codes("sen_type")
    drawn = {who: picked(draws, "sentype", who, within=codes) for who in ("plan", "support")}
    return np.where(plan, drawn["plan"], drawn["support"])


def positions(rolls: pd.DataFrame, flags: Flags) -> Ints:
    """Return the positions of the on-roll records that have something."""
    return np.flatnonzero(flags & rolls["is_on_roll"].to_numpy())
