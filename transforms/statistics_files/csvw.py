"""CSV on the Web (W3C): a description beside each data file, for programs that load it and catalogues that list it."""

from __future__ import annotations

import json
from typing import Final

from schemas.breaks import breaks_of
from schemas.ees.reference import column_titles, lists, observation_columns, symbol_meanings
from schemas.la_geography import Geography
from schemas.statistics import TIME_COLUMNS
from transforms.statistics_files.described import Described

SUFFIX: Final = ".csv-metadata.json"
_CONTEXT: Final = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
_DIALECT: Final = {
    "encoding": "utf-8",
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "lineTerminators": ["\n"],
}
_PLACES: Final = ("old_la_code", "school_laestab")


def csvw_bytes(described: Described, *, geography: Geography) -> bytes:
    """Describe a data file: what it is, whose, of which collections, under which disclosure profile, and its columns.

    The same files give the same bytes.
    """
    dataset = described.dataset
    table = {
        "@context": _CONTEXT,
        "url": f"{dataset.id}.csv",
        "dc:title": dataset.title,
        "dc:description": f"One row is {dataset.row_is}.",
        "dc:publisher": {"schema:name": geography.la_name, "schema:identifier": geography.new_la_code},
        "dc:license": lists()["licence_to_be_stated"],
        "dc:source": dataset.source,
        "dc:conformsTo": lists()["conforms_to"],
        "schema:temporalCoverage": [str(each) for each in sorted(described.collections)],
        "schema:measurementTechnique": f"Disclosure control under the profile {described.profile}",
        "notes": [
            *({"symbol": symbol, "meaning": meaning} for symbol, meaning in symbol_meanings().items()),
            *_breaks(described),
        ],
        "dialect": _DIALECT,
        "tableSchema": {"columns": _columns(described), "primaryKey": primary_key(described)},
    }
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()


def _breaks(described: Described) -> list[dict[str, str]]:
    """Return where a series of the file is broken: its topic, the first time after the break, and what is other."""
    dataset = described.dataset
    found = breaks_of(dataset, described.collections)
    return [
        {
            "seriesBreak": each.topic,
            **dict(zip(TIME_COLUMNS, dataset.time_of(each.first), strict=True)),
            "text": each.text,
        }
        for each in found
    ]


def primary_key(described: Described) -> list[str]:
    """Return the columns that together name a row: time, place, filters and their groups."""
    filters = described.meta.loc[described.meta["col_type"].eq("Filter")]
    wanted = {*TIME_COLUMNS, *_PLACES, *filters["col_name"], *filters["filter_grouping_column"]}
    return [name for name in described.data_columns if name in wanted]


def _columns(described: Described) -> list[dict[str, object]]:
    meta = described.meta
    labels = dict(zip(meta["col_name"], meta["label"], strict=True))
    indicators = meta.loc[meta["col_type"].eq("Indicator")]
    whole = set(indicators.loc[indicators["indicator_dp"].eq("0") & indicators["indicator_unit"].eq(""), "col_name"])
    units = dict(zip(indicators["col_name"], indicators["indicator_unit"], strict=True))
    found = []
    for name in described.data_columns:
        title, description = column_titles().get(name, (labels.get(name, name), ""))
        # A validator holds the titles to the header row, where the names stand; the title for people comes second.
        readable = title if name in observation_columns() else labels.get(name, title)
        column: dict[str, object] = {"name": name, "titles": [name, readable]}
        if description:
            column["dc:description"] = description
        if name in units:
            column |= {"datatype": "integer" if name in whole else "decimal", "null": list(symbol_meanings())}
            column |= {"schema:unitText": units[name]} if units[name] else {}
        else:
            column |= {"datatype": "string", "required": True}
        found.append(column)
    return found
