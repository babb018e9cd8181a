"""One published dataset as a table to take away, of one collection or of all: CSV, or a workbook with true numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import xlsxwriter

from schemas.breaks import Break, breaks_of
from schemas.collection import Collection
from schemas.datasets import TOTAL, Dataset, topic
from schemas.ees.reference import symbol_meanings
from schemas.statistics import FILTERS, SYMBOLS, published_schema, symbol_of

_COLLECTION: Final = "collection"
_WIDTH: Final = 18
_SHEET: Final = "Figures"
#: The column of several terms that says what is other from this row's term on; blank where the series goes on.
BREAK: Final = "series_break"
_BREAKS: Final = "Breaks in series"


def exported(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return published rows with one column for each indicator: its number, or the symbol in its place."""
    told = {each.name for each in dataset.indicator}
    signs = {symbol_of(name) for name in told}
    names = [name for name in published_schema(dataset).names if name not in signs and name != _COLLECTION]
    columns = {name: _mixed(rows, name) if name in told else rows[name].astype(object) for name in names}
    return pd.DataFrame(columns, index=rows.index)


def exported_terms(terms: Mapping[Collection, pd.DataFrame], dataset: Dataset) -> pd.DataFrame:
    """Return the published rows of several collections, the earliest first, with `series_break`.

    A row that says something there is not to be set beside rows of its topic of earlier terms without care.
    """
    parts = [
        exported(terms[when], dataset).assign(**{BREAK: _broken(terms[when], dataset, found)})
        for when, found in breaks_at(dataset, sorted(terms)).items()
    ]
    return pd.concat(parts, ignore_index=True)


def breaks_at(dataset: Dataset, collections: Sequence[Collection]) -> dict[Collection, list[Break]]:
    """Return for each collection the breaks that lie between it and the one before it."""
    found = breaks_of(dataset, collections)
    return {when: [each for each in found if each.first == when] for when in collections}


def _broken(rows: pd.DataFrame, dataset: Dataset, breaks: Sequence[Break]) -> pd.Series:
    """Return the text of the breaks that a row's figures are touched by."""
    told = pd.Series("", index=rows.index, dtype=object)
    for each in breaks:
        touched = pd.Series(data=True, index=rows.index) if each.whole else _of_topic(rows, dataset, each.topic)
        text = f"{each.topic}: {each.text}"
        told = told.where(~touched, told.where(told.eq(""), told + " ") + text)
    return told


def _of_topic(rows: pd.DataFrame, dataset: Dataset, name: str) -> pd.Series:
    """Mark the rows that show an item of a topic."""
    if dataset.layout != "filters":
        return rows[FILTERS[0]].eq(name).fillna(value=False).astype(bool)
    columns = [column for column in dataset.topics if topic(column).name == name]
    return (rows[columns] != TOTAL).any(axis=1).fillna(value=False).astype(bool)


def _mixed(rows: pd.DataFrame, name: str) -> pd.Series:
    symbol = rows[symbol_of(name)].astype(object)
    return rows[name].astype(object).where(symbol.isna(), symbol)


def csv_of(table: pd.DataFrame, dataset: Dataset) -> bytes:
    """Return the table as CSV in UTF-8, numbers with the decimal places of their indicator."""
    written = table.assign(**{each.name: _text(table[each.name], each.dp) for each in dataset.indicator})
    text: str = written.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")


def _text(cells: pd.Series, dp: int) -> pd.Series:
    number = pd.to_numeric(cells.mask(cells.isin(SYMBOLS)))
    return number.map(f"{{:.{dp}f}}".format, na_action="ignore").astype(object).where(number.notna(), cells)


def fill_workbook(
    book: xlsxwriter.Workbook,
    table: pd.DataFrame,
    dataset: Dataset,
    *,
    about: dict[str, str],
    breaks: Sequence[Break] = (),
) -> None:
    """Write the table into a new workbook, a sheet on what it and its symbols mean, and one on breaks."""
    head = book.add_format({"bold": True, "bg_color": "#DDE6EE", "bottom": 1, "text_wrap": True})
    page = book.add_worksheet(_SHEET)
    page.freeze_panes(1, 0)
    page.set_column(0, len(table.columns) - 1, _WIDTH)
    page.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
    page.write_row(0, 0, list(table.columns), head)
    formats = {each.name: {"num_format": _format(each.dp), "align": "right"} for each in dataset.indicator}
    styles = {name: book.add_format(told) for name, told in formats.items()}
    for place, name in enumerate(table.columns):
        page.write_column(1, place, table[name].tolist(), styles.get(name))
    told = [*about.items(), *((each.name, each.label) for each in dataset.indicator), *symbol_meanings().items()]
    _words(book, "About", told, head)
    if breaks:
        _words(book, _BREAKS, [(f"{each.topic}, from {each.first}", each.text) for each in breaks], head)


def _words(book: xlsxwriter.Workbook, name: str, told: Sequence[tuple[str, str]], head: object) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 2 * _WIDTH)
    sheet.set_column(1, 1, 5 * _WIDTH)
    for row, (words, text) in enumerate(told):
        sheet.write_string(row, 0, words, head)
        sheet.write_string(row, 1, text)


def _format(dp: int) -> str:
    return "#,##0" + ("." + "0" * dp if dp else "")
