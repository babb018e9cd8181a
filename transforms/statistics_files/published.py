"""The published rows of one dataset and collection: numbers, symbols, percentages; typed, for statisticians."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd
import pyarrow

from schemas.breakdowns import item_order, places_in
from schemas.breaks import breaks_known
from schemas.calendar import Calendar
from schemas.contract import hold_to, to_frame
from schemas.datasets import SCHOOL, TOTAL, Dataset, Indicator, topic
from schemas.la_geography import geography_of
from schemas.model import HEADER
from schemas.statistics import (
    FILTERS,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    REFUSED_TEXTS,
    ROUNDS_TO_ZERO,
    SCHOOL_COLUMNS,
    published_contract,
    published_key,
    published_schema,
    symbol_of,
)
from schemas.tables import Tables
from transforms.rounding.carried import Carried, Ratio, ratio_shown
from transforms.statistics_files.release import rows_of

#: DfE's data standard for a place: without name and code; with a name but no code of DfE's; known, its name unfit.
_NO_NAME: Final = "Not available"
_NO_CODE: Final = "x"
_OWN_CODE: Final = "z"
_NAMED_BY_NUMBER: Final = "School "
_URN: Final = "[0-9]+"
_NAME: Final = r"[^=+@\-\x00-\x1f]"


def schools_of(tables: Tables) -> pd.DataFrame:
    """Return laestab, URN and name of every school with a return, as the return states them."""
    header = tables[HEADER][["laestab", "urn"]]
    named = header.merge(tables["school"][["laestab", "schoolname"]], how="left", on="laestab", validate="1:1")
    return named.rename(columns={"urn": "school_urn", "schoolname": "school_name"})


def published(
    protected: pd.DataFrame,
    dataset: Dataset,
    *,
    calendar: Calendar,
    la: str,
    schools: pd.DataFrame,
    carried: Carried | None = None,
) -> pd.DataFrame:
    """Make the published rows of a dataset from protected counts; `schools` gives URN and name by laestab.

    `carried` is the profile, where counts are published rounded or changed.
    """
    rows = in_order(rows_of(protected, dataset, calendar.collection), dataset, first=["laestab"])
    columns = place_and_time(rows, dataset, calendar=calendar, la=la, schools=schools)
    columns |= {name: rows[name] for name in FILTERS}
    for indicator in dataset.indicator:
        number, symbol = _MEASURES[indicator.measure](rows, dataset, indicator, carried)
        columns |= {indicator.name: number, symbol_of(indicator.name): symbol}
    schema = published_schema(dataset)
    frame = pd.DataFrame(columns, index=rows.index)
    table = pyarrow.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    return hold_to(published_contract(dataset), to_frame(table), key=published_key(dataset))


def place_and_time(
    rows: pd.DataFrame, dataset: Dataset, *, calendar: Calendar, la: str, schools: pd.DataFrame
) -> dict[str, object]:
    """Return the columns that say when and where each row is of; `rows` have `laestab`."""
    period, identifier = dataset.time_of(calendar.collection)
    columns: dict[str, object] = {
        "time_period": period,
        "time_identifier": identifier,
        "collection": str(calendar.collection),
        "geographic_level": dataset.level,
        **geography_of(la).columns(),
    }
    return columns | (_school_columns(rows["laestab"], schools) if dataset.level == SCHOOL else {})


def in_order(rows: pd.DataFrame, dataset: Dataset, *, first: list[str]) -> pd.DataFrame:
    """Sort rows by some columns, then by topic and item as declared, whatever their order was."""
    keys = rows[first].astype(object)
    if dataset.layout == "filters":
        orders = {name: {TOTAL: -1} | item_order(name) for name in dataset.topics}
        places = {f"place_{name}": rows[name].astype(object).map(order) for name, order in orders.items()}
    else:
        place = pd.MultiIndex.from_frame(rows[list(FILTERS)].astype(object)).map(places_in(dataset))
        places = {"place": pd.Series(place.to_numpy(), index=rows.index)}
    keys = keys.assign(**places).fillna("")
    return rows.loc[keys.sort_values([*first, *places], kind="stable").index].reset_index(drop=True)


def _school_columns(laestab: pd.Series, schools: pd.DataFrame) -> dict[str, pd.Series]:
    """Return URN, name and number of each row's school, as the standard has it for what is not known.

    The name is the school's own text: one that the standard refuses, or that a spreadsheet would take for a formula, is
    not published; the school then bears its number. Code x and the name Not available only ever stand together.
    """
    known = laestab.to_frame().merge(schools, how="left", on="laestab", validate="m:1")
    urn = known["school_urn"].astype("string").str.strip()
    name = known["school_name"].astype("string").str.strip()
    refused = [*REFUSED_TEXTS, _NO_NAME]
    coded = urn.str.fullmatch(_URN).fillna(value=False)
    named = name.str.match(_NAME).fillna(value=False) & ~name.isin(refused)
    columns = (
        urn.where(coded, _NO_CODE).mask(named & ~coded, _OWN_CODE),
        name.where(named, _NO_NAME).mask(coded & ~named, _NAMED_BY_NUMBER + known["laestab"].astype("string")),
        known["laestab"],
    )
    return dict(zip(SCHOOL_COLUMNS, columns, strict=True))


def _count(
    rows: pd.DataFrame, _dataset: Dataset, _indicator: Indicator, _carried: Carried | None
) -> tuple[pd.Series, pd.Series]:
    return rows["value"], rows["symbol"]


def _rate(
    rows: pd.DataFrame, _dataset: Dataset, _indicator: Indicator, _carried: Carried | None
) -> tuple[pd.Series, pd.Series]:
    """Return no rate: the base, ONS's mid-year population aged 5 to 16, is no input yet."""
    absent = pd.Series(pd.NA, index=rows.index, dtype=rows["value"].dtype)
    return absent, pd.Series(NOT_AVAILABLE, index=rows.index)


def _percent(
    rows: pd.DataFrame, dataset: Dataset, indicator: Indicator, carried: Carried | None
) -> tuple[pd.Series, pd.Series]:
    """Return each count as a percentage of its whole, rounded half up; hidden where either of the two is hidden.

    It is reckoned from published numbers alone, so it tells nothing that they do not tell.
    """
    whole = _wholes(rows, dataset)
    symbol = rows["symbol"].astype(object)
    symbol = symbol.where(symbol.notna(), whole["symbol"].astype(object))
    symbol = symbol.mask(whole["value"].eq(0).fillna(value=False), NOT_APPLICABLE)
    symbol = symbol.mask(~whole["has_whole"], NOT_APPLICABLE)
    shown = symbol.isna()
    scale = 10**indicator.dp
    part = rows["value"].where(shown, 0).to_numpy(dtype=np.int64)
    base = whole["value"].where(shown, 1).to_numpy(dtype=np.int64)
    rounded = (2 * 100 * scale * part + base) // (2 * base)
    low = shown & (rounded == 0) & (part > 0)
    number = pd.Series(rounded / scale, index=rows.index).astype("Float64").mask(~shown | low)
    symbol = symbol.mask(low, ROUNDS_TO_ZERO)
    if carried is None:
        return number, symbol
    of = (rows["symbol"].astype(object), whole["value"], whole["symbol"].astype(object))
    return ratio_shown(number, symbol, of=of, ratio=Ratio(100, indicator.dp, is_share=True), policy=carried)


def _wholes(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return value and symbol of the row that each row is a part of, in the same place."""
    of = {topic(each).name: topic(each).whole or (TOTAL, TOTAL) for each in dataset.percent_of}
    keys = pd.DataFrame(
        {
            "place": rows["laestab"].astype(object).fillna(""),
            "whole_topic": rows["breakdown_topic"].astype(object).map({name: whole[0] for name, whole in of.items()}),
            "whole_item": rows["breakdown_topic"].astype(object).map({name: whole[1] for name, whole in of.items()}),
        }
    )
    wholes = rows[["value", "symbol"]].assign(
        place=keys["place"],
        whole_topic=rows["breakdown_topic"].astype(object),
        whole_item=rows["breakdown"].astype(object),
    )
    found = keys.merge(wholes, how="left", on=list(keys.columns), validate="m:1")
    return found.assign(has_whole=keys["whole_topic"].notna().to_numpy())


_MEASURES: Final[
    dict[str, Callable[[pd.DataFrame, Dataset, Indicator, Carried | None], tuple[pd.Series, pd.Series]]]
] = {
    "count": _count,
    "percent": _percent,
    "rate": _rate,
}


def parquet_table(
    frame: pd.DataFrame, dataset: Dataset, *, calendar: Calendar, code_version: str, profile: str = ""
) -> pyarrow.Table:
    """Return published rows as an Arrow table whose schema says what they are.

    `profile` is the one they were protected under, where it is not the dataset's own.
    """
    about = {
        "title": dataset.title,
        "source": dataset.source,
        "row_is": dataset.row_is,
        "collection": str(calendar.collection),
        "census_day": calendar.census_day.isoformat(),
        "profile": profile or dataset.profile,
        "code_version": code_version,
        "series_breaks": _breaks_told(dataset, calendar),
    }
    schema = published_schema(dataset)
    for each in dataset.indicator:
        place = schema.get_field_index(each.name)
        schema = schema.set(place, schema.field(place).with_metadata({"label": each.label, "unit": each.unit}))
    table = pyarrow.Table.from_pandas(frame, schema=schema, preserve_index=False)
    return table.replace_schema_metadata({**(table.schema.metadata or {}), **_encoded(about)})


def _breaks_told(dataset: Dataset, calendar: Calendar) -> str:
    """Write the breaks in the dataset's series up to a collection as JSON: topic, first collection after it, text."""
    found = breaks_known(dataset, calendar.collection)
    return json.dumps([{"topic": each.topic, "from": str(each.first), "text": each.text} for each in found])


def _encoded(about: Mapping[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in about.items()}
