"""Statistics: clean tables → counts → disclosure control, audited → Parquet and DfE's CSV form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
import pyarrow as pa

from flows.ees_files import EesFiles
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
from schemas.breakdowns import twin_breakdowns
from schemas.calendar import known_collections
from schemas.datasets import Dataset, annual_part, datasets, datasets_of
from schemas.disclosure import Policy, Suppress, policy
from schemas.errors import DisclosureUnsafe, UsageError
from transforms.aggregate.census import census_counts
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts
from transforms.disclosure_control.counts import ProtectionReport, protect_counts
from transforms.statistics_files.published import parquet_table, published, schools_of
from transforms.statistics_files.release import protected_counts, tables_to_protect

Subject = Literal["pupils", "children"]
DEFAULT_PROFILE = "suppress"
#: Which objections the published figures leave out, as a hash: they stand only as long as it does.
RECORD = "statistics.json"
#: The column that the folder's name stands for.
PARTITION = "collection"
_TEXT = pd.ArrowDtype(pa.string())


@dataclass(frozen=True)
class Published:
    """What was published: datasets written, counts of the protection, objectors left out, datasets refused.

    `screened` tells of each dataset's files for DfE's platform how many checks they passed, and what it would doubt.
    """

    datasets: tuple[str, ...] = ()
    cells: int = 0
    hidden: int = 0
    objectors: int = 0
    unsafe: tuple[str, ...] = ()
    screened: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Protected:
    """Protected counts of one subject, how they were protected, and the datasets that could not be."""

    counts: pd.DataFrame
    reports: tuple[ProtectionReport, ...]
    unsafe: tuple[str, ...]


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
        withdraw_stage(work, datasets())
        return Published(objectors=protections.objectors)
    counts = count_stage(work, census, register, protections)
    protected: dict[Subject, Protected] = {}
    for subject, frame in counts.items():
        protected[subject] = protect_stage(work, subject, frame)
    names, screened = write_stage(work, census, protected, protections.digest)
    reports = [report for each in protected.values() for report in each.reports]
    unsafe = tuple(sorted({name for each in protected.values() for name in each.unsafe}))
    hidden = sum(report.small + report.group + report.to_protect for report in reports)
    cells = sum(report.cells for report in reports)
    return Published(names, cells, hidden, protections.objectors, unsafe, screened)


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
def protect_stage(work: Workspace, subject: Subject, counts: pd.DataFrame) -> Protected:
    """Hide what is small and what would give it away; the audit is the gate, and what it refuses is not published."""
    with work.progress.stage(f"protect {subject}"):
        frames: list[pd.DataFrame] = []
        reports: list[ProtectionReport] = []
        unsafe: list[str] = []
        for table in tables_to_protect(counts, subject=subject, collection=work.options.collection):
            try:
                made = protect_counts(
                    table.counts,
                    policy=publishing_policy(work, table.profile),
                    nested=table.nested,
                    twins=twin_breakdowns(),
                    dataset=", ".join(table.datasets),
                )
            except DisclosureUnsafe as fault:
                unsafe.extend(table.datasets)
                work.outcome.refuse(fault.exit_code, str(fault))
                continue
            frames.append(made.frame)
            reports.append(made.report)
        return Protected(protected_counts(counts, frames), tuple(reports), tuple(unsafe))


def publishing_policy(work: Workspace, declared: str) -> Policy:
    """Return the policy under which a dataset is published; the council's choice stands in for the default profile.

    Raises:
        UsageError: when the policy is not one to publish under.
    """
    name = _profile(work, declared)
    found = policy(name, declared=work.configuration.disclosure)
    if not isinstance(found, Suppress):
        raise UsageError(
            f"Disclosure profile {name} is not audited, so nothing is published under it; choose {DEFAULT_PROFILE}."
        )
    return found


def _profile(work: Workspace, declared: str) -> str:
    return work.settings.disclosure.profile if declared == DEFAULT_PROFILE else declared


@stage("write statistics")
def write_stage(
    work: Workspace, census: Census, protected: dict[Subject, Protected], objections: str
) -> tuple[tuple[str, ...], dict[str, dict[str, object]]]:
    """Write every dataset as Parquet, and DfE's files with all terms that the store holds of it, screened."""
    with work.progress.stage("write statistics"):
        schools = schools_of(census.tables)
        files = EesFiles(work)
        written: list[str] = []
        unsafe = {name for made in protected.values() for name in made.unsafe}
        for subject, made in protected.items():
            for each in datasets_of(subject):
                if work.options.collection.term in each.terms and each.id not in unsafe:
                    rows = published(made.counts, each, calendar=work.calendar, la=work.options.la, schools=schools)
                    _write(work, files, each, rows)
                    written.append(each.id)
        # What could not be protected this time keeps its last good state; what no longer follows from the data goes.
        _take_back(work, files, set(datasets()) - set(written) - unsafe)
        work.transaction.stage_json(work.reports / RECORD, {"objections": objections, "datasets": sorted(written)})
    return tuple(written), files.told()


@stage("take back statistics")
def withdraw_stage(work: Workspace, names: Iterable[str]) -> None:
    """Take out this collection's part of some datasets: what an earlier run published no longer follows from the data.

    DfE's CSV keeps the other terms; without any it goes.
    """
    _take_back(work, EesFiles(work), names)


def _take_back(work: Workspace, files: EesFiles, names: Iterable[str]) -> None:
    """Take datasets out of this collection, and write the data dictionary of what then stands."""
    for name in sorted(names):
        folder = work.place(Zone.STATISTICS, name)
        if not work.store.exists(folder / PART):
            continue
        work.transaction.clear(folder)
        dataset = datasets()[name]
        if terms := _earlier(work, dataset):
            files.write(dataset, terms, profile=_profile(work, dataset.profile))
        else:
            files.remove(name)
    files.describe(lambda dataset: _profile(work, dataset.profile))


def _write(work: Workspace, files: EesFiles, dataset: Dataset, rows: pd.DataFrame) -> None:
    profile = _profile(work, dataset.profile)
    table = parquet_table(rows, dataset, calendar=work.calendar, code_version=code_version(), profile=profile)
    # The folder's name says which collection it is; in the file as well, readers of the whole dataset would stumble.
    alone = table.drop_columns([PARTITION])
    work.transaction.stage(work.place(Zone.STATISTICS, dataset.id) / PART, arrow_bytes(alone))
    files.write(dataset, [rows, *_earlier(work, dataset)], profile=profile)


def _earlier(work: Workspace, dataset: Dataset) -> list[pd.DataFrame]:
    """Read the published rows of the other collections that the store holds."""
    places = {
        str(collection): partition(Zone.STATISTICS, dataset.id, collection=collection, la=work.options.la) / PART
        for collection in known_collections()
        if collection != work.options.collection
    }
    return [_told(read_frame(work.store, place), name) for name, place in places.items() if work.store.exists(place)]


def _told(rows: pd.DataFrame, collection: str) -> pd.DataFrame:
    """Give rows the collection that their folder names."""
    return rows.assign(**{PARTITION: pd.Series(collection, index=rows.index, dtype=_TEXT)})
