"""A dataset as its files for DfE's platform stand in the store: what descriptions of it are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from schemas.collection import Collection
from schemas.datasets import Dataset


@dataclass(frozen=True)
class Described:
    """One dataset as it stands in the store: its files' columns, its collections, and its disclosure profile."""

    dataset: Dataset
    data_columns: Sequence[str]
    meta: pd.DataFrame
    collections: Sequence[Collection]
    profile: str
