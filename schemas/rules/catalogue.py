"""The catalogue: every rule number known from the sources, whether we check it or not, and our own rules.

What is not checked is visible there. A test holds catalogue and register equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from schemas import _data
from schemas.collection import Collection, Term
from schemas.errors import ContractBroken
from schemas.rules.register import Origin, Rule, Severity, registered_rules, rules_in_force
from schemas.spans import Span

Status = Literal["implemented", "title only", "not yet implemented", "not applicable"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)


@dataclass(frozen=True)
class Entry:
    """One rule in one span: what it is, whether it is checked, and where it was found.

    `scope` says what the rule looks at together: a record, the records of one return, a return, or the returns of the
    authority together. Empty terms, phases or span: the source names none.
    """

    id: str
    severity: Severity
    terms: frozenset[Term]
    phases: frozenset[str]
    module: str
    title: str
    status: Status
    span: Span
    scope: str
    source: str
    label: str

    def holds(self, collection: Collection) -> bool:
        """Say whether the rule belongs to a collection."""
        return self.span.holds(collection) and (not self.terms or collection.term in self.terms)


@cache
def catalogue() -> tuple[Entry, ...]:
    """Return every line of the catalogue, in the file's order."""
    return tuple(_entry(row) for row in _data.rows("rules/catalogue.csv"))


def catalogue_for(collection: Collection) -> tuple[Entry, ...]:
    """Return the catalogue of one collection, with the rules that follow from the model (codes, types) after it."""
    written = {rule.id for rule in registered_rules()}
    made = (rule for origin in ORIGINS for rule in rules_in_force(collection, source=origin) if rule.id not in written)
    return (*(entry for entry in catalogue() if entry.holds(collection)), *(_of_rule(rule) for rule in made))


def _entry(row: dict[str, str]) -> Entry:
    severity, status = row["severity"], row["status"]
    if severity not in get_args(Severity) or status not in get_args(Status):
        raise ContractBroken(f"Rule {row['id']} of schemas/rules/catalogue.csv has an unknown severity or status.")
    return Entry(
        id=row["id"],
        severity=severity,  # type: ignore[arg-type]  # checked two lines above
        terms=frozenset(Term(term) for term in row["terms"].split()),
        phases=frozenset(row["phases"].split()),
        module=row["module"],
        title=row["title"],
        status=status,  # type: ignore[arg-type]  # checked above
        span=Span.parse(row["first"], row["last"]),
        scope=row["scope"],
        source=row["source"],
        label=row["label"],
    )


def _of_rule(rule: Rule) -> Entry:
    return Entry(
        id=rule.id,
        severity=rule.severity,
        terms=rule.terms,
        phases=rule.phases,
        module=f"Codes and types: {rule.table}",
        title=rule.message,
        status="implemented",
        span=rule.span,
        scope="record",
        source="follows from the model's field and its code set",
        label="ours",
    )
