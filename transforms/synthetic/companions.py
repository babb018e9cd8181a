"""What a council has beside returns and register: GIAS, protections, contacts, social care status."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas import _data
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.draw import Texts, picked, rate, table
from transforms.synthetic.identifiers import numbered
from transforms.synthetic.register import address_lines, child_ids, register_children, uk_date
from transforms.synthetic.tables_out import Rows, frame_rows

_CLOSED_ESTAB, _CLOSED_URN = "9998", "949998"
_PROTECTED = (
    ("address_withheld", ""),
    ("court_order", ""),
    ("objection", "youth_support"),
    ("objection", "research_and_statistics"),
)
_OF_AGE = 13
_ISO_RECORDED = "01/09/2024"


def gias_rows(authority: SyntheticAuthority) -> Rows:
    """Return the schools as GIAS lists them, and one closed school of which no return is expected."""
    schools, la = authority.schools, authority.scene.la
    name = next(row["la_name"] for row in _data.rows("la_codes.csv") if row["la"] == la)
    places = table("places").take(schools["town"].to_numpy()).reset_index(drop=True)
    open_ = pd.DataFrame(
        {
            "URN": schools["urn"],
            "LA (code)": la,
            "LA (name)": name,
            "EstablishmentNumber": schools["laestab"].str.slice(3),
            "EstablishmentName": schools["schoolname"],
            **_kind(schools),
            "EstablishmentStatus (code)": "1",
            "EstablishmentStatus (name)": "Open",
            "OpenDate": "01-09-2010",
            "CloseDate": "",
            "PhaseOfEducation (code)": schools["gias_phase"],
            "PhaseOfEducation (name)": schools["gias_phase_name"],
            "StatutoryLowAge": schools["lowest_age"].astype("str"),
            "StatutoryHighAge": (schools["highest_age"] + 1).astype("str"),
            "Town": places["town"],
            "Postcode": places["outcode"] + " 1AA",
        }
    )
    return frame_rows(pd.concat([open_, _closed(open_)], ignore_index=True).astype("str"))


def _kind(schools: pd.DataFrame) -> dict[str, object]:
    academy = schools["is_academy"].to_numpy()
    return {
        "TypeOfEstablishment (code)": np.where(academy, "34", schools["gias_type"]),
        "TypeOfEstablishment (name)": np.where(academy, "Academy converter", schools["gias_type_name"]),
        "EstablishmentTypeGroup (code)": np.where(academy, "10", "4"),
        "EstablishmentTypeGroup (name)": np.where(academy, "Academies", "Local authority maintained schools"),
    }


def _closed(listed: pd.DataFrame) -> pd.DataFrame:
    return listed.head(1).assign(
        **{
            "URN": _CLOSED_URN,
            "EstablishmentNumber": _CLOSED_ESTAB,
            "EstablishmentName": "Old Mill School (closed)",
            "EstablishmentStatus (code)": "2",
            "EstablishmentStatus (name)": "Closed",
            "CloseDate": "31-08-2019",
        }
    )


def protection_rows(authority: SyntheticAuthority) -> Rows:
    """Return a few protections: of pupils by UPN, and of home educated children by their case number."""
    rolls = authority.rolls.loc[authority.rolls["is_on_roll"] & authority.rolls["age"].ge(_OF_AGE)]
    if rolls.empty:
        rolls = authority.rolls.loc[authority.rolls["is_on_roll"]]
    places = np.linspace(0, len(rolls) - 1, len(_PROTECTED) * 2).astype(int)
    upns = rolls["permanent_upn"].to_numpy(object)[places]
    header = ["upn", "child_id", "protection", "purpose", "recorded_by", "recorded_on", "withdrawn_on"]
    rows = [
        [upn, "", *_PROTECTED[place % len(_PROTECTED)], "Information governance", _ISO_RECORDED, ""]
        for place, upn in enumerate(upns)
    ]
    rows[-1][-1] = "01/09/2025"
    homes = child_ids(register_children(authority))[: len(_PROTECTED)]
    rows += [
        ["", child, *_PROTECTED[place], "Elective home education team", _ISO_RECORDED, ""]
        for place, child in enumerate(homes)
    ]
    return [header, *rows]


def contact_rows(authority: SyntheticAuthority) -> Rows:
    """Return the adults recorded for some of the register's children."""
    scene, homes = authority.scene, register_children(authority)
    homes = homes.loc[scene.steady(homes, "contact") < rate("contact_known")].reset_index(drop=True)
    number = (homes["child"].to_numpy() % 1000).astype(np.int64)
    frame = pd.DataFrame(
        {
            "Child ID": child_ids(homes),
            "UPN": "",
            "Adult ID": "A" + pd.Series(child_ids(homes), dtype=object),
            "Name": "Alex " + homes["surname"].astype("str"),
            "Relationship": picked(scene.steady(homes, "relation"), "relationship", "all"),
            **address_lines(homes),
            "Phone": "0161 496 0" + pd.Series(numbered(number, 3), dtype=object),
            "Email": "parent." + pd.Series(child_ids(homes), dtype=object) + "@families.example.org",
            "Recorded On": uk_date(homes["home_from"].to_numpy().astype("datetime64[D]")),
        }
    )
    return frame_rows(frame.astype("str"))


def social_care_rows(authority: SyntheticAuthority) -> Rows:
    """Return spells of social care status of some children on roll."""
    scene = authority.scene
    rolls = authority.rolls.loc[authority.rolls["is_on_roll"]].drop_duplicates("child").reset_index(drop=True)
    known = rolls.loc[scene.steady(rolls, "care") < rate("ehe_care_known") / 3].reset_index(drop=True)
    begun = scene.census_day - (30 + scene.steady(known, "care since") * 900).astype("timedelta64[D]")
    ended = begun + np.timedelta64(200, "D")
    frame = pd.DataFrame(
        {
            "Child ID": child_ids(known),
            "UPN": known["permanent_upn"],
            "Forename": known["forename"],
            "Surname": known["surname"],
            "Date of Birth": uk_date(known["dob"].to_numpy().astype("datetime64[D]")),
            "Status": picked(scene.steady(known, "care status"), "socialcare", "known"),
            "Start Date": uk_date(begun),
            "End Date": _until(ended, scene.census_day),
            "Ever": "Yes",
        }
    )
    return frame_rows(frame.astype("str"))


def _until(ended: np.ndarray, day: np.datetime64) -> Texts:
    return np.where((ended <= day) & (ended.astype(int) % 2 == 0), uk_date(ended), "")
