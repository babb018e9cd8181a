"""What a pupil's child rows add up to, what the pupil says of them, and which codes stand together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from schemas.model import PUPILS
from schemas.rules.register import Mask
from schemas.rules.rows import Keys, arrow, place_of_pupil, pupil_keys
from schemas.tables import Tables

_PUPIL = ["laestab", "is_on_roll", "record"]


def total_of_pupil(tables: Tables, child: str, amounts: pd.Series) -> pd.Series:
    """Return each pupil's sum of amounts over the rows of a child table; a missing amount adds nothing."""
    pupils = tables[PUPILS]
    counted = amounts.notna().to_numpy()
    places = place_of_pupil(pupils, tables[child].loc[counted, _PUPIL])
    found = places >= 0
    sums = np.zeros(len(pupils), dtype=np.int64)
    np.add.at(sums, places[found], amounts[counted].to_numpy(dtype=np.int64)[found])
    return pd.Series(sums, index=pupils.index)


def rows_of(tables: Tables, child: str, chosen: Mask) -> Mask:
    """Mark the rows of a child table whose pupil is chosen."""
    rows = tables[child]
    pupils = tables[PUPILS].loc[chosen.to_numpy(dtype=bool, na_value=False), _PUPIL]
    children, own = pupil_keys(rows, pupils)
    return pd.Series(np.isin(children, own), index=rows.index)


def of_pupil(tables: Tables, child: str, column: str) -> pd.Series:
    """Return, for each row of a child table, the value of its pupil's column; null where there is no such pupil."""
    pupils, rows = tables[PUPILS], tables[child]
    places = place_of_pupil(pupils, rows)
    values = arrow(pupils[column]).take(pa.array(places, mask=places < 0))
    return pd.Series(values, index=rows.index, dtype=pd.ArrowDtype(values.type))


def together(rows: pd.DataFrame, chosen: Mask, *columns: Keys) -> Mask:
    """Mark the chosen rows beside which the same pupil has another chosen row, alike in the columns given."""
    places = np.flatnonzero(chosen.to_numpy(dtype=bool, na_value=False))
    (pupils,) = pupil_keys(rows.iloc[places])
    keys = pd.DataFrame({"pupil": pupils, **{str(n): column[places] for n, column in enumerate(columns)}})
    marked = np.zeros(len(rows), dtype=bool)
    marked[places] = keys.duplicated(keep=False).to_numpy()
    return pd.Series(marked, index=rows.index)


def parents_without(tables: Tables, parent: str, child: str) -> Mask:
    """Mark the rows of a pupil's table that have no row in its own child table."""
    own, children = tables[parent], tables[child]
    pupils = np.concatenate(pupil_keys(own, children))
    orders = np.concatenate([own["sub_record"].to_numpy(np.int64), children["parent_record"].to_numpy(np.int64)])
    _, numbers = np.unique(pupils, return_inverse=True)
    keys = numbers * (orders.max(initial=0) + 1) + orders
    return pd.Series(~np.isin(keys[: len(own)], keys[len(own) :]), index=own.index)


def code_numbers(values: pd.Series, known: frozenset[str]) -> Keys:
    """Return the number of each code among the known ones, -1 where it is missing or unknown."""
    numbers = {code: number for number, code in enumerate(sorted(known))}
    of_category = np.array([numbers.get(str(code), -1) for code in values.cat.categories] + [-1], dtype=np.int64)
    return of_category[values.cat.codes.to_numpy()]


def may_be(values: pd.Series, codes: list[str], known: frozenset[str]) -> Mask:
    """Mark codes that are among some, or that no set knows, so that they could stand for one of them."""
    return values.isin(codes) | (values.notna() & ~values.isin(list(known)))
