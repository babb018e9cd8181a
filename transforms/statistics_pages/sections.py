"""What the page of charts says of one dataset: over the terms, beside DfE, and what the latest figures are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from schemas.breaks import Break, breaks_of
from schemas.collection import Collection
from schemas.datasets import SCHOOL, Dataset, Topic, topic
from schemas.la_geography import Geography
from schemas.statistics import HIDDEN
from schemas.statistics_page import choice_of, defaults
from transforms.pages.drawing import Chart
from transforms.statistics_pages.charts import Asked, Series, bars, lines
from transforms.statistics_pages.compare import Compared, Table, compared
from transforms.statistics_pages.values import (
    Held,
    Row,
    Shown,
    hidden_among,
    items_of_topic,
    records,
    shown,
    time_of,
    total_rows,
)


@dataclass(frozen=True)
class Composition:
    """One topic of the latest figures: its chart, or a table alone, and how many items are hidden."""

    topic: Topic
    chart: Chart | None
    table: Table
    hidden: int


@dataclass(frozen=True)
class Section:
    """One dataset on the page."""

    dataset: Dataset
    times: tuple[str, ...]
    trend: tuple[Chart, ...]
    over_terms: Table | None
    breaks: tuple[tuple[str, Break], ...]
    beside: Compared | None
    composition: tuple[Composition, ...]
    schools: tuple[Chart | None, Table] | None


def section(held: Held, figures: pd.DataFrame, geography: Geography) -> Section:
    """Make the section of a dataset; `figures` are DfE's."""
    dataset = held.dataset
    times = tuple(time_of(dataset, when) for when in held.collections)
    found = tuple((time_of(dataset, each.first), each) for each in breaks_of(dataset, held.collections))
    if dataset.level == SCHOOL:
        return Section(dataset, times, (), None, found, None, (), _schools(held))
    series = _whole_series(held)
    beside = compared(held, figures, geography)
    drawn = () if beside is None or beside.ours != held.latest[0] else beside.topics
    topics = [topic(name) for name in choice_of(dataset).topics if name not in drawn]
    return Section(
        dataset,
        times,
        _trends(held, series, times),
        Table("Over the terms", ("", *times), tuple((one.words, *(f.text for f in one.figures)) for one in series)),
        found,
        beside,
        tuple(_composition(held, each) for each in topics if each.in_force(held.latest[0])),
        None,
    )


def _whole_series(held: Held) -> list[Series]:
    """Return every figure of the whole over the terms: indicators, or items that are parts of nothing.

    The whole as a percentage of itself is left out.
    """
    dataset = held.dataset
    if dataset.layout != "columns":
        rows = [_first(total_rows(rows, dataset)) for _, rows in held.terms]
        own = [each for each in dataset.indicator if each.measure != "percent"]
        told = [each for each in own if not each.part or each.part != each.base]
        return [Series(each.label, tuple(shown(row, each) for row in rows)) for each in told]
    topics = [topic(name) for name in dataset.topics if name not in dataset.percent_of]
    found = [
        {item: row for each in topics for item, row in items_of_topic(rows, dataset, each)} for _, rows in held.terms
    ]
    items = dict.fromkeys(item for each in found for item in each)
    return [Series(item, tuple(shown(each.get(item), dataset.count) for each in found)) for item in items]


def _first(rows: pd.DataFrame) -> Row | None:
    held = records(rows.head(1))
    return held[0] if held else None


def _trends(held: Held, series: Sequence[Series], times: Sequence[str]) -> tuple[Chart, ...]:
    dataset = held.dataset
    labels = {each.name: each.label for each in dataset.indicator}
    drawn = defaults().terms_drawn
    steps, broken = times[-drawn:], _broken(held)[-drawn:]
    breaks = {place: words for place, words in enumerate(broken) if words}
    charts = []
    for number, each in enumerate(choice_of(dataset).trend):
        chosen = [one for one in series if one.words in {labels.get(name, name) for name in each.of}]
        latest = [Series(one.words, one.figures[-drawn:]) for one in chosen]
        asked = Asked(f"{dataset.id}-trend-{number}", each.title, "Time")
        charts.append(lines(asked, steps, latest, breaks))
    return tuple(chart for chart in charts if chart is not None)


def _broken(held: Held) -> list[str]:
    """Name for each term the topics of which the series is broken before it."""
    found = breaks_of(held.dataset, held.collections)
    return [", ".join(each.topic for each in found if each.first == when) for when in held.collections]


def _composition(held: Held, each: Topic) -> Composition:
    dataset, choice = held.dataset, choice_of(held.dataset)
    when, rows = held.latest
    measure = next(one for one in dataset.indicator if one.name == choice.measure)
    beside = [one for one in (dataset.count, measure) if one.name != measure.name or one is measure]
    found = items_of_topic(rows, dataset, each)
    figures = tuple(shown(row, measure) for _, row in found)
    items = [item for item, _ in found]
    asked = Asked(f"{dataset.id}-{each.id}", f"{measure.label}, by {each.name}, {time_of(dataset, when)}", each.name)
    told = list(dict.fromkeys(one.name for one in beside))
    columns = [one for one in dataset.indicator if one.name in told]
    table = Table(
        asked.title,
        (each.name, *(one.label for one in columns)),
        tuple((item, *(shown(row, one).text for one in columns)) for item, row in found),
    )
    return Composition(each, bars(asked, items, [Series(measure.label, figures)]), table, hidden_among(figures))


def _schools(held: Held) -> tuple[Chart | None, Table]:
    """Count the schools by size where the dataset says by what, and list their totals."""
    dataset, choice = held.dataset, choice_of(held.dataset)
    when, rows = held.latest
    schools = sorted(
        records(total_rows(rows, dataset)), key=lambda row: (str(row["school_name"]), str(row["school_laestab"]))
    )
    told = [each for each in dataset.indicator if each.measure != "percent"][:4]
    table = Table(
        f"Schools, {time_of(dataset, when)}",
        ("School", "LAEstab", *(each.label for each in told)),
        tuple(
            (str(row["school_name"]), str(row["school_laestab"]), *(shown(row, each).text for each in told))
            for row in schools
        ),
    )
    chart = None
    if choice.schools:
        measure = next(each for each in dataset.indicator if each.name == choice.schools)
        asked = Asked(f"{dataset.id}-sizes", f"Schools by number of pupils, {time_of(dataset, when)}", "Pupils")
        chart = _sizes(asked, [shown(row, measure) for row in schools])
    return chart, table


def _sizes(asked: Asked, sizes: Sequence[Shown]) -> Chart | None:
    """Draw how many schools are of each size; those whose total is hidden are of none and counted apart."""
    numbers = [each.number for each in sizes if each.number is not None]
    starts = defaults().school_bands
    bands = [(f"{low:,} to {high - 1:,}", low, float(high)) for low, high in pairwise(starts)]
    bands.append((f"{starts[-1]:,} and more", starts[-1], float("inf")))
    counted = [(words, sum(low <= number < high for number in numbers)) for words, low, high in bands]
    if hidden := hidden_among(sizes):
        counted.append((f"Total hidden ({HIDDEN})", hidden))
    figures = tuple(Shown(float(count)) for _, count in counted)
    return bars(asked, [words for words, _ in counted], [Series("Schools", figures)])


def in_time(terms: dict[Collection, pd.DataFrame]) -> tuple[tuple[Collection, pd.DataFrame], ...]:
    """Return the rows of each collection by time."""
    return tuple(sorted(terms.items(), key=lambda pair: pair[0]))
