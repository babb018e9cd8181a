"""Who was counted in two publications: the children that somebody from outside may know to be in one alone.

PEOPLE  one row per child and school counted in one publication: `child` (the identity: UPN), `person` (names and date
        of birth, null where not known), `laestab` (empty where there are no schools), `counted` (in the authority too),
        `objects` (left out of our figures, not of DfE's), and a column for each topic with the item the child falls to.
        Source: the clean tables of the publication. For the authority's own eyes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

ABOUT: Final = ("child", "person", "laestab", "counted", "objects")


def topics_of(people: pd.DataFrame) -> list[str]:
    """Return the topics under which people were counted."""
    return [str(name) for name in people.columns if name not in ABOUT]


def differing_in_authority(
    before: pd.DataFrame, after: pd.DataFrame, *, corrections: bool, known: Sequence[str]
) -> list[int]:
    """Count by topic the children whom the authority's figures count in one publication alone, or otherwise.

    `corrections` counts those of another item too (the same census day); `known` are topics of which nothing is told.
    """
    topics = [name for name in topics_of(before) if name in topics_of(after) and name not in known]
    old, new = (_counted_once(each) for each in (known_again(before, after), after))
    alone = len(old.index.symmetric_difference(new.index))
    if not corrections:
        return [alone] * len(topics)
    both = old.index.intersection(new.index)
    was, now = old.loc[both, topics].to_numpy(dtype=object), new.loc[both, topics].to_numpy(dtype=object)
    return [alone + int(number) for number in (was != now).sum(axis=0)]


def _counted_once(people: pd.DataFrame) -> pd.DataFrame:
    counted = people.loc[people["counted"].to_numpy(dtype=bool) & people["child"].notna()]
    return counted.drop_duplicates("child").set_index("child")


def known_again(people: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Give those whose identity the others lack the one that the same person has there, if names and birth tell it."""
    held, beside = (each[["child", "person"]].astype(object) for each in (people, others))
    new = held.loc[~held["child"].isin(beside["child"].dropna()) & held["person"].notna()].drop_duplicates()
    old = beside.loc[~beside["child"].isin(held["child"].dropna()) & beside["person"].notna()].drop_duplicates()
    new, old = (each.loc[~each.duplicated("person", keep=False)] for each in (new, old))
    same = new.merge(old, how="inner", on="person", suffixes=("", "_there"), validate="1:1")
    if same.empty:
        return people
    known = same.drop_duplicates("child").set_index("child")["child_there"]
    child = people["child"].astype(object)
    return people.assign(child=np.where(child.isin(known.index), child.map(known), child))
