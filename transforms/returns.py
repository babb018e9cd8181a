"""Schools expected against returns received, for `returns.csv` and the validation page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from schemas import _data
from schemas.code_sets import code_set
from schemas.collection import Collection

#: One row is one school of the LA, or one quarantined file whose school is not known. Key: laestab, source_file.
RETURNS_COLUMNS = (
    "urn",
    "laestab",
    "school",
    "phase",
    "expected",
    "received",
    "serial",
    "produced",
    "form",
    "on_roll",
    "no_longer_on_roll",
    "errors",
    "queries",
    "superseded",
    "status",
    "source_file",
    "note",
)
_COUNTS = ("serial", "on_roll", "no_longer_on_roll", "errors", "queries", "superseded")


@dataclass(frozen=True)
class OtherFiles:
    """What landed beside the returns that count: older returns superseded, and files that could not be read.

    `superseded` is school (laestab) → number of older returns. `quarantined` has one row per file: `source_file`,
    `laestab` (null when the file does not say) and `reason`, a sentence without data.
    """

    superseded: Mapping[str, int] = field(default_factory=dict)
    quarantined: Sequence[tuple[str, str | None, str]] = ()


def _told(column: str, answer: str) -> dict[str, str]:
    listed = _data.rows("schools_expected.csv")
    return {row["code"]: row["label"] for row in listed if row["column"] == column and row["expected"] == answer}


def schools_expected(gias: pd.DataFrame, *, la: str, census_day: date) -> pd.DataFrame:
    """Return the schools of one LA that make a return: open on census day, of a type that makes one.

    A type, phase or status that the project does not list is expected, so that a school is asked for rather than
    forgotten. One row is one school; key laestab; source the GIAS extract.
    """
    own = gias.loc[gias["la_code"].eq(la).fillna(value=False) & gias["establishment_number"].notna()]
    closed_later = own["close_date"].gt(census_day).fillna(value=False)
    asked = ~own["establishment_status_code"].isin(_told("establishment_status_code", "no")) | closed_later
    for column in ("establishment_type_group_code", "phase_code"):
        asked &= ~own[column].isin(_told(column, "no"))
    asked &= ~own["open_date"].gt(census_day).fillna(value=False)
    asked &= own["close_date"].isna() | closed_later
    kept = own.loc[asked.astype(bool)].sort_values("urn")
    phases = _told("phase_code", "yes") | _told("phase_code", "no")
    schools = pd.DataFrame(
        {
            "laestab": (kept["la_code"].astype("str") + kept["establishment_number"].astype("str").str.zfill(4)),
            "urn": kept["urn"].astype("str"),
            "school": kept["establishment_name"].astype("str"),
            "phase": kept["phase_code"].astype("str").map(phases),
        }
    )
    return schools.drop_duplicates("laestab", keep="last").reset_index(drop=True)
