"""Lists for a clerk: links that are not certain, and pupils who may be one child under two UPNs.

A clerk fills in `decision` (yes or no), `by` and `day`; link_review.csv is handed back as `--input link_decisions=…`.
"""

from __future__ import annotations

import pandas as pd

from schemas.contract import STRING
from transforms.reports.tables import report_csv

_PLACES = {"weight": 2, "probability": 4}
_ROLL = {True: "on", False: "off"}
_TO_FILL_IN = ("decision", "by", "day")
#: From here on the columns are the items compared, whatever they are.
_LINK = ("child_id", "upn", "laestab", "roll", "record", "why", "weight", "probability")
_SIDE = ("upn", "laestab", "roll", "record")
_SAME = (*_SIDE, *(f"other_{name}" for name in _SIDE), "weight", "probability")


def link_review_csv(review: pd.DataFrame) -> bytes:
    """Write link_review.csv: one row per child of the register and pupil record, the likeliest first."""
    return _csv(review, _LINK, ("is_on_roll",))


def same_child_csv(pairs: pd.DataFrame) -> bytes:
    """Write same_child_review.csv: one row per pair of UPNs, the likeliest first."""
    return _csv(pairs, _SAME, ("is_on_roll", "other_is_on_roll"))


def _csv(rows: pd.DataFrame, columns: tuple[str, ...], rolls: tuple[str, ...]) -> bytes:
    words = {name.replace("is_on_roll", "roll"): rows[name].astype("object").map(_ROLL) for name in rolls}
    figures = {name: rows[name].round(places) for name, places in _PLACES.items()}
    blank = {name: pd.Series("", index=rows.index, dtype=STRING) for name in _TO_FILL_IN}
    items = [name for name in rows.columns if name not in {*columns, *rolls}]
    return report_csv(rows.assign(**words, **figures, **blank), (*columns, *items, *_TO_FILL_IN))
