"""Alternative provision: placements at units, and those that a school arranges elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.draw import Flags, Ints, Texts, happens, only, rate, role
from transforms.synthetic.identifiers import numbered
from transforms.synthetic.made import Made, made
from transforms.synthetic.scene import Scene

_AGES = (11, 15)
_LEAVERS = 3  # who were placed, at least


def placements_of(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> Made:
    """Make the placement of every pupil of a unit who is on no other roll (3131)."""
    at_unit = schools["unit"].to_numpy()[rolls["school"]]
    rows = np.flatnonzero(at_unit & rolls["enrolstatus"].ne(role("subsidiary")).to_numpy())
    before = np.maximum(np.where(rolls["secondary"] >= 0, rolls["secondary"], rolls["primary"]), 0)[rows]
    provision = rolls["senprovision"].to_numpy(object)[rows]
    planned = provision == role("plan")  # 2363: named on the plan only with a plan
    sole = scene.pick("apreason", "sole", len(rows), "ap_reason")
    return made(
        {
            "prevurn": schools["urn"].to_numpy(object)[before],
            "apreason": np.where(planned, scene.pick("apreason", "plan", len(rows), "ap_reason"), sole),
            "senprovisionentry": provision,
        },
        rows,
    )


def arranged_of(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> Made:
    """Make placements with other providers that overlap the time since the last census (2364-2377, 2392)."""
    mainstream = rolls["stage"].ne("special") & rolls["age"].between(*_AGES) & ~rolls["is_beside"]
    share = np.where(rolls["is_on_roll"], rate("outside_placement"), rate("outside_placement_of_leavers"))
    drawn = mainstream.to_numpy() & happens(scene.rng("arranged"), share, len(rolls))
    rows = _one_a_school(scene, schools, rolls, drawn)
    count, rng = len(rows), scene.rng("arranged", "what")
    at_school = happens(rng, rate("placement_at_school"), count) & schools["unit"].any()
    first, last = _days(scene, rolls, rows)
    still = rolls["is_on_roll"].to_numpy()[rows] & happens(rng, rate("placement_goes_on"), count)
    provision = rolls["senprovision"].to_numpy(object)[rows]
    return made(
        {
            **_where(scene, schools, at_school),
            "placementreason": scene.pick("placementreason", "all", count, "ap_placement_reason"),
            "entrydate": first,
            "leavingdate": np.where(still, np.datetime64("NaT", "D"), last),
            "apattendancepattern": scene.pick("apattendancepattern", "all", count, "ap_attendance_pattern"),
            "apsessionsperweek": rng.integers(1, 11, count),
            "senprovisionentry": provision,
            "senprovisionleaving": only(~still, provision),
        },
        rows,
    )


def _one_a_school(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame, drawn: Flags) -> Ints:
    """Return the drawn records that were long enough at the school; of a school with none on roll, its oldest pupil's.

    A return without any arranged placement is asked about (4015Q).
    """
    school, everyone = rolls["school"].to_numpy(), np.arange(len(rolls))
    fits = _long_enough(scene, rolls, everyone) & rolls["is_on_roll"].to_numpy() & ~rolls["is_beside"].to_numpy()
    fits &= schools["kind"].ne("nursery").to_numpy()[school]
    placed = np.flatnonzero(drawn)
    placed = placed[_long_enough(scene, rolls, placed)]
    here = placed[rolls["is_on_roll"].to_numpy()[placed]]
    without = np.bincount(school[here], minlength=len(schools)) == 0
    rows = np.flatnonzero(fits & without[school])
    rows = rows[np.lexsort((scene.steady(rolls, "arranged")[rows], -rolls["age"].to_numpy()[rows], school[rows]))]
    first = rows[np.unique(school[rows], return_index=True)[1]]
    return np.unique(np.concatenate([placed, first, _some_leavers(scene, rolls)]))


def _some_leavers(scene: Scene, rolls: pd.DataFrame) -> Ints:
    """Return a few leavers of placement age, best such as went to no other school, so that no term is without any."""
    left = rolls["age"].between(*_AGES) & ~rolls["is_on_roll"] & rolls["stage"].ne("special") & ~rolls["is_beside"]
    rows = np.flatnonzero(left & _long_enough(scene, rolls, np.arange(len(rolls))))
    elsewhere = rolls.duplicated("child", keep=False).to_numpy()
    return rows[np.lexsort((scene.steady(rolls, "arranged leaver")[rows], elsewhere[rows]))][:_LEAVERS]


def _where(scene: Scene, schools: pd.DataFrame, at_school: np.ndarray) -> dict[str, Texts]:
    """Say where: at a unit of the authority by its URN, else with a provider by its own numbers and postcode."""
    count, rng = len(at_school), scene.rng("arranged", "where")
    units = schools.loc[schools["unit"], "urn"].to_numpy(object)
    urn = units[rng.integers(0, len(units), count)] if len(units) else np.full(count, None, dtype=object)
    number = rng.integers(0, 900, count)
    company = happens(rng, rate("provider_is_company"), count)
    kind = scene.pick("apsettingtype", "all", count, "ap_setting_type")
    return {
        "urn": only(at_school, urn),
        "ukprn": only(~at_school, numbered(10_099_000 + number, 8)),
        "companynumber": only(~at_school & company, numbered(99_000_000 + number, 8)),
        "applacementpostcode": only(~at_school, "RX1 " + numbered(number % 9 + 1, 1) + "AB"),
        "apsettingtype": only(~at_school, kind),
    }


def _long_enough(scene: Scene, rolls: pd.DataFrame, rows: Ints) -> np.ndarray:
    first, last = _bounds(scene, rolls, rows)
    return np.asarray(last - first >= np.timedelta64(20, "D"))


def _bounds(scene: Scene, rolls: pd.DataFrame, rows: Ints) -> tuple[np.ndarray, np.ndarray]:
    entry = rolls["entrydate"].to_numpy().astype("datetime64[D]")[rows]
    until = rolls["leavingdate"].fillna(pd.Timestamp(scene.census_day)).to_numpy().astype("datetime64[D]")[rows]
    return np.maximum(entry, np.datetime64(scene.calendar.fsm_first, "D")), until


def _days(scene: Scene, rolls: pd.DataFrame, rows: Ints) -> tuple[np.ndarray, np.ndarray]:
    first, last = _bounds(scene, rolls, rows)
    draw = scene.rng("arranged", "when").random(len(rows))
    begins = first + (draw * (last - first).astype(float) * 0.6).astype("timedelta64[D]")
    return begins, last - np.timedelta64(2, "D")
