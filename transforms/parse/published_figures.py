"""DfE's files on elective home education and children missing education, in every layout so far, as one typed table.

A symbol stays a symbol: nothing that DfE does not show as a number becomes one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import pyarrow

from schemas.contract import hold_to, to_frame
from schemas.errors import Unreadable
from schemas.published.model import (
    ACADEMIC_YEAR,
    CENSUS,
    COUNT,
    KEY,
    MEASURES,
    MISSING,
    PUBLISHED,
    PUBLISHED_CONTRACT,
    academic_year_columns,
    copy_of,
    earlier_spellings,
    items_of_data_set,
    layouts,
    place_columns,
    wide_columns,
)
from schemas.statistics import PLACE_COLUMNS, SYMBOLS, TIME_COLUMNS, symbol_of
from transforms.parse.csv_text import read_text_csv

_ITEM: Final = ["breakdown_topic", "breakdown"]
_TIME_AND_PLACE: Final = [*TIME_COLUMNS, "geographic_level", "place"]
_NUMBER: Final = r"-?\d+(\.\d+)?"
_WHOLE: Final = r"-?\d+"


def read_published_figures(data: bytes, *, source_file: str) -> pd.DataFrame:
    """Read one of DfE's files (schemas/published/model.py, PUBLISHED).

    Raises:
        Unreadable: when a column is not of a layout we know, or a cell is neither number nor symbol; one sentence.
    """
    read = read_text_csv(data, source_file=source_file)
    if read.other_width.num_rows:
        raise Unreadable(f"{source_file} has rows with more or fewer cells than columns; download it again from DfE.")
    columns = {
        name: pd.Series(cells.to_pylist(), dtype=object) for name, cells in zip(read.header, read.columns, strict=True)
    }
    text = pd.DataFrame(columns).apply(lambda column: column.str.strip())
    return _typed(_long(_with_place(text, source_file), source_file), source_file)


def packaged_figures() -> pd.DataFrame:
    """Return the figures of DfE that come with the program."""
    year = pd.DataFrame(copy_of(ACADEMIC_YEAR), dtype=object).assign(time_identifier="Academic year")
    census = pd.DataFrame(copy_of("census"), dtype=object).drop(columns="source")
    both = [_melted(year, academic_year_columns()).assign(dataset=ACADEMIC_YEAR), census]
    return _typed(pd.concat(both, ignore_index=True), "schemas/published")


def latest_figures(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put several tables of figures together; where two speak of one row, the later table's stands."""
    every = pd.concat(list(parts), ignore_index=True)
    return every.drop_duplicates(list(KEY), keep="last").sort_values(list(KEY), kind="stable", ignore_index=True)


def _with_place(text: pd.DataFrame, source_file: str) -> pd.DataFrame:
    """Replace the columns of place by the code of the place that each row is of."""
    if missing := [name for name in (*TIME_COLUMNS, *PLACE_COLUMNS) if name not in text]:
        raise Unreadable(
            f"{source_file} lacks {', '.join(missing)}, so it is no data file of DfE's on home education; give one."
        )
    level = text["geographic_level"]
    if not level.isin(list(place_columns())).all():
        raise Unreadable(f"{source_file} has a geographic level that is not read; give DfE's file as downloaded.")
    place = pd.Series("", index=text.index, dtype=object)
    for name, column in place_columns().items():
        place = place.mask(level.eq(name), text[column])
    kept = [name for name in text if name not in PLACE_COLUMNS or name == "geographic_level"]
    return text[kept].assign(place=place)


def _long(text: pd.DataFrame, source_file: str) -> pd.DataFrame:
    """Bring any known layout to a row for each topic and item, all cells still text."""
    beside = {str(name) for name in text if name not in _TIME_AND_PLACE}
    for layout in layouts():
        if beside == set(layout.columns.values()):
            return _of_census(
                text.rename(columns={theirs: ours for ours, theirs in layout.columns.items()}), source_file
            )
    if beside and beside <= set(academic_year_columns()):
        return _melted(text, academic_year_columns()).assign(dataset=ACADEMIC_YEAR)
    if beside and beside <= set(wide_columns()):
        told = {name: (*item, COUNT) for name, item in wide_columns().items()}
        return _melted(text, told).assign(dataset=CENSUS)
    every = {*academic_year_columns(), *wide_columns(), *(name for each in layouts() for name in each.columns.values())}
    unknown = sorted(beside - every)
    told_of = f"has columns that are not read ({', '.join(unknown)})" if unknown else "mixes the columns of two layouts"
    raise Unreadable(f"{source_file} {told_of}; DfE may have changed its layout: ask for a newer version of termly.")


def _of_census(rows: pd.DataFrame, source_file: str) -> pd.DataFrame:
    """Say of which data set the rows are: both have one layout, and only their items tell them apart."""
    rows = rows.assign(breakdown=rows["breakdown"].replace(earlier_spellings("item")))
    held = set(zip(rows["breakdown_topic"], rows["breakdown"], strict=True))
    home, missing = items_of_data_set(CENSUS), items_of_data_set(MISSING)
    told = {CENSUS: bool(held & (home - missing)), MISSING: bool(held & (missing - home))}
    if told[CENSUS] == told[MISSING]:
        raise Unreadable(
            f"{source_file} does not tell whether it is on home education or on children missing education; "
            "give DfE's file with its reasons."
        )
    return rows.assign(dataset=CENSUS if told[CENSUS] else MISSING)


def _melted(text: pd.DataFrame, columns: Mapping[str, tuple[str, str, str]]) -> pd.DataFrame:
    """Turn one column for each figure into one row for each item, its figures side by side."""
    held = [name for name in columns if name in text]
    long = text.melt(id_vars=_TIME_AND_PLACE, value_vars=held, var_name="column", value_name="text")
    told = pd.DataFrame([(name, *columns[name]) for name in held], columns=["column", *_ITEM, "measure"])
    named = long.merge(told, how="left", on="column", validate="m:1")
    key = [*_TIME_AND_PLACE, *_ITEM]
    return named.pivot_table(index=key, columns="measure", values="text", aggfunc="first", sort=False).reset_index()


def _typed(rows: pd.DataFrame, source_file: str) -> pd.DataFrame:
    columns: dict[str, object] = {name: rows[name] for name in KEY}
    for measure in MEASURES:
        text = rows[measure] if measure in rows else pd.Series("", index=rows.index, dtype=object)
        columns |= _number_or_symbol(text.fillna("").replace(earlier_spellings("symbol")), measure, source_file)
    frame = pd.DataFrame(columns)
    if frame.duplicated(list(KEY)).any():
        raise Unreadable(f"{source_file} has two rows for one time, place and item; download it again from DfE.")
    table = pyarrow.Table.from_pandas(frame[PUBLISHED.names], schema=PUBLISHED, preserve_index=False)
    return hold_to(PUBLISHED_CONTRACT, to_frame(table), key=KEY)


def _number_or_symbol(text: pd.Series, measure: str, source_file: str) -> dict[str, pd.Series]:
    """Return number and symbol of one measure; a blank cell is neither."""
    whole = measure == COUNT
    is_number, is_symbol = text.str.fullmatch(_WHOLE if whole else _NUMBER), text.isin(SYMBOLS)
    if odd := int((~is_number & ~is_symbol & text.ne("")).sum()):
        raise Unreadable(
            f"{source_file} has {odd} cells of {measure} that are neither number nor symbol; give it as it came."
        )
    number = text.where(is_number).astype("Float64")
    return {measure: number.astype("Int64") if whole else number, symbol_of(measure): text.where(is_symbol)}
