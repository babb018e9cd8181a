"""Class rules (docs/sources.md S13): infant and nursery classes with more pupils than their adults may take.

A count that is missing is read as nought, as a class without guests leaves them out; a count that cannot be read leaves
the class unjudged.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.rules.bands import year_groups
from schemas.rules.query_limits import most
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.tables import Tables

FIRST = "2024-autumn"
CLASSES = "classes"
KEY_STAGE_1 = "1"  # CBDS 200562 (S2)
PUPILS_OF_CLASS = ("homepupils", "guestpupils")
EXCEPTIONS = tuple(f"exception{letter}" for letter in "abcdefgh")  # S13: reasons A to H


def _counted(tables: Tables, columns: Sequence[str]) -> pd.Series:
    """Return the sum of counts of each class."""
    classes = tables[CLASSES]
    return reduce(add, (classes[column].mask(missing(classes, column), 0) for column in columns))


def _of_stage(tables: Tables, stage: str) -> Mask:
    """Mark classes whose year group belongs to a stage."""
    return tables[CLASSES]["yeargroup"].isin(sorted(year_groups(stage, tables.collection)))


def _infant_words(tables: Tables, _field: str, places: NDArray[np.int64]) -> Sequence[str]:
    above = most("1230Q", tables.collection)
    columns = (PUPILS_OF_CLASS, EXCEPTIONS, ("teachers",))
    counted = (_counted(tables, column).iloc[places] for column in columns)
    return [
        f"Pupils: {pupils}, of them exceptions: {excepted}; teachers: {teachers}; more than {above} a teacher"
        for pupils, excepted, teachers in zip(*counted, strict=True)
    ]


def _nursery_words(tables: Tables, _field: str, places: NDArray[np.int64]) -> Sequence[str]:
    above = most("1260Q", tables.collection)
    columns = (PUPILS_OF_CLASS, ("teachers", "nonteachers"))
    counted = (_counted(tables, column).iloc[places] for column in columns)
    return [
        f"Pupils: {pupils}; teachers and other adults: {adults}; more than {above} an adult"
        for pupils, adults in zip(*counted, strict=True)
    ]


@rule(
    "1230Q",
    severity="query",
    table=CLASSES,
    field="homepupils",
    first=FIRST,
    terms="spring",
    message="Reception or key stage 1 class has more than 30 pupils a teacher",
    words=_infant_words,
)
def infant_class_large(tables: Tables) -> Mask:
    """Mark classes of reception, years 1 and 2 or key stage 1 with more than 30 pupils a teacher, exceptions left out.

    Pupils at home and guests; a class without a teacher is not judged. That the exceptions are taken off is inferred.
    """
    infant = _of_stage(tables, "infant") | tables[CLASSES]["keystage"].eq(KEY_STAGE_1)
    teachers = _counted(tables, ["teachers"])
    pupils = _counted(tables, PUPILS_OF_CLASS) - _counted(tables, EXCEPTIONS)
    crowded = pupils > most("1230Q", tables.collection) * teachers
    return infant & (teachers >= 1) & crowded


@rule(
    "1260Q",
    severity="query",
    table=CLASSES,
    field="homepupils",
    first=FIRST,
    terms="spring",
    message="Nursery class has more than 13 pupils an adult",
    words=_nursery_words,
)
def nursery_class_large(tables: Tables) -> Mask:
    """Mark classes of the nursery years with more than 13 pupils, guests included, for each teacher or other adult.

    A class without any adult is not judged.
    """
    adults = _counted(tables, ["teachers", "nonteachers"])
    crowded = _counted(tables, PUPILS_OF_CLASS) > most("1260Q", tables.collection) * adults
    return _of_stage(tables, "nursery") & (adults >= 1) & crowded
