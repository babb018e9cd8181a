"""What a page says of rules and fields: message, what to do, the name by which schools know an item."""

from __future__ import annotations

from collections.abc import Iterable

from schemas import _data
from schemas.collection import Collection
from schemas.model import Field, model_for
from schemas.rules.catalogue import Entry, catalogue_for
from schemas.rules.register import EHE_REGISTER, Rule
from schemas.sources.model import source
from transforms.reports.finding_groups import RuleNote

_PREFIX = "*"
_BY_SEVERITY = {
    "error": "Correct the item in the system that it comes from, then make the return again.",
    "query": "Correct the item, or keep it and say why in the notepad.",
}


def advice_for(rule: str, severity: str) -> str:
    """Return what to do about a finding of a rule: its own advice, else its family's, else its severity's."""
    told = {row["rule"]: row["advice"] for row in _data.rows("advice.csv")}
    families = [name for name in told if name.endswith(_PREFIX) and rule.startswith(name.removesuffix(_PREFIX))]
    family = max(families, key=len, default="")
    return told.get(rule) or told.get(family) or _BY_SEVERITY[severity]


def rule_notes(rules: Iterable[Rule], collection: Collection | None = None) -> dict[str, RuleNote]:
    """Return a note for each rule in force; with the collection also where the rule is from, by the catalogue."""
    entries = {} if collection is None else {entry.id: entry for entry in catalogue_for(collection)}
    return {rule.id: _note(rule, entries.get(rule.id)) for rule in rules}


def _note(rule: Rule, entry: Entry | None) -> RuleNote:
    advice = advice_for(rule.id, rule.severity)
    if entry is None:
        return RuleNote(rule.id, rule.severity, rule.message, advice, rule.title)
    return RuleNote(rule.id, rule.severity, rule.message, advice, rule.title, entry.source, entry.label)


def field_names(collection: Collection) -> dict[tuple[str, str], str]:
    """Return the name to show for every (table, column): the return's tag, or the register's heading."""
    census = {
        (table.name, field.column): item_name(field)
        for table in model_for(collection).tables.values()
        for field in table.fields
    }
    register = {
        (EHE_REGISTER, column.name): column.headers[0] if column.headers else column.name.replace("_", " ")
        for column in source(EHE_REGISTER).columns
    }
    return census | register


def item_name(field: Field) -> str:
    """Return the tag by which schools know a field, else its column."""
    return field.xml_path.rpartition("/")[2] or field.column
