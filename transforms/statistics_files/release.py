"""Which counts have to be protected together, in the form in which disclosure control takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow

from schemas.breakdowns import Nested, nested_topics
from schemas.collection import Collection
from schemas.contract import hold_to, to_frame
from schemas.datasets import TOTAL, Dataset, Subject, datasets, datasets_of
from schemas.errors import ContractBroken
from schemas.statistics import COUNTS_KEY, PROTECTED, PROTECTED_CONTRACT


@dataclass(frozen=True, eq=False)
class TableToProtect:
    """Counts that add up to one Total in each geography, under one profile.

    `counts` keeps the index of the counts it was made of; `nested` says which items add up to which others.
    """

    datasets: tuple[str, ...]
    profile: str
    counts: pd.DataFrame
    nested: tuple[Nested, ...]


def tables_to_protect(counts: pd.DataFrame, *, subject: Subject, collection: Collection) -> tuple[TableToProtect, ...]:
    """Split counts into the tables that are protected one by one.

    Datasets that publish sums of the same pupils (`protect_with`) are one table. A dataset without a Total is split: a
    topic with the figure it adds up to is a table, and so is every figure that stands alone. Counts that no dataset
    publishes (SEN provision of the EHE return) are in no table.
    """
    held = [each for each in datasets_of(subject) if collection.term in each.terms]
    groups = sorted({tuple(sorted({each.id, *each.protect_with})) for each in held})
    return tuple(
        table
        for group in groups
        for table in _tables(counts, [datasets()[name] for name in group], collection)
        if len(table.counts)
    )


def _tables(counts: pd.DataFrame, group: Sequence[Dataset], collection: Collection) -> list[TableToProtect]:
    profiles = {each.profile for each in group}
    if len(profiles) != 1:
        raise ContractBroken("Datasets protected together have different profiles; mend schemas/datasets.toml.")
    names = tuple(each.id for each in group)
    held = pd.concat([rows_of(counts, each, collection) for each in group])
    topics = {topic.name: topic for each in group for topic in each.topics_in_force(collection)}
    if TOTAL in topics:
        nested = tuple(dict.fromkeys(nested for each in group for nested in nested_topics(each.id, collection)))
        return [TableToProtect(names, profiles.pop(), held, nested)]
    profile = profiles.pop()
    parts = [
        pd.concat([_as_total(held.loc[_is(held, *topic.whole)]), held.loc[held["breakdown_topic"].eq(name)]])
        for name, topic in topics.items()
        if topic.whole
    ]
    with_parts = set().union(*(part.index for part in parts))
    alone = [_as_total(held.loc[[row]]) for row in held.index if row not in with_parts]
    return [TableToProtect(names, profile, part, ()) for part in (*parts, *alone)]


def rows_of(counts: pd.DataFrame, dataset: Dataset, collection: Collection) -> pd.DataFrame:
    """Return the counts that a dataset publishes."""
    topics = [topic.name for topic in dataset.topics_in_force(collection)]
    return counts.loc[counts["geography"].eq(dataset.level) & counts["breakdown_topic"].isin(topics)]


def _is(counts: pd.DataFrame, topic: str, item: str) -> pd.Series:
    return counts["breakdown_topic"].eq(topic) & counts["breakdown"].eq(item)


def _as_total(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.assign(breakdown_topic=TOTAL, breakdown=TOTAL).astype(counts.dtypes)


def protected_counts(counts: pd.DataFrame, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put what disclosure control says of each table (`value`, `symbol`, by the table's index) beside the counts.

    Rows that were in no table are left out: they are not for publication.

    Raises:
        ContractBroken: when two tables speak of one row, or a row has both or neither of value and symbol.
    """
    if not parts:
        return to_frame(PROTECTED.empty_table())
    said = pd.concat([part[["value", "symbol"]] for part in parts]).sort_index()
    if said.index.has_duplicates:
        raise ContractBroken("Two tables to protect hold the same count; each count belongs to one.")
    if (said["value"].isna() == said["symbol"].isna()).any():
        raise ContractBroken("A protected count has both or neither of a value and a symbol; nothing was published.")
    told = counts.loc[said.index, list(COUNTS_KEY)].assign(value=said["value"], symbol=said["symbol"])
    table = pyarrow.Table.from_pandas(told[PROTECTED.names], schema=PROTECTED, preserve_index=False)
    return hold_to(PROTECTED_CONTRACT, to_frame(table), key=COUNTS_KEY)
