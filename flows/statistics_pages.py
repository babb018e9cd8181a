"""The pages of an authority's statistics, from every published row that stands in the store when this run is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import pandas as pd

from flows.disclosure_profiles import published_policy
from flows.landing import LandedFile, LandingPlace, landed, read_landed
from flows.parquet import read_frame
from flows.storage import Zone, json_bytes, partition
from flows.workspace import PART, Workspace
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.datasets import Dataset, datasets
from schemas.disclosure import Policy
from schemas.errors import DONE_WITH_QUARANTINE, Unreadable
from schemas.la_geography import geography_of
from transforms.disclosure_control.counts import ProtectionReport
from transforms.parse.archives import unpack
from transforms.parse.published_figures import latest_figures, packaged_figures, read_published_figures
from transforms.rounding.told import changes_of
from transforms.statistics_pages.pages import PROTECTION, STATISTICS, protection_page, statistics_page
from transforms.statistics_pages.protection import changed_counts, reasons_of
from transforms.statistics_pages.sections import in_time
from transforms.statistics_pages.values import Held

#: The source under which a newer file of DfE's lands.
FIGURES: Final = "dfe_figures"
#: Why counts are hidden, by collection, roughly: what the page on protection says beside what the rows tell.
REASONS: Final = "protection.json"


class Pages:
    """The pages of one authority while a run writes them: rows it wrote, and datasets it took out."""

    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._written: dict[str, pd.DataFrame] = {}
        self._removed: set[str] = set()

    def wrote(self, dataset: Dataset, rows: pd.DataFrame) -> None:
        """Note the rows of this collection."""
        self._written[dataset.id] = rows

    @property
    def folder(self) -> PurePosixPath:
        """Return where the pages lie: beside the files that they show."""
        return PurePosixPath(Zone.STATISTICS, "ees", f"la={self._work.options.la}")

    def write(self, gone: Iterable[str], reports: Sequence[ProtectionReport] | None = None) -> None:
        """Write both pages, or take them out where nothing is published any more.

        `gone` are the datasets of which this collection has nothing, `reports` what disclosure control said of it.
        """
        self._removed.update(gone)
        held = [each for each in map(self._held, datasets().values()) if each.terms]
        places = [self.folder / name for name in (STATISTICS, PROTECTION, REASONS)]
        if not held:
            for place in (each for each in places if self._work.store.exists(each)):
                self._work.transaction.remove(place)
            return
        geography = geography_of(self._work.options.la)
        told = self._reasons(held, reports)
        policies = {each.dataset.id: self._policy(each.dataset) for each in held}
        invented = self._work.options.invented
        pages = (
            statistics_page(held, figures_of_dfe(self._work), geography=geography, invented=invented).encode(),
            protection_page(held, told, policies, geography=geography).encode(),
            json_bytes(told),
        )
        for place, content in zip(places, pages, strict=True):
            self._work.transaction.stage(place, content)

    def _policy(self, dataset: Dataset) -> Policy:
        return published_policy(self._work, dataset)

    def _held(self, dataset: Dataset) -> Held:
        """Return the rows of a dataset as they stand after this run."""
        now = self._work.options.collection
        terms = {when: rows for when in known_collections() if (rows := self._rows(dataset, when)) is not None}
        if dataset.id in self._written:
            terms[now] = self._written[dataset.id]
        return Held(dataset, in_time(terms))

    def _rows(self, dataset: Dataset, when: Collection) -> pd.DataFrame | None:
        if when == self._work.options.collection and (dataset.id in self._written or dataset.id in self._removed):
            return None
        place = partition(Zone.STATISTICS, dataset.id, collection=when, la=self._work.options.la) / PART
        return read_frame(self._work.store, place) if self._work.store.exists(place) else None

    def _reasons(self, held: Sequence[Held], reports: Sequence[ProtectionReport] | None) -> dict[str, Any]:
        """Return by collection why counts are hidden; what is not made anew stays as long as anything is published."""
        place, now = self.folder / REASONS, self._work.options.collection
        told = dict(self._work.store.read_json(place)) if self._work.store.exists(place) else {}
        if reports is not None:
            hiding = [each for each in reports if each.claims is None]
            hidden = reasons_of(
                sum(each.cells for each in hiding),
                small=sum(each.small for each in hiding),
                group=sum(each.group for each in hiding),
                to_protect=sum(each.to_protect for each in hiding),
                different=sum(each.difference for each in hiding),
            )
            told[str(now)] = hidden | changed_counts(changes_of(reports))
        standing = {str(when) for each in held for when in each.collections}
        return {name: reasons for name, reasons in told.items() if name in standing}


def figures_of_dfe(work: Workspace) -> pd.DataFrame:
    """Return DfE's figures: those of the package, and of every file landed since; the later file counts.

    A file that cannot be read is said with its sentence, and left out.
    """
    return latest_figures([packaged_figures(), *_landed_figures(work)])


def _landed_figures(work: Workspace) -> Iterable[pd.DataFrame]:
    every = (landed(work.store, LandingPlace(FIGURES, each, work.options.la)) for each in known_collections())
    files = sorted((file for files in every for file in files), key=lambda file: (file.landed_at, file.order))
    for file in files:
        try:
            yield from (read_published_figures(data, source_file=name) for name, data in _files(work, file))
        except Unreadable as fault:
            work.outcome.refuse(DONE_WITH_QUARANTINE, f"{FIGURES}: {fault} (`termly withdraw {file.path}` ends this.)")


def _files(work: Workspace, file: LandedFile) -> list[tuple[str, bytes]]:
    """Return the data files in what landed: DfE hands out a single CSV, or several with their guidance in a zip."""
    data = read_landed(work.store, file)
    if not file.name.lower().endswith(".zip"):
        return [(file.name, data)]
    held = unpack(data, name=file.name)
    return [
        (f"{file.name}/{name}", content)
        for name, content in held
        if name.lower().endswith(".csv") and not name.lower().endswith(".meta.csv")
    ]
