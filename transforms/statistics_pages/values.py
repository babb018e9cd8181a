"""Published rows as pages show them: a number with its unit, or the symbol that stands in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from schemas.collection import Collection
from schemas.datasets import TOTAL, Dataset, Indicator, Topic
from schemas.statistics import FILTERS, HIDDEN, filters_of, symbol_of

#: Where nobody has told us a figure: not one of the symbols of the data standard, and no number.
NOT_TOLD: Final = "\N{EN DASH}"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """One figure as it is shown: a number, or the symbol that says why there is none."""

    number: float | None
    symbol: str = ""
    dp: int = 0
    unit: str = ""

    @property
    def text(self) -> str:
        """Return what stands in a table, and beside a bar."""
        if self.number is None:
            return self.symbol or NOT_TOLD
        return f"{self.number:,.{self.dp}f}{self.unit if self.unit == '%' else ''}"

    @property
    def is_hidden(self) -> bool:
        """Say whether the figure is hidden to protect people."""
        return self.symbol == HIDDEN


@dataclass(frozen=True, eq=False)
class Held:
    """One dataset as it is published: the rows of each collection, by time."""

    dataset: Dataset
    terms: tuple[tuple[Collection, pd.DataFrame], ...]

    @property
    def collections(self) -> tuple[Collection, ...]:
        """Return the collections held."""
        return tuple(when for when, _ in self.terms)

    @property
    def latest(self) -> tuple[Collection, pd.DataFrame]:
        """Return the latest collection with its rows."""
        return self.terms[-1]


def shown(row: Row | None, indicator: Indicator) -> Shown:
    """Return an indicator of a published row; without a row nothing is told."""
    if row is None:
        return Shown(None)
    number, symbol = row[indicator.name], row[symbol_of(indicator.name)]
    return Shown(None if number is None else float(number), symbol or "", indicator.dp, indicator.unit)


def records(rows: pd.DataFrame) -> list[Row]:
    """Return rows as dictionaries in which None stands for what is missing."""
    plain = rows.astype(object)
    held = plain.where(plain.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in held]


def total_rows(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return the rows that count everybody, one for each place."""
    whole = pd.Series(data=True, index=rows.index)
    for name in filters_of(dataset):
        whole &= rows[name].eq(TOTAL).fillna(value=False).astype(bool)
    return rows.loc[whole]


def items_of_topic(rows: pd.DataFrame, dataset: Dataset, topic: Topic) -> list[tuple[str, Row]]:
    """Return item and row of one topic in published order, nothing else being fixed."""
    if dataset.layout != "filters":
        found = rows.loc[rows[FILTERS[0]].eq(topic.name)]
        return [(str(row[FILTERS[1]]), row) for row in records(found)]
    others = [name for name in dataset.topics if name != topic.id]
    alone = rows[topic.id].ne(TOTAL) & (rows[others] == TOTAL).all(axis=1)
    return [(str(row[topic.id]), row) for row in records(rows.loc[alone])]


def time_of(dataset: Dataset, when: Collection) -> str:
    """Write the time of a collection as people do: Autumn term 2025/26."""
    return written_time(*dataset.time_of(when))


def written_time(period: str, identifier: str) -> str:
    """Write a period and its identifier as people do."""
    return f"{identifier} {period[:4]}/{period[4:]}"


def short_time(written: str) -> str:
    """Write a time short enough for an axis: Aut 25/26, or 24/25."""
    name, _, year = written.rpartition(" ")
    years = year[2:]
    return years if name == "Academic year" else f"{name[:3]} {years}"


def hidden_among(figures: Sequence[Shown]) -> int:
    """Count the hidden figures."""
    return sum(each.is_hidden for each in figures)
