"""`termly statistics --table`: one published dataset, of a collection or of every term held, out of the store."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow.parquet as pq
import xlsxwriter

from flows.options import Outcome, RunOptions
from flows.parquet import frame_from
from flows.storage import Zone, partition
from flows.transaction import opened
from flows.workspace import PART
from schemas.breaks import Break, breaks_known, breaks_of
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.datasets import Dataset, datasets
from schemas.errors import NothingToDo, UsageError
from transforms.reports.findings_workbook import MADE, OPTIONS
from transforms.statistics_files.export import csv_of, exported, exported_terms, fill_workbook

Form = Literal["csv", "xlsx"]
_TOLD = ("title", "source", "row_is", "collection", "census_day", "profile", "code_version")


@dataclass(frozen=True)
class Wanted:
    """Which dataset goes where, in which form (None: as the file's name ends), and whether with every term held."""

    table: str
    out: Path
    form: Form | None
    all_terms: bool = False


def export_table(options: RunOptions, wanted: Wanted) -> Outcome:
    """Write one published dataset, protected as it stands in the store, into a file of the statistician's.

    Raises:
        UsageError: when there is no such dataset, or the file cannot be written.
        NothingToDo: when the collection has none of it.
    """
    dataset, form = _dataset(wanted.table), _form(wanted)
    held = _held(options, dataset, all_terms=wanted.all_terms)
    terms = {when: frame_from(data) for when, data in held.items()}
    table = exported_terms(terms, dataset) if wanted.all_terms else exported(terms[options.collection], dataset)
    breaks = breaks_of(dataset, held) if wanted.all_terms else breaks_known(dataset, options.collection)
    content = csv_of(table, dataset) if form == "csv" else _workbook(table, dataset, _about(held), breaks)
    try:
        wanted.out.write_bytes(content)
    except OSError as fault:
        raise UsageError(f"{wanted.out} cannot be written ({fault.strerror}); name another file with --out.") from None
    outcome = Outcome()
    of = ", ".join(str(when) for when in sorted(held))
    outcome.say(f"wrote {wanted.out}: {dataset.id} of {of}, {len(table)} rows, as published")
    for each in breaks if wanted.all_terms else ():
        outcome.say(f"break in series: {each.topic}, from {each.first}: {each.text}")
    return outcome


def _held(options: RunOptions, dataset: Dataset, *, all_terms: bool) -> dict[Collection, bytes]:
    """Read the published rows of the collection, or of every one held.

    Raises:
        NothingToDo: when there are none.
    """
    wanted = known_collections() if all_terms else (options.collection,)
    with opened(options.store, create=False) as (store, _):
        places = {
            when: partition(Zone.STATISTICS, dataset.id, collection=when, la=options.la) / PART for when in wanted
        }
        held = {when: store.read_bytes(place) for when, place in places.items() if store.exists(place)}
    if not held:
        of = "any term" if all_terms else str(options.collection)
        raise NothingToDo(f"The store has no {dataset.id} of {of} for {options.la}; `termly statistics` makes it.")
    return held


def _dataset(name: str) -> Dataset:
    if name not in datasets():
        raise UsageError(f"--table {name} is no dataset; published are {', '.join(datasets())}.")
    return datasets()[name]


def _form(wanted: Wanted) -> Form:
    if wanted.form is not None:
        return wanted.form
    ending = wanted.out.suffix.lower()
    if ending == ".csv":
        return "csv"
    if ending == ".xlsx":
        return "xlsx"
    raise UsageError(f"{wanted.out} ends neither in .csv nor in .xlsx; say which with --csv or --xlsx.")


def _about(held: Mapping[Collection, bytes]) -> dict[str, str]:
    """Return what the published files say of themselves: each word once, the earliest term's first."""
    told = [pq.read_schema(io.BytesIO(held[when])).metadata or {} for when in sorted(held)]
    said = {name: [each[name.encode()].decode() for each in told if name.encode() in each] for name in _TOLD}
    return {name: ", ".join(dict.fromkeys(words)) for name, words in said.items() if words}


def _workbook(table: pd.DataFrame, dataset: Dataset, about: dict[str, str], breaks: Sequence[Break]) -> bytes:
    sink = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="termly-") as scratch:
        book = xlsxwriter.Workbook(sink, {**OPTIONS, "constant_memory": False, "tmpdir": scratch})
        book.set_properties({"title": dataset.title, "comments": "Published figures, protected", "created": MADE})
        fill_workbook(book, table, dataset, about=about, breaks=breaks)
        book.close()
    return sink.getvalue()
