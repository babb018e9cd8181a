"""The items of each topic, the codes that fall to them, and how they nest (schemas/breakdowns.csv and code sets)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from schemas import _data
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.datasets import REGISTERS, Dataset, Topic, dataset, topic
from schemas.model import all_fields, model_for
from schemas.sources.model import source

#: In breakdowns.csv, the code of those who have nothing of the kind (no special educational need).
NOTHING: Final = "none"


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


def code_set_of(each: Topic, collection: Collection) -> str:
    """Return the name of the code set of a topic's field; empty where the field has none."""
    if not each.field:
        return ""
    if each.table in REGISTERS:
        return source(each.table).column(each.column).code_set
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
    codes = code_set(code_set_of(each, collection))
    then = codes_of(each, collection)
    groups = codes.column("group", then) if each.group else {}
    return [Item(label, (code,)) for code, label in codes.labels(then).items() if groups.get(code, "") == each.group]


def codes_of(each: Topic, collection: Collection) -> Collection:
    """Return the collection whose codes a topic's field holds: the one before for attendance, which is of its term."""
    if not each.field or each.table in REGISTERS:
        return collection
    return model_for(collection).tables[each.table].field(each.column).code_collection(collection)


def _from_breakdowns(each: Topic, collection: Collection) -> list[Item]:
    name = code_set_of(each, collection)
    codes = code_set(name) if name else None
    rows = [row for row in _data.rows("breakdowns.csv") if row["topic"] == each.items]
    if codes is not None:
        live = set(codes.column(each.roll_up, collection).values()) if each.roll_up else codes.in_force(collection)
        rows = [row for row in rows if row["code"] in live or row["code"] == NOTHING]
    return [
        Item(name, tuple(row["code"] for row in found), found[0]["part_of"])
        for name, found in ((name, list(group)) for name, group in groupby(rows, key=lambda row: row["breakdown"]))
    ]


def item_order(topic_id: str) -> dict[str, int]:
    """Return the place of every item that a topic ever had, the unknown item last."""
    each = topic(topic_id)
    if each.labels == "code set":
        codes = code_set(_code_set_ever(each)).codes
        names = [code.label for code in codes if not each.group or code.more["group"] == each.group]
    else:
        names = [row["breakdown"] for row in _data.rows("breakdowns.csv") if row["topic"] == each.items]
    known = dict.fromkeys(name for name in names if name != each.unknown)
    return {name: place for place, name in enumerate((*known, *((each.unknown,) if each.unknown else ())))}


def _code_set_ever(each: Topic) -> str:
    if each.table in REGISTERS:
        return source(each.table).column(each.column).code_set
    return next(field.code_set for field in all_fields() if (field.table, field.column) == (each.table, each.column))


def places_in(published: Dataset) -> dict[tuple[str, str], int]:
    """Return the place of every topic's every item in the published order of a dataset, over all collections."""
    pairs = [(topic(each).name, item) for each in published.topics for item in item_order(each)]
    return {pair: place for place, pair in enumerate(pairs)}


@dataclass(frozen=True)
class Twin:
    """Two breakdowns of different topics that count almost the same children: what hides one must hide the other."""

    one: tuple[str, str]
    other: tuple[str, str]


@cache
def twin_breakdowns() -> tuple[Twin, ...]:
    """Return every pair of twins as (topic, breakdown) each."""
    return tuple(
        Twin((row["topic"], row["breakdown"]), (row["twin_topic"], row["twin_breakdown"]))
        for row in _data.rows("twin_breakdowns.csv")
    )


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
