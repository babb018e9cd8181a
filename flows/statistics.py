"""Statistics: clean tables → counts → disclosure control, audited → Parquet and DfE's CSV form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd
import pyarrow as pa

from flows.disclosure_profiles import is_unprotected, policy_of, profile_of, published_policy
from flows.ees_files import EesFiles
from flows.elective_home_education import Register, stored_register
from flows.inputs import land_inputs
from flows.options import Outcome, RunOptions
from flows.parquet import arrow_bytes, read_frame
from flows.progress import Progress
from flows.protect_statistics import Protected, protect_stage
from flows.protections import Protections, protections_of
from flows.publications import people_stage
from flows.school_census import Census, stored_census
from flows.statistics_pages import Pages
from flows.storage import Zone, partition
from flows.tasks import part, stage
from flows.unprotected_figures import Unprotected, refuse_to_publish
from flows.version import code_version
from flows.workspace import PART, Workspace, workspace
from schemas.calendar import known_collections
from schemas.datasets import Dataset, Subject, annual_part, datasets
from transforms.aggregate.absence import absence_figures
from transforms.aggregate.census import census_counts
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts
from transforms.aggregate.missing import missing_census_counts
from transforms.aggregate.sen import sen_figures
from transforms.aggregate.smaller import class_figures, leaver_figures, post16_figures
from transforms.aggregate.suspensions import suspension_figures
from transforms.rounding.carried import carried_of
from transforms.rounding.told import Changes, changes_of
from transforms.statistics_files.figures import Told, published_figures
from transforms.statistics_files.published import parquet_table, published, schools_of

#: How the figures of each subject are counted from the census.
COUNTED: Final[Mapping[Subject, Callable[..., pd.DataFrame]]] = {
    "pupils": census_counts,
    "sen": sen_figures,
    "suspensions": suspension_figures,
    "absence": absence_figures,
    "classes": class_figures,
    "post16": post16_figures,
    "leavers": leaver_figures,
}
#: Which objections the published figures leave out, as a hash: they stand only as long as it does.
RECORD = "statistics.json"
#: The column that the folder's name stands for.
PARTITION = "collection"
_TEXT = pd.ArrowDtype(pa.string())


@dataclass(frozen=True)
class Published:
    """What was published: datasets written, counts of the protection, objectors left out, datasets refused.

    `screened` tells of each dataset's files for DfE's platform how many checks they passed, and what it would doubt;
    `differences` counts the cells hidden because earlier publications could be subtracted, `schools_apart` the schools
    that have any; `changes` tells by profile of counts that were rounded or changed.
    """

    datasets: tuple[str, ...] = ()
    cells: int = 0
    hidden: int = 0
    objectors: int = 0
    unsafe: tuple[str, ...] = ()
    screened: Mapping[str, object] = field(default_factory=dict)
    differences: int = 0
    schools_apart: int = 0
    changes: tuple[Changes, ...] = ()


@dataclass(frozen=True)
class Made:
    """The figures of a collection before protection, and what disclosure control said of them."""

    figures: Mapping[Subject, pd.DataFrame]
    protected: Protected


def statistics_only(options: RunOptions, progress: Progress) -> Outcome:
    """Run `termly statistics`: rebuild from the clean tables of the last run."""
    with workspace(options, progress, create=False) as work:
        census, register = stored_census(work), stored_register(work)
        protections = protections_of(work, land_inputs(work), census, register)
        made = statistics(work, census, register, protections)
        work.transaction.commit()
        work.outcome.say(f"statistics: {', '.join(made.datasets)} ({made.hidden} of {made.cells} counts hidden)")
        for each in made.changes:
            work.outcome.say(
                f"{each.profile}: {each.changed} of {each.counts} counts are not the true ones; "
                f"{each.exact} of {each.small} small ones can be worked out from what is published"
            )
        if made.differences:
            work.outcome.say(
                f"{made.differences} counts hidden (of {made.schools_apart} schools), "
                "so that no child is told by what was published before or by DfE"
            )
    return work.outcome


@part("statistics")
def statistics(work: Workspace, census: Census, register: Register, protections: Protections) -> Published:
    """Make, protect and write the statistics of one collection."""
    if not work.options.statistics:
        withdraw_stage(work, datasets())
        return Published(objectors=protections.objectors)
    figures = count_stage(work, census, register, protections)
    people = people_stage(work, census, register, protections)
    protected = protect_stage(work, figures, people)
    names, screened = write_stage(work, census, Made(figures, protected), protections.digest)
    hidden = sum(report.hidden for report in protected.reports)
    cells = sum(report.cells for report in protected.reports)
    differences = sum(report.difference for report in protected.reports)
    return Published(
        names,
        cells,
        hidden,
        protections.objectors,
        protected.unsafe,
        screened,
        differences,
        protected.schools_apart,
        changes_of(protected.reports),
    )


@stage("count")
def count_stage(
    work: Workspace, census: Census, register: Register, protections: Protections
) -> dict[Subject, pd.DataFrame]:
    """Count the pupils and the children of each register, those who objected to research and statistics left out."""
    with work.progress.stage("count"):
        figures: dict[Subject, pd.DataFrame] = {}
        if len(census.tables["pupils"]):
            term = work.options.collection.term
            wanted = {each.subject for each in datasets().values() if term in each.terms} & COUNTED.keys()
            for subject in (each for each in COUNTED if each in wanted):
                figures[subject] = COUNTED[subject](census.tables, excluded=protections.excluded_pupils)
        if register.table is not None:
            makers = [ehe_census_counts, *([ehe_year_counts] if annual_part(work.options.collection) else [])]
            excluded = protections.excluded_children
            made = [make(register.table, calendar=work.calendar, excluded=excluded) for make in makers]
            figures["children"] = pd.concat(made, ignore_index=True)
        if (missing := register.missing.table) is not None:
            excluded = protections.excluded_missing
            figures["missing"] = missing_census_counts(missing, calendar=work.calendar, excluded=excluded)
    return figures


@stage("write statistics")
def write_stage(
    work: Workspace, census: Census, made: Made, objections: str
) -> tuple[tuple[str, ...], dict[str, dict[str, object]]]:
    """Write every dataset as Parquet, and DfE's files with all terms that the store holds of it, screened."""
    with work.progress.stage("write statistics"):
        schools = schools_of(census.tables)
        files, pages, apart = EesFiles(work), Pages(work), Unprotected(work)
        written: list[str] = []
        unsafe = set(made.protected.unsafe)
        for each in datasets().values():
            if each.subject in made.figures and work.options.collection.term in each.terms and each.id not in unsafe:
                rows = _rows(work, each, made, schools)
                if is_unprotected(work, each):
                    apart.write(each, rows)
                    continue
                _write(work, files, each, rows)
                pages.wrote(each, rows)
                written.append(each.id)
        # What could not be protected this time keeps its last good state; what no longer follows from the data goes.
        gone = set(datasets()) - set(written) - unsafe
        _take_back(work, files, gone)
        apart.say()
        stands = any(work.store.exists(work.place(Zone.STATISTICS, name) / PART) for name in unsafe)
        pages.write(gone, None if stands else made.protected.reports)
        work.transaction.stage_json(work.reports / RECORD, {"objections": objections, "datasets": sorted(written)})
    return tuple(written), files.told()


@stage("take back statistics")
def withdraw_stage(work: Workspace, names: Iterable[str]) -> None:
    """Take out this collection's part of some datasets: what an earlier run published no longer follows from the data.

    DfE's CSV keeps the other terms; without any it goes.
    """
    gone = frozenset(names)
    _take_back(work, EesFiles(work), gone)
    Pages(work).write(gone)


def _rows(work: Workspace, dataset: Dataset, made: Made, schools: pd.DataFrame) -> pd.DataFrame:
    """Make the published rows of a dataset."""
    when, la, carried = work.calendar, work.options.la, carried_of(policy_of(work, [dataset.id]))
    if not dataset.figures:
        counts = made.protected.counts_of(dataset.subject)
        return published(counts, dataset, calendar=when, la=la, schools=schools, carried=carried)
    told = Told(made.figures[dataset.subject], made.protected.figures, carried)
    return published_figures(told, dataset, calendar=when, la=la, schools=schools)


def _take_back(work: Workspace, files: EesFiles, names: Iterable[str]) -> None:
    """Take datasets out of this collection, and write the data dictionary of what then stands."""
    for name in sorted(names):
        folder = work.place(Zone.STATISTICS, name)
        if not work.store.exists(folder / PART):
            continue
        work.transaction.clear(folder)
        dataset = datasets()[name]
        if terms := _earlier(work, dataset):
            files.write(dataset, terms, profile=published_policy(work, dataset).name)
        else:
            files.remove(name)
    files.describe(lambda dataset: published_policy(work, dataset).name)


def _write(work: Workspace, files: EesFiles, dataset: Dataset, rows: pd.DataFrame) -> None:
    refuse_to_publish(work, dataset)
    profile = profile_of(work, dataset)
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
