"""The most that a class or a whole return may have before it is queried (`query_limits.csv`).

One row is the number of one rule in one span of collections (docs/sources.md).
"""

from __future__ import annotations

from schemas.collection import Collection
from schemas.errors import ContractBroken
from schemas.rules.bands import in_force


def most(rule_id: str, collection: Collection) -> int:
    """Return the number above which a rule marks.

    Raises:
        ContractBroken: when the file holds none for the collection, or more than one.
    """
    found = [row for row in in_force("rules/query_limits.csv", collection) if row["rule"] == rule_id]
    if len(found) != 1:
        raise ContractBroken(
            f"schemas/rules/query_limits.csv holds {len(found)} lines of rule {rule_id} for {collection}; give it one."
        )
    return int(found[0]["most"])
