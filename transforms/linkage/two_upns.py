"""Within the census: pupils under two UPNs who are probably one child; a list for a clerk, nothing is linked.

Records that agree in names, date of birth and postcode to the letter are a rule's business (ACROSS-CHILD), and those
of which one names the other's UPN as its former one are known.
"""

from __future__ import annotations

import pandas as pd

from schemas.linkage import TWO_UPNS, Linkage
from schemas.names import joined
from transforms.linkage.people import COMPARED, PUPIL, pupils_compared
from transforms.linkage.search import LEFT, PROBABILITY, RIGHT, WEIGHT, scored

#: What is said of either side.
SIDE = ["upn", *PUPIL]
OTHER = [f"other_{name}" for name in SIDE]


def under_two_upns(pupils: pd.DataFrame, addresses: pd.DataFrame, data: Linkage) -> pd.DataFrame:
    """Return one row per pair of UPNs, the likeliest first: a record of either, weight, probability, levels.

    Columns: upn, laestab, is_on_roll, record, the same with `other_`, weight, probability, one per item compared.
    """
    rows = _rows(pupils_compared(pupils, addresses, data.sexes))
    pairs = scored((rows,), data.searches[TWO_UPNS], data)
    one, other = rows.loc[pairs[LEFT]].reset_index(drop=True), rows.loc[pairs[RIGHT]].reset_index(drop=True)
    former = pd.MultiIndex.from_frame(rows[["upn", "formerupn"]].dropna())
    told = (_written(one) == _written(other)).fillna(value=False).to_numpy(dtype=bool)
    for new, old in ((one, other), (other, one)):
        told |= pd.MultiIndex.from_arrays([new["upn"], old["upn"]]).isin(former)
    sides = [one[SIDE], other[SIDE].set_axis(OTHER, axis=1)]
    found = pd.concat([*sides, pairs.drop(columns=[LEFT, RIGHT])], axis=1)
    upns = pd.MultiIndex.from_frame(found[["upn", "other_upn"]])
    fresh = found.loc[~upns.isin(upns[told])].drop_duplicates(["upn", "other_upn"])
    ordered = fresh.sort_values([WEIGHT, "upn", "other_upn"], ascending=[False, True, True])
    items = [each.item for each in data.comparisons]
    return ordered[[*SIDE, *OTHER, WEIGHT, PROBABILITY, *items]].reset_index(drop=True)


def _rows(compared: pd.DataFrame) -> pd.DataFrame:
    """Return one row per UPN and way in which it is written, for which the record on a roll stands; in UPN order."""
    held = compared.dropna(subset=["upn_held"]).drop(columns="upn").rename(columns={"upn_held": "upn"})
    by = ["upn", "is_on_roll", "laestab", "record", *COMPARED]
    ordered = held.sort_values(by, ascending=[name != "is_on_roll" for name in by])
    distinct = ordered.drop_duplicates(["upn", "formerupn", *COMPARED, "as_written"]).reset_index(drop=True)
    return distinct.assign(person=distinct["upn"])


def _written(rows: pd.DataFrame) -> pd.Series:
    """Return names, date of birth and postcode as an exact comparison takes them; null where one is missing."""
    return joined(rows["as_written"], rows["date_of_birth"], rows["postcode"])
