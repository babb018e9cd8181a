"""The tables we publish, as data: datasets, their topics and the items of each topic (schemas/datasets.toml).

A *topic* is one way to sort the counted (Sex, Year group); an *item* is one of its groups (Female, Year 4). In the
published files they are `breakdown_topic` and `breakdown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas import _data
from schemas.code_sets import code_set
from schemas.collection import Collection, Term
from schemas.errors import ContractBroken
from schemas.model import PUPILS, model_for
from schemas.sources.model import source

LOCAL_AUTHORITY = "Local authority"
SCHOOL = "School"
TOTAL = "Total"
REGISTER = "ehe_register"

SortedBy = Literal["code", "code rolled up", "age", "open period", "primary need", "whole table"]
Measure = Literal["count", "percent", "rate"]


class _Declared(BaseModel):
    """Frozen, and no key that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Topic(_Declared):
    """One way to sort the counted; what each key means stands at the top of datasets.toml."""

    id: str
    name: str
    field: str = ""
    sorted_by: SortedBy
    code_set: str = ""
    roll_up: str = ""
    labels: Literal["breakdowns", "code set"] = "breakdowns"
    unknown: str = "Unknown"
    whole: tuple[str, ...] = (TOTAL, TOTAL)
    nests_in: str = ""
    source: str

    @property
    def table(self) -> str:
        """Return the table of the field that decides."""
        return self.field.partition(".")[0]

    @property
    def column(self) -> str:
        """Return the column of the field that decides."""
        return self.field.partition(".")[2]

    def in_force(self, collection: Collection) -> bool:
        """Say whether the collection's term collects what the topic needs of pupils on roll."""
        if not self.field or self.table == REGISTER:
            return True
        fields = model_for(collection).tables[self.table].fields
        return any(field.column == self.column and field.on(collection) for field in fields)


class Indicator(_Declared):
    """One published number of a row."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)
    measure: Measure
    label: str = Field(max_length=80)
    unit: str = ""
    dp: int = Field(ge=0)


class Dataset(_Declared):
    """One published table."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)
    title: str
    source: str
    row_is: str
    level: Literal["Local authority", "School"]
    time: Literal["term", "previous academic year"]
    terms: tuple[Term, ...]
    counted: tuple[str, ...] = ()
    topics: tuple[str, ...]
    percent_of: tuple[str, ...]
    protect_with: tuple[str, ...] = ()
    profile: str
    layout: Literal["breakdowns", "columns"]
    breakdown_label: str = ""
    indicator: tuple[Indicator, ...]

    @property
    def count(self) -> Indicator:
        """Return the indicator that holds the counts."""
        return next(each for each in self.indicator if each.measure == "count")

    def topics_in_force(self, collection: Collection) -> tuple[Topic, ...]:
        """Return the topics that the collection can fill, in published order."""
        return tuple(topic(each) for each in self.topics if topic(each).in_force(collection))

    def time_of(self, collection: Collection) -> tuple[str, str]:
        """Return time period and identifier as DfE's platform writes them, such as 202526 and Spring term."""
        earlier = self.time == "previous academic year"
        year = collection.academic_year - (1 if earlier else 0)
        identifier = "Academic year" if earlier else f"{collection.term.value.capitalize()} term"
        return f"{year}{(year + 1) % 100:02d}", identifier


@dataclass(frozen=True)
class Item:
    """One item of a topic: the codes that fall to it, and the item of the topic above of which it is a part."""

    name: str
    codes: tuple[str, ...]
    part_of: str = ""


@dataclass(frozen=True)
class Nested:
    """Items of one topic that add up to items of another: pairs of (items above, items below) with the same sum."""

    child_topic: str
    parent_topic: str
    sums: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


@cache
def topic(topic_id: str) -> Topic:
    """Return one topic.

    Raises:
        ContractBroken: when datasets.toml declares no such topic.
    """
    return _one({each["id"]: Topic.model_validate(each) for each in _data.toml("datasets.toml")["topic"]}, topic_id)


@cache
def datasets() -> dict[str, Dataset]:
    """Return every dataset by its id, in the order of datasets.toml."""
    return {each["id"]: Dataset.model_validate(each) for each in _data.toml("datasets.toml")["dataset"]}


def dataset(dataset_id: str) -> Dataset:
    """Return one dataset.

    Raises:
        ContractBroken: when datasets.toml declares no such dataset.
    """
    return _one(datasets(), dataset_id)


def _one[T](declared: dict[str, T], wanted: str) -> T:
    if wanted not in declared:
        raise ContractBroken(f"schemas/datasets.toml declares no {wanted}; add it or mend the name.")
    return declared[wanted]


def code_set_of(each: Topic, collection: Collection) -> str:
    """Return the name of the code set of a topic's field; empty where the field has none."""
    if each.code_set or not each.field:
        return each.code_set
    if each.table == REGISTER:
        return source(REGISTER).column(each.column).code_set
    return model_for(collection).tables[each.table].field(each.column).code_set


@cache
def items_of(topic_id: str, collection: Collection) -> tuple[Item, ...]:
    """Return the items of a topic that a collection can fill, in published order; the unknown item stands last."""
    each = topic(topic_id)
    items = _from_code_set(each, collection) if each.labels == "code set" else _from_breakdowns(each, collection)
    known = [item for item in items if item.name != each.unknown]
    if not each.unknown:
        return tuple(known)
    stated = [item for item in items if item.name == each.unknown]
    return (*known, *(stated or [Item(each.unknown, ())]))


def _from_code_set(each: Topic, collection: Collection) -> list[Item]:
    labels = code_set(code_set_of(each, collection)).labels(collection)
    return [Item(label, (code,)) for code, label in labels.items()]


def _from_breakdowns(each: Topic, collection: Collection) -> list[Item]:
    name = code_set_of(each, collection)
    codes = code_set(name) if name else None
    rows = [row for row in _data.rows("breakdowns.csv") if row["topic"] == each.id]
    if codes is not None:
        live = set(codes.column(each.roll_up, collection).values()) if each.roll_up else codes.in_force(collection)
        rows = [row for row in rows if row["code"] in live or row["code"] == NOTHING]
    return [
        Item(name, tuple(row["code"] for row in found), found[0]["part_of"])
        for name, found in ((name, list(group)) for name, group in groupby(rows, key=lambda row: row["breakdown"]))
    ]


#: In breakdowns.csv, the code of those who have nothing of the kind (no special educational need).
NOTHING = "none"


def nested_topics(dataset_id: str, collection: Collection) -> tuple[Nested, ...]:
    """Return which items of the dataset add up to which items of another topic, beside adding up to the total.

    Where only some items state what they are part of, the rest adds up to the rest (breakdowns.csv, `part_of`).
    """
    held = dataset(dataset_id).topics_in_force(collection)
    return tuple(_nested(each, collection) for each in held if each.nests_in)


def _nested(each: Topic, collection: Collection) -> Nested:
    above = [item.name for item in items_of(each.nests_in, collection)]
    items = items_of(each.id, collection)
    stated = {item.part_of for item in items if item.part_of}
    sums = [((name,), tuple(i.name for i in items if i.part_of == name)) for name in above if name in stated]
    rest_above = tuple(name for name in above if name not in stated)
    rest = tuple(item.name for item in items if not item.part_of)
    return Nested(each.name, topic(each.nests_in).name, (*sums, *(((rest_above, rest),) if rest else ())))


def census_tables() -> frozenset[str]:
    """Return the census tables that the topics read, pupils among them."""
    read = {topic(name).table for each in datasets().values() for name in each.topics}
    return frozenset((read | {PUPILS}) - {"", REGISTER})
