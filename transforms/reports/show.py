"""The model as tables: fields, codes, rules and agreements; what `termly show` and `termly agreements` print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from schemas.agreements.model import Agreement
from schemas.agreements.permission import reasons_against
from schemas.code_sets import code_set, code_set_names
from schemas.collection import Collection
from schemas.model import Field, Roll, all_fields
from schemas.rules.register import Rule
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
_RULES = ("rule", "severity", "source", "table", "field", "message", "terms", "first", "last", "what_to_do")
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


def rules_listing(in_force: Mapping[Collection, Iterable[Rule]]) -> Listing:
    """List the rules in force for each of the collections; two wordings of one number are two rows."""
    held: dict[tuple[str, str], list[Collection]] = {}
    rules: dict[tuple[str, str], Rule] = {}
    for collection, each in in_force.items():
        for rule in each:
            rules.setdefault((rule.id, rule.message), rule)
            held.setdefault((rule.id, rule.message), []).append(collection)
    rows = tuple(_rule_row(rules[key], held[key]) for key in sorted(rules))
    return Listing(f"Rules, {_written(list(in_force))}", _RULES, rows)


def _rule_row(rule: Rule, collections: Sequence[Collection]) -> dict[str, Cell]:
    return {
        "rule": rule.id,
        "severity": rule.severity,
        "source": rule.source,
        "table": rule.table,
        "field": ", ".join(rule.fields),
        "message": rule.message,
        "terms": " ".join(str(each.term) for each in collections),
        **_span(rule.span),
        "what_to_do": advice_for(rule.id, rule.severity),
    }


def rule_explained(rules: Iterable[Rule], rule_id: str, catalogue: Mapping[str, str] | None = None) -> Listing:
    """Explain one rule, a line a part; `catalogue` is the rule's line of the catalogue, for its source and label."""
    rows: list[dict[str, Cell]] = []
    for rule in rules:
        if rule.id != rule_id:
            continue
        parts: dict[str, Cell] = {
            "rule": rule.id,
            "level": rule.severity,
            "message": rule.message,
            "what is marked": rule.title,
            "where": f"{rule.table}: {', '.join(rule.fields)}",
            "terms": " ".join(sorted(rule.terms)),
            "collections": f"{_span(rule.span)['first'] or '…'} to {_span(rule.span)['last'] or '…'}",
            "what to do": advice_for(rule.id, rule.severity),
            **(catalogue or {}),
        }
        rows.extend({"part": part, "text": text} for part, text in parts.items())
    return Listing(f"Rule {rule_id}", ("part", "text"), tuple(rows))


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
