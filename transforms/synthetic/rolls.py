"""Rolls of one collection: the pupils on roll on census day, and those who left since the term it carries began."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.collection import Term
from transforms.synthetic.careers import YEAR_11
from transforms.synthetic.draw import Flags, Ints, Texts, happens, pick, rate, role
from transforms.synthetic.meals import with_meals
from transforms.synthetic.scene import Scene, opening_day

_AGES = (4, 15)  # 1925Q: leavers are returned if aged 4 to 15 on 31 August and not boarding
_SIXTH_FORM = 16


def rolls_of(scene: Scene, schools: pd.DataFrame, children: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Return one row per record of the collection's returns, in file order, with the child's own columns."""
    entered = spells.loc[spells["entry"] <= scene.census_day]
    chosen = entered.loc[entered["leaving"] >= scene.term_first].reset_index(drop=True)
    on_roll = (chosen["leaving"] >= scene.census_day).to_numpy()
    rolls = children.take(chosen["row"].to_numpy()).reset_index(drop=True)
    rolls = rolls.assign(
        school=chosen["school"], entrydate=chosen["entry"], leavingdate=chosen["leaving"].where(~on_roll),
        is_on_roll=on_roll, is_beside=chosen["is_beside"],
    )  # fmt: skip
    rolls = rolls.assign(age=scene.collection.academic_year - rolls["cohort"] - 1)
    kept = rolls.loc[~_left_beside(rolls) & (on_roll | _returned_leaver(scene, schools, rolls))]
    kept = kept.sort_values(["school", "is_on_roll", "entrydate"], ascending=[True, False, False], kind="stable")
    once = kept.loc[~kept.duplicated(["school", "child"])]
    return with_meals(scene, _placed(scene, schools, once.sort_values(["age", "child"], kind="stable")))


def _left_beside(rolls: pd.DataFrame) -> Flags:
    """Say which records are of a second school without the first, on census day or when the child left it.

    Nobody returns them: who leaves a second school is on the roll of the first, who leaves the first leaves both.
    """
    main = rolls.loc[rolls["is_on_roll"] & ~rolls["is_beside"], "child"]
    second = rolls["is_beside"] & ~rolls["beside_alone"]
    return np.asarray(second & ~(rolls["is_on_roll"] & rolls["child"].isin(main)))


def _returned_leaver(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> Flags:
    """Say which leavers a return carries (1925Q); of the sixth form those with aims, bursary or funding codes."""
    entered = (rolls["entrydate"] <= scene.term_last).to_numpy()
    school_age = rolls["age"].between(*_AGES).to_numpy()
    funded = has_funding_code(scene, rolls)
    in_autumn = funded | rolls["age"].gt(_SIXTH_FORM).to_numpy()  # of the year before: their aims are returned
    recorded = in_autumn if scene.collection.term is Term.AUTUMN else funded | has_bursary(scene, rolls)
    left_sixth = rolls["age"].ge(_SIXTH_FORM).to_numpy() & schools["sixth"].to_numpy()[rolls["school"]] & recorded
    left_sixth &= rolls["leavingdate"].to_numpy() > opening_day(rolls["cohort"].to_numpy() + YEAR_11 + 1)
    boards = schools["boards"].to_numpy()[rolls["school"]] & rolls["boarding_draw"].lt(rate("boarder")).to_numpy()
    return np.asarray(entered & (school_age | left_sixth) & ~boards)


def _placed(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> pd.DataFrame:
    """Put the records in file order, count them within roll, and say how each is registered."""
    ordered = rolls.sort_values(["school", "is_on_roll"], ascending=[True, False], kind="stable").reset_index(drop=True)
    by_roll = ordered.groupby(["school", "is_on_roll"], sort=False)
    boards = schools["boards"].to_numpy()[ordered["school"]]
    return ordered.assign(
        record=by_roll.cumcount() + 1,
        enrolstatus=_status(scene, ordered),
        is_boarder=boards & ordered["boarding_draw"].lt(rate("boarder")),
        stage=_stage(schools, ordered["school"].to_numpy()),
        in_nursery=ordered["age"].lt(_AGES[0]) | schools["kind"].eq("nursery").to_numpy()[ordered["school"]],
    )


def _status(scene: Scene, rolls: pd.DataFrame) -> Texts:
    """Decide single, main or subsidiary registration from what else the child is on, on census day."""
    on_roll, beside = rolls["is_on_roll"].to_numpy(), rolls["is_beside"].to_numpy()
    times = rolls["child"].where(rolls["is_on_roll"]).map(rolls.loc[on_roll, "child"].value_counts()).to_numpy()
    dual = times > 1
    alone = pick(scene.rng("enrolment"), "enrolstatus", "unit", len(rolls), within=scene.codes("enrolment_status"))
    single = np.where(beside, alone, role("single"))
    return np.where(dual, np.where(beside, role("subsidiary"), role("main")), single)


def _stage(schools: pd.DataFrame, school: Ints) -> Texts:
    """Return the group whose absence and suspension rates a school has: primary, secondary or special."""
    special = (schools["special"] | schools["unit"]).to_numpy()
    secondary = schools["secondary"].to_numpy()
    return np.where(special, "special", np.where(secondary, "secondary", "primary"))[school].astype(object)


def has_bursary(scene: Scene, rolls: pd.DataFrame) -> Flags:
    """Say whose sixth-form bursary is recorded, the same in every collection."""
    return scene.steady(rolls, "bursary") < rate("bursary")


def has_funding_code(scene: Scene, rolls: pd.DataFrame) -> Flags:
    """Say who has a learner funding code in the sixth form, the same in every collection."""
    return scene.steady(rolls, "fam") < rate("learner_fam")


def chance(scene: Scene, label: str, rolls: pd.DataFrame, name: str) -> Flags:
    """Draw for each record of the rolls whether something of a rate holds."""
    return happens(scene.rng(label), rate(name), len(rolls))
