"""The tables we publish, as data: datasets, their topics and the items of each topic (schemas/datasets.toml).

A *topic* is one way to sort the counted (Sex, Year group); an *item* is one of its groups (Female, Year 4). In the
published files they are `breakdown_topic` and `breakdown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas import _data
from schemas.collection import Collection, Term
from schemas.errors import ContractBroken
from schemas.model import model_for

LOCAL_AUTHORITY = "Local authority"
SCHOOL = "School"
TOTAL = "Total"
REGISTER = "ehe_register"
MISSING = "cme_register"
#: Sources of which a topic's field may be, beside the tables of the census.
REGISTERS = (REGISTER, MISSING)

SortedBy = Literal["code", "code rolled up", "age", "open period", "primary need", "whole table", "size", "weeks"]
Measure = Literal["count", "percent", "rate", "amount", "ratio"]
Subject = Literal["pupils", "children", "missing", "sen", "suspensions", "absence", "classes", "post16", "leavers"]


class _Declared(BaseModel):
    """Frozen, and no key that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Topic(_Declared):
    """One way to sort the counted; what each key means stands at the top of datasets.toml."""

    id: str
    name: str
    field: str = ""
    sorted_by: SortedBy
    roll_up: str = ""
    labels: Literal["breakdowns", "code set"] = "breakdowns"
    unknown: str = "Unknown"
    whole: tuple[str, ...] = (TOTAL, TOTAL)
    nests_in: str = ""
    overlaps: bool = False
    group: str = ""
    like: str = ""
    roll: Literal["on", "off"] = "on"
    source: str

    @property
    def items(self) -> str:
        """Return the topic whose rows of breakdowns.csv are this topic's items."""
        return self.like or self.id

    @property
    def table(self) -> str:
        """Return the table of the field that decides."""
        return self.field.partition(".")[0]

    @property
    def column(self) -> str:
        """Return the column of the field that decides."""
        return self.field.partition(".")[2]

    def in_force(self, collection: Collection) -> bool:
        """Say whether the collection's term collects what the topic needs, of pupils on roll or of leavers."""
        if not self.field or self.table in REGISTERS:
            return True
        fields = model_for(collection).tables[self.table].fields
        return any(field.column == self.column and field.held(self.roll, collection) for field in fields)


class Indicator(_Declared):
    """One published number of a row."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)
    measure: Measure
    label: str = Field(max_length=80)
    unit: str = ""
    dp: int = Field(ge=0)
    population: str = ""
    amount: str = ""
    part: str = ""
    base: str = ""
    per: int = 100

    @property
    def figure(self) -> str:
        """Return the population or amount that the indicator shows; empty where it is reckoned from others."""
        return self.population or self.amount


class Dataset(_Declared):
    """One published table."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)
    title: str
    subject: Subject
    source: str
    row_is: str
    level: Literal["Local authority", "School"]
    time: Literal["term", "previous academic year"]
    terms: tuple[Term, ...]
    counted: tuple[str, ...] = ()
    topics: tuple[str, ...]
    percent_of: tuple[str, ...] = ()
    protect_with: tuple[str, ...] = ()
    profile: str
    layout: Literal["breakdowns", "columns", "filters"]
    whole_without: tuple[str, ...] = ()
    crossings: tuple[tuple[str, ...], ...] = ()
    small_below: int = 0
    small_crossings: tuple[tuple[str, ...], ...] = ()
    breakdown_label: str = ""
    rests_on: tuple[str, ...] = ()
    published: bool = True
    indicator: tuple[Indicator, ...]

    @property
    def count(self) -> Indicator:
        """Return the indicator that holds the counts."""
        return next(each for each in self.indicator if each.measure == "count")

    @property
    def figures(self) -> tuple[str, ...]:
        """Return the populations and amounts that the dataset shows."""
        return tuple(dict.fromkeys(each.figure for each in self.indicator if each.figure))

    def crosses(self, topics: Iterable[str], *, counted: int) -> bool:
        """Say whether a filters layout shows some topics crossed with each other, where so many are counted."""
        wanted = frozenset(topics)
        shown = self.small_crossings if counted < self.small_below else self.crossings
        return any(wanted <= set(crossing) for crossing in shown)

    @property
    def annual(self) -> bool:
        """Say whether the figures are of the previous academic year rather than of census day."""
        return self.time == "previous academic year"

    def topics_in_force(self, collection: Collection) -> tuple[Topic, ...]:
        """Return the topics that the collection can fill, in published order."""
        return tuple(topic(each) for each in self.topics if topic(each).in_force(collection))

    def time_of(self, collection: Collection) -> tuple[str, str]:
        """Return time period and identifier as DfE's platform writes them, such as 202526 and Spring term."""
        year = collection.academic_year - (1 if self.annual else 0)
        identifier = "Academic year" if self.annual else f"{collection.term.value.capitalize()} term"
        return f"{year}{(year + 1) % 100:02d}", identifier


@cache
def topic(topic_id: str) -> Topic:
    """Return one topic.

    Raises:
        ContractBroken: when datasets.toml declares no such topic.
    """
    declared = {each["id"]: each for each in _data.toml("datasets.toml")["topic"]}
    _declares(declared, topic_id)
    return Topic.model_validate(declared[topic_id])


@cache
def datasets() -> dict[str, Dataset]:
    """Return every published dataset by its id, in the order of datasets.toml."""
    declared = (Dataset.model_validate(each) for each in _data.toml("datasets.toml")["dataset"])
    return {each.id: each for each in declared if each.published}


def dataset(dataset_id: str) -> Dataset:
    """Return one dataset.

    Raises:
        ContractBroken: when datasets.toml declares no such dataset.
    """
    _declares(datasets(), dataset_id)
    return datasets()[dataset_id]


def _declares(declared: Mapping[str, object], wanted: str) -> None:
    if wanted not in declared:
        raise ContractBroken(f"schemas/datasets.toml declares no {wanted}; add it or mend the name.")


def datasets_of(subject: Subject) -> tuple[Dataset, ...]:
    """Return the datasets that one way of counting fills: pupils of the census, children of the register, absence."""
    return tuple(each for each in datasets().values() if each.subject == subject)


def annual_part(collection: Collection) -> bool:
    """Say whether a collection also reports the previous academic year."""
    return any(each.time == "previous academic year" and collection.term in each.terms for each in datasets().values())
