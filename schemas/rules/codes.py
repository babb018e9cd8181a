"""What is wrong with a code: unknown, of another collection, or right but for its writing; and which comes nearest.

A code is judged once for each distinct text of a column, never once a row.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.code_sets import Code, code_set
from schemas.collection import Collection
from schemas.contract import raw_name
from schemas.model import model_for
from schemas.rules.register import Mask
from schemas.tables import Tables

NEAR = 0.6  # of difflib: how like two codes must be for one to be offered for the other
_ALIKE_FROM = 3  # shorter codes are all alike


class Fault(IntEnum):
    """What is wrong with a code."""

    NONE = 0
    UNKNOWN = 1
    OLD = 2
    FORM = 3


@dataclass(frozen=True)
class CodeBook:
    """The codes of one set as one collection sees them: those in force, and those of other collections."""

    labels: Mapping[str, str]
    others: Mapping[str, Code]
    by_form: Mapping[str, str]

    def fault(self, text: str) -> Fault:
        """Say what is wrong with a code as received, blanks around it taken off."""
        if text in self.labels:
            return Fault.NONE
        if text in self.others:
            return Fault.OLD
        return Fault.FORM if folded(text) in self.by_form else Fault.UNKNOWN

    def nearest(self, text: str) -> str | None:
        """Return the valid code that a code most likely stands for; None where no code comes near."""
        if (code := self.by_form.get(folded(text))) is not None:
            return code
        old = self.others.get(text)
        successor = old.more.get("successor", "") if old is not None else ""
        if successor in self.labels:
            return successor
        if len(text) < _ALIKE_FROM:
            return None
        return _most_alike(text.upper(), sorted(self.labels))

    def sentence(self, text: str) -> str:
        """Say what is wrong with a code and which one comes nearest; the code received is not repeated."""
        nearest = self.nearest(text)
        offered = "" if nearest is None else f": {nearest} ({self.labels[nearest]})"
        match self.fault(text):
            case Fault.OLD:
                return f"{self._when(self.others[text])}{'; nearest code' + offered if offered else ''}"
            case Fault.UNKNOWN:
                return f"{UNKNOWN_MESSAGE}{'; nearest code' + offered if offered else ''}"
            case _:
                return f"{FORM_MESSAGE}{offered}"

    @staticmethod
    def _when(code: Code) -> str:
        span = code.span
        parts = [f"from {span.first}" if span.first else "", f"until {span.last}" if span.last else ""]
        return f"{OLD_MESSAGE} ({' '.join(part for part in parts if part)})"


UNKNOWN_MESSAGE = "Code is not in the code set of this collection"
OLD_MESSAGE = "Code belongs to other collections than this one"
FORM_MESSAGE = "Code is right but for its case, leading noughts or blanks"


def folded(text: str) -> str:
    """Return a code as it is compared when its writing does not count."""
    plain = "".join(text.split()).casefold()
    return plain.lstrip("0") or plain


def _most_alike(text: str, codes: list[str]) -> str | None:
    """Return the code most like a text; None where none is like it, or two are equally so."""
    best = difflib.get_close_matches(text, codes, n=2, cutoff=NEAR)
    likeness = [difflib.SequenceMatcher(None, code, text).ratio() for code in best]
    return best[0] if best and (len(best) == 1 or likeness[0] > likeness[1]) else None


@cache
def code_book(name: str, collection: Collection) -> CodeBook:
    """Return the codes of a set as a collection sees them."""
    whole = code_set(name)
    labels = whole.labels(collection)
    others = {code.code: code for code in whole.codes if code.code not in labels}
    forms: dict[str, list[str]] = {}
    for code in labels:
        forms.setdefault(folded(code), []).append(code)
    return CodeBook(labels, others, {form: codes[0] for form, codes in forms.items() if len(codes) == 1})


def book_of(table: str, column: str, collection: Collection) -> CodeBook:
    """Return the codes by which a census field of a collection is judged."""
    field = model_for(collection).tables[table].field(column)
    return code_book(field.code_set, field.code_collection(collection))


def faulty(frame: pd.DataFrame, column: str, book: CodeBook, fault: Fault) -> Mask:
    """Mark the codes of a column with one fault, looking at the distinct codes only; a missing one has none."""
    values = frame[column]
    kinds = np.array([book.fault(str(code)) for code in values.cat.categories] + [Fault.NONE], dtype=np.int8)
    found = kinds[values.cat.codes.to_numpy()]
    if fault is Fault.FORM:
        padded = frame[raw_name(column)].notna().to_numpy(dtype=bool) & (found == Fault.NONE)
        found = np.where(padded, np.int8(Fault.FORM), found)
    return pd.Series(found == fault, index=frame.index)


def unknown_or_old(tables: Tables, table: str, column: str) -> Mask:
    """Mark the codes of a census field that its collection does not take."""
    book = book_of(table, column, tables.collection)
    frame = tables[table]
    return faulty(frame, column, book, Fault.UNKNOWN) | faulty(frame, column, book, Fault.OLD)


def sentences(frame: pd.DataFrame, column: str, book: CodeBook, places: NDArray[np.int64]) -> Sequence[str]:
    """Return what is said of the codes at some places of a column."""
    values = frame[column]
    said = np.array([book.sentence(str(code)) for code in values.cat.categories] + [UNKNOWN_MESSAGE], dtype=object)
    marked: list[str] = said[values.cat.codes.to_numpy()[places]].tolist()
    return marked


def code_words(tables: Tables, field: str, places: NDArray[np.int64], *, table: str) -> Sequence[str]:
    """Return what a rule that judges codes says of each marked row; for `words`, by `functools.partial`."""
    return sentences(tables[table], field, book_of(table, field, tables.collection), places)
