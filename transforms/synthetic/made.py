"""Rows made for one table: their columns, and which row of the parent table each hangs under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.synthetic.draw import Ints


@dataclass(frozen=True)
class Made:
    """Columns by COLLECT's names, and for each row the position of its parent's row; rows stand in parents' order."""

    columns: pd.DataFrame
    parent: Ints

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.parent)


def made(columns: Mapping[str, object], parent: Ints) -> Made:
    """Put rows in their parents' order."""
    order = np.argsort(parent, kind="stable")
    frame = pd.DataFrame(columns, index=np.arange(len(parent)))
    return Made(frame.iloc[order].reset_index(drop=True), parent[order])
