"""Rules that follow from the model alone: codes outside their set, values that could not be typed.

Their ids are ours and name the column (`CODE-SEX`, `TYPE-DOB`); where a column name stands in several tables, all but
the pupils' name the table too. A field added to the model needs nothing here.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pandas as pd

from schemas.code_sets import code_set
from schemas.collection import Collection, Term
from schemas.model import PUPILS, FieldType, all_fields, model_for
from schemas.rules.register import EHE_REGISTER, Mask, Origin, Predicate, Rule, generator
from schemas.rules.rows import unreadable
from schemas.sources.model import source
from schemas.spans import Span
from schemas.tables import Tables

CODE_MESSAGE = "Code is not in the code set of this collection"
TYPE_MESSAGES = {
    FieldType.INTEGER: "Value is not a whole number",
    FieldType.DECIMAL: "Value is not a number",
    FieldType.DATE: "Value is not a date",
    FieldType.DATETIME: "Value is not a date and time",
    FieldType.BOOLEAN: "Value is neither true nor false",
}


def unknown_codes(values: pd.Series, allowed: frozenset[str]) -> Mask:
    """Mark the values outside a set of codes, looking at the distinct codes only; a missing value is not marked."""
    unknown = np.append(~values.cat.categories.isin(list(allowed)), False)
    return pd.Series(unknown[values.cat.codes.to_numpy()], index=values.index)


def _code_predicate(table: str, column: str, allowed: frozenset[str]) -> Predicate:
    def outside_code_set(tables: Tables) -> Mask:
        return unknown_codes(tables[table][column], allowed)

    outside_code_set.__doc__ = f"Mark a {column} outside the code set of this collection."
    return outside_code_set


def _type_predicate(table: str, column: str) -> Predicate:
    def not_typed(tables: Tables) -> Mask:
        return unreadable(tables[table], column)

    not_typed.__doc__ = f"Mark a {column} that could not be read as its type."
    return not_typed


def _made(id_: str, origin: Origin, table: str, column: str, message: str, predicate: Predicate) -> Rule:
    return Rule(
        id=id_,
        severity="error",
        source=origin,
        table=table,
        fields=(column,),
        message=message,
        span=Span(),
        terms=frozenset(Term),
        predicate=predicate,
    )


@cache
def _tables_of_column() -> Counter[str]:
    return Counter(column for _, column in {(field.table, field.column) for field in all_fields()})


def _name(table: str, column: str) -> str:
    alone = table == PUPILS or _tables_of_column()[column] == 1
    return (column if alone else f"{table}-{column}").upper()


@generator
@cache
def census_rules(collection: Collection) -> tuple[Rule, ...]:
    """Return a rule for each field with a code set, and one for each other field that is typed."""
    made = []
    for table in model_for(collection).tables.values():
        for field in table.fields:
            place, name = (table.name, field.column), _name(table.name, field.column)
            if field.code_set:
                allowed = code_set(field.code_set).in_force(field.code_collection(collection))
                predicate = _code_predicate(*place, allowed)
                made.append(_made(f"CODE-{name}", "school_census", *place, CODE_MESSAGE, predicate))
            elif field.type in TYPE_MESSAGES:
                message = TYPE_MESSAGES[field.type]
                made.append(_made(f"TYPE-{name}", "school_census", *place, message, _type_predicate(*place)))
    return tuple(made)


@generator
@cache
def register_rules(collection: Collection) -> tuple[Rule, ...]:
    """Return the same rules for the columns of the elective home education register."""
    made = []
    for column in source(EHE_REGISTER).columns:
        place = (EHE_REGISTER, column.name)
        if column.code_set:
            predicate = _code_predicate(*place, code_set(column.code_set).in_force(collection))
            made.append(_made(f"EHE-CODE-{column.name.upper()}", "ehe", *place, CODE_MESSAGE, predicate))
        elif (kind := FieldType(column.type)) in TYPE_MESSAGES:
            predicate = _type_predicate(*place)
            made.append(_made(f"EHE-TYPE-{column.name.upper()}", "ehe", *place, TYPE_MESSAGES[kind], predicate))
    return tuple(made)
