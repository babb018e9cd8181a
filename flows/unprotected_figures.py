"""Figures under a profile that protects nothing: for the authority's own eyes, among its reports, never published."""

from __future__ import annotations

from typing import Final

import pandas as pd

from flows.disclosure_profiles import is_unprotected, profile_of
from flows.parquet import arrow_bytes
from flows.storage import Zone
from flows.version import code_version
from flows.workspace import Workspace
from schemas.datasets import Dataset
from schemas.errors import UsageError
from transforms.statistics_files.export import csv_of, exported
from transforms.statistics_files.published import parquet_table

#: Below the reports of a collection, which are private.
FOLDER: Final = "unprotected"


class Unprotected:
    """The figures of one run that are for the authority alone; what an earlier run left of such goes."""

    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._folder = work.reports / FOLDER
        self._written: list[str] = []
        work.transaction.clear(self._folder)

    def write(self, dataset: Dataset, rows: pd.DataFrame) -> None:
        """Write the figures of a dataset for programs and for spreadsheets."""
        work = self._work
        profile = profile_of(work, dataset)
        table = parquet_table(rows, dataset, calendar=work.calendar, code_version=code_version(), profile=profile)
        work.transaction.stage(self._folder / f"{dataset.id}.parquet", arrow_bytes(table))
        work.transaction.stage(self._folder / f"{dataset.id}.csv", csv_of(exported(rows, dataset), dataset))
        self._written.append(dataset.id)

    def say(self) -> None:
        """Say that nothing of this was published, and where it lies."""
        if self._written:
            self._work.outcome.say(
                f"{', '.join(self._written)}: the profile protects nothing, so nothing was published; "
                f"the figures are for the authority alone, in {self._folder}"
            )


def refuse_to_publish(work: Workspace, dataset: Dataset) -> None:
    """Refuse to write figures that nothing protects to the open zone.

    Raises:
        UsageError: when the dataset's profile protects nothing.
    """
    if is_unprotected(work, dataset):
        raise UsageError(
            f"{dataset.id} is under profile {profile_of(work, dataset)}, which protects nothing, so it is not written "
            f"to {Zone.STATISTICS}/; choose another profile to publish it."
        )
