"""Register rules on periods and on children who stand there under two ids (ids of our own, as in its sister module)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from schemas.names import joined, name_key
from schemas.rules.elective_home_education import (
    ehe,
    open_on_census_day,
    repeated_among_open,
)
from schemas.rules.register import EHE_REGISTER, Mask
from schemas.rules.rows import arrow, missing, provided
from schemas.tables import Tables

_NO_END = np.iinfo(np.int64).max


# --- periods -----------------------------------------------------------------------------------------------------


@ehe("EHE-PERIODS-OVERLAP", "error", "ehe_start_date", "Period overlaps another period of the same child")
def periods_overlap(tables: Tables) -> Mask:
    """Mark periods that share days with another period of the same child id.

    A child who stands twice on census day is EHE-CHILD-REPEATED alone. A period without a start, or with an end that
    could not be read, is not judged.
    """
    register = tables[EHE_REGISTER]
    judged = register["child_id"].notna() & register["ehe_start_date"].notna()
    judged &= register["ehe_end_date"].notna() | missing(register, "ehe_end_date")
    found = np.zeros(len(register), dtype=bool)
    places = np.flatnonzero(judged.to_numpy(dtype=bool))
    found[places] = _overlapping(register.iloc[places])
    return pd.Series(found, index=register.index) & ~repeated_among_open(tables, "child_id")


def _overlapping(periods: pd.DataFrame) -> NDArray[Any]:
    """Mark the periods that overlap another of their child; every one has a start."""
    frame = pd.DataFrame(
        {
            "child": arrow(periods["child_id"]).dictionary_encode().indices.to_numpy(),
            "start": _days(periods["ehe_start_date"]),
            "end": _days(periods["ehe_end_date"]),
            "place": np.arange(len(periods)),
        }
    ).sort_values(["child", "start", "end"], kind="stable")
    group = frame.groupby("child")
    latest = group["end"].cummax().groupby(frame["child"]).shift(1)
    following = group["start"].shift(-1)
    marked = (frame["start"] < latest) | (following < frame["end"])
    in_place: NDArray[Any] = marked.to_numpy()[np.argsort(frame["place"].to_numpy(), kind="stable")]
    return in_place


def _days(dates: pd.Series) -> NDArray[Any]:
    """Return days as numbers; a missing one is later than any."""
    numbers = arrow(dates).cast(pa.int32()).cast(pa.int64()).fill_null(_NO_END)
    days: NDArray[Any] = numbers.to_numpy(zero_copy_only=False)
    return days


@ehe("EHE-BORN-AFTER-START", "error", "date_of_birth", "Date of birth is not before the start of the period")
def born_after_start(tables: Tables) -> Mask:
    """Mark rows whose child is not yet born when the period starts."""
    register = tables[EHE_REGISTER]
    return register["date_of_birth"] >= register["ehe_start_date"]


@ehe("EHE-END-REASON-MISSING", "query", "end_reason", "Period has ended without a reason, so nobody knows where to")
def end_reason_missing(tables: Tables) -> Mask:
    """Mark rows with an end date and no reason: the annual part cannot say who returned to school or left."""
    register = tables[EHE_REGISTER]
    return provided(register, "ehe_end_date") & missing(register, "end_reason")


@ehe("EHE-END-DATE-MISSING", "query", "ehe_end_date", "Reason for an end is recorded, but no end date")
def end_date_missing(tables: Tables) -> Mask:
    """Mark rows with a reason for the end and no end date: the child goes on being counted."""
    register = tables[EHE_REGISTER]
    return missing(register, "ehe_end_date") & provided(register, "end_reason")


# --- children ----------------------------------------------------------------------------------------------------


@ehe("EHE-SAME-CHILD", "query", "child_id", "Child of the same names and date of birth stands under another id")
def same_child(tables: Tables) -> Mask:
    """Mark open rows whose names and date of birth stand on an open row of another child id."""
    register = tables[EHE_REGISTER]
    keys = joined(name_key(register["forename"]), name_key(register["surname"]), register["date_of_birth"])
    here = open_on_census_day(tables).fillna(value=False) & keys.notna() & register["child_id"].notna()
    persons = pd.DataFrame({"key": keys, "child": register["child_id"]}).loc[here].drop_duplicates()
    several = persons.loc[persons.duplicated("key", keep=False), "key"]
    return here & keys.isin(several)
