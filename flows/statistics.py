"""Statistics: clean tables → counts → disclosure control, audited → Parquet and DfE's CSV form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

import pandas as pd

from flows.elective_home_education import Register, stored_register
from flows.inputs import land_inputs
from flows.options import Outcome, RunOptions
from flows.parquet import arrow_bytes, read_frame
from flows.progress import Progress
from flows.protections import Protections, protections_of
from flows.school_census import Census, stored_census
from flows.storage import Zone, partition
from flows.tasks import part, stage
from flows.version import code_version
from flows.workspace import PART, Workspace, workspace
from schemas.calendar import known_collections
from schemas.datasets import Dataset, annual_part, datasets, datasets_of
from schemas.disclosure import policy
from transforms.aggregate.census import census_counts
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts
from transforms.disclosure_control.counts import ProtectionReport, protect_counts
from transforms.statistics_files.ees import csv_bytes, ees_frame, meta_frame
from transforms.statistics_files.published import parquet_table, published, schools_of
from transforms.statistics_files.release import protected_counts, tables_to_protect

Subject = Literal["pupils", "children"]
DEFAULT_PROFILE = "suppress"


@dataclass(frozen=True)
class Published:
    """What was published: datasets written, counts of the protection, and how many objectors were left out."""

    datasets: tuple[str, ...] = ()
    cells: int = 0
    hidden: int = 0
    objectors: int = 0


def statistics_only(options: RunOptions, progress: Progress) -> Outcome:
    """Run `termly statistics`: rebuild from the clean tables of the last run."""
    with workspace(options, progress, create=False) as work:
        census, register = stored_census(work), stored_register(work)
        protections = protections_of(work, land_inputs(work), census, register)
        made = statistics(work, census, register, protections)
        work.transaction.commit()
        work.outcome.say(f"statistics: {', '.join(made.datasets)} ({made.hidden} of {made.cells} counts hidden)")
    return work.outcome


@part("statistics")
def statistics(work: Workspace, census: Census, register: Register, protections: Protections) -> Published:
    """Make, protect and write the statistics of one collection."""
    if not work.options.statistics:
        return Published(objectors=protections.objectors)
    counts = count_stage(work, census, register, protections)
    protected: dict[Subject, pd.DataFrame] = {}
    reports: list[ProtectionReport] = []
    for subject, frame in counts.items():
        protected[subject], made = protect_stage(work, subject, frame)
        reports += made
    names = write_stage(work, census, protected)
    hidden = sum(report.small + report.group + report.to_protect for report in reports)
    return Published(names, sum(report.cells for report in reports), hidden, protections.objectors)


@stage("count")
def count_stage(
    work: Workspace, census: Census, register: Register, protections: Protections
) -> dict[Subject, pd.DataFrame]:
    """Count pupils and EHE children, those who objected to research and statistics left out."""
    with work.progress.stage("count"):
        counts: dict[Subject, pd.DataFrame] = {}
        if len(census.tables["pupils"]):
            counts["pupils"] = census_counts(census.tables, excluded=protections.excluded_pupils)
        if register.table is not None:
            makers = [ehe_census_counts, *([ehe_year_counts] if annual_part(work.options.collection) else [])]
            excluded = protections.excluded_children
            made = [make(register.table, calendar=work.calendar, excluded=excluded) for make in makers]
            counts["children"] = pd.concat(made, ignore_index=True)
    return counts


@stage("protect")
def protect_stage(
    work: Workspace, subject: Subject, counts: pd.DataFrame
) -> tuple[pd.DataFrame, list[ProtectionReport]]:
    """Hide what is small and what would give it away; the audit is the gate.

    Raises:
        DisclosureUnsafe: naming the datasets, when a table cannot be proved safe.
    """
    with work.progress.stage(f"protect {subject}"):
        made = [
            protect_counts(
                table.counts,
                policy=policy(_profile(work, table.profile), declared=work.configuration.disclosure),
                nested=table.nested,
                dataset=", ".join(table.datasets),
            )
            for table in tables_to_protect(counts, subject=subject, collection=work.options.collection)
        ]
    return protected_counts(counts, [each.frame for each in made]), [each.report for each in made]


def _profile(work: Workspace, declared: str) -> str:
    """Return a dataset's profile; the council's choice stands in for the default."""
    return work.settings.disclosure.profile if declared == DEFAULT_PROFILE else declared


@stage("write statistics")
def write_stage(work: Workspace, census: Census, protected: dict[Subject, pd.DataFrame]) -> tuple[str, ...]:
    """Write every dataset as Parquet, and DfE's CSV with all terms that the store holds of it."""
    with work.progress.stage("write statistics"):
        schools = schools_of(census.tables)
        written = []
        for subject, counts in protected.items():
            for each in datasets_of(subject):
                if work.options.collection.term in each.terms:
                    rows = published(counts, each, calendar=work.calendar, la=work.options.la, schools=schools)
                    _write(work, each, rows)
                    written.append(each.id)
        for name in set(datasets()) - set(written):
            work.transaction.clear(work.place(Zone.STATISTICS, name))
    return tuple(written)


def _write(work: Workspace, dataset: Dataset, rows: pd.DataFrame) -> None:
    table = parquet_table(
        rows, dataset, calendar=work.calendar, code_version=code_version(), profile=_profile(work, dataset.profile)
    )
    work.transaction.stage(work.place(Zone.STATISTICS, dataset.id) / PART, arrow_bytes(table))
    folder = PurePosixPath(Zone.STATISTICS, "ees", f"la={work.options.la}")
    terms = [rows, *_earlier(work, dataset)]
    work.transaction.stage(folder / f"{dataset.id}.csv", csv_bytes(ees_frame(terms, dataset)))
    work.transaction.stage(folder / f"{dataset.id}.meta.csv", csv_bytes(meta_frame(dataset)))


def _earlier(work: Workspace, dataset: Dataset) -> list[pd.DataFrame]:
    """Read the published rows of the other collections that the store holds."""
    places = [
        partition(Zone.STATISTICS, dataset.id, collection=collection, la=work.options.la) / PART
        for collection in known_collections()
        if collection != work.options.collection
    ]
    return [read_frame(work.store, place) for place in places if work.store.exists(place)]
