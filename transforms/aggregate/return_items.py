"""Put counts of the register under the items that are keyed into DfE's return."""

from __future__ import annotations

import pandas as pd
import pyarrow

from schemas.contract import hold_to, to_frame
from schemas.datasets import TOTAL
from schemas.ehe_return import return_items_declared
from schemas.statistics import RETURN_CONTRACT, RETURN_ITEMS
from transforms.aggregate.return_checks import hold_consistent


def return_items(counts: pd.DataFrame) -> pd.DataFrame:
    """Put counts under part, item and category of the return, in the return's order; a total has category Total.

    Items of which the counts hold nothing are absent, not zero (the annual part outside autumn).
    """
    declared = pd.DataFrame(
        [(each.part, each.item, each.topic_name, each.breakdown) for each in return_items_declared()],
        columns=["part", "item", "breakdown_topic", "chosen"],
    )
    plain = counts[["breakdown_topic", "breakdown", "value"]].astype({"breakdown_topic": object, "breakdown": object})
    # A topic may fill several items (its figures), and an item takes several rows of a topic.
    rows = declared.merge(plain, how="inner", on="breakdown_topic", validate="m:m")
    rows = rows.loc[rows["chosen"].eq("") | rows["chosen"].eq(rows["breakdown"])]
    rows = rows.assign(category=rows["breakdown"].where(rows["chosen"].eq(""), TOTAL))
    table = pyarrow.Table.from_pandas(rows[RETURN_ITEMS.names], schema=RETURN_ITEMS, preserve_index=False)
    return hold_consistent(hold_to(RETURN_CONTRACT, to_frame(table), key=("part", "item", "category")))
