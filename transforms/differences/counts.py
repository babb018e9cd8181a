"""The counts of a publication as they are kept on record, and what earlier ones say of counts made anew.

KEPT    one row per count of one publication: figure, geography, laestab (empty for the authority), breakdown_topic,
        breakdown; its true `value`, whether it was `shown`, and whether it was kept `apart`: hidden, noughts too,
        because it could have been subtracted. For the authority's own eyes only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from schemas.datasets import SCHOOL, TOTAL
from schemas.release import CountsToProtect
from schemas.statistics import COUNTS_KEY

KEY: Final = ["figure", *COUNTS_KEY]
_TABLE: Final = ["figure", "geography", "laestab", "breakdown_topic"]


def kept_counts(tables: Iterable[CountsToProtect], protected: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of tables as they go on record, with what disclosure control said of them."""
    true = true_counts(tables)
    said = protected[KEY].astype(object).assign(shown=protected["value"].notna().to_numpy(dtype=bool))
    return true.merge(said, how="inner", on=KEY, validate="1:1")


def true_counts(tables: Iterable[CountsToProtect]) -> pd.DataFrame:
    """Return every count of some tables once, by key, with its true value."""
    rows = pd.concat([each.rows[[*KEY, "value"]] for each in tables]).drop_duplicates(KEY)
    plain = {name: rows[name].astype("string").fillna("").to_numpy(dtype=object) for name in KEY}
    return pd.DataFrame({**plain, "value": rows["value"].to_numpy(dtype=np.int64)})


def schools_apart(counts: pd.DataFrame) -> int:
    """Count the schools of which something is kept apart."""
    schools = counts.loc[counts["apart"] & counts["geography"].eq(SCHOOL), "laestab"]
    return int(schools.nunique())


def parts_of(counts: pd.DataFrame) -> pd.DataFrame:
    """Return all counts but the totals of their places."""
    return counts.loc[counts["breakdown_topic"].ne(TOTAL)]


def barely_changed(
    now: pd.DataFrame, before: pd.DataFrame, *, movement: int, apart: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the counts of the topics that in some place changed by so few in all that it may be of one child.

    A child that is of another item changes two counts. What was nought and is nought stays. `apart` are figures of
    which it is known child by child who changed.
    """
    rows = now.loc[~now["figure"].isin(apart)]
    both = rows.merge(before, how="inner", on=KEY, suffixes=("", "_before"), validate="1:1")
    change = (both["value"] - both["value_before"]).abs().groupby([both[name] for name in _TABLE])
    changed = change.sum().reset_index(name="change")
    most = np.where(changed["breakdown_topic"].eq(TOTAL), movement, 2 * movement)
    few = changed.loc[changed["change"].gt(0) & changed["change"].le(most), _TABLE]
    nought = both.loc[both["value"].eq(0) & both["value_before"].eq(0), KEY].assign(nought=True)
    found = rows[KEY].merge(few, how="inner", on=_TABLE, validate="m:1").merge(nought, how="left", on=KEY)
    return found.loc[found["nought"].isna(), KEY]
