"""What every part of a run shares: options, settings, the store it holds, its one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import pandas as pd

from flows.configuration import Configuration, load
from flows.journal import Recovery
from flows.options import Outcome, RunOptions
from flows.parquet import parquet_bytes
from flows.progress import Progress
from flows.storage import Store, Zone, partition
from flows.transaction import Transaction, opened
from schemas.calendar import Calendar
from schemas.configuration.model import Settings

PART = "part-0.parquet"


@dataclass
class Workspace:
    """One run's hold on a store."""

    options: RunOptions
    configuration: Configuration
    calendar: Calendar
    store: Store
    transaction: Transaction
    progress: Progress
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def settings(self) -> Settings:
        """Return the council's settings."""
        return self.configuration.settings

    def anew(self) -> Workspace:
        """Return the workspace with a transaction of its own for what follows a commit."""
        return replace(self, transaction=Transaction(self.store))

    def place(self, zone: Zone, *names: str) -> PurePosixPath:
        """Return a zone's folder of this run's collection and LA."""
        return partition(zone, *names, collection=self.options.collection, la=self.options.la)

    @property
    def reports(self) -> PurePosixPath:
        """Return the folder of this run's reports."""
        return self.place(Zone.REPORTS)

    def stage_table(self, folder: PurePosixPath, table: pd.DataFrame) -> None:
        """Write one clean table aside."""
        self.transaction.stage(folder / PART, parquet_bytes(table))


@contextmanager
def workspace(options: RunOptions, progress: Progress, *, create: bool = True) -> Iterator[Workspace]:
    """Open the store, hold it, finish or discard what an earlier run left, and begin the run's transaction."""
    configuration = load(options.config, la=options.la)
    calendar = configuration.calendar(options.collection)
    with opened(options.store, create=create) as (store, recovery), Transaction(store) as transaction:
        work = Workspace(options, configuration, calendar, store, transaction, progress)
        if recovery is not Recovery.NOTHING:
            progress.say(f"store: {recovery}")
        yield work
