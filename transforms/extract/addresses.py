"""Addresses in two lines and a town, from either of the two ways in which a return holds them.

A return has lines 1 to 5 or a BS7666 address (docs/sources.md S1-S3): lines are used as they are where line 1 is held;
else SAON, PAON and street make the first line. A source with one column for a line gives that column.
"""

from __future__ import annotations

import pandas as pd

from schemas.contract import STRING
from transforms.extract.cells import joined

_LINES = "addressline"


def line_1(cells: pd.DataFrame) -> pd.Series:
    """Return the first line: line 1, else `SAON, PAON street`."""
    if len(cells.columns) == 1:
        return cells.iloc[:, 0]
    house = joined([_part(cells, "paon"), _part(cells, "street")], " ")
    structured = joined([_part(cells, "saon"), house], ", ")
    return _part(cells, f"{_LINES}1").fillna(structured)


def line_2(cells: pd.DataFrame) -> pd.Series:
    """Return the second line: lines 2 and 3, else the locality."""
    return _first_held(cells, [f"{_LINES}2", f"{_LINES}3"], ["locality"])


def town(cells: pd.DataFrame) -> pd.Series:
    """Return the town: line 4, else town, else post town."""
    return _first_held(cells, [f"{_LINES}4"], ["town", "posttown"])


def _first_held(cells: pd.DataFrame, lines: list[str], parts: list[str]) -> pd.Series:
    if len(cells.columns) == 1:
        return cells.iloc[:, 0]
    text = joined([_part(cells, line) for line in lines], ", ")
    for part in parts:
        text = text.fillna(_part(cells, part))
    return text


def _part(cells: pd.DataFrame, column: str) -> pd.Series:
    """Return one agreed part; a part that the agreement does not list is as one that nobody holds."""
    nothing = pd.Series(None, index=cells.index, dtype=STRING)
    return next((cells[name] for name in cells.columns if name.endswith(f".{column}")), nothing)
