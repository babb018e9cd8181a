"""Whole parts of a pupil's record that did not come (docs/sources.md S17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from schemas.contract import BOOLEAN
from schemas.model import PUPILS, all_tables, model_for
from schemas.rules.register import Mask, Masks, rule
from schemas.rules.rows import has_rows, missing
from schemas.tables import Tables

#: The field at which a missing module is reported: the module's first step in the return, and its name.
_MODULES = {"language": ("PupilCharacteristics", "characteristics"), "enrolstatus": ("PupilStatus", "status")}


def _words(_tables: Tables, field: str, places: NDArray[np.int64]) -> list[str]:
    return [f"Module is missing: nothing of the pupil's {_MODULES[field][1]} came"] * len(places)


@rule(
    "9999",
    severity="error",
    table=PUPILS,
    field=tuple(_MODULES),
    first="2024-autumn",
    message="Module is missing: nothing of the pupil's characteristics or status came",
    words=_words,
)
def module_missing(tables: Tables) -> Masks:
    """Mark pupils on roll of whom nothing of the characteristics, or nothing of the status, came.

    Nothing came: every item that the module holds in this collection is missing, and so is every row of the tables that
    stand within it. Both modules hold an item that is due of every pupil, so neither can be empty rightly.
    """
    return {field: _without(tables, module) for field, (module, _) in _MODULES.items()}


def _without(tables: Tables, module: str) -> Mask:
    """Mark pupils on roll with nothing of a module."""
    pupils = tables[PUPILS]
    items = model_for(tables.collection).tables[PUPILS].held("on", tables.collection)
    empty = pupils["is_on_roll"]
    for item in items:
        if item.xml_path.startswith(f"{module}/"):
            empty = empty & missing(pupils, item.column)
    if empty.any():  # as a rule nobody is left, and the tables within need no search
        for table in _tables_within(module):
            empty = empty & ~has_rows(tables, table)
    return empty.astype(BOOLEAN)


def _tables_within(module: str) -> tuple[str, ...]:
    (pupil,) = (table for table in all_tables() if table.name == PUPILS)
    return tuple(table.name for table in all_tables() if table.xml_on.startswith(f"{pupil.xml_on}/{module}/"))
