"""EHE register against census: children whom nothing exact linked, by what is alike without being the same.

A pair is linked if it is certain (linkage.toml: `automatic`), supported in every item it needs, without a UPN that says
otherwise, and well ahead of the next best of the same child and of the same pupil; else a clerk looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.contract import STRING
from schemas.linkage import REGISTER, Linkage, Search
from transforms.linkage.people import PUPIL, children_compared, pupils_compared
from transforms.linkage.search import LEFT, PROBABILITY, RIGHT, WEIGHT, scored, supported

KEY = ["child_id", *PUPIL]
PEOPLE = ["child_id", "person"]
UNCERTAIN, SEVERAL, OTHER_UPN, TOO_LITTLE = (
    "not certain",
    "several alike",
    "another UPN",
    "an item is missing or differs",
)


@dataclass(frozen=True)
class FuzzyLinks:
    """What fuzzy linking found.

    `found`: one row per child and pupil record linked; key and columns child_id, laestab, is_on_roll, record.
    `review`: one row per child and pupil record that a clerk should look at; the key, upn, why, weight, probability
    and the level of each item compared, the surest first.
    """

    found: pd.DataFrame
    review: pd.DataFrame


def fuzzy_links(
    register: pd.DataFrame, tables: tuple[pd.DataFrame, pd.DataFrame], linked: pd.DataFrame, *, data: Linkage,
    refused: pd.DataFrame | None = None,
) -> FuzzyLinks:  # fmt: skip
    """Search pupils (with their addresses) for the children without a link.

    `linked` are the links there are (child_id and the pupil's key): those children, and those pupils under whatever
    record of the same UPN, are left alone. `refused` are pairs that a clerk has said no to.
    """
    search = data.searches[REGISTER]
    open_children = register.loc[~register["child_id"].isin(linked["child_id"])]
    children = _ordered(children_compared(open_children, data.sexes).assign(person=lambda rows: rows["child_id"]))
    pupils = _ordered(_free(pupils_compared(*tables, data.sexes), linked))
    pairs = _pairs(children, pupils, search, data)
    pairs = _without(pairs, refused)
    sure = _sure(pairs, search)
    settled = pairs["child_id"].isin(pairs.loc[sure, "child_id"]) | pairs["person"].isin(pairs.loc[sure, "person"])
    best = pairs.drop_duplicates(KEY)
    items = [each.item for each in data.comparisons]
    review = best.loc[~settled[best.index], [*KEY, "upn", "why", WEIGHT, PROBABILITY, *items]]
    return FuzzyLinks(best.loc[sure[best.index], KEY].reset_index(drop=True), review.reset_index(drop=True))


def _free(pupils: pd.DataFrame, linked: pd.DataFrame) -> pd.DataFrame:
    """Keep pupils of whom no record is linked, and say which records are one person: those of one valid UPN."""
    taken = pd.MultiIndex.from_frame(pupils[PUPIL]).isin(pd.MultiIndex.from_frame(linked[PUPIL]))
    taken |= pupils["upn"].isin(pupils.loc[taken, "upn"].dropna()).to_numpy(dtype=bool)
    free = pupils.loc[~taken]
    roll = free["is_on_roll"].astype("object").map({True: "on", False: "off"}).astype(STRING)
    record = free["laestab"] + "|" + roll + "|" + free["record"].astype(STRING)
    return free.assign(person=free["upn"].fillna(record))


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Put rows in an order of their own, whatever the order received, each once."""
    return rows.drop_duplicates().sort_values(list(rows.columns), kind="stable").reset_index(drop=True)


def _pairs(children: pd.DataFrame, pupils: pd.DataFrame, search: Search, data: Linkage) -> pd.DataFrame:
    """Return the pairs with whom they are of, whether they could be linked and, if not, why; the surest first."""
    pairs = scored((children, pupils), search, data)
    one = children[["child_id", "upn"]].rename(columns={"upn": "child_upn"}).loc[pairs[LEFT]].reset_index(drop=True)
    other = pupils[[*PUPIL, "person", "upn"]].loc[pairs[RIGHT]].reset_index(drop=True)
    pairs = pd.concat([one, other, pairs.drop(columns=[LEFT, RIGHT])], axis=1)
    why = pd.Series(UNCERTAIN, index=pairs.index, dtype="object")
    why = why.mask(pairs[WEIGHT] >= search.automatic, SEVERAL)
    why = why.mask(why.eq(SEVERAL) & ~supported(pairs, search, data), TOO_LITTLE)
    other_upn = (pairs["child_upn"] != pairs["upn"]).fillna(value=False).to_numpy(dtype=bool)
    return pairs.assign(why=why.mask(other_upn, OTHER_UPN))


def _without(pairs: pd.DataFrame, refused: pd.DataFrame | None) -> pd.DataFrame:
    """Leave out the pairs of child and person that a clerk has said no to."""
    if refused is None or refused.empty:
        return pairs
    hit = pd.MultiIndex.from_frame(pairs[KEY]).isin(pd.MultiIndex.from_frame(refused[KEY]))
    people = pd.MultiIndex.from_frame(pairs[PEOPLE])
    return pairs.loc[~people.isin(people[hit])].reset_index(drop=True)


def _sure(pairs: pd.DataFrame, search: Search) -> pd.Series:
    """Say which pairs are of a child and a person who are linked: one child to one person, well ahead of others."""
    best = pairs.drop_duplicates(PEOPLE)
    sure = best["why"].eq(SEVERAL)
    for one in PEOPLE:
        sure &= _lead(best, one) >= search.margin
    chosen = pd.MultiIndex.from_frame(best.loc[sure, PEOPLE])
    return pd.Series(pd.MultiIndex.from_frame(pairs[PEOPLE]).isin(chosen), index=pairs.index)


def _lead(best: pd.DataFrame, one: str) -> pd.Series:
    """Return by how much each pair is ahead of the best other pair of the same child or person."""
    first = ~best.duplicated(one)
    top = best.loc[first].set_index(one)[WEIGHT]
    second = best.loc[~first].drop_duplicates(one).set_index(one)[WEIGHT]
    ahead = best[one].map(second).fillna(-np.inf).where(first, best[one].map(top))
    return best[WEIGHT] - ahead.astype("float64")
