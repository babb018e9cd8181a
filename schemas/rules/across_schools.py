"""Rules that no single school can check: they look at all returns of the authority together, under ids of our own.

A UPN or ULN that is itself wrong is reported by its own rule and is not compared here. Only exactly equal names, dates
and postcodes count as the same; names without regard to capitals, spaces, hyphens and apostrophes. Siblings and twins
differ in their first name, so they are never taken for one child.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.identifiers import postcode_normalised
from schemas.model import PUPILS
from schemas.names import joined, name_key
from schemas.rules.groups import beside, held_uln, held_upn, latest_upn, schools_beside
from schemas.rules.register import Mask, Predicate, Words, rule
from schemas.rules.rows import place_of_pupil
from schemas.tables import Tables

FIRST = "2024-autumn"
SINGLE, MAIN, SUBSIDIARY = "C", "M", "S"  # enrolment status (docs/sources.md S2, S3)

Places = NDArray[np.int64]


def _across(id_: str, field: str, message: str, words: Words | None = None) -> Callable[[Predicate], Predicate]:
    return rule(id_, severity="query", table=PUPILS, field=field, message=message, first=FIRST, words=words)


def _mask(marked: NDArray[np.bool_], tables: Tables) -> Mask:
    return pd.Series(marked, index=tables[PUPILS].index)


def _on_roll(tables: Tables) -> NDArray[np.bool_]:
    on_roll: NDArray[np.bool_] = tables[PUPILS]["is_on_roll"].to_numpy(dtype=bool)
    return on_roll


def _keyed(tables: Tables, key: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {"key": key.to_numpy(dtype=object), "laestab": tables[PUPILS]["laestab"].to_numpy(dtype=object)}
    )


# --- one UPN at several schools ----------------------------------------------------------------------------------


def _said_twice_on_roll(tables: Tables, _field: str, places: Places) -> list[str]:
    rows = _keyed(tables, held_upn(tables[PUPILS]["upn"]).where(_on_roll(tables)))
    status = tables[PUPILS]["enrolstatus"].astype("str").iloc[places]
    return [
        f"UPN is also on roll at {schools}, and the registrations are not one main (M) with subsidiary (S); "
        f"here it is {'not stated' if pd.isna(code) else code}"
        for schools, code in zip(schools_beside(rows, rows.iloc[places]), status, strict=True)
    ]


@_across(
    "ACROSS-UPN", "upn", "UPN is on roll at another school too, not as main and subsidiary", words=_said_twice_on_roll
)
def on_roll_twice(tables: Tables) -> Mask:
    """Mark pupils on roll at two schools, unless one registration is main (M) and every other subsidiary (S).

    A status that is missing or unknown is reported by its own rule; here it may be whatever makes the pair valid.
    """
    pupils = tables[PUPILS]
    upn = held_upn(pupils["upn"]).where(_on_roll(tables))
    shared = beside(upn, pupils["laestab"])
    status = pupils["enrolstatus"].astype("str")[shared]
    known = status.isin(tables.codes("enrolment_status"))
    kinds = pd.DataFrame(
        {
            "upn": upn[shared].to_numpy(dtype=object),
            "main": status.eq(MAIN).to_numpy(),
            "unknown": ~known.to_numpy(),
            "other": (known & ~status.isin([MAIN, SUBSIDIARY])).to_numpy(),
        }
    )
    sums = kinds.groupby("upn")[["main", "unknown", "other"]].transform("sum")
    wrong = (sums["other"] > 0) | (sums["main"] > 1) | ((sums["main"] == 0) & (sums["unknown"] == 0))
    shared[np.flatnonzero(shared)] = wrong.to_numpy(dtype=bool)
    return _mask(shared, tables)


def _said_other_birth(tables: Tables, _field: str, places: Places) -> list[str]:
    pupils = tables[PUPILS]
    born = pupils["dob"].astype("str").to_numpy(dtype=object)
    rows = _keyed(tables, held_upn(pupils["upn"])).assign(born=born)
    named = schools_beside(rows, rows.iloc[places], apart="born")
    return [f"UPN stands with another date of birth at {schools}" for schools in named]


@_across("ACROSS-UPN-PERSON", "upn", "UPN has another date of birth at another school", words=_said_other_birth)
def other_person_elsewhere(tables: Tables) -> Mask:
    """Mark pupils, on roll or not, whose UPN stands with another date of birth at another school."""
    pupils = tables[PUPILS]
    return _mask(beside(held_upn(pupils["upn"]), pupils["laestab"], pupils["dob"]), tables)


# --- one number or one child, two UPNs ---------------------------------------------------------------------------


def _said_shared_uln(tables: Tables, _field: str, places: Places) -> list[str]:
    rows = _keyed(tables, held_uln(tables[PUPILS]["uniquelearnernumber"]))
    rows = rows.assign(child=latest_upn(tables).to_numpy(dtype=object))
    named = schools_beside(rows, rows.iloc[places], apart="child")
    return [f"Unique learner number stands with another UPN at {schools}" for schools in named]


@_across(
    "ACROSS-ULN", "uniquelearnernumber", "Unique learner number is another pupil's at another school", _said_shared_uln
)
def shared_uln(tables: Tables) -> Mask:
    """Mark pupils whose unique learner number stands at another school with another UPN (no former one of theirs)."""
    pupils = tables[PUPILS]
    return _mask(beside(held_uln(pupils["uniquelearnernumber"]), pupils["laestab"], latest_upn(tables)), tables)


def _children(tables: Tables) -> pd.DataFrame:
    """List names, date of birth and postcode of pupils as one key; a row is one pupil's postcode.

    Columns place (of the pupil's row), key, laestab, child (the UPN).
    """
    pupils, addresses = tables[PUPILS], tables["addresses"]
    person = joined(name_key(pupils["forename"]), name_key(pupils["surname"]), pupils["dob"])
    place = place_of_pupil(pupils, addresses)
    living = pd.DataFrame({"place": place, "postcode": postcode_normalised(addresses["postcode"]).to_numpy(object)})
    living = living.loc[living["place"] >= 0].dropna().drop_duplicates().reset_index(drop=True)
    whose = person.iloc[living["place"]].reset_index(drop=True)
    key = joined(whose, living["postcode"].astype(whose.dtype))
    columns = {"laestab": pupils["laestab"], "child": latest_upn(tables)}
    held = {name: column.iloc[living["place"]].to_numpy(dtype=object) for name, column in columns.items()}
    return living.assign(key=key.to_numpy(dtype=object), **held)


def _said_other_upn(tables: Tables, _field: str, places: Places) -> list[str]:
    children = _children(tables)
    marked = children.loc[beside(children["key"], children["child"])]
    first = marked.drop_duplicates("place").set_index("place").loc[places]
    same = "A pupil of the same names, date of birth and postcode has another UPN"
    named = schools_beside(children, first, apart="child")
    return [f"{same} {f'at {schools}' if schools else 'in this return'}" for schools in named]


@_across("ACROSS-CHILD", "upn", "Same names, date of birth and postcode stand under another UPN", _said_other_upn)
def two_upns(tables: Tables) -> Mask:
    """Mark pupils whose first name, surname, date of birth and postcode stand on another record under another UPN.

    A former UPN that leads from one to the other explains it; siblings and twins differ in first name.
    """
    children = _children(tables)
    marked = np.zeros(len(tables[PUPILS]), dtype=bool)
    marked[children["place"].to_numpy()[beside(children["key"], children["child"])]] = True
    return _mask(marked, tables)


# --- impossible moves --------------------------------------------------------------------------------------------


def _left_elsewhere(tables: Tables) -> pd.DataFrame:
    """Return, for each pupil on roll, the last day on which another school let the same UPN leave, and that school."""
    pupils = tables[PUPILS]
    rows = pd.DataFrame(
        {"upn": held_upn(pupils["upn"]), "laestab": pupils["laestab"], "left": pupils["leavingdate"]},
        index=pupils.index,
    )
    gone = rows.loc[~_on_roll(tables)].dropna()
    gone = gone.sort_values(["upn", "left", "laestab"], ascending=[True, False, True])
    gone = gone.drop_duplicates(["upn", "laestab"])
    rank = gone.groupby("upn").cumcount()
    here = rows.loc[_on_roll(tables), ["upn", "laestab"]].dropna()
    here = here.loc[here["upn"].isin(gone["upn"])].reset_index(names="row")
    last = here.merge(gone.loc[rank == 0], on="upn", how="left", validate="m:1", suffixes=("", "_there"))
    own = last["laestab"].eq(last["laestab_there"])
    second = here.merge(gone.loc[rank == 1], on="upn", how="left", validate="m:1", suffixes=("", "_there"))
    return last.where(~own, second).set_index("row")


def _said_move(tables: Tables, _field: str, places: Places) -> list[str]:
    left = _left_elsewhere(tables)["laestab_there"].reindex(tables[PUPILS].index[places])
    return [f"Entered before the same UPN left {school}, where it was on roll until then" for school in left]


@_across("ACROSS-MOVE", "entrydate", "Pupil entered before the same UPN left another school", words=_said_move)
def entered_before_leaving(tables: Tables) -> Mask:
    """Mark pupils registered here alone (C) who entered before another school let the same UPN leave."""
    pupils = tables[PUPILS]
    left = _left_elsewhere(tables)["left"].reindex(pupils.index)
    return pupils["enrolstatus"].eq(SINGLE) & (pupils["entrydate"] < left)
