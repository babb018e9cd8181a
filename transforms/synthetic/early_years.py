"""Early years items of nursery pupils: hours, eligibility, pupil premium, disability access fund."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from schemas import _data
from schemas.spans import Span
from transforms.synthetic.draw import Flags, Ints, only
from transforms.synthetic.identifiers import numbered
from transforms.synthetic.rolls import chance
from transforms.synthetic.scene import Scene

_TWO, _THREE = 2, 3
_FUNDED = 15.0
_CODE_FIRST = 50_000_000_000


def early_years_columns(scene: Scene, rolls: pd.DataFrame) -> dict[str, object]:
    """Return the early years columns of the pupil's record; empty for all others (1851, 1854, 1846)."""
    nursery = rolls["in_nursery"].to_numpy()
    funded = funded_of(scene, rolls)
    code = nursery & chance(scene, "eligibility", rolls, "working_parents")
    three = _three_by_now(scene, rolls) & code & rolls["age"].eq(_THREE).to_numpy()
    two = code & rolls["age"].eq(_TWO).to_numpy()
    premium = nursery & chance(scene, "premium", rolls, "early_years_premium")
    count = len(rolls)
    extended = scene.rng("extended").integers(2, 31, count) / 2
    expanded = np.where(two, _most_expanded(scene), np.nan)
    receives = scene.pick("eyppr", "premium", count, "eypp_receipt")
    without = scene.pick("eyppr", "other", count, "eypp_receipt")
    return {
        "fundedhours": np.where(nursery, np.where(funded & ~two, _FUNDED, 0.0), np.nan),
        "hoursatsetting": np.where(nursery, _at_setting(scene, count), np.nan),
        "extendedhours": np.where(three, extended, np.nan),
        "expandedhours": expanded,
        "eligibilitycode": only(code, numbered(_CODE_FIRST + _numbers(rolls), 11)),
        "eyppr": only(nursery, np.where(premium, receives, without)),
        "eyppbf": only(premium, scene.pick("eyppbf", "premium", count, "eypp_basis")),
        "dafindicator": only(nursery, chance(scene, "daf", rolls, "disability_fund")),
    }


def _most_expanded(scene: Scene) -> float:
    rows = _data.rows("synthetic/expanded_hours.csv")
    held = [row for row in rows if Span.parse(row["first"], row["last"]).holds(scene.collection)]
    return float(held[0]["hours"]) if held else np.nan


def funded_of(scene: Scene, rolls: pd.DataFrame) -> Flags:
    """Say whose nursery hours are funded: all three-year-olds, most two-year-olds."""
    two = rolls["age"].eq(_TWO).to_numpy()
    return rolls["in_nursery"].to_numpy() & (~two | chance(scene, "funded", rolls, "funded_two_year_old"))


def funded_by_need(columns: Mapping[str, object]) -> Flags:
    """Say whose hours are funded on a ground that the return asks for: at a setting, and not for working parents."""
    hours, expanded = (np.asarray(columns[name], dtype=float) for name in ("hoursatsetting", "expandedhours"))
    return np.asarray(~np.isnan(hours) & np.isnan(expanded))


def _at_setting(scene: Scene, count: int) -> np.ndarray:
    return np.asarray(_FUNDED + scene.rng("setting").integers(0, 31, count) / 2)


def _three_by_now(scene: Scene, rolls: pd.DataFrame) -> Flags:
    """Say who was three by the day on which the term's funding begins (3100)."""
    day = np.datetime64(scene.calendar.early_years_day, "D")
    born = rolls["dob"].to_numpy().astype("datetime64[D]")
    return np.asarray(born + np.timedelta64(3 * 365 + 1, "D") <= day)


def _numbers(rolls: pd.DataFrame) -> Ints:
    return rolls["child"].to_numpy()
