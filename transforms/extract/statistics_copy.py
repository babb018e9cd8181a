"""la-statistics: copies of the statistics files that disclosure control has let through."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.agreements.model import Agreement
from schemas.errors import AgreementRefused
from transforms.extract.results import ExtractFile, ExtractInputs, ExtractResult


def statistics_files(agreement: Agreement, inputs: ExtractInputs) -> ExtractResult:
    """Copy the files of the agreed datasets, byte for byte.

    Raises:
        AgreementRefused: when no agreed dataset has been published.
    """
    agreed = {name for each in agreement.items if inputs.collection.term in each.terms for name in each.names}
    chosen = {name: data for name, data in sorted(inputs.statistics.items()) if _dataset(name) in agreed}
    if not chosen:
        raise AgreementRefused(
            f"{agreement.id}: no statistics of {inputs.collection} have been published; "
            "run `termly statistics` first, nothing was written."
        )
    files = tuple(_copied(agreement, name, data) for name, data in chosen.items())
    absent = sorted(agreed - {_dataset(name) for name in chosen})
    notes = (f"agreed but not published, so absent: {', '.join(absent)}",) if absent else ()
    return ExtractResult(files, counts={"files copied": len(files)}, notes=notes)


def _dataset(name: str) -> str:
    """Return the dataset of a file name such as `ehe_census.meta.csv`."""
    return name.rpartition("/")[2].partition(".")[0]


def _copied(agreement: Agreement, name: str, data: bytes) -> ExtractFile:
    rows, columns = _parquet_size(data) if name.endswith(".parquet") else _csv_size(data)
    return ExtractFile(agreement.delivery.file_name.format(name=name), data, rows, columns)


def _parquet_size(data: bytes) -> tuple[int, tuple[str, ...]]:
    file = pq.ParquetFile(pa.BufferReader(data))
    return file.metadata.num_rows, tuple(file.schema_arrow.names)


def _csv_size(data: bytes) -> tuple[int, tuple[str, ...]]:
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return len(rows), tuple(header)
