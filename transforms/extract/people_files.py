"""Extracts about people: gathered, protected, each child once, written in the agreed columns."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.agreements.model import Agreement
from schemas.contract import STRING
from schemas.identifiers import postcode_normalised
from schemas.model import PUPILS
from transforms.extract.csv_files import csv_files
from transforms.extract.one_row import children, each_once
from transforms.extract.origins import origin_cells
from transforms.extract.people import REGISTER, gather
from transforms.extract.results import UNMATCHED, ExtractInputs, ExtractResult, by_reason, listing
from transforms.extract.rows import write_rows
from transforms.protections import Children, Protected, check_protections, protected_children

OBJECTED = "objection to a purpose of this agreement"
WITHHELD = "address withheld or court order: address, postcode and contacts are not sent"
_ADDRESS_PROTECTIONS = ("address_withheld", "court_order")
_FLAGS = ("is_objector", "is_protected")
_POSTCODES = {PUPILS: "addresses.postcode", REGISTER: f"{REGISTER}.postcode"}


def people_files(agreement: Agreement, inputs: ExtractInputs, *, on: date) -> ExtractResult:
    """Build the files of an agreement about people."""
    gathered = gather(agreement, inputs, on=on)
    protected = _protected(agreement, inputs, on)
    people = _flagged(gathered.people, agreement, protected)
    child = _children(people, agreement, inputs)
    people = people.assign(**{flag: people[flag].groupby(child).transform("any") for flag in _FLAGS})
    objectors = people["is_objector"] & (agreement.objections.effect == "hold back")
    kept, twice, shared = each_once(people[~objectors], child[~objectors])
    kept = kept.assign(is_reduced=kept["is_objector"]).reset_index(drop=True)
    written = write_rows(agreement, kept, inputs, on=on)
    held = by_reason([*gathered.held_back, listing(OBJECTED, people[objectors]), *twice, *written.held_back])
    hidden = listing(WITHHELD, written.people[written.people["is_protected"]])
    listed = by_reason([*shared, hidden, *written.listed])
    names = {"la": inputs.la, "collection": str(inputs.collection), "day": f"{on:%Y%m%d}"}
    files = tuple(csv_files(agreement, written.people, written.cells, names))
    counts = _counts(gathered.people, written.people, protected)
    return ExtractResult(files, held, listed, (), counts, (*gathered.notes, *_said(agreement, inputs, protected)))


def _protected(agreement: Agreement, inputs: ExtractInputs, on: date) -> Protected:
    """Find whom protections act on; a statutory purpose is not touched by any."""
    if agreement.statutory:
        return Protected({}, 0)
    check_protections(inputs.protections)
    records = Children(inputs.tables[PUPILS], inputs.register, inputs.links, inputs.sources)
    return protected_children(inputs.protections, records, on=on)


def _flagged(people: pd.DataFrame, agreement: Agreement, protected: Protected) -> pd.DataFrame:
    flagged = people.assign(**dict.fromkeys(_FLAGS, False))
    for name in people["population"].unique():
        those = people["population"].eq(name)
        objecting = protected.objecting(name, *agreement.objection_purposes)
        hidden = protected.under(name, *_ADDRESS_PROTECTIONS)
        flagged.loc[those, "is_objector"] = _among(people[those], objecting)
        flagged.loc[those, "is_protected"] = _among(people[those], hidden)
    return flagged


def _among(people: pd.DataFrame, keys: pd.DataFrame) -> NDArray[np.bool_]:
    if keys.empty:
        return np.zeros(len(people), dtype=bool)
    columns = list(keys.columns)
    marked = people[columns].merge(keys.assign(marked=True), on=columns, how="left", validate="m:1")
    return marked["marked"].notna().to_numpy(dtype=bool)


def _children(people: pd.DataFrame, agreement: Agreement, inputs: ExtractInputs) -> pd.Series:
    if not agreement.rows.one_a_child:
        return people.index.to_series()
    postcode = pd.Series(None, index=people.index, dtype=STRING)
    for name, origin in _POSTCODES.items():
        those = people[people["population"].eq(name)]
        if len(those):
            postcode.loc[those.index] = postcode_normalised(origin_cells(those, [origin], inputs)[origin])
    return children(people, postcode, inputs.links)


def _counts(gathered: pd.DataFrame, written: pd.DataFrame, protected: Protected) -> dict[str, int]:
    counts = {f"{name} inside the gates": int(number) for name, number in gathered["population"].value_counts().items()}
    counts |= {f"{name} written": int(number) for name, number in written["population"].value_counts().items()}
    return counts | {UNMATCHED: protected.unmatched}


def _said(agreement: Agreement, inputs: ExtractInputs, protected: Protected) -> tuple[str, ...]:
    said: list[str] = []
    if agreement.statutory:
        said.append("statutory purpose: objections and withheld addresses do not act on it")
    elif not inputs.protections_supplied:
        said.append("no protections list was supplied: nobody's address was withheld and no objection was honoured")
    if protected.unmatched:
        said.append(f"{protected.unmatched} protections match no record of this run")
    return tuple(said)
