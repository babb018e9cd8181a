"""Rules on special educational needs: provision in every term, types of need in spring (docs/sources.md S1, S2, S33).

A provision or type that no collection knows is reported as such alone.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from schemas.model import PUPILS
from schemas.rules.bands import in_force
from schemas.rules.children import rows_of
from schemas.rules.register import Mask, rule
from schemas.rules.rows import has_rows, missing, provided, pupil_keys, repeated
from schemas.tables import Tables

NEEDS = "senneeds"
NO_NEED, SUPPORT = "N", "K"  # S33
NOT_ASSESSED = "NSA"  # S33
SPECIAL_INTAKE = "SPEC"  # CBDS 200014 (S2)

_PUPIL = ["laestab", "is_on_roll", "record"]

_pupil_rule = partial(rule, table=PUPILS, field="senprovision", first="2024-autumn")
_need_rule = partial(rule, table=NEEDS, first="2024-autumn", terms="spring")


# --- provision ---------------------------------------------------------------------------------------------------


@_pupil_rule("SEN-PROVISION-MISSING", severity="error", message="SEN provision is missing")
def provision_missing(tables: Tables) -> Mask:
    """Mark pupils on roll without a SEN provision; no special need has a code of its own."""
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & missing(pupils, "senprovision")


@_pupil_rule("SEN-TYPE-MISSING", severity="error", terms="spring", message="SEN provision is given without a SEN type")
def type_missing_of_pupil(tables: Tables) -> Mask:
    """Mark pupils on roll with a SEN provision other than none, and no row of SEN needs."""
    pupils = tables[PUPILS]
    in_need = pupils["senprovision"].isin(sorted(tables.codes("sen_provision") - {NO_NEED}))
    return pupils["is_on_roll"] & in_need & ~has_rows(tables, NEEDS)


@_pupil_rule("SEN-TYPE-UNEXPECTED", severity="query", terms="spring", message="SEN provision is none, but types came")
def type_unexpected(tables: Tables) -> Mask:
    """Mark pupils on roll whose SEN provision is none and who have a row of SEN needs."""
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & (pupils["senprovision"] == NO_NEED) & has_rows(tables, NEEDS)


@_pupil_rule(
    "SEN-SPECIAL-SCHOOL", severity="error", phases="SP", message="Pupil of a special school has no SEN provision"
)
def no_need_at_special_school(tables: Tables) -> Mask:
    """Mark pupils on roll of special schools with special intake, whose SEN provision is none."""
    pupils, school = tables[PUPILS], tables["school"]
    special = pupils["laestab"].isin(school.loc[school["intake"] == SPECIAL_INTAKE, "laestab"])
    return pupils["is_on_roll"] & special & (pupils["senprovision"] == NO_NEED)


# --- ranks -------------------------------------------------------------------------------------------------------


@_need_rule(
    "SEN-RANK",
    severity="error",
    field="sentyperank",
    message="SEN type rank is below 1, repeated, or above the number of the pupil's types",
)
def rank_wrong(tables: Tables) -> Mask:
    """Mark ranks below 1, on two rows of one pupil, or above the number of the pupil's rows."""
    needs = tables[NEEDS]
    rank = needs["sentyperank"]
    return (rank < 1) | (rank > _rows_of_pupil(needs)) | repeated(needs, [*_PUPIL, "sentyperank"])


@_need_rule(
    "SEN-RANK-MISSING", severity="error", field="sentyperank", message="SEN type rank is missing beside a SEN type"
)
def rank_missing(tables: Tables) -> Mask:
    """Mark rows with a SEN type and no rank."""
    needs = tables[NEEDS]
    return provided(needs, "sentype") & missing(needs, "sentyperank")


@_need_rule("SEN-RANK-ALONE", severity="error", field="sentype", message="SEN type is missing beside a SEN type rank")
def type_missing_beside_rank(tables: Tables) -> Mask:
    """Mark rows with a rank and no SEN type."""
    needs = tables[NEEDS]
    return provided(needs, "sentyperank") & missing(needs, "sentype")


def _rows_of_pupil(needs: pd.DataFrame) -> pd.Series:
    """Return, for each row, how many rows its pupil has."""
    (keys,) = pupil_keys(needs)
    _, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    return pd.Series(count[place], index=needs.index)


# --- types -------------------------------------------------------------------------------------------------------


@_need_rule("SEN-TYPE-REPEATED", severity="error", field="sentype", message="SEN type stands twice for one pupil")
def type_repeated(tables: Tables) -> Mask:
    """Mark every row whose SEN type stands on another row of the pupil."""
    needs = tables[NEEDS]
    return repeated(needs, [*_PUPIL, "sentype"]) & needs["sentype"].isin(sorted(tables.codes("sen_type")))


@_need_rule("SEN-TYPES-MANY", severity="query", field="sentype", message="Pupil has more SEN types than are returned")
def types_many(tables: Tables) -> Mask:
    """Mark the rows of a pupil from the third on, by rank and then by their order in the file."""
    (most,) = (int(row["most"]) for row in in_force("rules/most_rows.csv", tables.collection) if row["table"] == NEEDS)
    return _order_within_pupil(tables[NEEDS]) > most


def _order_within_pupil(needs: pd.DataFrame) -> pd.Series:
    """Return the place of each row among its pupil's, from 1: by rank, those without one last, then by file order."""
    (keys,) = pupil_keys(needs)
    rank = needs["sentyperank"].to_numpy(dtype=np.int64, na_value=np.iinfo(np.int64).max)
    order = np.lexsort((needs["sub_record"].to_numpy(dtype=np.int64), rank, keys))
    _, start, count = np.unique(keys[order], return_index=True, return_counts=True)
    place = np.empty(len(needs), dtype=np.int64)
    place[order] = np.arange(len(needs)) - np.repeat(start, count) + 1
    return pd.Series(place, index=needs.index)


@_need_rule(
    "SEN-NSA", severity="query", field="sentype", message="SEN type is no specialist assessment without SEN support"
)
def not_assessed_without_support(tables: Tables) -> Mask:
    """Mark the SEN type NSA of pupils whose SEN provision is another than SEN support."""
    elsewhere = tables[PUPILS]["senprovision"].isin(sorted(tables.codes("sen_provision") - {SUPPORT}))
    return (tables[NEEDS]["sentype"] == NOT_ASSESSED) & rows_of(tables, NEEDS, elsewhere)
