"""One row a child: which rows are the same child, and which of them stays.

Two rows are one child when the register was linked to the pupil; when name, date of birth and postcode agree; when UPN,
date of birth and name agree; or when UPN and date of birth agree at different schools. A UPN that two children share
by mistake (another date of birth, or another name at the same school) drops nobody: both stay and are listed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.contract import STRING
from transforms.extract.results import Listing, listing
from transforms.same_child import pairs, same_child, tokens

TWICE = "another record of a child who has a row already"
SHARED = "one UPN on records that differ in name or date of birth; all of them have a row"


def children(people: pd.DataFrame, postcode: pd.Series, links: pd.DataFrame | None) -> pd.Series:
    """Label the rows that are one child; `people` in a plain index, `postcode` aligned with it."""
    rows = np.arange(len(people), dtype=np.int64)
    born = people["dob"].astype(STRING)
    name = people["forename"].str.upper() + "|" + people["surname"].str.upper()
    agreeing = {
        "upn, birth, name": people["upn"] + "|" + born + "|" + name,
        "all but upn": name + "|" + born + "|" + postcode,
    }
    agreeing["upn, birth, schools"] = (people["upn"] + "|" + born).where(_at_different_schools(people))
    parts = [tokens("row", people, {"child_id": "child"})]
    parts += [pairs("row", rows, values, space) for space, values in agreeing.items()]
    if links is not None and len(links):
        keyed = people.assign(row=rows)[["laestab", "is_on_roll", "record", "row"]].dropna()
        linked = keyed.merge(links, on=["laestab", "is_on_roll", "record"], how="inner", validate="1:m")
        parts.append(pairs("row", linked["row"].to_numpy(dtype=np.int64), linked["child_id"], "child"))
    return pd.Series(same_child(pd.concat(parts, ignore_index=True)).to_numpy(), index=people.index)


def _at_different_schools(people: pd.DataFrame) -> pd.Series:
    """Say whether no two rows of this UPN and date of birth stand in one school's roll."""
    alike = ["upn", "dob"]
    repeated = people.duplicated([*alike, "laestab"], keep=False) & people["laestab"].notna()
    return ~repeated.groupby([people[name] for name in alike], dropna=False).transform("any")


def each_once(people: pd.DataFrame, child: pd.Series) -> tuple[pd.DataFrame, list[Listing], list[Listing]]:
    """Keep each child's first row by population, enrolment and position.

    Returns the kept people, the listing of the rows left out, and the listing of UPNs shared by different children.
    """
    ordered = people.assign(child=child).sort_values(["place", "rank", "laestab", "record"], kind="stable")
    extra = ordered.duplicated("child")
    kept = ordered[~extra].sort_values(["place", "laestab", "record"], kind="stable")
    shared = kept[kept.duplicated("upn", keep=False) & kept["upn"].notna()]
    return kept.drop(columns="child"), [listing(TWICE, ordered[extra])], [listing(SHARED, shared)]
