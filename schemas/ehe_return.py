"""The items of DfE's home education return that are reckoned from the register (schemas/ehe_return_items.csv)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from schemas import _data
from schemas.datasets import topic

TERMLY: Final = "EHE termly"
ANNUAL: Final = "EHE annual (previous academic year)"


@dataclass(frozen=True)
class ReturnItem:
    """One item of the return: all items of a topic, or (with a breakdown) one figure of it."""

    part: str
    item: str
    topic_id: str
    breakdown: str
    source: str

    @property
    def topic_name(self) -> str:
        """Return the topic as it stands in a table of counts."""
        return topic(self.topic_id).name


@cache
def return_items_declared() -> tuple[ReturnItem, ...]:
    """Return the items of the return, in its order."""
    return tuple(
        ReturnItem(row["part"], row["item"], row["topic"], row["breakdown"], row["source"])
        for row in _data.rows("ehe_return_items.csv")
    )


def topics_of_part(part: str) -> tuple[str, ...]:
    """Return the ids of the topics that one part of the return asks for, each once."""
    return tuple(dict.fromkeys(item.topic_id for item in return_items_declared() if item.part == part))
