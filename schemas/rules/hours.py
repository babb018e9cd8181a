"""Rules on the weekly hours of the early years: funded, at setting, extended, expanded (docs/sources.md S1, S13, S22).

Funded hours and hours at setting are judged up to age 4; for older pupils 1851 and 1854 report that there are any.
Extended and expanded hours are judged at every age.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.model import PUPILS
from schemas.rules.bands import aged, in_force
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.tables import Tables

_pupil_rule = partial(rule, table=PUPILS, severity="error", first="2024-autumn")


@dataclass(frozen=True)
class Hours:
    """The weekly hours that a field takes: from, to, and in which steps."""

    lowest: float
    most: float
    step: float

    def broken(self, hours: pd.Series) -> Mask:
        """Mark hours outside the limits or between the steps; null where there are none."""
        steps = hours / self.step
        return (hours < self.lowest) | (hours > self.most) | (steps != steps.round())

    def __str__(self) -> str:
        """Say in words what the field takes."""
        return f"{self.lowest:g} to {self.most:g} in steps of {self.step:g}"


def _taken(field: str, tables: Tables) -> Hours:
    (row,) = (row for row in in_force("rules/hours.csv", tables.collection) if row["field"] == field)
    return Hours(float(row["lowest"]), float(row["most"]), float(row["step"]))


def _words(tables: Tables, field: str, places: NDArray[np.int64]) -> list[str]:
    return [f"Hours a week are not {_taken(field, tables)}"] * len(places)


def _wrong(tables: Tables, field: str) -> Mask:
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & _taken(field, tables).broken(pupils[field])


@_pupil_rule(
    "HOURS-FUNDED-MISSING",
    field="fundedhours",
    message="Funded hours are missing for a pupil aged 2 or 3 on 31 August",
)
def funded_hours_missing(tables: Tables) -> Mask:
    """Mark pupils on roll, aged 2 or 3 on 31 August, without funded hours; nought is an answer."""
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & aged(tables, "funded hours due") & missing(pupils, "fundedhours")


@_pupil_rule(
    "HOURS-FUNDED",
    field="fundedhours",
    message="Funded hours are below nought, too many, or between the steps",
    words=_words,
)
def funded_hours_wrong(tables: Tables) -> Mask:
    """Mark funded hours of pupils on roll, aged up to 4 on 31 August, outside the limits or between the steps."""
    return _wrong(tables, "fundedhours") & aged(tables, "early years")


@_pupil_rule(
    "HOURS-SETTING",
    field="hoursatsetting",
    message="Hours at setting are below nought, too many, or between the steps",
    words=_words,
)
def hours_at_setting_wrong(tables: Tables) -> Mask:
    """Mark hours at setting of pupils on roll, aged up to 4 on 31 August, outside the limits or between the steps."""
    return _wrong(tables, "hoursatsetting") & aged(tables, "early years")


@_pupil_rule(
    "HOURS-EXTENDED",
    field="extendedhours",
    message="Extended hours are below nought, too many, or between the steps",
    words=_words,
)
def extended_hours_wrong(tables: Tables) -> Mask:
    """Mark extended hours of pupils on roll outside the limits or between the steps."""
    return _wrong(tables, "extendedhours")


@_pupil_rule(
    "HOURS-EXPANDED",
    field="expandedhours",
    message="Expanded hours are below nought, too many, or between the steps",
    words=_words,
)
def expanded_hours_wrong(tables: Tables) -> Mask:
    """Mark expanded hours of pupils on roll outside the limits of the collection or between the steps."""
    return _wrong(tables, "expandedhours")
