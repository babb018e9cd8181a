"""Catalogue: a rule that nobody knows is unchecked, or one that is listed and never runs."""

import re
from pathlib import Path

import pytest

from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.errors import ContractBroken
from schemas.model import model_for
from schemas.rules.catalogue import catalogue, catalogue_for
from schemas.rules.register import Rule, add, registered_rules, rules_in_force
from schemas.sources.model import source
from schemas.spans import Span

HERE = Path(__file__).parent
SCOPES = {
    "record", "records of one return", "records of one register", "return", "returns of the authority", "two collections",
}  # fmt: skip
SPRING = Collection.parse("2026-spring")


def test_catalogue_and_register_say_the_same_of_every_implemented_rule():
    listed = {(e.id, e.severity, e.terms, e.phases, e.span) for e in catalogue() if e.status == "implemented"}
    held = {(r.id, r.severity, r.terms, r.phases, r.span) for r in registered_rules()}
    assert listed == held


def test_no_rule_is_listed_twice_for_one_span():
    lines = [(entry.id, entry.span) for entry in catalogue()]
    assert len(set(lines)) == len(lines)


def test_every_line_says_what_and_from_where():
    for entry in catalogue():
        assert entry.title
        assert entry.module
        assert entry.scope in SCOPES
        assert entry.source
        assert entry.label in {"sourced", "inferred", "unverified"}


def test_every_implemented_rule_has_a_table_test():
    tested = {
        name for path in HERE.glob("test_*.py") for name in re.findall(r'check\(\s*"([^"]+)"', path.read_text("utf-8"))
    }
    assert {rule.id for rule in registered_rules()} <= tested


def test_every_registered_rule_judges_fields_that_some_collection_holds():
    in_force = {
        rule.id
        for collection in known_collections()
        for kind in ("school_census", "ehe")
        for rule in rules_in_force(collection, source=kind)
    }
    assert {rule.id for rule in registered_rules()} <= in_force
    columns = {(t.name, c) for c_ in known_collections() for t in model_for(c_).tables.values() for c in t.columns}
    columns |= {("ehe_register", name) for name in source("ehe_register").column_names}
    assert {(rule.table, field) for rule in registered_rules() for field in rule.fields} <= columns


def test_messages_are_short_sentences_of_our_own_without_a_full_stop():
    for rule in rules_in_force(SPRING) + rules_in_force(SPRING, source="ehe"):
        assert 10 <= len(rule.message) <= 90
        assert rule.message[0].isupper()
        assert not rule.message.endswith(".")
        assert rule.title


def test_two_functions_of_one_number_cannot_hold_for_one_collection():
    first = registered_rules()[0]
    with pytest.raises(ContractBroken, match=first.id):
        add(first)
    ended = Rule(**{**vars(first), "span": Span.parse("2020-spring", "2024-summer")})
    assert not ended.clashes(first)


def test_catalogue_of_a_collection_has_its_code_and_type_rules_and_no_others():
    ids = [entry.id for entry in catalogue_for(SPRING)]
    assert len(set(ids)) == len(ids)
    assert {"1500", "1230Q", "CODE-ETHNICITY", "TYPE-DOB", "EHE-CODE-SEX"} <= set(ids)
    assert "1889" not in ids
    assert "CODE-ETHNICITY" not in {entry.id for entry in catalogue_for(Collection.parse("2025-autumn"))}
