"""DfE's data and meta files (Explore Education Statistics) of one dataset: all terms of an authority, as text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import pandas as pd

from schemas import _data
from schemas.collection import Collection
from schemas.contract import hold_to
from schemas.datasets import SCHOOL, TOTAL, Dataset, Indicator, topic
from schemas.errors import ContractBroken
from schemas.statistics import (
    FILTERS,
    META_COLUMNS,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    TIME_COLUMNS,
    ees_contract,
    filters_of,
    place_columns,
    published_key,
    symbol_of,
)
from transforms.statistics_files.published import in_order

_LATER_FIRST: Final = "later_first"


def ees_frame(terms: Sequence[pd.DataFrame], dataset: Dataset) -> pd.DataFrame:
    """Make the data file from the published rows of every collection in the store, the latest term first.

    Every cell is text. The grid is complete: a topic that a term did not collect is `x`, an item that did not exist in
    that term is `z` (such as a reason introduced later).

    Raises:
        ContractBroken: when two of the tables are of one term, or the file would not be as DfE's standard says.
    """
    rows = _in_file_order(_complete(_together(terms, dataset), dataset), dataset)
    filters = filters_of(dataset)
    shown = rows[[*TIME_COLUMNS, *place_columns(dataset), *filters]].astype(str)
    shown = shown.assign(**{each.name: _shown(rows, each) for each in dataset.indicator})
    if dataset.layout == "columns":
        return _held(_by_columns(shown, dataset), dataset, filters=())
    # The standard refuses a filter of one value: a term without primary need, totals alone.
    told = tuple(name for name in filters if _distinguishes(shown, name, dataset))
    return _held(shown.drop(columns=[name for name in filters if name not in told]), dataset, filters=told)


def _distinguishes(shown: pd.DataFrame, name: str, dataset: Dataset) -> bool:
    return len(shown[name if dataset.layout == "filters" else FILTERS[1]].unique()) > 1


def _together(terms: Sequence[pd.DataFrame], dataset: Dataset) -> pd.DataFrame:
    rows = pd.concat(list(terms), ignore_index=True)
    if rows.duplicated(list(published_key(dataset))).any():
        raise ContractBroken(
            f"Dataset {dataset.id} was given the same term twice; give each collection's published rows once."
        )
    return rows


def _complete(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Add a row for every item that another term has, with the symbol that says why there is no number."""
    if dataset.layout == "filters":
        return _crossed(rows, dataset)
    place = [*TIME_COLUMNS, "collection", *place_columns(dataset)]
    grid = rows[place].drop_duplicates().merge(rows[list(FILTERS)].drop_duplicates(), how="cross")
    full = grid.merge(rows.assign(given=True), how="left", on=[*place, *FILTERS], validate="1:1")
    collected = rows[[*TIME_COLUMNS, FILTERS[0]]].drop_duplicates().assign(collected=True)
    full = full.merge(collected, how="left", on=[*TIME_COLUMNS, FILTERS[0]], validate="m:1")
    symbols = [symbol_of(each.name) for each in dataset.indicator]
    absent, uncollected = full["given"].isna(), full["collected"].isna()
    told = {name: full[name].mask(absent, NOT_APPLICABLE).mask(absent & uncollected, NOT_AVAILABLE) for name in symbols}
    return full.assign(**told).drop(columns=["given", "collected"])


def _crossed(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Add a row for every combination of the filters' items, with the symbol that says why there is no number.

    Not available is what the term does not collect and what is not shown crossed; not applicable what cannot occur.
    """
    place = [*TIME_COLUMNS, "collection", *place_columns(dataset)]
    filters = list(filters_of(dataset))
    grid = rows[place].drop_duplicates()
    for name in filters:
        grid = grid.merge(rows[[name]].drop_duplicates(), how="cross")
    full = grid.merge(rows.assign(given=True), how="left", on=[*place, *filters], validate="1:1")
    absent, impossible = full["given"].isna(), _impossible(full, rows, filters)
    symbols = [symbol_of(each.name) for each in dataset.indicator]
    told = {name: full[name].mask(absent, NOT_AVAILABLE).mask(absent & impossible, NOT_APPLICABLE) for name in symbols}
    return full.assign(**told).drop(columns="given")


def _impossible(full: pd.DataFrame, rows: pd.DataFrame, filters: Sequence[str]) -> pd.Series:
    """Mark the rows with two items that cannot occur together: their term crosses the filters, and has no such row."""
    impossible = pd.Series(data=False, index=full.index)
    for pair in combinations(filters, 2):
        term = list(TIME_COLUMNS)
        crossed = rows.loc[(rows[list(pair)] != TOTAL).all(axis=1), [*term, *pair]].drop_duplicates()
        found = full[[*term, *pair]].merge(crossed.assign(found=True), how="left", on=[*term, *pair], validate="m:1")
        crosses = crossed[term].drop_duplicates().assign(crosses=True)
        terms = full[term].merge(crosses, how="left", on=term, validate="m:1")
        both = (full[list(pair)] != TOTAL).all(axis=1).to_numpy(dtype=bool)
        impossible |= both & found["found"].isna().to_numpy() & terms["crosses"].notna().to_numpy()
    return impossible


def _in_file_order(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Sort the latest term first, then by school, topic and item."""
    indexes = {name: -Collection.parse(name).index for name in rows["collection"].unique()}
    keyed = rows.assign(later_first=rows["collection"].astype(object).map(indexes))
    first = [_LATER_FIRST, *(["school_laestab"] if dataset.level == SCHOOL else [])]
    return in_order(keyed, dataset, first=first).drop(columns=_LATER_FIRST)


def _shown(rows: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """Return the number with the indicator's decimal places, or the symbol that stands for it."""
    symbol = rows[symbol_of(indicator.name)].astype(object)
    number = rows[indicator.name].astype(object).where(symbol.isna(), 0)
    text = number.map(f"{{:.{indicator.dp}f}}".format)
    return text.where(symbol.isna(), symbol).astype(str)


def _by_columns(shown: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Put the items of each term side by side, in the columns of DfE's file."""
    place = [*TIME_COLUMNS, *place_columns(dataset)]
    wide = shown[place].drop_duplicates()
    for column in columns_of(dataset):
        item = shown["breakdown_topic"].eq(column["topic"]) & shown["breakdown"].eq(column["breakdown"])
        indicator = _indicator(dataset, column).name
        cells = shown.loc[item, [*place, indicator]].rename(columns={indicator: column["column"]})
        wide = wide.merge(cells, how="left", on=place, validate="1:1")
    return wide


def columns_of(dataset: Dataset) -> list[dict[str, str]]:
    """Return the columns of a dataset whose file has one for each figure (schemas/statistics_columns.csv)."""
    return [row for row in _data.rows("statistics_columns.csv") if row["dataset"] == dataset.id]


def _indicator(dataset: Dataset, column: dict[str, str]) -> Indicator:
    return next(each for each in dataset.indicator if each.measure == column["measure"])


def _held(frame: pd.DataFrame, dataset: Dataset, *, filters: tuple[str, ...]) -> pd.DataFrame:
    held = {*TIME_COLUMNS, *place_columns(dataset), *filters}
    contract = ees_contract(dataset, indicators=tuple(c for c in frame.columns if c not in held), filters=filters)
    key = tuple(name for name in published_key(dataset) if name in held)
    return hold_to(contract, frame.reset_index(drop=True), key=key)


def meta_frame(dataset: Dataset, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Make the meta file: one row for each filter and indicator, the eight columns of the standard.

    `columns` are those of the data file, where a filter of one value is left out; without them every filter is in.
    """
    rows: list[tuple[str, ...]] = []
    if dataset.layout == "breakdowns":
        grouping, item = FILTERS
        rows = (
            [(item, "Filter", dataset.breakdown_label, "", "", "", "", grouping)]
            if item in (columns or FILTERS)
            else []
        )
        rows += [_meta_row(each.name, each.label, "", each) for each in dataset.indicator]
    elif dataset.layout == "filters":
        held = [topic(name) for name in dataset.topics if name in (columns or dataset.topics)]
        rows = [(each.id, "Filter", each.name, "", "", "", "", "") for each in held]
        rows += [_meta_row(each.name, each.label, "", each) for each in dataset.indicator]
    else:
        rows = [
            _meta_row(column["column"], column["label"], column["grouping"], _indicator(dataset, column))
            for column in columns_of(dataset)
        ]
    return pd.DataFrame(rows, columns=list(META_COLUMNS), dtype=str)


def _meta_row(name: str, label: str, grouping: str, indicator: Indicator) -> tuple[str, ...]:
    return (name, "Indicator", label, grouping, indicator.unit, str(indicator.dp), "", "")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a data or meta file as the standard has it: UTF-8, comma separated, cells with commas quoted."""
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")
