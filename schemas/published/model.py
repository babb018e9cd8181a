"""DfE's published figures: their one typed form, the layouts in which they come, and the copies in the package.

PUBLISHED   one row per data set, time, place, topic and item: DfE's count, percentage and rate, each a number or a
            symbol (neither where nobody has told us); rounded by DfE. Key: all of the text columns but the symbols.
            `place` is DfE's code of the country or region, or the three digits of a local authority.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import pyarrow
from pydantic import BaseModel, ConfigDict

from schemas import _data
from schemas.contract import contract_from
from schemas.statistics import symbol_of

CENSUS: Final = "ehe_census"
MISSING: Final = "cme_census"
ACADEMIC_YEAR: Final = "ehe_academic_year"
NATIONAL, REGIONAL, LA = "National", "Regional", "Local authority"

COUNT, PERCENT, RATE = "child_count", "child_percent", "rate_per_100"
MEASURES: Final = (COUNT, PERCENT, RATE)
KEY: Final = (
    "dataset", "time_period", "time_identifier", "geographic_level", "place", "breakdown_topic", "breakdown",
)  # fmt: skip
PUBLISHED: Final = pyarrow.schema(
    [
        *((name, pyarrow.string()) for name in KEY),
        (COUNT, pyarrow.int64()),
        (symbol_of(COUNT), pyarrow.string()),
        (PERCENT, pyarrow.float64()),
        (symbol_of(PERCENT), pyarrow.string()),
        (RATE, pyarrow.float64()),
        (symbol_of(RATE), pyarrow.string()),
    ]
)
PUBLISHED_CONTRACT: Final = contract_from(PUBLISHED, name="published figures", key=KEY)

_FOLDER = "published"


class Layout(BaseModel):
    """One layout with a row for each topic and item; a blank column is one that the layout does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    topic: str
    item: str
    count: str
    percent: str
    rate: str
    source: str

    @property
    def columns(self) -> dict[str, str]:
        """Return our name → the layout's name, of the columns beside time and place."""
        named = {
            "breakdown_topic": self.topic,
            "breakdown": self.item,
            COUNT: self.count,
            PERCENT: self.percent,
            RATE: self.rate,
        }
        return {ours: theirs for ours, theirs in named.items() if theirs}


@cache
def layouts() -> tuple[Layout, ...]:
    """Return the layouts with a row for each topic and item, the latest first."""
    return tuple(Layout.model_validate(each) for each in _data.toml(f"{_FOLDER}/layouts.toml")["layout"])


@cache
def place_columns() -> dict[str, str]:
    """Return geographic level → the column of DfE's files that names the place."""
    return dict(_data.toml(f"{_FOLDER}/layouts.toml")["place"])


@cache
def earlier_spellings(of: str) -> dict[str, str]:
    """Return earlier spelling → spelling of today, of symbols (`symbol`) or of items (`item`)."""
    return dict(_data.toml(f"{_FOLDER}/layouts.toml")[of])


@cache
def wide_columns() -> dict[str, tuple[str, str]]:
    """Return column of the first layout, which has a column for each count → (topic, item)."""
    rows = _data.rows(f"{_FOLDER}/items.csv")
    return {row["wide_column"]: (row["breakdown_topic"], row["breakdown"]) for row in rows if row["wide_column"]}


@cache
def items_of_data_set(dataset: str) -> frozenset[tuple[str, str]]:
    """Return every (topic, item) of a data set's latest layout."""
    rows = _data.rows(f"{_FOLDER}/items.csv")
    return frozenset((row["breakdown_topic"], row["breakdown"]) for row in rows if row["dataset"] == dataset)


@cache
def academic_year_columns() -> dict[str, tuple[str, str, str]]:
    """Return column of the academic-year file → (topic, item, our name of the measure)."""
    names = {"count": COUNT, "percent": PERCENT}
    rows = (row for row in _data.rows("statistics_columns.csv") if row["dataset"] == ACADEMIC_YEAR)
    return {row["column"]: (row["topic"], row["breakdown"], names[row["measure"]]) for row in rows}


def copy_of(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a copy in the package, every cell as text."""
    return _data.rows(f"{_FOLDER}/{name}.csv")


def licence() -> str:
    """Return under what licence the copies stand, as it asks to be said."""
    return str(_data.toml(f"{_FOLDER}/layouts.toml")["copies"]["licence"])
