"""The register of children missing education: rows that can be counted, and rows set aside with one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd
import pyarrow as pa

from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.contract import raw_name
from schemas.datasets import MISSING
from schemas.model import FieldType
from schemas.sources.model import source

#: The column of a row set aside that says why, in one sentence without any value.
WHY: Final = "why"
_TEXT: Final = pd.ArrowDtype(pa.string())


def rows_to_count(register: pd.DataFrame, collection: Collection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split the clean register into the rows that can be counted and those that cannot, these with `why`.

    A row cannot be counted if something in it is written but not understood: a guess would put the child under another
    item, or count a child whose time is over. Blank cells are no fault: DfE's table has items for them. Every row is in
    one of the two; of several faults of a row the first is told.
    """
    why = pd.Series(pd.NA, index=register.index, dtype=_TEXT)
    for broken, sentence in _faults(register, collection):
        why = why.mask(broken & why.isna(), sentence)
    fine = why.isna().to_numpy(dtype=bool)
    return register.loc[fine].reset_index(drop=True), register.assign(**{WHY: why}).loc[~fine].reset_index(drop=True)


def _faults(register: pd.DataFrame, collection: Collection) -> Iterator[tuple[pd.Series, str]]:
    """Yield the rows of each kind of fault, and what it is and what to do."""
    for column in source(MISSING).columns:
        values = register[column.name]
        if column.type is FieldType.DATE:
            lost = values.isna() & register[raw_name(column.name)].notna()
            yield lost, f"{column.name} is written but is no date; write it as 31/01/2026."
        elif column.type is FieldType.CODE:
            known = code_set(column.code_set).in_force(collection)
            unknown = values.notna() & ~values.astype(object).isin(known)
            yield unknown, f"{column.name} is none of the words of the list; write one of them, or map yours to it."
    backwards = (register["cme_end_date"] < register["cme_start_date"]).fillna(value=False)
    yield backwards, "cme_end_date is before cme_start_date; correct one of the two."


def reasons_told(refused: pd.DataFrame) -> dict[str, int]:
    """Return how many rows were set aside for each reason, the most frequent first."""
    counts = refused[WHY].astype(object).value_counts()
    ordered = sorted(((str(why), int(number)) for why, number in counts.items()), key=lambda each: (-each[1], each[0]))
    return dict(ordered)
