"""An authority's figures beside DfE's, of the same authority, its region and England.

DfE rounds (authorities and regions to 10, England to 100) and, until summer 2024, added for authorities that sent
nothing; theirs and ours are not expected to be equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from schemas.collection import Collection
from schemas.datasets import topic
from schemas.la_geography import Geography
from schemas.published.model import COUNT, LA, MEASURES, NATIONAL, PERCENT, RATE, REGIONAL
from schemas.statistics import FILTERS, symbol_of
from schemas.statistics_page import choice_of
from transforms.pages.drawing import Chart
from transforms.statistics_pages.charts import Asked, Series, bars, lines
from transforms.statistics_pages.values import Held, Row, Shown, items_of_topic, records, shown, time_of, written_time

#: The times of one period in their order.
_TIMES: Final = ("Academic year", "Autumn term", "Spring term", "Summer term")
_KEY: Final = ("time_period", "time_identifier", "place", *FILTERS)

Time = tuple[str, str]
Item = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """One table of a page: a heading for each column, then rows of words and figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Compared:
    """Our figures of one collection beside DfE's: of which times they are, the charts, the topics drawn, the table."""

    ours: Collection
    our_time: str
    time: str
    charts: tuple[Chart, ...]
    topics: tuple[str, ...]
    table: Table


@dataclass(frozen=True, eq=False)
class Theirs:
    """DfE's figures of one data set in the places near an authority, by time, place, topic and item."""

    figures: Mapping[tuple[str, ...], Row]
    geography: Geography

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Return code and words of the places, the nearest first."""
        where = self.geography
        return (
            (where.old_la_code, f"DfE: {where.la_name}"),
            (where.region_code, f"DfE: {where.region_name}"),
            (where.country_code, f"DfE: {where.country_name}"),
        )

    @property
    def times(self) -> list[Time]:
        """Return the times held, in their order."""
        return sorted({(key[0], key[1]) for key in self.figures}, key=_in_order)

    def found(self, time: Time, place: str, item: Item, measure: str) -> Shown:
        """Return one figure; not told where DfE's file has no such row."""
        row = self.figures.get((*time, place, *item))
        if row is None:
            return Shown(None)
        number, unit, dp = row[measure], "%" if measure == PERCENT else "", 1 if measure == RATE else 0
        return Shown(None if number is None else float(number), row[symbol_of(measure)] or "", dp, unit)

    def near(self, time: Time, item: Item, measure: str) -> tuple[Shown, ...]:
        """Return the figure of every place, the nearest first."""
        return tuple(self.found(time, code, item, measure) for code, _ in self.places)


def theirs(figures: pd.DataFrame, dataset: str, geography: Geography) -> Theirs:
    """Pick DfE's figures of one data set, and of the authority, its region and England alone."""
    near = {(LA, geography.old_la_code), (REGIONAL, geography.region_code), (NATIONAL, geography.country_code)}
    own = figures.loc[figures["dataset"].eq(dataset) & figures["place"].isin([code for _, code in near])]
    own = own.loc[own["geographic_level"].isin([level for level, _ in near])]
    told = [*_KEY, *MEASURES, *(symbol_of(each) for each in MEASURES)]
    return Theirs({tuple(str(row[name]) for name in _KEY): row for row in records(own[told])}, geography)


def compared(held: Held, figures: pd.DataFrame, geography: Geography) -> Compared | None:
    """Put the figures of a dataset beside DfE's: of the latest time that both have, else the latest of each."""
    choice = choice_of(held.dataset)
    there = theirs(figures, held.dataset.id, geography)
    if choice.headline is None or not there.figures:
        return None
    common = [pair for pair in held.terms if held.dataset.time_of(pair[0]) in there.times]
    own = replace(held, terms=(common[-1] if common else held.latest,))
    time = held.dataset.time_of(own.latest[0]) if common else there.times[-1]
    drawn = {name: _side_by_side(own, there, name, time) for name in choice.compare}
    charts = [_over_time(held, there, choice.headline), *drawn.values()]
    return Compared(
        own.latest[0],
        time_of(held.dataset, own.latest[0]),
        written_time(*time),
        tuple(each for each in charts if each is not None),
        tuple(name for name, chart in drawn.items() if chart is not None),
        _counts(own, there, time),
    )


def _in_order(time: Time) -> tuple[str, int]:
    return time[0], _TIMES.index(time[1]) if time[1] in _TIMES else len(_TIMES)


def _own_counts(held: Held) -> list[tuple[Item, Row]]:
    """Return (topic, item) and row of our figures that are counts of their own, not parts of a whole."""
    when, rows = held.latest
    parts = held.dataset.percent_of
    topics = [each for each in held.dataset.topics_in_force(when) if not each.whole or each.id not in parts]
    return [((each.name, item), row) for each in topics for item, row in items_of_topic(rows, held.dataset, each)]


def _counts(held: Held, there: Theirs, time: Time) -> Table:
    """Put counts side by side, and the rate of the whole where there is one."""
    own = _own_counts(held)
    rows = [(item[1], shown(row, held.dataset.count), there.near(time, item, COUNT)) for item, row in own]
    for rate in (each for each in held.dataset.indicator if each.measure == "rate"):
        words = "{}, rate per 100 aged 5 to 16"
        rows += [(words.format(item[1]), shown(row, rate), there.near(time, item, RATE)) for item, row in own]
    ours, others = time_of(held.dataset, held.latest[0]), written_time(*time)
    columns = ("", f"Ours, {ours}", *(f"{words}, {others}" for _, words in there.places))
    cells = tuple((words, *(each.text for each in (mine, *near))) for words, mine, near in rows)
    return Table("Counts, and DfE's for comparison", columns, cells)


def _side_by_side(held: Held, there: Theirs, name: str, time: Time) -> Chart | None:
    """Draw the percentages of one topic beside those of the region and England, where DfE tells any."""
    when, rows = held.latest
    each = topic(name)
    percent = next((one for one in held.dataset.indicator if one.measure == "percent"), None)
    own = items_of_topic(rows, held.dataset, each) if each.in_force(when) else []
    if percent is None or not own:
        return None
    series = [Series(f"Ours, {time_of(held.dataset, when)}", tuple(shown(row, percent) for _, row in own))]
    series += [
        Series(words, tuple(there.found(time, code, (each.name, item), PERCENT) for item, _ in own))
        for code, words in there.places[1:]
    ]
    if not any(one.has_numbers for one in series[1:]):
        return None
    title = f"{percent.label}, by {each.name}, beside DfE's figures"
    return bars(Asked(f"{held.dataset.id}-beside-{name}", title, each.name), [item for item, _ in own], series)


def _over_time(held: Held, there: Theirs, item: Item) -> Chart | None:
    """Draw the headline figure over the years, ours and DfE's of the same authority, where DfE tells any."""
    place, words = there.places[0]
    own = {held.dataset.time_of(when): _headline(held, rows, item) for when, rows in held.terms}
    local = {time: there.found(time, place, item, COUNT) for time in there.times}
    if not any(each.number is not None for each in local.values()):
        return None
    times = sorted(
        {*own, *(time for time, each in local.items() if each.number is not None or each.symbol)}, key=_in_order
    )
    series = [
        Series("Ours", tuple(own.get(time, Shown(None)) for time in times)),
        Series(words, tuple(local.get(time, Shown(None)) for time in times)),
    ]
    title = f"{item[1] if item[1] != item[0] else held.dataset.count.label}: ours and DfE's"
    return lines(Asked(f"{held.dataset.id}-with-dfe", title, "Time"), [written_time(*time) for time in times], series)


def _headline(held: Held, rows: pd.DataFrame, item: Item) -> Shown:
    found = records(rows.loc[rows[FILTERS[0]].eq(item[0]) & rows[FILTERS[1]].eq(item[1])])
    return shown(found[0] if found else None, held.dataset.count)
