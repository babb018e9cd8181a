"""Faults that follow from the model: for each field codes that are not its own, values of no type, texts too long.

One cell each of every sheet. A code is unknown (`CODE-SEX`), one of other collections (`CODE-OLD-SEX`), or right but
wrongly written (`CODE-FORM-SEX`). `synthetic/faults_generated.csv` has what is special: whose cell is spoilt, so that
no other rule is broken by it, and where a rule of DfE's has a number of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np

from schemas import _data
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.model import HEADER, PUPILS, Field, FieldType, all_fields
from transforms.synthetic.draw import Flags
from transforms.synthetic.faults import cells, changes
from transforms.synthetic.faults.choice import choose_cell, school_flags
from transforms.synthetic.faults.facts import filled
from transforms.synthetic.faults.plan import Edit, Expected, Ground, Plan
from transforms.synthetic.faults.selection import fitting
from transforms.synthetic.sheets import Key

CODE, OLD, FORM, TYPE, LENGTH = "CODE", "CODE-OLD", "CODE-FORM", "TYPE", "LENGTH"
_FEW = 25  # rows of a sheet of which faults must be thrifty
_USUAL = {"who": "anyone", "rule": "", "change": "", "rows": ""}
#: Columns of the school on which faults of its pupils depend: other columns may be spoilt beside such a fault.
_OF_THE_SCHOOL = ("phase", "type", "intake")


def plant_generated(ground: Ground, plan: Plan, *, small: bool) -> None:
    """Plant every fault that follows from the model, in sheets of few rows or in all others.

    Not in the header: what is wrong there decides whether a return is read at all.
    """
    for key, sheet in ground.authority.sheets.items():
        if key[0] == HEADER or _is_small(ground, key) != small:
            continue
        written = _written(ground, plan, key)
        for field in (field for field in sheet.fields if field.xml_path):
            for fault in _faults_of(field, ground.authority.scene.collection):
                _plant(ground, plan, key, field, fault=fault, written=written)


def _is_small(ground: Ground, key: Key) -> bool:
    return ground.is_pupils(key) and len(ground.sheet(key)) < _FEW


def _written(ground: Ground, plan: Plan, key: Key) -> Flags:
    """Mark the rows, of schools, that a fault of a file changes; of pupils the choice keeps them apart."""
    rows = np.arange(len(ground.sheet(key)))
    return np.zeros(len(rows), dtype=bool) if ground.is_pupils(key) else plan.changed(key, rows)


def _faults_of(field: Field, collection: Collection) -> Iterator[str]:
    if field.code_set:
        yield FORM  # first: best where there is a code
        yield CODE
        if others(field, collection):
            yield OLD
    elif field.type not in (FieldType.STRING, FieldType.CODE):
        yield TYPE
    elif field.longest is not None:
        yield LENGTH


def _plant(ground: Ground, plan: Plan, key: Key, field: Field, *, fault: str, written: Flags) -> None:
    special = _special(field.table, field.column, fault)
    has = filled(ground, key, field.column)
    fits = fitting(ground, key, special["who"], field.column) & ~plan.spoilt(key, field.column, len(has)) & ~written
    for place in _chosen(ground, plan, key, field, (fits & has, fits), may=special["rows"].split()):
        value = str(ground.values(key, field.column)[place]) if has[place] else ""
        plan.edits.append(Edit(key, int(place), field.column, _text(ground, field, fault, value, special["change"])))
        found = special["rule"] or rule_id(field, fault)
        plan.expected.append(Expected(found, key, int(place), field.column, "planted"))


def _chosen(
    ground: Ground, plan: Plan, key: Key, field: Field, fits: tuple[Flags, Flags], *, may: list[str]
) -> np.ndarray:
    """Choose one row: with a value, else one without where that is no other fault, else one of a pupil with a fault."""
    with_value, with_or_without = fits
    if not ground.is_pupils(key):
        taken = school_flags(ground, plan)[ground.school(key)]
        free = ~taken if key[0] == "school" and field.column in _OF_THE_SCHOOL else np.ones(len(taken), dtype=bool)
        rows = np.flatnonzero(with_value & free)
        rows = rows if len(rows) else np.flatnonzero(with_or_without & free)
        return rows[ground.rng.permutation(len(rows))[:1]]
    chosen = choose_cell(ground, plan, key, with_value, packed=_is_small(ground, key))
    if not len(chosen) and (field.code_set or field.type is FieldType.STRING or "empty" in may):
        chosen = choose_cell(ground, plan, key, with_or_without, packed=_is_small(ground, key))
    if not len(chosen) and "any" in may:
        rows = np.flatnonzero(with_value & ~plan.removed(key, len(with_value)))
        chosen = rows[ground.rng.permutation(len(rows))[:1]]
    return chosen


@cache
def _specials() -> Mapping[tuple[str, str, str], Mapping[str, str]]:
    return {
        (row["table"], row["field"], fault): row
        for row in _data.rows("synthetic/faults_generated.csv")
        for fault in row["faults"].split()
    }


def _special(table: str, column: str, fault: str) -> Mapping[str, str]:
    return _specials().get((table, column, fault), _USUAL)


def _text(ground: Ground, field: Field, fault: str, value: str, change: str) -> str:
    """Return what the cell is set to."""
    collection = ground.authority.scene.collection
    if fault == TYPE:
        return changes.UNREADABLE[field.type]
    if fault == LENGTH:
        made_long = cells.widened if change == "widened" else cells.repeated
        return made_long(value, (field.longest or 0) + 1)
    codes = code_set(field.code_set).in_force(field.code_collection(collection))
    if fault == CODE:
        return changes.unknown_code(codes | others(field, collection))
    if fault == OLD:
        return sorted(others(field, collection))[0]
    return cells.written_otherwise(value, codes, others(field, collection))


def others(field: Field, collection: Collection) -> frozenset[str]:
    """Return the codes of a field's set that other collections take, and this one does not."""
    whole = code_set(field.code_set)
    return frozenset(code.code for code in whole.codes) - whole.in_force(field.code_collection(collection))


@cache
def _tables_of_column() -> Counter[str]:
    return Counter(column for _, column in {(field.table, field.column) for field in all_fields()})


def rule_id(field: Field, fault: str) -> str:
    """Return the id of the check that follows from a field: CODE-SEX, TYPE-DOB; with its table where two have it."""
    alone = field.table == PUPILS or _tables_of_column()[field.column] == 1
    name = field.column if alone else f"{field.table}-{field.column}"
    return f"{fault}-{name}".upper()
