"""Stays: children who come to one school for a while and move away, so that in every term someone leaves every school.

Three of each birth year and school: they join in the school year of the kind's `stay_age` (`kinds.csv`); the first
leaves at the end of that year, the second in the next autumn term, the third in the spring term after. A school of any
size so has leavers in every return, and at least three pupils on roll.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.children import SEATS, STAYS
from transforms.synthetic.draw import role
from transforms.synthetic.scene import NEVER, Scene, between, closing_day, day_of, opening_day

_NO_SCHOOL = (
    "primary", "secondary", "special", "nursery", "beside", "primary_then", "secondary_then",
)  # fmt: skip
_NO_DAY = ("home_from", "home_until", "beside_from", "beside_until", "primary_move", "secondary_move", "left")
_NOT_SO = ("through", "home_never", "home_returns", "home_moves", "is_late", "has_temporary")
_NO_BOARDER = 0.5  # a draw at which a child neither boards nor is without a year group


def with_stays(scene: Scene, schools: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Give the children of a stay that stay, and nothing else of a career."""
    stays = children["stay"].to_numpy() >= 0
    school = np.maximum(children["stay"].to_numpy(), 0)
    first = children["cohort"].to_numpy() + 1 + schools["stay_age"].to_numpy()[school]
    return children.assign(
        **{name: np.where(stays, -1, children[name]) for name in _NO_SCHOOL},
        **{name: np.where(stays, NEVER, children[name].to_numpy().astype("datetime64[D]")) for name in _NO_DAY},
        **{name: children[name].to_numpy(bool) & ~stays for name in _NOT_SO},
        came=np.where(stays, opening_day(first), children["came"].to_numpy().astype("datetime64[D]")),
        stay_from=np.where(stays, opening_day(first), NEVER),
        stay_until=np.where(stays, _until(scene, children, first), NEVER),
        stay_at_unit=stays & schools["unit"].to_numpy()[school],
        beside_alone=np.where(stays, schools["unit"].to_numpy()[school], children["beside_alone"]).astype(bool),
        boarding_draw=np.where(stays, _NO_BOARDER, children["boarding_draw"]),
        senprovision=np.where(stays & schools["special"].to_numpy()[school], role("plan"), children["senprovision"]),
    )


def _until(scene: Scene, children: pd.DataFrame, first: np.ndarray) -> np.ndarray:
    """Return the day on which each leaves: at the year's end, in the next autumn term, in the spring term after."""
    draw, turn = scene.steady(children, "stay"), children["child"].to_numpy() % SEATS % STAYS
    autumn = between(draw, day_of(first + 1, 9, 10), day_of(first + 1, 12, 10))
    spring = between(draw, day_of(first + 2, 1, 8), day_of(first + 2, 3, 18))
    return np.select([turn == 0, turn == 1], [closing_day(first), autumn], spring)
