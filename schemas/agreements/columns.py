"""Which columns an agreement may name: they must exist, be allowed for its purposes, and have their condition."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from schemas import _data
from schemas.agreements.model import Agreement
from schemas.agreements.parts import AgreedField
from schemas.errors import AgreementRefused
from schemas.model import all_fields, all_tables
from schemas.sources.model import NEEDS_CONDITION, Sensitivity, source, source_ids
from schemas.statistics import RETURN_ITEMS

#: Tables of ours that aggregate extracts take from, and their columns (schemas/statistics.py).
AGGREGATES = {"ehe_counts": tuple(RETURN_ITEMS.names)}


def check_columns(agreement: Agreement, *, file: str = "") -> None:
    """Hold an agreement to the census's field dictionary, the declared sources and the lists of return items.

    Raises:
        AgreementRefused: naming the file and the key.
    """
    for fault in faults_of(agreement):
        raise AgreementRefused(f"Agreement {file or agreement.id}: {fault}; correct the file, nothing was written.")


def faults_of(agreement: Agreement) -> Iterator[str]:
    """Give everything that is wrong with the columns and items an agreement names."""
    for field in agreement.fields:
        for origin in field.origins:
            yield from _fault(f"field {field.name!r}: from", origin, field.condition)
            yield from _form_fault(field, origin)
    for gate in agreement.people:
        columns = (*gate.where, *((gate.spell.start, gate.spell.end) if gate.spell else ()))
        for column in columns:
            yield from _fault("people", column if "." in column else f"{gate.source}.{column}", gate.condition)
    yield from _item_faults(agreement)
    yield from _purpose_faults(agreement)


def sensitivity_of(origin: str) -> Sensitivity | None:
    """Return the sensitivity of a `table.column`; None when nothing holds it."""
    return _known().get(origin)


@cache
def _known() -> dict[str, Sensitivity]:
    known = {f"{field.table}.{field.column}": Sensitivity(field.sensitivity) for field in all_fields()}
    known |= {f"{table.name}.laestab": Sensitivity.ORDINARY for table in all_tables()}
    for source_id in source_ids():
        known |= {f"{source_id}.{column.name}": column.sensitivity for column in source(source_id).columns}
    for table, columns in AGGREGATES.items():
        known |= {f"{table}.{column}": Sensitivity.ORDINARY for column in columns}
    return known


def _fault(key: str, origin: str, condition: str) -> Iterator[str]:
    sensitivity = sensitivity_of(origin)
    if sensitivity is None:
        yield f"{key}: no table or source holds {origin}"
    elif sensitivity is Sensitivity.BARRED:
        yield f"{key}: {origin} is barred from every extract"
    elif sensitivity in NEEDS_CONDITION and not condition.strip():
        yield f"{key}: {origin} is sensitive ({sensitivity}) and its condition is missing"


def _form_fault(field: AgreedField, origin: str) -> Iterator[str]:
    takes = {row["form"]: row["takes"] for row in _data.rows("forms.csv")}[field.form]
    if takes and origin in _types() and _types()[origin] != takes:
        yield f"field {field.name!r}: form {field.form!r} takes a {takes}, and {origin} is {_types()[origin]}"


@cache
def _types() -> dict[str, str]:
    types = {f"{field.table}.{field.column}": str(field.type) for field in all_fields()}
    for source_id in source_ids():
        types |= {f"{source_id}.{column.name}": str(column.type) for column in source(source_id).columns}
    return types


def _item_faults(agreement: Agreement) -> Iterator[str]:
    for items in agreement.items:
        if agreement.extract == "census return":
            for name in items.names:
                yield from _fault(f"items {items.of!r}", f"{items.of}.{name}", items.condition)
            continue
        known = _known_items(agreement.extract).get(items.of, set())
        if strangers := sorted(set(items.names) - known):
            yield f"items {items.of!r}: not known: {', '.join(strangers)}"


@cache
def _known_items(kind: str) -> dict[str, set[str]]:
    if kind == "statistics":
        return {"statistics": {entry["id"] for entry in _data.toml("datasets.toml")["dataset"]}}
    known: dict[str, set[str]] = {}
    for row in _data.rows("ehe_return_items.csv"):
        known.setdefault(row["part"], set()).add(row["item"])
    return known


def _purpose_faults(agreement: Agreement) -> Iterator[str]:
    """A source may serve its declared purposes only (docs/sources.md N1-N5), and one that stays serves no extract."""
    used = {origin.partition(".")[0] for field in agreement.fields for origin in field.origins}
    used |= {gate.source for gate in agreement.people}
    for source_id in sorted(used & set(source_ids())):
        if source(source_id).stays:
            yield f"source {source_id} stays in the authority: no extract may name it"
        if outside := sorted(set(agreement.purposes) - set(source(source_id).purposes)):
            yield f"purposes: source {source_id} may not serve {', '.join(outside)}"
