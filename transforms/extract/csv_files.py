"""CSV files for a recipient: the agreed columns in the agreed order, quoted where needed, one line ending, in parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

import pandas as pd

from schemas.agreements.model import Agreement
from transforms.extract.results import ExtractFile

_LINE_ENDINGS = {"lf": "\n", "crlf": "\r\n"}


def csv_bytes(cells: pd.DataFrame, *, encoding: str, line_ending: str) -> bytes:
    """Write a table of text as CSV; a null is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator=_LINE_ENDINGS[line_ending])
    writer.writerow(cells.columns)
    columns = [cells[name].astype("object").where(cells[name].notna(), "").tolist() for name in cells.columns]
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue().encode(encoding)


def csv_files(
    agreement: Agreement, people: pd.DataFrame, cells: pd.DataFrame, names: Mapping[str, str]
) -> Iterator[ExtractFile]:
    """Write rows into files of at most the agreed length, numbered from 001 in the order of the rows."""
    delivery = agreement.delivery
    for laestab, part in _by_recipient(agreement, people, cells):
        length = delivery.max_rows or max(len(part), 1)
        for number, first in enumerate(range(0, len(part), length), start=1):
            rows = part.iloc[first : first + length]
            data = csv_bytes(rows, encoding=delivery.encoding, line_ending=delivery.line_ending)
            name = delivery.file_name.format(**names, laestab=laestab, part=f"{number:03d}")
            yield ExtractFile(name, data, len(rows), tuple(rows.columns))


def _by_recipient(
    agreement: Agreement, people: pd.DataFrame, cells: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    if agreement.delivery.one_file_per == "recipient":
        yield "", cells
        return
    for laestab, rows in people.groupby("laestab", sort=True).groups.items():
        yield str(laestab), cells.loc[rows]
