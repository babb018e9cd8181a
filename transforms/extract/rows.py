"""Rows of an extract: each agreed field in its form, protections and formula safety applied, in the agreed order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from schemas.agreements.columns import sensitivity_of
from schemas.agreements.model import Agreement
from schemas.agreements.parts import AgreedField
from schemas.contract import STRING
from schemas.layouts.model import layout
from schemas.sources.model import PROTECTED
from transforms.extract.cells import as_text, runs_as_formula, unencodable
from transforms.extract.forms import FORMS, Setting, Shaped, blank, fixed
from transforms.extract.origins import origin_cells, reachable
from transforms.extract.results import ExtractInputs, Listing, listing

FORMULA = "a cell begins with a sign that a spreadsheet runs as a formula, or with a control character"


@dataclass(frozen=True)
class Written:
    """The rows that may leave beside their people, and what a person must look at."""

    people: pd.DataFrame
    cells: pd.DataFrame
    held_back: tuple[Listing, ...]
    listed: tuple[Listing, ...]


def write_rows(agreement: Agreement, people: pd.DataFrame, inputs: ExtractInputs, *, on: date) -> Written:
    """Write the row of each of the people; `people` bears `is_protected` and `is_reduced` and has a plain index."""
    parts: list[Written] = []
    for gate in agreement.people:
        those = people[people["population"].eq(gate.source)]
        if len(those):
            parts.append(_of_population(agreement, those, Setting(agreement.fields[0], gate, None, inputs, on)))
    nobody = pd.DataFrame(columns=list(agreement.columns), dtype=STRING)
    return Written(
        pd.concat([part.people for part in parts]) if parts else people[:0],
        pd.concat([part.cells for part in parts]) if parts else nobody,
        tuple(each for part in parts for each in part.held_back),
        tuple(each for part in parts for each in part.listed),
    )


@dataclass(frozen=True)
class Mark:
    """Rows of one population that a person must look at: which field, from which origin, why, and which rows."""

    field: str
    origin: str
    reason: str
    rows: pd.Series

    def listing(self, people: pd.DataFrame, received: pd.DataFrame, sent: pd.DataFrame | None) -> Listing:
        """List the rows, with what was received and, unless they are held back, what is sent."""
        text = as_text(received.loc[self.rows, self.origin]) if self.origin else ""
        cell = "" if sent is None else sent.loc[self.rows, self.field]
        return listing(self.reason, people[self.rows], field_name=self.field, received=text, sent=cell)


def _mark(field: str, origin: str, reason: str, mask: pd.Series) -> Mark:
    return Mark(field, origin, reason, mask.astype("boolean").fillna(value=False).astype(bool))


def _of_population(agreement: Agreement, people: pd.DataFrame, setting: Setting) -> Written:
    template = layout(agreement.delivery.layout) if agreement.delivery.layout else None
    origins = [origin for field in agreement.fields for origin in field.origins]
    received = _without_protected(origin_cells(people, origins, setting.inputs), people["is_protected"])
    held = [_mark(name, name, FORMULA, runs_as_formula(cells)) for name, cells in _texts(received)]
    listed: list[Mark] = []
    columns: dict[str, pd.Series] = {}
    for field in agreement.fields:
        shaped = _column(field, received, replace(setting, agreed=field, layout=template))
        stays = agreement.objections.effect != "reduce" or field.name in agreement.objections.keep
        columns[field.name] = shaped.text if stays else shaped.text.mask(people["is_reduced"])
        origin = next((name for name in field.origins if name in received), "")
        listed += [_mark(field.name, origin, reason, mask) for reason, mask in shaped.listed.items()]
        held += [_mark(field.name, origin, reason, mask) for reason, mask in shaped.held.items()]
    cells = pd.DataFrame(columns)
    unwritable = unencodable(cells, agreement.delivery.encoding)
    held.append(_mark("", "", f"a letter that encoding {agreement.delivery.encoding} does not have", unwritable))
    return _settled(people, received, cells, held, listed)


def _column(field: AgreedField, received: pd.DataFrame, setting: Setting) -> Shaped:
    """Shape one field of one population: its fixed text, its form, or nothing; then `otherwise` and `required`."""
    name = setting.gate.source
    origins = reachable(field.origins, name)
    if name in field.fixed:
        return fixed(field.fixed[name], received.index)
    shaped = FORMS[field.form](received[origins], setting) if origins else blank(received.index)
    text, listed, held = shaped.text, dict(shaped.listed), dict(shaped.held)
    wanting = text.isna()
    if field.otherwise and origins:
        text = text.fillna(field.otherwise)
        listed[f"{field.name}: {field.otherwise!r} written for want of a value that can be used"] = wanting
    if field.required:
        held[f"{field.name}: required, and nothing is held"] = text.isna()
    held[FORMULA] = runs_as_formula(text)
    return Shaped(text, listed, held)


def _without_protected(received: pd.DataFrame, is_protected: pd.Series) -> pd.DataFrame:
    """Take addresses and contacts from the rows of those whose address is withheld or whom a court order covers."""
    hidden = [origin for origin in received.columns if sensitivity_of(origin) in PROTECTED]
    return received.assign(**{origin: received[origin].mask(is_protected) for origin in hidden})


def _texts(received: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Give the origins that hold text as it was received."""
    for name in received.select_dtypes(include=[STRING]).columns:
        yield name, received[name]


def _settled(
    people: pd.DataFrame, received: pd.DataFrame, cells: pd.DataFrame, held: list[Mark], listed: list[Mark]
) -> Written:
    unfit = pd.DataFrame({place: mark.rows for place, mark in enumerate(held)}, index=people.index).any(axis="columns")
    sent = (replace(mark, rows=mark.rows & ~unfit) for mark in listed)
    return Written(
        people[~unfit],
        cells[~unfit],
        tuple(mark.listing(people, received, None) for mark in held if mark.rows.any()),
        tuple(mark.listing(people, received, cells) for mark in sent if mark.rows.any()),
    )
