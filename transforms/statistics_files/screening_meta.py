"""Screening of the meta file."""

from __future__ import annotations

import re

import pandas as pd

from schemas.ees.reference import lists, observation_columns, place_like
from transforms.statistics_files.screening_pair import Pair
from transforms.statistics_files.screening_register import Breach, check, counted, named


def _rows(marked: pd.Series, column: str) -> list[Breach]:
    return counted([(column, int(marked.sum()))], file="meta")


def _filled(pair: Pair, kind: str, column: str) -> list[Breach]:
    """Refuse rows of one kind that fill a column meant for the other kind."""
    return _rows(pair.meta["col_type"].eq(kind) & pair.meta[column].ne(""), column)


def _plain(text: str) -> str:
    """Return only letters and digits: names of groups become addresses on the platform."""
    return re.sub(r"[\W_]", "", text)


def named_as_filter(pair: Pair) -> frozenset[str]:
    """Return the names of schools and providers where one of them is the only filter, and so may be one."""
    allowed = frozenset(lists()["names_that_may_be_filters"])
    return allowed if len(pair.filters) == 1 and allowed & {*pair.filters, *pair.groups} else frozenset()


@check("meta_col_type")
def meta_col_type(pair: Pair) -> list[Breach]:
    """Refuse a row that is neither Filter nor Indicator."""
    return _rows(~pair.meta["col_type"].isin(["Filter", "Indicator"]), "col_type")


@check("meta_ob_unit")
def meta_ob_unit(pair: Pair) -> list[Breach]:
    """Refuse columns of time and place, save names of schools and providers."""
    refused = observation_columns() - set(lists()["names_that_may_be_filters"])
    return named((name for name in pair.named if name in refused), file="meta")


@check("meta_col_name")
def meta_col_name(pair: Pair) -> list[Breach]:
    """Refuse a row that names no column."""
    return _rows(pair.meta["col_name"].eq(""), "col_name")


@check("meta_dupe_label")
def meta_dupe_label(pair: Pair) -> list[Breach]:
    """Refuse a label that another row has."""
    return _rows(pair.meta["label"].duplicated(), "label")


@check("meta_fil_grp")
def meta_fil_grp(pair: Pair) -> list[Breach]:
    """Refuse a filter group of an indicator."""
    return _filled(pair, "Indicator", "filter_grouping_column")


@check("meta_fil_grp_dupe")
def meta_fil_grp_dupe(pair: Pair) -> list[Breach]:
    """Refuse a filter group of two filters."""
    return counted([("filter_grouping_column", len(pair.groups) - len(set(pair.groups)))], file="meta")


@check("meta_fil_grp_is_fil")
def meta_fil_grp_is_fil(pair: Pair) -> list[Breach]:
    """Doubt a filter group without a row of its own; the written guide has it otherwise (known_warnings.csv)."""
    rows = set(pair.meta["col_name"])
    return named((name for name in dict.fromkeys(pair.groups) if name not in rows), file="meta")


@check("meta_fil_grp_match")
def meta_fil_grp_match(pair: Pair) -> list[Breach]:
    """Refuse a filter group that is no column of the data file."""
    return named((name for name in dict.fromkeys(pair.groups) if name not in pair.data.columns), file="meta")


@check("meta_fil_grp_stripped")
def meta_fil_grp_stripped(pair: Pair) -> list[Breach]:
    """Refuse items of a filter group that differ only in signs."""
    items = {name: list(pair.counts(name)) for name in pair.held(pair.groups)}
    return counted((name, len(held) - len({_plain(item) for item in held})) for name, held in items.items())


@check("meta_label")
def meta_label(pair: Pair) -> list[Breach]:
    """Refuse a row without a label."""
    return _rows(pair.meta["label"].str.strip().eq(""), "label")


@check("meta_filter_hint")
def meta_filter_hint(pair: Pair) -> list[Breach]:
    """Refuse a filter hint of an indicator."""
    return _filled(pair, "Indicator", "filter_hint")


@check("meta_geog_catch")
def meta_geog_catch(pair: Pair) -> list[Breach]:
    """Refuse a filter or group that looks like a column of places."""
    judged = (name for name in pair.filters_and_groups if name not in named_as_filter(pair))
    return named((name for name in judged if place_like().fullmatch(name)), file="meta")


@check("meta_indicator_dp")
def meta_indicator_dp(pair: Pair) -> list[Breach]:
    """Refuse decimal places of a filter."""
    return _filled(pair, "Filter", "indicator_dp")


@check("meta_col_name_spaces")
def meta_col_name_spaces(pair: Pair) -> list[Breach]:
    """Refuse a name with a space."""
    return _rows(pair.meta["col_name"].str.contains(r"\s", regex=True), "col_name")


@check("meta_col_name_dupe")
def meta_col_name_dupe(pair: Pair) -> list[Breach]:
    """Refuse a second row of one column."""
    return _rows(pair.meta["col_name"].duplicated(), "col_name")


@check("meta_ind_dp_set")
def meta_ind_dp_set(pair: Pair) -> list[Breach]:
    """Doubt an indicator without decimal places: the platform would show two."""
    blank = pair.meta["col_type"].eq("Indicator") & pair.meta["indicator_dp"].eq("")
    return _rows(blank, "indicator_dp")


@check("meta_ind_dp_values")
def meta_ind_dp_values(pair: Pair) -> list[Breach]:
    """Refuse decimal places that are no whole number of nought or more."""
    given = pair.meta["indicator_dp"]
    return _rows(given.ne("") & ~given.str.fullmatch("[0-9]+"), "indicator_dp")


@check("meta_ind_unit")
def meta_ind_unit(pair: Pair) -> list[Breach]:
    """Refuse a unit of a filter."""
    return _filled(pair, "Filter", "indicator_unit")


@check("meta_ind_unit_validation")
def meta_ind_unit_validation(pair: Pair) -> list[Breach]:
    """Refuse a unit that the platform does not know."""
    units = ["", *lists()["indicator_units"]]
    judged = pair.meta["col_type"].eq("Indicator")
    return _rows(judged & ~pair.meta["indicator_unit"].isin(units), "indicator_unit")


@check("meta_indicator_grouping")
def meta_indicator_grouping(pair: Pair) -> list[Breach]:
    """Refuse an indicator group of a filter, and groups that differ only in signs."""
    groups = {name for name in pair.meta.loc[pair.meta["col_type"].eq("Indicator"), "indicator_grouping"] if name}
    alike = len(groups) - len({_plain(name) for name in groups})
    return [*_filled(pair, "Filter", "indicator_grouping"), *counted([("indicator_grouping", alike)], file="meta")]
