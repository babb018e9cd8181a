"""The register of rules: what a rule is, and which rules are in force for a collection.

A rule is one function with one number. It returns the mask of broken rows of its table; it never edits, drops or
raises. Two wordings in two years are two functions with two spans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.collection import Collection, Term
from schemas.errors import ContractBroken
from schemas.model import model_for
from schemas.sources.model import source as declared_source
from schemas.spans import Span
from schemas.tables import Tables

Severity = Literal["error", "query"]
Origin = Literal["school_census", "ehe"]

#: One value a row of the rule's table, in its order: true where the rule is broken; null counts as not broken.
Mask = pd.Series
#: A rule on several fields returns one mask a field.
Masks = Mapping[str, pd.Series]
Predicate = Callable[[Tables], Mask | Masks]
#: What a rule says of each row that it marks (tables, field, positions of the rows), where one sentence will not do.
Words = Callable[[Tables, str, NDArray[np.int64]], Sequence[str]]

EHE_REGISTER = "ehe_register"
ALL_TERMS = "autumn spring summer"


@dataclass(frozen=True)
class Rule:
    """One rule: its number, what it judges, when it holds, what it says, and the function that marks broken rows.

    `phases` are the phases of the schools that it judges, empty for all. `words` writes a sentence of its own for each
    marked row; `message` then says the same in general. A rule that `judges_codes` takes the place of the generated
    rules on the codes of its fields.
    """

    id: str
    severity: Severity
    source: Origin
    table: str
    fields: tuple[str, ...]
    message: str
    span: Span
    terms: frozenset[Term]
    predicate: Predicate
    phases: frozenset[str] = frozenset()
    words: Words | None = None
    judges_codes: bool = False

    @property
    def field(self) -> str:
        """Return the (first) field that the rule judges."""
        return self.fields[0]

    @property
    def title(self) -> str:
        """Return what is marked: the first line of the function's docstring."""
        return (self.predicate.__doc__ or self.message).strip().splitlines()[0]

    @property
    def condition(self) -> str:
        """Return the whole condition as one text: the function's docstring, its lines joined."""
        return " ".join((self.predicate.__doc__ or self.message).split())

    def masks(self, tables: Tables) -> Iterator[tuple[str, Mask]]:
        """Yield each judged field with its mask."""
        marked = self.predicate(tables)
        by_field = {self.field: marked} if isinstance(marked, pd.Series) else marked
        for field, mask in by_field.items():
            yield field, mask & self._judged(tables) if self.phases else mask

    def _judged(self, tables: Tables) -> Mask:
        """Mark the rows of schools of the rule's phases; a school whose phase is unknown is not judged."""
        school = tables["school"]
        ours = school.loc[school["phase"].isin(list(self.phases)), "laestab"]
        return tables[self.table]["laestab"].isin(ours)

    def in_force(self, collection: Collection) -> bool:
        """Say whether the rule holds for a collection, and the collection holds its fields."""
        return self.span.holds(collection) and collection.term in self.terms and self._collected(collection)

    def _collected(self, collection: Collection) -> bool:
        if self.source == "ehe":
            return set(self.fields) <= set(declared_source(EHE_REGISTER).column_names)
        return set(self.fields) <= set(model_for(collection).tables[self.table].columns)

    def clashes(self, other: Rule) -> bool:
        """Say whether two rules of one number hold for one collection."""
        return self.id == other.id and bool(self.terms & other.terms) and self.span.overlaps(other.span)


_RULES: list[Rule] = []
_GENERATORS: list[Callable[[Collection], tuple[Rule, ...]]] = []


def add(new: Rule) -> None:
    """Put one rule into the register.

    Raises:
        ContractBroken: when a rule of the same number already holds for one of its collections.
    """
    if any(new.clashes(held) for held in _RULES):
        raise ContractBroken(f"Rule {new.id} stands twice for one collection; end the older one's span with `last`.")
    _RULES.append(new)


def rule(  # noqa: PLR0913 - a rule's declaration is a table row, each part by name
    id_: str,
    *,
    severity: Severity,
    table: str,
    field: str | tuple[str, ...],
    message: str,
    first: str = "",
    last: str = "",
    terms: str = ALL_TERMS,
    phases: str = "",
    source: Origin = "school_census",
    words: Words | None = None,
    judges_codes: bool = False,
) -> Callable[[Predicate], Predicate]:
    """Register the function as a rule; a rule on several fields returns one mask a field."""

    def register(predicate: Predicate) -> Predicate:
        add(
            Rule(
                id=id_,
                severity=severity,
                source=source,
                table=table,
                fields=(field,) if isinstance(field, str) else field,
                message=message,
                span=Span.parse(first, last),
                terms=frozenset(Term(term) for term in terms.split()),
                predicate=predicate,
                phases=frozenset(phases.split()),
                words=words,
                judges_codes=judges_codes,
            )
        )
        return predicate

    return register


def generator(function: Callable[[Collection], tuple[Rule, ...]]) -> Callable[[Collection], tuple[Rule, ...]]:
    """Register a function that makes rules of a collection's fields (codes, types)."""
    _GENERATORS.append(function)
    return function


def registered_rules() -> tuple[Rule, ...]:
    """Return every written rule in every span, generated ones left out."""
    return tuple(_RULES)


def rules_in_force(collection: Collection, *, source: Origin = "school_census") -> tuple[Rule, ...]:
    """Return the rules that hold for a collection, generated ones included, by number."""
    written = (held for held in _RULES if held.in_force(collection))
    generated = (made for make in _GENERATORS for made in make(collection))
    return tuple(sorted((r for r in (*written, *generated) if r.source == source), key=lambda r: r.id))
