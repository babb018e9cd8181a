"""Contracts of the tables on the way to publication, and of the published ones.

COUNTS      one row per geography, topic and item: how many, before protection. Complete: zeros are rows.
            Key: geography, laestab, breakdown_topic, breakdown. Source: clean tables.
PROTECTED   the same rows after disclosure control: `value` is null and `symbol` says so where a count is hidden.
FIGURES     one row per figure (a population or an amount), geography, topic and item; beside the value stand the
            `people` behind it (the same number where people are counted). Crossed topics and items stand in one cell.
published   one row per place, topic and item of one dataset and collection, as Parquet holds it: an indicator is a
            number and beside it a symbol, one of which is null. Key: laestab, breakdown_topic, breakdown.
EES         the same rows as text, all terms of an authority, in the columns of DfE's data standard.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import pandera.pandas as pa
import pyarrow

from schemas.contract import contract_from
from schemas.datasets import SCHOOL, TOTAL, Dataset

COUNTS: Final = pyarrow.schema(
    [
        ("geography", pyarrow.string()),
        ("laestab", pyarrow.string()),
        ("breakdown_topic", pyarrow.string()),
        ("breakdown", pyarrow.string()),
        ("value", pyarrow.int64()),
    ]
)
PROTECTED: Final = COUNTS.append(pyarrow.field("symbol", pyarrow.string()))
#: As COUNTS, of many figures: `figure` names the population counted or the amount added up (schemas/populations.toml).
FIGURES: Final = pyarrow.schema(
    [pyarrow.field("figure", pyarrow.string()), *COUNTS, pyarrow.field("people", pyarrow.int64())]
)
COUNTS_KEY: Final = ("geography", "laestab", "breakdown_topic", "breakdown")
_STATED: Final = ("geography", "breakdown_topic", "breakdown")

#: What a figure of DfE's return is: `part` and `item` of the return, `category` within the item.
RETURN_ITEMS: Final = pyarrow.schema(
    [("part", pyarrow.string()), ("item", pyarrow.string()), ("category", pyarrow.string()), ("value", pyarrow.int64())]
)

COUNTS_CONTRACT: Final = contract_from(COUNTS, name="counts", key=(*_STATED, "value"))
FIGURES_CONTRACT: Final = contract_from(FIGURES, name="figures", key=("figure", *_STATED, "value", "people"))
PROTECTED_CONTRACT: Final = contract_from(PROTECTED, name="protected counts", key=_STATED)
RETURN_CONTRACT: Final = contract_from(RETURN_ITEMS, name="return items", key=tuple(RETURN_ITEMS.names))

TIME_COLUMNS: Final = ("time_period", "time_identifier")
PLACE_COLUMNS: Final = (
    "geographic_level", "country_code", "country_name", "region_code", "region_name",
    "old_la_code", "new_la_code", "la_name",
)  # fmt: skip
SCHOOL_COLUMNS: Final = ("school_urn", "school_name", "school_laestab")
FILTERS: Final = ("breakdown_topic", "breakdown")

#: Measures that are whole numbers.
WHOLE: Final = ("count", "amount")

#: Symbols of DfE's data standard: confidential, not available, not applicable, rounds to 0 but is not 0.
HIDDEN: Final = "c"
NOT_AVAILABLE: Final = "x"
NOT_APPLICABLE: Final = "z"
ROUNDS_TO_ZERO: Final = "low"
SYMBOLS: Final = (HIDDEN, NOT_AVAILABLE, NOT_APPLICABLE, ROUNDS_TO_ZERO)

#: Texts that DfE's platform refuses or doubts anywhere in a file (screening check general_null).
REFUSED_TEXTS: Final = ("NULL", "Null", "null", "NA", "na", "N/A", "n/a", ".", "..", "-", "~", ":")

_NUMBER = r"-?\d+(\.\d+)?"


#: Between the topics and between the items of a crossed count.
CROSSED: Final = " | "


def spread(rows: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    """Return the item of every dimension of crossed rows, Total where it is not fixed; `rows` keep their index."""
    spread_out = pd.DataFrame({name: pd.Series(TOTAL, index=rows.index, dtype=object) for name in dimensions})
    for topic, found in rows.groupby(rows["breakdown_topic"].astype(object), sort=True):
        if topic == TOTAL:
            continue
        names = str(topic).split(CROSSED)
        items = found["breakdown"].astype(str).str.split(CROSSED, expand=True, regex=False)
        for place, name in enumerate(names):
            spread_out.loc[found.index, name] = items[place].to_numpy(dtype=object)
    return spread_out


def symbol_of(indicator: str) -> str:
    """Return the name of the column that says why an indicator shows no number."""
    return f"{indicator}_symbol"


def filters_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that say whom a row counts: topic and item, or a column for each crossed topic."""
    return dataset.topics if dataset.layout == "filters" else FILTERS


def place_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the geography columns of a dataset's rows, in the standard's order."""
    return (*PLACE_COLUMNS, *(SCHOOL_COLUMNS if dataset.level == SCHOOL else ()))


def published_schema(dataset: Dataset) -> pyarrow.Schema:
    """Return the Arrow schema of a published dataset."""
    text = [*TIME_COLUMNS, "collection", *place_columns(dataset), *filters_of(dataset)]
    columns = [(name, pyarrow.string()) for name in text]
    for each in dataset.indicator:
        kind = pyarrow.int64() if each.measure in WHOLE else pyarrow.float64()
        columns += [(each.name, kind), (symbol_of(each.name), pyarrow.string())]
    return pyarrow.schema(columns)


def published_contract(dataset: Dataset) -> pa.DataFrameSchema:
    """Return the contract of a published dataset: nothing blank but numbers and symbols, of which one is given."""
    schema = published_schema(dataset)
    key = tuple(name for name in schema.names if pyarrow.types.is_string(schema.field(name).type))
    stated = tuple(name for name in key if not name.endswith("_symbol"))
    contract = contract_from(schema, name=dataset.id, key=stated)
    known = {symbol_of(each.name): pa.Check.isin(SYMBOLS, name="symbol of the standard") for each in dataset.indicator}
    return contract.update_columns({name: {"checks": check} for name, check in known.items()})


def published_key(dataset: Dataset) -> tuple[str, ...]:
    """Return the key of a published dataset over all collections."""
    return (*TIME_COLUMNS, *(("school_laestab",) if dataset.level == SCHOOL else ()), *filters_of(dataset))


def ees_contract(dataset: Dataset, *, indicators: tuple[str, ...], filters: tuple[str, ...]) -> pa.DataFrameSchema:
    """Return the contract of an EES data file: all text, nothing blank or refused, numbers or symbols as indicators."""
    plain = [
        pa.Check.ne("", name="not blank"),
        pa.Check.notin(REFUSED_TEXTS, name="no null text"),
        pa.Check(lambda column: column.str.strip() == column, name="no outer spaces"),
    ]
    shown = pa.Check.str_matches(rf"^({_NUMBER}|{'|'.join(SYMBOLS)})$", name="number or symbol")
    years = pa.Check(_consecutive, name="consecutive years")
    columns = {name: pa.Column(str, checks=plain) for name in (*TIME_COLUMNS, *place_columns(dataset), *filters)}
    columns["time_period"] = pa.Column(str, checks=[*plain, years])
    columns |= {name: pa.Column(str, checks=[*plain, shown]) for name in indicators}
    return pa.DataFrameSchema(columns, name=f"{dataset.id}.csv", strict=True, coerce=False, ordered=True)


def _consecutive(periods: pd.Series) -> pd.Series:
    """Mark periods such as 202526: a year and the last two digits of the next."""
    return periods.isin({f"{year}{(year + 1) % 100:02d}" for year in range(1990, 2100)})


META_COLUMNS: Final = (
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
    "filter_grouping_column",
)  # fmt: skip
