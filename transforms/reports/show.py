"""The model as tables: fields, codes, rules and agreements; what `termly show` and `termly agreements` print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import schemas.rules  # noqa: F401  # fills the register of rules
from schemas.agreements.model import Agreement
from schemas.agreements.permission import reasons_against
from schemas.code_sets import code_set, code_set_names
from schemas.collection import Collection
from schemas.datasets import datasets, topic
from schemas.model import Field, Roll, all_fields
from schemas.rules.catalogue import ORIGINS, Entry, catalogue_for
from schemas.rules.register import Rule, rules_in_force
from schemas.spans import Span
from transforms.reports.listing import Cell, Listing
from transforms.reports.rule_notes import advice_for

_FIELDS = (
    "table",
    "column",
    "type",
    "unit",
    "code_set",
    "on_roll",
    "no_longer_on_roll",
    "first",
    "last",
    "xml_path",
    "cbds",
    "sensitivity",
    "label",
    "source",
)
_CODES = ("set", "code", "label", "terms", "first", "last", "source")
_RULES = (
    "rule",
    "severity",
    "status",
    "module",
    "table",
    "field",
    "message",
    "terms",
    "first",
    "last",
    "scope",
    "label",
    "source",
    "what_to_do",
)
_TABLES = (
    "table", "title", "level", "terms", "filters", "indicators", "profile", "population", "row_is", "source",
)  # fmt: skip
_AGREEMENTS = ("id", "version", "title", "recipient", "status", "sample", "signed", "review", "expires", "releases")


def fields_listing(collections: Sequence[Collection], *, table: str = "") -> Listing:
    """List the fields that any of the collections holds; `on_roll` and `no_longer_on_roll` are the terms that do."""
    rows = [
        _field_row(field, collections)
        for field in all_fields()
        if table in ("", field.table) and any(field.in_force(collection) for collection in collections)
    ]
    return Listing(f"Fields, {_written(collections)}", _FIELDS, tuple(rows))


def _field_row(field: Field, collections: Sequence[Collection]) -> dict[str, Cell]:
    def terms(roll: Roll) -> str:
        return " ".join(str(each.term) for each in collections if field.held(roll, each))

    return {
        "table": field.table,
        "column": field.column,
        "type": str(field.type),
        "unit": field.unit,
        "code_set": field.code_set,
        "on_roll": terms("on"),
        "no_longer_on_roll": terms("off"),
        **_span(field.span),
        "xml_path": field.xml_path,
        "cbds": field.cbds,
        "sensitivity": field.sensitivity,
        "label": field.label,
        "source": field.source,
    }


def codes_listing(collections: Sequence[Collection], *, name: str = "") -> Listing:
    """List the codes that any of the collections takes; `terms` are those that do."""
    sets = [code_set(name)] if name else [code_set(each) for each in code_set_names()]
    rows: list[dict[str, Cell]] = [
        {
            "set": held.name,
            "code": code.code,
            "label": code.label,
            "terms": " ".join(str(each.term) for each in collections if code.span.holds(each)),
            **_span(code.span),
            "source": code.source,
        }
        for held in sets
        for code in held.codes
        if any(code.span.holds(each) for each in collections)
    ]
    return Listing(f"Codes, {_written(collections)}", _CODES, tuple(rows))


def rules_listing(collections: Sequence[Collection], *, known: bool = False) -> Listing:
    """List the rules in force for any of the collections; with `known` also those of the catalogue not checked here.

    `terms` are those in which the rule holds; two wordings of one number are two rows.
    """
    rows: dict[tuple[str, str], dict[str, Cell]] = {}
    for collection in collections:
        rules = {rule.id: rule for rule in _in_force(collection)}
        for entry in catalogue_for(collection):
            rule = rules.get(entry.id)
            if rule is None and not (known and entry.status != "implemented"):
                continue
            row = rows.setdefault((entry.id, entry.title), _rule_row(entry, rule))
            row["terms"] = f"{row['terms']} {collection.term}".strip()
    return Listing(f"Rules, {_written(collections)}", _RULES, tuple(rows[key] for key in sorted(rows)))


def _in_force(collection: Collection) -> tuple[Rule, ...]:
    return tuple(rule for origin in ORIGINS for rule in rules_in_force(collection, source=origin))


def _rule_row(entry: Entry, rule: Rule | None) -> dict[str, Cell]:
    return {
        "rule": entry.id,
        "severity": entry.severity,
        "status": entry.status,
        "module": entry.module,
        "table": rule.table if rule else "",
        "field": ", ".join(rule.fields) if rule else "",
        "message": rule.message if rule else entry.title,
        "terms": "",
        **_span(entry.span),
        "scope": entry.scope,
        "label": entry.label,
        "source": entry.source,
        "what_to_do": advice_for(entry.id, entry.severity) if rule else "",
    }


def rule_explained(collections: Sequence[Collection], rule_id: str) -> Listing:
    """Explain one rule, a line a part: its condition, where it holds, what to do, where it was found.

    It is explained as in the last of the collections that knows it; empty if none does.
    """
    knowing = [each for each in collections if any(entry.id == rule_id for entry in catalogue_for(each))]
    if not knowing:
        return Listing(f"Rule {rule_id}", ("part", "text"), ())
    collection = knowing[-1]
    entry = next(each for each in catalogue_for(collection) if each.id == rule_id)
    rule = next((each for each in _in_force(collection) if each.id == rule_id), None)
    told = _rule_row(entry, rule) | {"terms": " ".join(sorted(entry.terms)) or "not stated"}
    told["phases"] = " ".join(sorted(entry.phases)) or "all"
    if rule is not None:
        told["condition"] = rule.condition
    rows: list[dict[str, Cell]] = [
        {"part": part.replace("_", " "), "text": text} for part, text in told.items() if text not in ("", None)
    ]
    return Listing(f"Rule {rule_id}, {collection}", ("part", "text"), tuple(rows))


def tables_listing(collections: Sequence[Collection]) -> Listing:
    """List the published tables that any of the collections fills: whom they count, by what, under which profile."""
    rows: list[dict[str, Cell]] = [
        {
            "table": each.id,
            "title": each.title,
            "level": each.level,
            "terms": " ".join(str(when.term) for when in collections if when.term in each.terms),
            "filters": ", ".join(dict.fromkeys(topic(name).name for name in each.topics)),
            "indicators": ", ".join(indicator.name for indicator in each.indicator),
            "profile": each.profile,
            "population": ", ".join(each.figures) or each.subject,
            "row_is": each.row_is,
            "source": each.source,
        }
        for each in datasets().values()
        if any(when.term in each.terms for when in collections)
    ]
    return Listing(f"Tables, {_written(collections)}", _TABLES, tuple(rows))


def agreements_listing(agreements: Iterable[Agreement], *, on: date, sample_allowed: bool = False) -> Listing:
    """List the agreements; `releases` is "yes", or the first reason why nothing may leave under it on that day."""
    rows: list[dict[str, Cell]] = [
        {
            "id": each.id,
            "version": each.version,
            "title": each.title,
            "recipient": each.recipient,
            "status": each.status,
            "sample": each.sample,
            "signed": each.signed.isoformat(),
            "review": each.review.isoformat(),
            "expires": each.expires.isoformat(),
            "releases": next(reasons_against(each, on=on, sample_allowed=sample_allowed), "yes"),
        }
        for each in agreements
    ]
    return Listing(f"Agreements on {on.isoformat()}", _AGREEMENTS, tuple(rows))


def _span(span: Span) -> dict[str, Cell]:
    return {
        "first": str(span.first) if span.first else "",
        "last": str(span.last) if span.last else "",
    }


def _written(collections: Sequence[Collection]) -> str:
    return ", ".join(str(collection) for collection in collections)
