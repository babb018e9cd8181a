"""What the screening checks compare with: levels, places, times, symbols, words and the data dictionary.

Every table is a CSV of this folder with its source; the short lists are in lists.toml. DfE publishes further tables
(districts, wards, constituencies, partnerships) that are not held here: levels whose `lookup` is "missing".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from schemas import _data

TableTool = Literal["yes", "alone", "no"]


@dataclass(frozen=True)
class Level:
    """One geographic level: its columns, and the levels whose rows may fill them.

    `in_table_tool` says whether the platform shows its rows: yes, only in a file of its own (alone), or no.
    """

    name: str
    code_column: str
    name_column: str
    second_code_column: str
    in_table_tool: str
    lookup: str
    filled_in_rows_of: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return its columns: code, name, second code, as far as it has them."""
        return tuple(name for name in (self.code_column, self.name_column, self.second_code_column) if name)

    def may_be_filled(self, level: str) -> bool:
        """Say whether rows of a level may fill its columns."""
        return "*" in self.filled_in_rows_of or level in self.filled_in_rows_of


@cache
def levels() -> dict[str, Level]:
    """Return every geographic level by its name."""
    return {
        row["geographic_level"]: Level(
            row["geographic_level"],
            row["code_column"],
            row["name_column"],
            row["second_code_column"],
            row["in_table_tool"],
            row["lookup"],
            frozenset(row["columns_filled_in_rows_of"].split("|")),
        )
        for row in _data.rows("ees/geographic_levels.csv")
    }


@cache
def place_columns() -> tuple[str, ...]:
    """Return every column that holds a code or name of a place."""
    return tuple(name for level in levels().values() for name in level.columns)


@cache
def observation_columns() -> frozenset[str]:
    """Return every column of time or place (the standard's observational units)."""
    return frozenset({"time_period", "time_identifier", "geographic_level", *place_columns()})


@cache
def places(level: str) -> frozenset[tuple[str, ...]]:
    """Return the accepted (code, name) of countries or regions."""
    rows = _data.rows("ees/places.csv")
    return frozenset((row["code"], row["name"]) for row in rows if row["geographic_level"] == level)


@cache
def local_authorities() -> frozenset[tuple[str, ...]]:
    """Return the combinations (old code, new code, name) on which our sources agree."""
    rows = _data.rows("ees/local_authorities.csv")
    return frozenset(
        (row["old_la_code"], row["new_la_code"], row["la_name"]) for row in rows if row["sources_agree"] == "yes"
    )


@cache
def time_identifiers() -> dict[str, tuple[int, str]]:
    """Return time identifier → (digits of its time period, the group with which it may share a file)."""
    return {
        row["time_identifier"]: (int(row["digits"]), row["mixes_with"])
        for row in _data.rows("ees/time_identifiers.csv")
    }


@cache
def symbols(standing: Literal["in use", "obsolete", "null", "doubtful"]) -> frozenset[str]:
    """Return the symbols of one standing."""
    return frozenset(row["symbol"] for row in _data.rows("ees/symbols.csv") if row["standing"] == standing)


@cache
def symbol_meanings() -> dict[str, str]:
    """Return symbol → what it means, of the symbols in use."""
    return {row["symbol"]: row["meaning"] for row in _data.rows("ees/symbols.csv") if row["standing"] == "in use"}


@cache
def column_titles() -> dict[str, tuple[str, str]]:
    """Return column of time, place or topic → (title, what it holds), in our words."""
    return {row["column"]: (row["title"], row["description"]) for row in _data.rows("ees/column_titles.csv")}


@cache
def file_columns(file: Literal["data", "meta"], *, required: bool) -> tuple[str, ...]:
    """Return the columns that a file must have, or those that it may have beside them."""
    wanted = "yes" if required else "no"
    return tuple(
        row["column"] for row in _data.rows("ees/columns.csv") if row["file"] == file and row["required"] == wanted
    )


@cache
def dictionary() -> dict[tuple[str, str], frozenset[str]]:
    """Return (Filter or Indicator, column) → items, of DfE's data dictionary."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in _data.rows("ees/data_dictionary.csv"):
        found.setdefault((row["col_type"], row["col_name"]), set()).update({row["filter_item"]} - {""})
    return {column: frozenset(items) for column, items in found.items()}


@cache
def harmonised() -> tuple[frozenset[str], frozenset[str]]:
    """Return the texts that mark a name as one of the harmonised standards, and the names that the standards have."""
    rows = _data.rows("ees/harmonised_names.csv")
    return frozenset(row["name_holds"] for row in rows), frozenset(row["harmonised_name"] for row in rows)


@cache
def ethnicity_groups() -> tuple[str, ...]:
    """Return the names of the harmonised columns on ethnicity as a group of characteristics is titled by them."""
    word = lists()["ethnicity_word"]
    names = (r["harmonised_name"] for r in _data.rows("ees/harmonised_names.csv") if r["name_holds"] == word)
    return tuple(dict.fromkeys(name.replace("_", " ").title() for name in names))


@cache
def ethnicities() -> frozenset[tuple[str, str]]:
    """Return the accepted (major, minor) ethnicities."""
    return frozenset((r["ethnicity_major"], r["ethnicity_minor"]) for r in _data.rows("ees/ethnicity_values.csv"))


@cache
def lists() -> dict[str, Any]:
    """Return the short lists and limits of lists.toml."""
    return _data.toml("ees/lists.toml")


@cache
def place_like() -> re.Pattern[str]:
    """Return what the name of a column looks like that holds places."""
    told = lists()["place_like"]
    begins, ends, whole = ("|".join(told[part]) for part in ("begins", "ends", "whole"))
    return re.compile(rf"({begins}).*({ends})|{whole}", re.IGNORECASE)
