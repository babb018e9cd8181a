"""The invented authority in one collection: its schools, its returns and its register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from schemas.calendar import Calendar, calendar_for
from schemas.collection import Collection
from schemas.errors import UsageError
from schemas.model import HEADER, PUPILS
from transforms.synthetic import attendance, meals, needs, placements, post16, school_tables
from transforms.synthetic.careers import careers_of
from transforms.synthetic.children import children_of
from transforms.synthetic.draw import rate
from transforms.synthetic.early_years import early_years_columns, funded_by_need
from transforms.synthetic.identities import identified
from transforms.synthetic.made import Made, made
from transforms.synthetic.pupils import pupil_columns
from transforms.synthetic.rolls import rolls_of
from transforms.synthetic.scene import Scene, check_la
from transforms.synthetic.schools import schools_of
from transforms.synthetic.sheets import Key, Sheet, sheets_of
from transforms.synthetic.spells import spells_of
from transforms.synthetic.stays import with_stays
from transforms.synthetic.suspensions import suspensions_of

_STAYING = 4  # pupils on roll of a school who stay a while only (`stays.py`), about
_YEARS = {"primary": 7.0, "secondary": 5.0}  # school years of a stage


@dataclass(frozen=True)
class SyntheticAuthority:
    """Schools, children, rolls (one row a record) and sheets (the model's tables) of one collection."""

    scene: Scene
    schools: pd.DataFrame
    children: pd.DataFrame
    rolls: pd.DataFrame
    sheets: Mapping[Key, Sheet]


def synthetic_la(
    schools: int, pupils: int, *, collection: Collection, la: str, seed: int, calendar: Calendar | None = None
) -> SyntheticAuthority:
    """Make an authority of some schools with some pupils each on average; all follows from the arguments.

    Raises:
        UsageError: when the LA number is unknown, or the sizes cannot be numbered.
    """
    if pupils < 1:
        raise UsageError("A school needs pupils; give --pupils 1 or more.")
    scene = Scene(collection, calendar or calendar_for(collection), check_la(la), seed)
    made_schools = schools_of(scene, schools)
    children = children_of(scene, made_schools, per_cohort(made_schools, pupils - _STAYING))
    careers = with_stays(scene, made_schools, careers_of(scene, made_schools, children))
    grown = identified(scene, made_schools, careers)
    rolls = rolls_of(scene, made_schools, grown, spells_of(grown))
    return SyntheticAuthority(scene, made_schools, grown, rolls, _sheets(scene, made_schools, rolls))


def per_cohort(schools: pd.DataFrame, pupils: int) -> int:
    """Return how many children of each birth year give the wanted number of pupils on roll."""
    years = sum(length for stage, length in _YEARS.items() if schools[stage].any())
    weight = schools["weight"].where(schools["secondary"], 0.0)
    if weight.any():
        years += float(weight[schools["sixth"]].sum() / weight.sum()) * rate("sixth_form") * 2
    if schools["early"].any():
        years += rate("nursery_at_three") * (1 + rate("nursery_at_two"))
    if not years:
        years = rate("special_school") * 12
    return max(2, round(len(schools) * pupils / (years * rate("present"))))


def _sheets(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> dict[Key, Sheet]:
    return sheets_of(scene, tables_of(scene, schools, rolls), rolls)


def tables_of(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> dict[str, Made]:
    """Make the rows of every table of the model."""
    suspensions = suspensions_of(scene, rolls)
    attended, details = _attended(scene, rolls, suspensions)
    early_years = early_years_columns(scene, rolls)
    columns = {
        **pupil_columns(scene, schools, rolls),
        **early_years,
        **post16.post16_columns(scene, rolls),
        **attended,
    }
    return {
        **_school_tables(scene, schools, rolls),
        PUPILS: made(columns, rolls["school"].to_numpy()),
        "addresses": needs.addresses_of(scene, schools, rolls),
        "fsmperiods": meals.meals_of(scene, rolls),
        "senneeds": needs.needs_of(scene, rolls),
        **details,
        "termlyexclusions": suspensions,
        "learnersupport": needs.bursary_of(scene, rolls),
        "learnerfam": needs.funding_codes_of(scene, rolls),
        "fundingbasisitems": needs.funding_basis_of(scene, rolls, funded_by_need(early_years)),
        "approvisiondetail": placements.placements_of(scene, schools, rolls),
        "schoolarrangedapdetail": placements.arranged_of(scene, schools, rolls),
        **post16.aims_of(scene, rolls),
    }


def _attended(scene: Scene, rolls: pd.DataFrame, suspensions: Made) -> tuple[dict[str, object], dict[str, Made]]:
    """Make the attendance of each window: columns of the pupil's record, and the table of its details."""
    columns: dict[str, object] = {}
    details: dict[str, Made] = {}
    for window in attendance.windows(scene):
        lost = attendance.lost_between(rolls, suspensions, window.first, window.last)
        attended = attendance.attendance_of(scene, rolls, window, lost)
        details[window.table] = attended.details
        columns |= {str(name): attended.pupil[name] for name in attended.pupil}
    return columns, details


def _school_tables(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> dict[str, Made]:
    return {
        HEADER: school_tables.header_of(scene, schools),
        "school": school_tables.school_of(scene, schools, rolls),
        "classes": school_tables.classes_of(scene, schools, rolls),
        "childcare": school_tables.childcare_of(scene, schools),
        "provisions": school_tables.provisions_of(scene, schools),
    }
