"""Post-16 data of the autumn return: planned hours, prior attainment, programme and learning aims, work placements."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.careers import YEAR_13
from transforms.synthetic.draw import Days, Flags, Floats, Texts, codes_of, happens, only, pick, picked, rate, role
from transforms.synthetic.made import Made, made
from transforms.synthetic.needs import sixth_form
from transforms.synthetic.scene import Scene, closing_day, opening_day

_YEAR_12 = YEAR_13 - 1
_SECOND_YEAR = 17  # age on 31 August
_AIMS = 3
_NO_DAY = np.datetime64("NaT", "D")


def on_t_level(rolls: pd.DataFrame) -> Flags:
    """Say who takes a T level; all other sixth-formers take a study programme."""
    return sixth_form(rolls) & rolls["course_draw"].lt(rate("t_level")).to_numpy()


def post16_columns(scene: Scene, rolls: pd.DataFrame) -> dict[str, object]:
    """Return the post-16 columns of the record; empty for all who are not in a sixth form (1889-1897)."""
    here, second = sixth_form(rolls), rolls["age"].ge(_SECOND_YEAR).to_numpy()
    here = here & (rolls["is_on_roll"].to_numpy() | second)
    begun = rolls["leavingdate"].isna() | (rolls["leavingdate"] > pd.Timestamp(scene.calendar.year_first))
    this_year, t_level = here & begun.to_numpy(), on_t_level(rolls)
    hours = _hours(scene, len(rolls))
    return {
        "qualhrs": np.where(this_year & ~t_level, hours[0], np.nan),
        "nonqualhrs": np.where(this_year & ~t_level, hours[1], np.nan),
        "tlevelqualhrs": np.where(this_year & t_level, hours[2], np.nan),
        "tlevelnonqualhrs": np.where(this_year & t_level, hours[3], np.nan),
        "qualhrspreviousyear": np.where(here & second, hours[4], np.nan),
        "nonqualhrspreviousyear": np.where(here & second, hours[5], np.nan),
        "ftemp": only(this_year, np.zeros(len(rolls), dtype=bool)),
        **_attainment(scene, rolls, here, second),
    }


def _hours(scene: Scene, count: int) -> list[Floats]:
    rng = scene.rng("hours")
    bounds = ((500, 640), (20, 90), (560, 680), (40, 120), (480, 640), (20, 90))
    return [rng.integers(low, high, count).astype(float) for low, high in bounds]


def _attainment(scene: Scene, rolls: pd.DataFrame, here: Flags, second: Flags) -> dict[str, object]:
    columns: dict[str, object] = {}
    exemption = ("mathsgcsefundingexemption", "gcse_exemption")
    for subject in ("maths", "english"):
        draws = scene.steady(rolls, "attainment", subject)
        grade = picked(draws, "gcse", "all", within=scene.codes("gcse_grade"))
        low = pd.Series(grade).isin(codes_of("gcse_low", "all")).to_numpy()
        reasons = {who: scene.kept(rolls, exemption[0], who, exemption[1]) for who in ("low", "high")}
        year_11 = picked(draws, "gcse_year_11", "all", within=scene.codes("gcse_year_11"))
        columns[f"{subject}gcsehighestpriorattainment"] = only(here, grade)
        columns[f"{subject}gcsehighestpriorattainmentpreviousyear"] = only(here & second, grade)
        columns[f"{subject}gcsefundingexemption"] = only(here, np.where(low, reasons["low"], reasons["high"]))
        columns[f"{subject}gcsepriorattainmentyear11"] = only(here, year_11)
    return columns


def aims_of(scene: Scene, rolls: pd.DataFrame) -> dict[str, Made]:
    """Make programme aims, their learning aims and the work placements within those (2903: one aim at least)."""
    leavers = rolls["age"].ge(_SECOND_YEAR).to_numpy() & ~rolls["is_on_roll"].to_numpy()
    rows = np.flatnonzero(sixth_form(rolls) & (rolls["is_on_roll"].to_numpy() | leavers))
    pupils = rolls.take(rows).reset_index(drop=True)
    programmes = made(_programmes(scene, pupils), rows)
    t_level = on_t_level(pupils)
    parent = np.repeat(np.arange(len(rows)), np.where(t_level, 1, _AIMS))
    learning = made(_learning(scene, programmes.columns.take(parent).reset_index(drop=True), t_level[parent]), parent)
    return {"programmeaims": programmes, "learningaims": learning, "workplaceentity": _placements(scene, learning)}


def _programmes(scene: Scene, pupils: pd.DataFrame) -> dict[str, object]:
    count, t_level = len(pupils), on_t_level(pupils)
    cohort = pupils["cohort"].to_numpy()
    start = opening_day(cohort + _YEAR_12)
    left = pupils["leavingdate"].to_numpy().astype("datetime64[D]")
    has_left = ~pupils["is_on_roll"].to_numpy()
    planned = closing_day(np.maximum(cohort + YEAR_13, scene.collection.academic_year - has_left.astype(np.int64)))
    completed = has_left & (left >= planned - np.timedelta64(30, "D"))
    study = scene.pick("progtype", "study", count, "programme_type")
    return {
        "qn": np.where(t_level, _plain(scene, "qn_t_level", count), _plain(scene, "qn_programme", count)),
        "progtype": np.where(t_level, role("t_level"), study),
        "programmestartdate": start,
        "programmeplannedenddate": planned,
        "programmeactualenddate": np.where(has_left, left, _NO_DAY),
        "programmeaimstatus": _status(has_left, completed),
        "programmeaimwithdrawalreason": only(has_left & ~completed, _withdrawal(scene, count)),
        "traineeship": np.zeros(count, dtype=bool),
    }


def _status(ended: Flags, completed: Flags) -> Texts:
    return np.where(~ended, role("continuing"), np.where(completed, role("completed"), role("withdrawn")))


def _withdrawal(scene: Scene, count: int) -> Texts:
    return scene.pick("withdrawal", "all", count, "aim_withdrawal_reason")


def _plain(scene: Scene, field: str, count: int) -> Texts:
    return pick(scene.rng(field), field, "all", count)


def _learning(scene: Scene, programme: pd.DataFrame, t_level: Flags) -> dict[str, object]:
    count = len(programme)
    ended = programme["programmeactualenddate"].notna().to_numpy()
    start = programme["programmestartdate"].to_numpy().astype("datetime64[D]")
    dropped = ~ended & ~t_level & happens(scene.rng("dropped"), rate("withdrawn_aim"), count)
    stopped = np.minimum(start + np.timedelta64(24, "D"), scene.census_day - np.timedelta64(2, "D"))
    last = programme["programmeactualenddate"].to_numpy().astype("datetime64[D]")
    status = np.where(dropped, role("withdrawn"), programme["programmeaimstatus"].to_numpy(object))
    reason = np.where(dropped, _withdrawal(scene, count), programme["programmeaimwithdrawalreason"].to_numpy(object))
    subject = _plain(scene, "qn_study", count)
    partner = only(happens(scene.rng("partner"), rate("aim_has_partner"), count), "10099" + _three(scene, count))
    return {
        "qn": np.where(t_level, programme["qn"].to_numpy(object), subject),
        "scc": _plain(scene, "scc", count),
        "progtype": programme["progtype"].to_numpy(object),
        "learningstartdate": start,
        "learningplannedenddate": programme["programmeplannedenddate"].to_numpy(),
        "learningactualenddate": np.where(dropped, stopped, last),
        "learningaimstatus": status,
        "learningaimwithdrawalreason": reason,
        "coreaim": t_level | (np.arange(count) % _AIMS == 0),
        "partnerukprn": partner,
        "traineeship": np.zeros(count, dtype=bool),
    }


def _three(scene: Scene, count: int) -> Texts:
    return scene.rng("partner", "number").integers(100, 1000, count).astype(str).astype(object)


def _placements(scene: Scene, learning: Made) -> Made:
    """Make the work placements of T levels and of some other core aims."""
    aims = learning.columns
    t_level = aims["progtype"].eq(role("t_level")).to_numpy()
    core = aims["coreaim"].to_numpy(bool)
    rows = np.flatnonzero(core & (t_level | happens(scene.rng("placement"), rate("work_placement"), len(aims))))
    begins = _placement_start(scene, aims["learningstartdate"].to_numpy().astype("datetime64[D]")[rows])
    rng = scene.rng("placement", "what")
    ends = begins + np.timedelta64(25, "D")
    return made(
        {
            "wpstartdate": begins,
            "wpenddate": np.where(ends <= scene.census_day, ends, _NO_DAY),
            "wphours": rng.integers(35, 316, len(rows)),
            "wpmode": scene.pick("wpmode", "all", len(rows), "work_placement_mode"),
        },
        rows,
    )


def _placement_start(scene: Scene, aim_start: Days) -> Days:
    later = scene.rng("placement", "when").integers(7, 250, len(aim_start)).astype("timedelta64[D]")
    latest = np.maximum(aim_start + np.timedelta64(7, "D"), scene.census_day)
    return np.asarray(np.minimum(aim_start + later, latest))
