"""Rules that follow from the model alone: codes outside their set, values that could not be typed or are too long.

Their ids are ours and name the column. `CODE-SEX`: a code that no collection knows; `CODE-OLD-SEX`: one of other
collections; `CODE-FORM-SEX`: the right one wrongly written; `TYPE-DOB`; `LENGTH-SURNAME`. Where a column name stands in
several tables, all but the pupils' name the table too. A field added to the model needs nothing here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache, partial

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.collection import Collection, Term
from schemas.model import PUPILS, Field, FieldType, all_fields, model_for
from schemas.rules.codes import (
    FORM_MESSAGE,
    OLD_MESSAGE,
    UNKNOWN_MESSAGE,
    CodeBook,
    Fault,
    code_book,
    faulty,
    sentences,
)
from schemas.rules.register import EHE_REGISTER, Mask, Origin, Predicate, Rule, Words, generator, registered_rules
from schemas.rules.rows import arrow, unreadable
from schemas.sources.model import source
from schemas.spans import Span
from schemas.tables import Tables

TYPE_MESSAGES = {
    FieldType.INTEGER: "Value is not a whole number",
    FieldType.DECIMAL: "Value is not a number",
    FieldType.DATE: "Value is not a date",
    FieldType.DATETIME: "Value is not a date and time",
    FieldType.BOOLEAN: "Value is neither true nor false",
}
LENGTH_MESSAGE = "Text is longer than the item may be"

#: Each fault of a code: what the rule's id begins with, what it says in general, what it marks.
CODE_FAULTS = {
    Fault.UNKNOWN: ("CODE", UNKNOWN_MESSAGE, "outside every code set"),
    Fault.OLD: ("CODE-OLD", OLD_MESSAGE, "of other collections than this one"),
    Fault.FORM: ("CODE-FORM", FORM_MESSAGE, "of the right letters in the wrong case, or with blanks or noughts"),
}


def _made(  # a rule's declaration is a table row, each part by name
    id_: str, origin: Origin, table: str, column: str, message: str, predicate: Predicate, words: Words | None = None
) -> Rule:
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
        words=words,
    )


# --- codes -------------------------------------------------------------------------------------------------------


def _code_predicate(table: str, column: str, book: CodeBook, fault: Fault) -> Predicate:
    def code_at_fault(tables: Tables) -> Mask:
        return faulty(tables[table], column, book, fault)

    code_at_fault.__doc__ = f"Mark a {column} {CODE_FAULTS[fault][2]}."
    return code_at_fault


def _code_words(table: str, book: CodeBook, tables: Tables, field: str, places: NDArray[np.int64]) -> list[str]:
    return list(sentences(tables[table], field, book, places))


def _code_rules(  # a rule's declaration is a table row
    prefix: str, name: str, origin: Origin, table: str, column: str, book: CodeBook
) -> Iterator[Rule]:
    """Yield a rule for each fault that a code of the field can have."""
    for fault, (kind, message, _) in CODE_FAULTS.items():
        written_by_map = origin == "ehe" and fault is Fault.FORM  # the column map says which words stand for a code
        if written_by_map or (fault is Fault.OLD and not book.others):
            continue
        predicate, words = _code_predicate(table, column, book, fault), partial(_code_words, table, book)
        yield _made(f"{prefix}{kind}-{name}", origin, table, column, message, predicate, words)


# --- types and lengths -------------------------------------------------------------------------------------------


def _type_predicate(table: str, column: str) -> Predicate:
    def not_typed(tables: Tables) -> Mask:
        return unreadable(tables[table], column)

    not_typed.__doc__ = f"Mark a {column} that could not be read as its type."
    return not_typed


def _length_predicate(table: str, column: str, longest: int) -> Predicate:
    def too_long(tables: Tables) -> Mask:
        texts = tables[table][column]
        longer = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(arrow(texts))), longest)
        return pd.Series(longer.fill_null(False).to_numpy(zero_copy_only=False), index=texts.index)

    too_long.__doc__ = f"Mark a {column} of more than {longest} characters (the common basic data set's length, S2)."
    return too_long


# --- the census --------------------------------------------------------------------------------------------------


@cache
def _tables_of_column() -> Counter[str]:
    return Counter(column for _, column in {(field.table, field.column) for field in all_fields()})


def _name(table: str, column: str) -> str:
    alone = table == PUPILS or _tables_of_column()[column] == 1
    return (column if alone else f"{table}-{column}").upper()


@generator
def census_rules(collection: Collection) -> tuple[Rule, ...]:
    """Return rules for each field with a code set, each other typed field, and each text with a length."""
    judged = frozenset(
        (rule.table, column)
        for rule in registered_rules()
        if rule.judges_codes and rule.in_force(collection)
        for column in rule.fields
    )
    return _census_rules(collection, judged)


@cache
def _census_rules(collection: Collection, judged: frozenset[tuple[str, str]]) -> tuple[Rule, ...]:
    fields = (field for table in model_for(collection).tables.values() for field in table.fields)
    return tuple(rule for field in fields for rule in _field_rules(field, collection, judged))


def _field_rules(field: Field, collection: Collection, judged: frozenset[tuple[str, str]]) -> Iterator[Rule]:
    place, name = (field.table, field.column), _name(field.table, field.column)
    if field.code_set:
        book = code_book(field.code_set, field.code_collection(collection))
        made = _code_rules("", name, "school_census", *place, book)
        yield from (rule for rule in made if place not in judged or rule.id.startswith("CODE-FORM"))
    elif field.type in TYPE_MESSAGES:
        yield _made(f"TYPE-{name}", "school_census", *place, TYPE_MESSAGES[field.type], _type_predicate(*place))
    elif field.longest is not None:
        predicate = _length_predicate(*place, field.longest)
        yield _made(f"LENGTH-{name}", "school_census", *place, LENGTH_MESSAGE, predicate)


# --- the register ------------------------------------------------------------------------------------------------


@generator
@cache
def register_rules(collection: Collection) -> tuple[Rule, ...]:
    """Return the same rules for the columns of the elective home education register."""
    made: list[Rule] = []
    for column in source(EHE_REGISTER).columns:
        name, place = column.name.upper(), (EHE_REGISTER, column.name)
        if column.code_set:
            made += _code_rules("EHE-", name, "ehe", *place, code_book(column.code_set, collection))
        elif (kind := FieldType(column.type)) in TYPE_MESSAGES:
            made.append(_made(f"EHE-TYPE-{name}", "ehe", *place, TYPE_MESSAGES[kind], _type_predicate(*place)))
    return tuple(made)
