"""The home education register: one row a child, as the authority's case system would export it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas import _data
from schemas.code_sets import code_set
from schemas.sources.model import source
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.careers import YEAR_7
from transforms.synthetic.draw import Days, Flags, Texts, only, picked, placed, rate, role
from transforms.synthetic.identifiers import numbered
from transforms.synthetic.scene import Scene, day_of

REGISTER = "ehe_register"
_KEPT_YEARS = 2  # academic years for which ended periods stay in the export
_EXPORTED_AFTER = np.timedelta64(8, "D")
_ULN_AGE = np.timedelta64(14 * 365 + 4, "D")


def register_children(authority: SyntheticAuthority) -> pd.DataFrame:
    """Return the children in the register: those home educated now, and those who were in the last years."""
    scene, children = authority.scene, authority.children
    since = day_of(np.array([scene.collection.academic_year - _KEPT_YEARS]), 9, 1)[0]
    begun = (children["home_from"] <= scene.census_day) & (children["home_from"] >= children["came"])
    kept: pd.DataFrame = children.loc[begun & (children["home_until"] >= since)]
    return kept.reset_index(drop=True)


def register_of(authority: SyntheticAuthority) -> pd.DataFrame:
    """Return the register as text, by the headers of the authority's export."""
    scene, children = authority.scene, register_children(authority)
    begins, ends = _days(children["home_from"]), _days(children["home_until"])
    ended = ends <= scene.census_day + _EXPORTED_AFTER
    columns: dict[str, object] = {
        "Child ID": child_ids(children),
        **_identity(scene, children, begins),
        "Ethnicity": children["ethnicity"].to_numpy(object),
        "SEN": children["senprovision"].to_numpy(object),
        **address_lines(children),
        "UPRN": children["uprn"].to_numpy(object),
        "EHE Start Date": uk_date(begins),
        "EHE End Date": only(ended, uk_date(ends)),
        "End Reason": only(ended, _end_reason(children)),
        "Primary Reason": _reason(scene, children),
        "Local Reason": _reason(scene, children),
        **_previous(authority, children),
        **_casework(scene, children, begins, np.where(ended, ends, scene.census_day)),
        "Known to LA Date": uk_date(begins + np.timedelta64(3, "D")),
        **_history(scene, children),
    }
    return pd.DataFrame(columns, dtype=object).map(_cell)


def _identity(scene: Scene, children: pd.DataFrame, begins: Days) -> dict[str, object]:
    """Return numbers and names; the authority knows the UPN of most who were on a roll, the ULN of those of 14."""
    known = ~children["home_never"].to_numpy() & (scene.steady(children, "ehe upn") < rate("ehe_upn_known"))
    temporary = known & children["has_temporary"].to_numpy()
    has_uln = known & (_days(children["dob"]) + _ULN_AGE <= begins)
    return {
        "UPN": only(known, children["permanent_upn"].to_numpy(object)),
        "Former UPN": only(temporary, children["temporary_upn"].to_numpy(object)),
        "ULN": only(has_uln, children["uln"].to_numpy(object)),
        "Forename": children["forename"].to_numpy(object),
        "Middle Names": children["middlenames"].to_numpy(object),
        "Surname": children["surname"].to_numpy(object),
        "Date of Birth": uk_date(_days(children["dob"])),
        "Gender": children["sex"].to_numpy(object),
    }


def address_lines(children: pd.DataFrame) -> dict[str, object]:
    """Return the home address as people write it: a flat takes the first line."""
    flat = children["flat"].notna().to_numpy()
    road = children["house"].to_numpy(object) + " " + children["street"].to_numpy(object)
    return {
        "Address Line 1": np.where(flat, children["flat"].to_numpy(object), road),
        "Address Line 2": np.where(flat, road, ""),
        "Town": children["town"].to_numpy(object),
        "Postcode": children["postcode"].to_numpy(object),
    }


def _cell(value: object) -> str:
    return value if isinstance(value, str) else ""


def child_ids(children: pd.DataFrame) -> Texts:
    """Return the case system's numbers of children: digits with a leading zero, which a spreadsheet would lose."""
    return numbered(children["child"].to_numpy(), 9)


def _days(values: pd.Series) -> Days:
    return np.asarray(values.to_numpy().astype("datetime64[D]"))


def uk_date(days: Days) -> Texts:
    """Write days as they are written in England: 31/08/2025."""
    return pd.Series(days.astype("datetime64[s]")).dt.strftime("%d/%m/%Y").to_numpy(object)


def _end_reason(children: pd.DataFrame) -> Texts:
    near = children["home_draw"] < rate("ehe_moves_within_england")
    moved = np.where(near, role("moved_authority"), role("moved_abroad"))
    stayed = np.where(children["home_moves"], moved, role("over_age"))
    return np.where(children["home_returns"], role("returned"), stayed).astype(object)


def _reason(scene: Scene, children: pd.DataFrame) -> Texts:
    """Draw the authority's own words for a reason that the collection's list holds."""
    allowed = code_set(source(REGISTER).column("primary_reason").code_set).in_force(scene.collection)
    rows = [row for row in _data.rows("synthetic/ehe_reasons.csv") if row["reason"] in allowed]
    drawn = placed(scene.steady(children, "ehe reason"), [float(row["weight"]) for row in rows])
    return np.array([row["word"] for row in rows], dtype=object)[drawn]


def _previous(authority: SyntheticAuthority, children: pd.DataFrame) -> dict[str, object]:
    """Say from which kind of setting, and from which school, each child came."""
    schools, age = authority.schools, children["home_from"].dt.year - children["cohort"]
    upper = (age >= YEAR_7).to_numpy() & (children["secondary"] >= 0).to_numpy()
    mainstream = np.where(upper, children["secondary"], children["primary"])
    school = np.where(children["special"] >= 0, children["special"], mainstream)
    row = np.maximum(school, 0)
    kind = np.where(
        schools["special"].to_numpy()[row],
        role("setting_special"),
        np.where(schools["is_academy"].to_numpy()[row], role("setting_academy"), role("setting_maintained")),
    )
    never = children["home_never"].to_numpy()
    none = children["home_draw"] < rate("ehe_no_setting_before")
    first = np.where(none, role("setting_none"), role("setting_early"))
    known = ~never & (school >= 0)
    setting = np.where(never, first, np.where(known, kind, role("setting_unknown")))
    return {"Previous Setting": setting, "Previous School URN": only(known, schools["urn"].to_numpy(object)[row])}


def _casework(scene: Scene, children: pd.DataFrame, begins: Days, ends: Days) -> dict[str, object]:
    """Draw suitability, notices and orders, each after the one before and before the period's end."""

    def later(day: Days, label: str, least: int, most: int) -> Days:
        length = least + scene.steady(children, "ehe", label) * (most - least)
        return np.asarray(day + length.astype("timedelta64[D]"))

    def some(label: str) -> Flags:
        return scene.steady(children, label) < rate(label)

    assessed, notice = later(begins, "assessed", 20, 120), later(begins, "notice", 40, 200)
    order = later(notice, "order", 20, 60)
    revoked = later(order, "revoked", 30, 200)
    noticed = some("ehe_s437") & (notice < ends)
    ordered = noticed & some("ehe_sao_of_s437") & (order < ends)
    withdrawn = ordered & some("ehe_revoked_of_sao") & (revoked < ends)
    return {
        "Suitability": picked(scene.steady(children, "ehe suitability"), "suitability", "all"),
        "Suitability Date": only(assessed < ends, uk_date(assessed)),
        "Social Care Status": picked(scene.steady(children, "ehe care"), "socialcare", "all"),
        "S437 Notice Date": only(noticed, uk_date(notice)),
        "SAO Issued": only(ordered, uk_date(order)),
        "SAO Revoked": only(withdrawn, uk_date(revoked)),
    }


def _history(scene: Scene, children: pd.DataFrame) -> dict[str, object]:
    planned = children["senprovision"].eq(role("plan")).to_numpy() | (
        scene.steady(children, "ever plan") < rate("ehe_ever")
    )
    cared = children["plaa_who"].to_numpy() | (scene.steady(children, "ever care") < rate("ehe_ever"))
    return {"Ever EHC Plan": np.where(planned, "Yes", "No"), "Ever In Care": np.where(cared, "Yes", "No")}
