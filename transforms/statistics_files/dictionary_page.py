"""The data dictionary: one page for people, on every dataset that an authority publishes; it holds no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from schemas.breakdowns import items_of
from schemas.breaks import breaks_known
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.datasets import Dataset
from schemas.ees.reference import column_titles, observation_columns, symbol_meanings
from schemas.la_geography import Geography
from schemas.statistics import TIME_COLUMNS
from transforms.pages.rendering import asset, content_hash, environment
from transforms.statistics_files.described import Described

_TEMPLATES = "transforms.statistics_files"
_STATUSES = "enrolment_status"


@dataclass(frozen=True)
class Column:
    """One column as the page tells of it."""

    name: str
    kind: str
    label: str
    unit: str
    text: str


def dictionary_page(described: Sequence[Described], *, geography: Geography) -> str:
    """Return the page on all datasets, by their order; the same datasets give the same page."""
    style = asset(_TEMPLATES, "dictionary.css")
    return (
        environment(_TEMPLATES)
        .get_template("dictionary.html.j2")
        .render(
            la=geography,
            symbols=symbol_meanings(),
            sections=[_section(each) for each in described],
            style=style,
            style_hash=content_hash(style),
        )
    )


def _section(each: Described) -> Mapping[str, object]:
    dataset, latest = each.dataset, max(each.collections)
    return {
        "dataset": dataset,
        "counted": _statuses(dataset, latest),
        "times": [_time(dataset, when) for when in sorted(each.collections)],
        "profile": each.profile,
        "columns": [_column(name, each.meta) for name in each.data_columns],
        "topics": [
            (topic, tuple(item.name for item in items_of(topic.id, latest)))
            for topic in dataset.topics_in_force(latest)
        ],
        "breaks": [(_time(dataset, found.first), found.topic, found.told) for found in breaks_known(dataset, latest)],
    }


def _statuses(dataset: Dataset, when: Collection) -> tuple[str, ...]:
    labels = code_set(_STATUSES).labels(when)
    return tuple(labels[code] for code in dataset.counted)


def _time(dataset: Dataset, when: Collection) -> str:
    """Write the time of a collection as people do: Autumn term 2025/26."""
    period, identifier = dataset.time_of(when)
    return f"{identifier} {period[:4]}/{period[4:]}"


def _column(name: str, meta: pd.DataFrame) -> Column:
    title, text = column_titles().get(name, (name, ""))
    rows = meta.loc[meta["col_name"].eq(name)]
    if rows.empty or name in observation_columns():
        kind = "group of a filter"
        if name in observation_columns():
            kind = "time" if name in TIME_COLUMNS else "place"
        return Column(name, kind, title, "", text)
    row = rows.iloc[0]
    if row["col_type"] == "Filter":
        return Column(name, "filter", row["label"], "", text)
    return Column(
        name, "indicator", row["label"], row["indicator_unit"] or "number", text or _places(row["indicator_dp"])
    )


def _places(decimals: str) -> str:
    if decimals in {"", "0"}:
        return "whole numbers"
    return f"{decimals} decimal place{'' if decimals == '1' else 's'}"
