"""Screening of names: files, the columns of both files, and whether the files agree on them."""

from __future__ import annotations

import re
from typing import Final

from schemas.ees.reference import file_columns, lists, observation_columns
from transforms.statistics_files.screening_pair import Pair
from transforms.statistics_files.screening_register import Breach, check, named

_DATA: Final = ".csv"
_META: Final = ".meta.csv"


def _stems(pair: Pair) -> tuple[tuple[str, str], tuple[str, str]]:
    return (
        ("data", pair.data_name.removesuffix(_DATA)),
        ("meta", pair.meta_name.removesuffix(_DATA).removesuffix(".meta")),
    )


@check("filename_spaces")
def filename_spaces(pair: Pair) -> list[Breach]:
    """Refuse spaces in the name of a file."""
    return [Breach("", 1, file) for file, stem in _stems(pair) if re.search(r"\s", stem)]  # type: ignore[arg-type]


@check("filename_special")
def filename_special(pair: Pair) -> list[Breach]:
    """Refuse in the name of a file what is neither letter, digit, hyphen nor underscore (spaces have their check)."""
    return [Breach("", 1, file) for file, stem in _stems(pair) if re.search(r"[^A-Za-z0-9_\s-]", stem)]  # type: ignore[arg-type]


@check("filenames_match")
def filenames_match(pair: Pair) -> list[Breach]:
    """Hold the name of the meta file to that of the data file."""
    wanted = f"{pair.data_name.removesuffix(_DATA)}{_META}"
    return [] if pair.data_name.endswith(_DATA) and pair.meta_name == wanted else [Breach("", 1, "meta")]


@check("col_req_meta")
def col_req_meta(pair: Pair) -> list[Breach]:
    """Ask for every column that a meta file must have."""
    return named((c for c in file_columns("meta", required=True) if c not in pair.meta.columns), file="meta")


@check("col_invalid_meta")
def col_invalid_meta(pair: Pair) -> list[Breach]:
    """Refuse columns of the meta file that the standard does not know."""
    known = {*file_columns("meta", required=True), *file_columns("meta", required=False)}
    return named((c for c in pair.meta.columns if c not in known), file="meta")


@check("col_req_data")
def col_req_data(pair: Pair) -> list[Breach]:
    """Ask for every column that a data file must have."""
    return named(c for c in file_columns("data", required=True) if c not in pair.data.columns)


@check("col_to_rows")
def col_to_rows(pair: Pair) -> list[Breach]:
    """Refuse a meta file with more rows than the data file has columns beside the mandatory ones."""
    spare = len(pair.data.columns) - len(file_columns("data", required=True))
    return [Breach("", len(pair.meta) - spare, "meta")] if len(pair.meta) > spare else []


@check("cross_meta_to_data")
def cross_meta_to_data(pair: Pair) -> list[Breach]:
    """Refuse a name of the meta file that is no column of the data file."""
    return named((name for name in pair.named if name not in pair.data.columns), file="meta")


@check("cross_data_to_meta")
def cross_data_to_meta(pair: Pair) -> list[Breach]:
    """Doubt a column that is neither time, place nor named in the meta file, unless it says one thing throughout."""
    beside = (c for c in pair.data.columns if c not in observation_columns() and c not in pair.named)
    return named(c for c in beside if len(pair.counts(c)) > 1)


@check("col_names_spaces")
def col_names_spaces(pair: Pair) -> list[Breach]:
    """Refuse spaces in the name of a column."""
    return named(c for c in pair.data.columns if re.search(r"\s", c))


@check("col_snake_case")
def col_snake_case(pair: Pair) -> list[Breach]:
    """Doubt names of columns that are not in snake case."""
    return named(c for c in pair.data.columns if re.search(r"[^a-z0-9_]", c))


@check("col_var_start")
def col_var_start(pair: Pair) -> list[Breach]:
    """Doubt names of columns that do not start with a small letter."""
    return named(c for c in pair.data.columns if not re.match("[a-z]", c))


@check("col_ind_smushed")
def col_ind_smushed(pair: Pair) -> list[Breach]:
    """Refuse indicators with an item of a filter in their name."""
    words = "|".join(lists()["smushed"]["words"])
    return named((c for c in pair.indicators if re.search(words, c, re.IGNORECASE)), file="meta")


@check("col_var_characteristic")
def col_var_characteristic(pair: Pair) -> list[Breach]:
    """Doubt the columns characteristic and characteristic_group."""
    return named((c for c in pair.named if c in {"characteristic", "characteristic_group"}), file="meta")
