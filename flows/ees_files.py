"""DfE's files of an authority's statistics: screened, then written with their description and the data dictionary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from flows.storage import Zone, partition
from flows.workspace import PART, Workspace
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.datasets import Dataset, datasets
from schemas.la_geography import geography_of
from transforms.statistics_files.csvw import SUFFIX, csvw_bytes
from transforms.statistics_files.described import Described
from transforms.statistics_files.dictionary_page import dictionary_page
from transforms.statistics_files.ees import csv_bytes, ees_frame, meta_frame
from transforms.statistics_files.screening import Screening, screen
from transforms.statistics_files.screening_pair import pair_of

DATA, META = ".csv", ".meta.csv"
DICTIONARY: Final = "dictionary.html"


@dataclass
class EesFiles:
    """The files of one authority while a run writes them; `screened` is what was found in each dataset's pair."""

    work: Workspace
    screened: dict[str, Screening] = field(default_factory=dict)
    _written: dict[str, Described] = field(default_factory=dict, repr=False)
    _removed: set[str] = field(default_factory=set, repr=False)

    @property
    def folder(self) -> PurePosixPath:
        """Return where the files lie in the store."""
        return PurePosixPath(Zone.STATISTICS, "ees", f"la={self.work.options.la}")

    def write(self, dataset: Dataset, terms: Sequence[pd.DataFrame], *, profile: str) -> None:
        """Write a dataset's data and meta file and their description, from the published rows of every term.

        Raises:
            ContractBroken: when a screening check fails; nothing of the run is kept.
        """
        data = ees_frame(terms, dataset)
        meta = meta_frame(dataset, tuple(data.columns))
        files = {f"{dataset.id}{DATA}": csv_bytes(data), f"{dataset.id}{META}": csv_bytes(meta)}
        self._screen(dataset, files)
        collections = sorted({Collection.parse(name) for rows in terms for name in rows["collection"].unique()})
        described = Described(dataset, tuple(data.columns), meta, collections, profile)
        files[f"{dataset.id}{SUFFIX}"] = csvw_bytes(described, geography=geography_of(self.work.options.la))
        for name, content in files.items():
            self.work.transaction.stage(self.folder / name, content)
        self._written[dataset.id] = described

    def remove(self, dataset_id: str) -> None:
        """Take a dataset's files out: no term of it is left."""
        places = (self.folder / f"{dataset_id}{suffix}" for suffix in (DATA, META, SUFFIX))
        for place in places:
            if self.work.store.exists(place):
                self.work.transaction.remove(place)
        self._removed.add(dataset_id)

    def describe(self, profile_of: Callable[[Dataset], str]) -> None:
        """Write the data dictionary of every dataset whose files stand after this run; without any, it goes."""
        found = (self._described(each, profile_of) for each in datasets().values() if each.id not in self._removed)
        described = [each for each in found if each is not None]
        place = self.folder / DICTIONARY
        if described:
            page = dictionary_page(described, geography=geography_of(self.work.options.la))
            self.work.transaction.stage(place, page.encode("utf-8"))
        elif self.work.store.exists(place):
            self.work.transaction.remove(place)

    def _described(self, dataset: Dataset, profile_of: Callable[[Dataset], str]) -> Described | None:
        """Return what this run wrote of a dataset, or what stands in the store from earlier ones."""
        place = self.folder / f"{dataset.id}{DATA}"
        if dataset.id in self._written or not self.work.store.exists(place):
            return self._written.get(dataset.id)
        header = self.work.store.read_text(place).partition("\n")[0].split(",")
        held = [when for when in known_collections() if self.work.store.exists(self._part(dataset, when))]
        if not held:
            return None
        return Described(dataset, tuple(header), meta_frame(dataset, header), held, profile_of(dataset))

    def _part(self, dataset: Dataset, when: Collection) -> PurePosixPath:
        return partition(Zone.STATISTICS, dataset.id, collection=when, la=self.work.options.la) / PART

    def _screen(self, dataset: Dataset, files: Mapping[str, bytes]) -> None:
        """Hold the bytes that will be written to DfE's checks; what it would doubt, and we did not know of, is said."""
        (data_name, data), (meta_name, meta) = files.items()
        said = screen(pair_of(data_name, data, meta_name, meta))
        said.hold()
        self.screened[dataset.id] = said
        for line in said.unknown_warnings(dataset.id):
            self.work.outcome.say(f"warning: {data_name}: {line}")

    def told(self) -> dict[str, dict[str, object]]:
        """Return for the summary to how many checks each dataset was held, and what DfE's platform would doubt."""
        return {name: {"checks": said.checks, "warnings": said.warning_counts} for name, said in self.screened.items()}
