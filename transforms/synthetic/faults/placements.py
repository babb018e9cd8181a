"""Circumstances of attendance, placements, post-16 courses and earlier collections: who can have just that fault."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.model import PUPILS
from transforms.synthetic.draw import Flags, role
from transforms.synthetic.faults.facts import Condition, texts_of
from transforms.synthetic.faults.plan import Ground
from transforms.synthetic.sheets import Key

_AIMS: Key = ("learningaims", "on")
_DETAILS = ("termlysessiondetails", "summerhalfterm2sessiondetails")


def _unsuspended(ground: Ground, key: Key, _: str) -> Flags:
    """A school of which nobody was suspended or excluded, and no session is lost to it (2485)."""
    schools = [ground.school(other) for other in ground.authority.sheets if other[0] == "termlyexclusions"]
    for other in ground.authority.sheets:
        if other[0] in _DETAILS:
            schools.append(ground.school(other)[texts_of(ground, other, "attendancereason") == role("suspended")])
    return ~np.isin(ground.school(key), np.concatenate(schools))


def _leavers_never_placed(ground: Ground, key: Key, _: str) -> Flags:
    """A school that arranged no placement for any leaver (4015Q)."""
    placed = ground.school(("schoolarrangedapdetail", "off"))
    return ~np.isin(ground.school(key), placed)


def _no_dual(ground: Ground, key: Key, _: str) -> Flags:
    """A school all of whose pupils are on no other roll."""
    pupils: Key = (PUPILS, "on")
    dual = ground.school(pupils)[texts_of(ground, pupils, "enrolstatus") != role("single")]
    return ~np.isin(ground.school(key), dual)


def _t_level_this_year(ground: Ground, key: Key, _: str) -> Flags:
    """Taking a T level aim that began in this academic year (1894)."""
    aims = ground.sheet(_AIMS).columns
    current = aims["learningstartdate"] >= pd.Timestamp(ground.authority.scene.calendar.year_first)
    here = current.to_numpy() & (texts_of(ground, _AIMS, "progtype") == role("t_level"))
    return np.isin(ground.of_pupil(key), ground.of_pupil(_AIMS)[here])


def _aims_ended_last_year(ground: Ground, key: Key, _: str) -> Flags:
    """With a learning aim that ended before this academic year (1893Q)."""
    aims: Key = ("learningaims", key[1])
    ended = ground.sheet(aims).columns["learningactualenddate"]
    before = (ended < pd.Timestamp(ground.authority.scene.calendar.year_first)).to_numpy()
    return np.isin(ground.of_pupil(key), ground.of_pupil(aims)[before])


def _known_before(ground: Ground, key: Key, _: str) -> Flags:
    """On roll of the same school in the collection before."""
    if ground.previous is None:
        return np.zeros(len(ground.sheet(key)), dtype=bool)
    last = ground.previous.rolls
    held = pd.MultiIndex.from_frame(last.loc[last["is_on_roll"], ["child", "school"]])
    return np.asarray(pd.MultiIndex.from_frame(ground.rolls(key, "child", "school")).isin(held))


PLACEMENTS: dict[str, Condition] = {
    "unsuspended": _unsuspended,
    "leavers_never_placed": _leavers_never_placed,
    "no_dual": _no_dual,
    "t_level_this_year": _t_level_this_year,
    "known_before": _known_before,
    "aims_ended_last_year": _aims_ended_last_year,
}
