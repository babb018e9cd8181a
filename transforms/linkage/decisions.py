"""What a clerk decided on uncertain links: found again in the census as it is now.

A decision that names the pupil's UPN holds for the record of that UPN at the school, wherever it stands by now; one
without holds for the record at its place. One that finds no record, or whose word is neither yes nor no, is counted
and does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from schemas.contract import BOOLEAN, STRING
from transforms.linkage.people import PUPIL, trimmed

YES, NO, ON, OFF = "yes", "no", "on", "off"
KEY = ["child_id", *PUPIL]


@dataclass(frozen=True)
class Decided:
    """Pairs (child_id and the pupil's key) that are one child, pairs that are not, and decisions without effect."""

    yes: pd.DataFrame
    no: pd.DataFrame
    unused: int


def decided(decisions: pd.DataFrame, pupils: pd.DataFrame, register: pd.DataFrame) -> Decided:
    """Return what the decisions come to; of several on one pair the latest counts, on one day the no."""
    given = decisions.loc[decisions["decision"].notna()].reset_index(drop=True)
    word = given["decision"].astype(STRING)
    on = given["roll"].astype("object").map({ON: True, OFF: False}).astype(BOOLEAN)
    told = given[["child_id", "laestab", "day"]].assign(
        decision=word, is_on_roll=on, record=given["pupil_record"], upn=trimmed(given["upn"])
    )
    told = told.loc[word.isin([YES, NO]) & told["child_id"].isin(register["child_id"])]
    found = pd.concat([_by_upn(told, pupils), _by_place(told, pupils)])
    ordered = found.sort_values([*KEY, "day", "decision"], ascending=[True] * 5 + [False], na_position="first")
    last = ordered.drop_duplicates(KEY, keep="last")
    yes, no = (last.loc[last["decision"] == kind, KEY].reset_index(drop=True) for kind in (YES, NO))
    return Decided(yes, no, len(given) - len(found))


def _by_upn(told: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """Find the decisions that name a UPN; one that stands twice on a roll of the school finds nobody."""
    where = ["laestab", "is_on_roll", "upn"]
    held = pupils[PUPIL].assign(upn=trimmed(pupils["upn"])).dropna()
    once = held.loc[~held.duplicated(where, keep=False)]
    named = told.loc[told["upn"].notna()].drop(columns="record")
    return named.merge(once, on=where, how="inner", validate="m:1")


def _by_place(told: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """Find the decisions without a UPN by the record's place."""
    unnamed = told.loc[told["upn"].isna()]
    return unnamed.merge(pupils[PUPIL], on=PUPIL, how="inner", validate="m:1")
