"""Rows that share a key across schools: which have another beside them, and at which schools it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.identifiers import uln_valid, upn_valid
from schemas.model import PUPILS
from schemas.tables import Tables

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_NAMED = 3  # other schools named in one sentence


def held_upn(values: pd.Series) -> pd.Series:
    """Return the UPNs that are valid; a wrong one is reported by its own rule and tells no children apart."""
    return values.where(upn_valid(values).fillna(value=False))


def held_uln(values: pd.Series) -> pd.Series:
    """Return the ULNs that are valid."""
    return values.where(uln_valid(values).fillna(value=False))


def latest_upn(tables: Tables) -> pd.Series:
    """Return each pupil's valid UPN, or the one that took its place: that of a record with it as former UPN."""
    pupils = tables[PUPILS]
    upn = held_upn(pupils["upn"])
    changed = upn.notna() & pupils["formerupn"].notna() & pupils["formerupn"].ne(upn).fillna(value=False)
    moves = pd.Series(
        upn[changed].to_numpy(dtype=object), index=pupils.loc[changed, "formerupn"].to_numpy(dtype=object)
    )
    after = upn.map(moves.sort_values().groupby(level=0).first())
    return after.astype(upn.dtype).fillna(upn)


def beside(key: pd.Series, *apart: pd.Series) -> Flags:
    """Mark rows that share their key with a row that differs in every one of the (one or two) other columns.

    A row without its key or one of the columns neither marks nor is marked.
    """
    known = key.notna().to_numpy(dtype=bool)
    for column in apart:
        known = known & column.notna().to_numpy(dtype=bool)
    places = np.flatnonzero(known)
    keys = _codes(key, places)
    shared = np.bincount(keys, minlength=1)[keys] > 1 if len(keys) else np.zeros(0, dtype=bool)
    places, keys = places[shared], keys[shared]
    first, *rest = [_codes(column, places) for column in apart]
    others = _times(keys) - _times(keys, first)
    for second in rest:
        others = others - _times(keys, second) + _times(keys, first, second)
    marked = np.zeros(len(key), dtype=bool)
    marked[places] = others > 0
    return marked


def schools_beside(rows: pd.DataFrame, marked: pd.DataFrame, *, apart: str = "") -> list[str]:
    """Name, for each marked row, the other schools at which its key stands (with another value in `apart`).

    `rows` and `marked` have the columns key, laestab and `apart`.
    """
    standing: dict[str, dict[str, set[str]]] = {}
    for key, laestab, value in _triples(rows.loc[rows["key"].isin(marked["key"])], apart or "key"):
        standing.setdefault(key, {}).setdefault(laestab, set()).add(value)
    in_order = {key: dict(sorted(schools.items())) for key, schools in standing.items()}
    return [
        _named(list(islice(_others(in_order.get(key, {}), laestab, value), _NAMED + 1)))
        for key, laestab, value in _triples(marked, apart or "laestab")
    ]


def _triples(rows: pd.DataFrame, third: str) -> Iterator[tuple[str, str, str]]:
    """Yield key, school and a third value of each row that has them all."""
    held = rows.loc[rows[["key", "laestab", third]].notna().all(axis=1)]
    return zip(held["key"].tolist(), held["laestab"].tolist(), held[third].tolist(), strict=True)


def _others(standing: dict[str, set[str]], own: str, value: str) -> Iterator[str]:
    """Yield the schools but one's own at which another value stands (without one: a school number is no key)."""
    return (school for school, held in standing.items() if school != own and (len(held) > 1 or value not in held))


def _named(schools: Sequence[str]) -> str:
    """Write school numbers for a sentence; blank for none."""
    more = " and others" if len(schools) > _NAMED else ""
    return ", ".join(schools[:_NAMED]) + more


def _codes(column: pd.Series, places: Numbers) -> Numbers:
    codes, _ = pd.factorize(column.iloc[places])
    return codes.astype(np.int64)


def _times(*columns: Numbers) -> Numbers:
    """Count, for each row, the rows that have the same values."""
    together = columns[0]
    for column in columns[1:]:
        together = together * (column.max(initial=0) + 1) + column
    _, place, count = np.unique(together, return_inverse=True, return_counts=True)
    times: Numbers = count[place]
    return times
