"""`termly show`, `termly agreements`, `termly check`: what is in force, without data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows import clock
from flows.agreements import all_agreements
from flows.configuration import load
from flows.deployments import check_schedules
from flows.options import Outcome
from flows.printing import show_listing
from schemas.agreements.columns import check_columns
from schemas.agreements.permission import warnings_of
from schemas.calendar import calendar_for, known_collections
from schemas.code_sets import code_set, code_set_names
from schemas.collection import Collection
from schemas.contract import contract_for
from schemas.disclosure import policies
from schemas.errors import TermlyError, UsageError
from schemas.model import all_tables
from schemas.rules.catalogue import catalogue
from schemas.rules.register import registered_rules
from schemas.sources.model import source, source_ids
from transforms.reports.listing import Listing
from transforms.reports.show import (
    agreements_listing,
    codes_listing,
    fields_listing,
    rule_explained,
    rules_listing,
    tables_listing,
)

#: Columns of listings that a terminal has no room for; --json prints them, --rule explains them.
_WIDE = ("indicators", "population", "row_is", "what_to_do", "source", "scope", "module", "releases")


@dataclass(frozen=True)
class Shown:
    """What `termly show` narrows its listing to."""

    year: int | None
    term: str | None
    table: str | None
    code_set: str | None
    rule: str | None
    config: Path | None
    as_json: bool


def show_what(what: str, asked: Shown) -> Outcome:
    """Run `termly show`."""
    outcome = Outcome()
    collections = _collections(asked.year, asked.term)
    listings: dict[str, Callable[[], Listing]] = {
        "fields": lambda: fields_listing(collections, table=asked.table or ""),
        "codes": lambda: codes_listing(collections, name=asked.code_set or ""),
        "rules": lambda: _rules(collections, asked.rule),
        "tables": lambda: tables_listing(collections),
        "agreements": lambda: _agreements(asked.config, None, clock.today()),
    }
    show_listing(outcome, listings[what](), as_json=asked.as_json, wide=() if asked.rule else _WIDE)
    return outcome


def _rules(collections: list[Collection], rule: str | None) -> Listing:
    return rule_explained(collections, rule) if rule else rules_listing(collections)


def _collections(year: int | None, term: str | None) -> list[Collection]:
    """Return the collections meant; without a year, that of the latest census day."""
    chosen = year or max(c.year for c in known_collections() if calendar_for(c).census_day <= clock.today())
    found = [c for c in known_collections() if c.year == chosen and term in (None, str(c.term))]
    if not found:
        first, last = known_collections()[0], known_collections()[-1]
        raise UsageError(f"There is no such collection in this version, which knows {first} to {last}.")
    return found


def _agreements(config: Path | None, folder: Path | None, on: date) -> Listing:
    own = folder or (load(config).agreements if config else None)
    return agreements_listing(all_agreements(own), on=on)


def show_agreements(*, folder: Path | None, config: Path | None, on: date, as_json: bool) -> Outcome:
    """Run `termly agreements`."""
    outcome = Outcome()
    show_listing(outcome, _agreements(config, folder, on), as_json=as_json)
    return outcome


def check_everything(*, folder: Path | None, config: Path | None, on: date) -> Outcome:
    """Run `termly check`: every data file, rule, agreement and setting; each fault is one line."""
    outcome = Outcome()
    checks: dict[str, Callable[[], object]] = {
        "code sets": _check_codes,
        "tables and fields": _check_model,
        "rules": _check_rules,
        "sources": _check_sources,
        "disclosure policies": lambda: len(policies()),
        "configuration": lambda: _check_configuration(config),
        "deployments": lambda: 0 if config is None else check_schedules(config, load(config).settings),
        "agreements": lambda: _check_agreements(outcome, config, folder, on),
    }
    for name, check in checks.items():
        try:
            outcome.say(f"{name}: {check()} in order")
        except TermlyError as fault:
            outcome.refuse(fault.exit_code, f"{name}: {fault}")
    return outcome


def _check_codes() -> int:
    return sum(len(code_set(name).codes) for name in code_set_names())


def _check_model() -> int:
    return sum(len(contract_for(c, table.name).columns) for c in known_collections() for table in all_tables())


def _check_rules() -> int:
    implemented = {entry.id for entry in catalogue() if entry.status == "implemented"}
    if strangers := sorted({rule.id for rule in registered_rules()} - implemented):
        raise UsageError(f"rules missing from the catalogue: {', '.join(strangers)}; add them.")
    return len(implemented)


def _check_sources() -> int:
    return len([source(name) for name in source_ids()])


def _check_configuration(config: Path | None) -> str:
    if config is None:
        return "none given, the shipped one"
    return f"authority {load(config).settings.council.la}"


def _check_agreements(outcome: Outcome, config: Path | None, folder: Path | None, on: date) -> int:
    own = folder or (load(config).agreements if config else None)
    held = all_agreements(own)
    for agreement in held:
        check_columns(agreement)
        for warning in warnings_of(agreement, on=on):
            outcome.say(f"warning: {warning}")
    return len(held)
