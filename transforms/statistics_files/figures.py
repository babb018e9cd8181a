"""The published rows of a dataset made of several figures: counts and amounts as protected, ratios reckoned of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow

from schemas.calendar import Calendar
from schemas.contract import hold_to, to_frame
from schemas.datasets import TOTAL, Dataset, Indicator, topic
from schemas.populations import hidden_with
from schemas.statistics import (
    COUNTS_KEY,
    NOT_APPLICABLE,
    ROUNDS_TO_ZERO,
    filters_of,
    published_contract,
    published_key,
    published_schema,
    spread,
    symbol_of,
)
from transforms.rounding.carried import Carried, Ratio, amount_shown, ratio_shown
from transforms.statistics_files.published import in_order, place_and_time

_KEY: Final = list(COUNTS_KEY)
_WHOLE: Final = "whole_"


@dataclass(frozen=True, eq=False)
class Told:
    """The figures of a subject before protection, and what disclosure control said of every count of the release.

    `carried` is the profile, where counts are published rounded or changed.
    """

    figures: pd.DataFrame
    protected: pd.DataFrame
    carried: Carried | None = None


def published_figures(
    told: Told, dataset: Dataset, *, calendar: Calendar, la: str, schools: pd.DataFrame
) -> pd.DataFrame:
    """Make the published rows of a dataset; `schools` gives URN and name by laestab.

    A row shows an amount where the count of those behind it is shown, and a ratio where both its parts are. A figure
    that a row cannot have (enrolments by reason of absence) is not applicable.
    """
    rows = _with_filters(_rows(told.figures, dataset, calendar), dataset)
    for indicator in dataset.indicator:
        shown = _ratio(rows, dataset, indicator, told.carried) if indicator.part else _figure(rows, told, indicator)
        rows = rows.assign(**shown)
    rows = in_order(rows, dataset, first=["laestab"])
    columns = place_and_time(rows, dataset, calendar=calendar, la=la, schools=schools)
    schema = published_schema(dataset)
    frame = pd.DataFrame(columns | {name: rows[name] for name in schema.names if name not in columns}, index=rows.index)
    table = pyarrow.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    return hold_to(published_contract(dataset), to_frame(table), key=published_key(dataset))


def _rows(figures: pd.DataFrame, dataset: Dataset, calendar: Calendar) -> pd.DataFrame:
    """Return the key of every row of a dataset: places, topics and items of any of its figures."""
    own = figures.loc[figures["geography"].eq(dataset.level)]
    if dataset.layout != "filters":
        names = [each.name for each in dataset.topics_in_force(calendar.collection)]
        own = own.loc[own["breakdown_topic"].isin(names)]
    return _plain(own)[_KEY].drop_duplicates().reset_index(drop=True)


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].astype("string").fillna("").astype(object) for name in _KEY})


def _with_filters(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    if dataset.layout != "filters":
        return rows
    names = {topic(each).name: each for each in dataset.topics}
    return rows.join(spread(rows, list(names)).rename(columns=names))


def _figure(rows: pd.DataFrame, told: Told, indicator: Indicator) -> dict[str, pd.Series]:
    """Return number and symbol of a count or an amount."""
    said = _plain(told.protected.loc[told.protected["figure"].eq(hidden_with(indicator.figure))])
    found = rows[_KEY].merge(said[[*_KEY, "value", "symbol"]], how="left", on=_KEY, validate="1:1")
    number, symbol = found["value"], found["symbol"].astype(object)
    if indicator.amount:
        added = _plain(told.figures.loc[told.figures["figure"].eq(indicator.amount)])[[*_KEY, "value"]]
        amount = rows[_KEY].merge(added, how="left", on=_KEY, validate="1:1")["value"]
        if told.carried is None:
            number = amount.mask(symbol.notna())
        else:
            number, symbol = amount_shown(amount, (number, symbol), policy=told.carried)
    symbol = symbol.where(symbol.notna() | number.notna(), NOT_APPLICABLE)
    number = number.astype("Int64").set_axis(rows.index)
    return {indicator.name: number, symbol_of(indicator.name): symbol.set_axis(rows.index)}


def _ratio(rows: pd.DataFrame, dataset: Dataset, indicator: Indicator, carried: Carried | None) -> dict[str, pd.Series]:
    """Return a part per so many of its base, rounded half up, from published numbers alone.

    The base is that of the row, or of the whole place where the row has none; with `whole_without`, that of the row in
    which those filters are Total.
    """
    base, base_symbol = _base(rows, dataset, indicator)
    part_symbol = rows[symbol_of(indicator.part)].astype(object)
    symbol = part_symbol.where(part_symbol.notna(), base_symbol)
    symbol = symbol.mask(base.eq(0).fillna(value=False) & symbol.isna(), NOT_APPLICABLE)
    shown = symbol.isna()
    scale = 10**indicator.dp
    part = rows[indicator.part].where(shown, 0).to_numpy(dtype=np.int64)
    whole = base.where(shown, 1).to_numpy(dtype=np.int64)
    rounded = (2 * indicator.per * scale * part + whole) // (2 * whole)
    low = shown & (rounded == 0) & (part > 0)
    number = pd.Series(rounded / scale, index=rows.index).astype("Float64").mask(~shown | low)
    symbol = symbol.mask(low, ROUNDS_TO_ZERO)
    if carried is not None:
        ratio = Ratio(indicator.per, indicator.dp)
        of = (part_symbol, base, base_symbol)
        number, symbol = ratio_shown(number, symbol, of=of, ratio=ratio, policy=carried)
    return {indicator.name: number, symbol_of(indicator.name): symbol}


def _base(rows: pd.DataFrame, dataset: Dataset, indicator: Indicator) -> tuple[pd.Series, pd.Series]:
    """Return number and symbol of the base of every row."""
    name, sign = indicator.base, symbol_of(indicator.base)
    by = ["laestab", *filters_of(dataset)]
    wanted = rows[by].assign(**dict.fromkeys(dataset.whole_without, TOTAL))
    if not dataset.whole_without:
        wanted = wanted.assign(**dict.fromkeys(filters_of(dataset), TOTAL))
    found = wanted.merge(rows[[*by, name, sign]], how="left", on=by, validate="m:1").set_index(rows.index)
    if dataset.whole_without:
        return found[name], found[sign].astype(object)
    own = rows[sign].ne(NOT_APPLICABLE).fillna(value=True)
    return rows[name].where(own, found[name]), rows[sign].astype(object).where(own, found[sign].astype(object))
