"""What hangs under a pupil: needs, funding basis, bursary, learner funding codes, address."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas import _data
from transforms.synthetic.draw import Flags, Texts, only, rate, role
from transforms.synthetic.made import Made, made
from transforms.synthetic.pupils import positions, sen_types
from transforms.synthetic.rolls import chance, has_bursary, has_funding_code
from transforms.synthetic.scene import Scene

_TWO, _SIXTH_FORM = 2, 16


def needs_of(scene: Scene, rolls: pd.DataFrame) -> Made:
    """Make the ranked types of need of pupils with SEN: one, or two that differ."""
    has = rolls["senprovision"].ne(role("no_sen")).to_numpy()
    first, second = sen_types(scene, rolls, "first"), sen_types(scene, rolls, "second")
    assessed = (first != role("not_assessed")) & (second != role("not_assessed"))
    two = has & assessed & (first != second) & chance(scene, "second need", rolls, "second_need")
    one_rows, two_rows = positions(rolls, has), positions(rolls, two)
    parent = np.concatenate([one_rows, two_rows])
    rank = np.concatenate([np.full(len(one_rows), 1), np.full(len(two_rows), 2)])
    return made({"sentyperank": rank, "sentype": np.concatenate([first[one_rows], second[two_rows]])}, parent)


def funding_basis_of(scene: Scene, rolls: pd.DataFrame, funded: Flags) -> Made:
    """Make the basis on which funded two-year-olds are funded."""
    rows = positions(rolls, funded & rolls["age"].eq(_TWO).to_numpy())
    return made({"fundingbasis": scene.pick("fundingbasis", "two", len(rows), "funding_basis")}, rows)


def bursary_of(scene: Scene, rolls: pd.DataFrame) -> Made:
    """Make bursary support of sixth-formers, leavers included."""
    has = sixth_form(rolls) & has_bursary(scene, rolls)
    rows = np.flatnonzero(has)
    return made({"supportcode": scene.pick("supportcode", "all", len(rows), "learner_support")}, rows)


def funding_codes_of(scene: Scene, rolls: pd.DataFrame) -> Made:
    """Make learner funding and monitoring codes of sixth-formers, leavers included."""
    rows = np.flatnonzero(sixth_form(rolls) & has_funding_code(scene, rolls))
    kind = scene.pick("learnerfamtype", "all", len(rows), "learner_fam_type")
    return made(
        {"learnerfamtype": kind, "learnerfamcode": scene.pick("learnerfamcode", "all", len(rows), "learner_fam_code")},
        rows,
    )


def sixth_form(rolls: pd.DataFrame) -> Flags:
    """Say who is in the sixth form of a secondary school (special schools return no post-16 data)."""
    return (rolls["age"].ge(_SIXTH_FORM) & rolls["stage"].eq("secondary")).to_numpy()


def addresses_of(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> Made:
    """Make one address for each record, in premises form or in lines, as the school's software writes it."""
    forms = np.array([row["address"] for row in _data.rows("synthetic/software.csv")], dtype=object)
    lines = forms[schools["software"].to_numpy()[rolls["school"]]] == "lines"
    text = {name: rolls[name].to_numpy(object) for name in ("house", "flat", "street", "town", "postcode", "uprn")}
    locality = scene.steady(rolls, "locality") < rate("locality_given")
    flat_line = only(pd.notna(text["flat"]), text["flat"])
    road = text["house"] + " " + text["street"]
    has_flat = pd.notna(text["flat"])
    columns = {
        "uniquepropertyreferencenumber": only(scene.steady(rolls, "uprn") < rate("uprn_given"), text["uprn"]),
        "postcode": text["postcode"],
        "saon": only(~lines, text["flat"]),
        "paon": only(~lines, text["house"]),
        "street": only(~lines, text["street"]),
        "locality": only(~lines & locality, "Upper " + text["town"]),
        "town": only(~lines, text["town"]),
        "administrativearea": only(~lines & (scene.steady(rolls, "area") < rate("area_given")), _area(len(rolls))),
        "posttown": only(~lines, _upper(text["town"])),
        "addressline1": only(lines, np.where(has_flat, flat_line, road)),
        "addressline2": only(lines, np.where(has_flat, road, text["town"])),
        "addressline3": only(lines & has_flat, text["town"]),
        "addressline4": only(lines & locality, _area(len(rolls))),
        "addressline5": only(lines & locality & has_flat, _upper(text["town"])),
    }
    return made(columns, np.arange(len(rolls)))


def _area(count: int) -> Texts:
    return np.full(count, "Exampleshire", dtype=object)


def _upper(values: Texts) -> Texts:
    return pd.Series(values, dtype=object).astype("str").str.upper().to_numpy(object)
