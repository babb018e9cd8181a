"""Rules that compare a collection with the one before, under ids of our own; they are silent where there was none.

Children are known again by a valid UPN, or by school, names and date of birth. A former UPN explains a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas import _data
from schemas.contract import BOOLEAN
from schemas.model import HEADER, PUPILS
from schemas.names import joined, name_key
from schemas.rules.groups import held_upn
from schemas.rules.register import Mask, Predicate, Words, rule
from schemas.tables import Tables

FIRST = "2024-autumn"
PREVIOUS_PUPILS = "previous_pupils"  # clean tables of the previous collection, if the store holds them
PREVIOUS_HEADER = "previous_schoolcensus"


@cache
def roll_share() -> float:
    """Return the share by which a roll may move without being asked about."""
    settings: dict[str, Any] = _data.toml("comparison.toml")["roll"]
    return float(settings["share"])


def _since_last(
    id_: str, field: str, message: str, *, table: str = PUPILS, words: Words | None = None
) -> Callable[[Predicate], Predicate]:
    return rule(id_, severity="query", table=table, field=field, message=message, first=FIRST, words=words)


def _nothing(tables: Tables, table: str) -> Mask:
    """Answer "cannot be told" for every row."""
    return pd.Series(pd.NA, index=tables[table].index, dtype=BOOLEAN)


# --- the roll as a whole -----------------------------------------------------------------------------------------


def _rolls(tables: Tables) -> pd.DataFrame:
    """Return the pupils on roll now and last time of each return; null where the school made none last time."""
    header, before = tables[HEADER], tables[PREVIOUS_HEADER]
    last = pd.Series(before["records_on"].to_numpy(dtype=float, na_value=np.nan), index=before["laestab"].to_numpy())
    now = header["records_on"].astype("float64")
    return pd.DataFrame({"now": now, "last": header["laestab"].map(last).astype("float64")}, index=header.index)


def _said_roll(tables: Tables, _field: str, places: NDArray[np.int64]) -> list[str]:
    rolls = _rolls(tables).iloc[places]
    return [
        f"{now:.0f} pupils on roll, {last:.0f} in {tables.collection.previous()}"
        for now, last in zip(rolls["now"], rolls["last"], strict=True)
    ]


@_since_last(
    "PREV-ROLL", "estab", "Number on roll moved much since the last collection", table=HEADER, words=_said_roll
)
def roll_moved(tables: Tables) -> Mask:
    """Mark returns whose number on roll moved by more than the set share of last time's."""
    if PREVIOUS_HEADER not in tables:
        return _nothing(tables, HEADER)
    rolls = _rolls(tables)
    return (rolls["now"] - rolls["last"]).abs() > roll_share() * rolls["last"]


# --- items that should not change --------------------------------------------------------------------------------


def _changed(tables: Tables, key: pd.Series, value: pd.Series, before: pd.DataFrame) -> Mask:
    """Mark rows whose key stood last time too, and with no record of the same value; unknown values are not judged."""
    held = before.dropna()
    same = joined(key, value).isin(joined(held["key"], held["value"]))
    told = key.notna() & value.notna()
    return pd.Series(told & key.isin(held["key"]) & ~same, index=tables[PUPILS].index)


def _item_changed(tables: Tables, column: str, known: frozenset[str] | None = None) -> Mask:
    if PREVIOUS_PUPILS not in tables:
        return _nothing(tables, PUPILS)
    now, last = tables[PUPILS], tables[PREVIOUS_PUPILS]
    values = [frame[column].astype("str") for frame in (now, last)]
    if known is not None:
        values = [value.where(value.isin(known)) for value in values]
    before = pd.DataFrame({"key": held_upn(last["upn"]), "value": values[1]})
    return _changed(tables, held_upn(now["upn"]), values[0], before)


@_since_last("PREV-DOB", "dob", "Date of birth differs from the last collection's for the same UPN")
def birth_date_changed(tables: Tables) -> Mask:
    """Mark pupils whose UPN stood in the last collection, at any school, with other dates of birth only."""
    return _item_changed(tables, "dob")


@_since_last("PREV-SEX", "sex", "Sex differs from the last collection's for the same UPN")
def sex_changed(tables: Tables) -> Mask:
    """Mark pupils whose UPN stood in the last collection, at any school, with the other sex only."""
    return _item_changed(tables, "sex", known=tables.codes("sex"))


@_since_last("PREV-UPN", "upn", "UPN differs from the last collection's for the same names and date of birth")
def upn_changed(tables: Tables) -> Mask:
    """Mark pupils whose school had the same names and date of birth under another UPN, which is no former UPN now.

    A UPN of last time that still stands is a namesake's.
    """
    if PREVIOUS_PUPILS not in tables:
        return _nothing(tables, PUPILS)
    now, last = tables[PUPILS], tables[PREVIOUS_PUPILS]
    person, upn = _person(now), held_upn(now["upn"])
    before = pd.DataFrame({"key": _person(last), "value": held_upn(last["upn"])}).dropna()
    before = before.loc[~joined(before["key"], before["value"]).isin(joined(person, upn))]
    unexplained = _changed(tables, person, now["formerupn"], before) | now["formerupn"].isna()
    return _changed(tables, person, upn, before) & unexplained


def _person(pupils: pd.DataFrame) -> pd.Series:
    return joined(pupils["laestab"], name_key(pupils["forename"]), name_key(pupils["surname"]), pupils["dob"])
