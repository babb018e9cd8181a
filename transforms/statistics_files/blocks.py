"""Which figures of a release have to be protected together: those that count the same, or add up to one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import pyarrow

from schemas.breakdowns import nested_topics
from schemas.collection import Collection
from schemas.contract import hold_to, to_frame
from schemas.datasets import LOCAL_AUTHORITY, SCHOOL, Dataset, Subject, datasets, datasets_of
from schemas.errors import ContractBroken
from schemas.populations import across, hidden_with, populations, within
from schemas.release import Block, CountsToProtect
from schemas.statistics import COUNTS_KEY, PROTECTED, PROTECTED_CONTRACT

PUPILS = "pupils"


def as_figures(rows: pd.DataFrame) -> pd.DataFrame:
    """Return counts of pupils as the figures of one population; figures stay as they are."""
    return rows if "figure" in rows else rows.assign(figure=PUPILS, people=rows["value"])


def counts_of_figure(protected: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return the protected counts of one population as a table of counts."""
    rows = protected.loc[protected["figure"].eq(figure)]
    place = rows["laestab"].astype("string").mask(rows["laestab"].eq(""))
    table = pyarrow.Table.from_pandas(rows.assign(laestab=place)[PROTECTED.names], PROTECTED, preserve_index=False)
    return hold_to(PROTECTED_CONTRACT, to_frame(table), key=COUNTS_KEY)


def datasets_without(lost: Iterable[str]) -> tuple[str, ...]:
    """Return the datasets that show a population which could not be protected."""
    return tuple(each.id for each in datasets().values() if populations_shown(each) & set(lost))


def populations_shown(dataset: Dataset) -> frozenset[str]:
    """Return the populations whose hidden counts hide something of a dataset."""
    shown = frozenset(hidden_with(figure) for figure in dataset.figures)
    return shown or frozenset({PUPILS} if dataset.subject == PUPILS else ())


def blocks_of(figures: Mapping[Subject, pd.DataFrame], collection: Collection) -> tuple[Block, ...]:
    """Split the counts of populations (not amounts) into blocks, in an order that follows from their names."""
    tables = [(name, each) for subject, rows in figures.items() for name, each in _tables(subject, rows, collection)]
    if not tables:
        return ()
    blocks, belonging = [], _within([each.rows for _, each in tables])
    for names in _connected({name for name, _ in tables}):
        held = tuple(each for name, each in tables if name in names)
        shown = [each for each in _held(figures, collection) if populations_shown(each) & names]
        profiles = {each.profile for each in shown}
        if len(profiles) != 1:
            raise ContractBroken("Datasets protected together have different profiles; mend schemas/datasets.toml.")
        sums = tuple(each for each in across() if each.whole in names)
        blocks.append(Block(tuple(each.id for each in shown), profiles.pop(), held, sums, belonging))
    return tuple(blocks)


def _within(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the counts whose members belong to another population that is counted in the same place and item."""
    counts = pd.concat(tables, ignore_index=True).drop_duplicates(["figure", *COUNTS_KEY])
    counts = counts.assign(laestab=counts["laestab"].astype("string").fillna(""))
    of = {each.part: each.of for each in within()}
    parts = counts.loc[counts["figure"].isin(list(of)), ["figure", *COUNTS_KEY]]
    wholes = counts[["figure", *COUNTS_KEY, "value"]].rename(columns={"figure": "whole", "value": "size"})
    key = ["whole", *COUNTS_KEY]
    return parts.assign(whole=parts["figure"].map(of)).merge(wholes, how="inner", on=key, validate="m:1")


def _held(figures: Mapping[Subject, pd.DataFrame], collection: Collection) -> list[Dataset]:
    return [each for each in datasets().values() if each.subject in figures and collection.term in each.terms]


def _connected(names: set[str]) -> list[frozenset[str]]:
    """Join the populations that add up to one another."""
    group = {name: frozenset({name}) for name in names}
    for each in across():
        held = frozenset({each.whole, *each.parts}) & names
        joined = frozenset().union(*(group[name] for name in held))
        group |= dict.fromkeys(joined, joined)
    return sorted(set(group.values()), key=min)


def _tables(subject: Subject, rows: pd.DataFrame, collection: Collection) -> list[tuple[str, CountsToProtect]]:
    """Return the grids of one subject's populations: schools with their authority where both show a topic."""
    held = [each for each in datasets_of(subject) if collection.term in each.terms]
    schools = [each for each in held if each.level == SCHOOL]
    covered = {name for each in schools for name in each.topics}
    shapes = [each for each in held if each.level == SCHOOL or not set(each.topics) <= covered]
    names = [name for name in sorted(set(rows["figure"])) if name in populations()]
    counted = {name: rows.loc[rows["figure"].eq(name)] for name in names}
    return [(name, _table(each, counted[name], held, collection)) for each in shapes for name in names]


def _table(shape: Dataset, rows: pd.DataFrame, held: Sequence[Dataset], collection: Collection) -> CountsToProtect:
    topics = shape.topics_in_force(collection)
    if shape.layout == "filters":
        return CountsToProtect(rows, dimensions=tuple(each.name for each in topics))
    levels: list[str] = [shape.level]
    if shape.level == SCHOOL and any(set(shape.topics) <= set(each.topics) for each in held if each.level != SCHOOL):
        levels.append(LOCAL_AUTHORITY)
    names = [each.name for each in topics]
    chosen = rows.loc[rows["geography"].isin(levels) & rows["breakdown_topic"].isin(names)]
    nested = nested_topics(shape.id, collection)
    return CountsToProtect(chosen, nested=nested, overlapping=tuple(each.name for each in topics if each.overlaps))
