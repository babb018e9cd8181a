"""The model is data: these tests are what keeps the data right when a line is added."""

import re
from itertools import groupby, pairwise
from pathlib import Path

import pytest

import schemas.rules  # noqa: F401  # fills the register of rules
from schemas import _data
from schemas.calendar import calendar_for, known_collections
from schemas.code_sets import code_set, code_set_names
from schemas.collection import Collection, Term
from schemas.contract import arrow_schema
from schemas.model import FieldType, all_fields, all_tables, model_for
from schemas.rules.register import registered_rules
from schemas.spans import Span, overlapping

COLLECTIONS = known_collections()


def test_the_model_resolves_every_term_from_autumn_2024_to_summer_2027():
    assert [str(c) for c in COLLECTIONS] == [
        "2024-autumn", "2025-spring", "2025-summer", "2025-autumn", "2026-spring",
        "2026-summer", "2026-autumn", "2027-spring", "2027-summer",
    ]  # fmt: skip


@pytest.mark.parametrize("collection", COLLECTIONS, ids=str)
def test_no_table_holds_a_column_twice_in_one_collection(collection):
    for table in model_for(collection).tables.values():
        names = arrow_schema(table).names
        assert len(names) == len(set(names)), table.name


def test_no_field_has_overlapping_spans_in_a_term():
    def key(field):
        return field.table, field.column

    for name, same in groupby(sorted(all_fields(), key=key), key=key):
        entries = list(same)
        for term in Term:
            spans = [f.span for f in entries if term in f.terms_on | f.terms_off]
            assert not overlapping(spans), (name, term)


def test_no_code_has_overlapping_spans():
    for name in code_set_names():
        codes = sorted(code_set(name).codes, key=lambda c: c.code)
        for code, same in groupby(codes, key=lambda c: c.code):
            assert not overlapping([c.span for c in same]), (name, code)


def next_of_terms(collection, terms):
    after = collection.next()
    while after.term not in terms:
        after = after.next()
    return after


def gaps(spans, terms):
    """Return the pairs of spans of one thing between which a collection of its terms lies."""
    ordered = sorted(spans, key=lambda span: (span.first is not None, span.first.index if span.first else 0))
    return [
        (one, other)
        for one, other in pairwise(ordered)
        if one.last is None or other.first is None or next_of_terms(one.last, terms) < other.first
    ]


def test_a_field_that_comes_back_leaves_no_collection_out():
    def key(field):
        return field.table, field.column

    for name, same in groupby(sorted(all_fields(), key=key), key=key):
        entries = list(same)
        for term in Term:
            assert not gaps([f.span for f in entries if term in f.terms_on | f.terms_off], {term}), (name, term)


def test_a_code_that_comes_back_leaves_no_collection_out():
    for name in code_set_names():
        codes = sorted(code_set(name).codes, key=lambda c: c.code)
        for code, same in groupby(codes, key=lambda c: c.code):
            assert not gaps([c.span for c in same], set(Term)), (name, code)


def test_a_rule_of_two_wordings_leaves_no_collection_out_and_holds_once():
    rules = sorted(registered_rules(), key=lambda rule: rule.id)
    for name, same in groupby(rules, key=lambda rule: rule.id):
        wordings = list(same)
        for term in Term:
            spans = [rule.span for rule in wordings if term in rule.terms]
            assert not overlapping(spans), (name, term)
            assert not gaps(spans, {term}), (name, term)


def test_an_old_code_names_a_code_of_its_own_set_as_its_successor():
    for name in code_set_names():
        codes = {code.code for code in code_set(name).codes}
        for code in code_set(name).codes:
            assert code.more.get("successor", "") in codes | {""}, (name, code.code)


def test_spans_begin_before_they_end():
    every = [f.span for f in all_fields()] + [c.span for n in code_set_names() for c in code_set(n).codes]
    assert all(s.first is None or s.last is None or s.first <= s.last for s in every)


def test_every_coded_field_has_a_code_set_with_codes_in_every_collection_that_holds_it():
    for field in all_fields():
        assert (field.type is FieldType.CODE) == bool(field.code_set), (field.table, field.column)
        for collection in COLLECTIONS:
            if field.code_set and field.in_force(collection):
                codes = code_set(field.code_set).in_force(field.code_collection(collection))
                assert codes, (field.table, field.column, str(collection))


def test_every_field_of_the_xml_has_one_place_and_no_two_fields_of_a_table_share_it():
    for collection in COLLECTIONS:
        for table in model_for(collection).tables.values():
            for roll in table.definition.rolls():
                paths = [f.xml_path for f in table.held(roll, collection) if f.xml_path]
                assert len(paths) == len(set(paths)), (table.name, str(collection))


def test_parents_stand_before_their_children():
    seen = {""}
    for table in all_tables():
        assert table.parent in seen, table.name
        assert table.level in {"return", "school", "pupil"}
        seen.add(table.name)


def test_every_table_field_and_code_names_its_source_and_label():
    assert all(row["label"] in {"sourced", "inferred", "unverified"} for row in _data.rows("school_census/fields.csv"))
    assert all(row["source"] for row in _data.rows("school_census/fields.csv"))
    assert all(code.source and code.label for name in code_set_names() for code in code_set(name).codes)


def test_every_fact_names_a_key_of_the_list_of_sources():
    listed = set(re.findall(r"^\| (S\d+) \|", _sources(), re.MULTILINE))
    cited = {key for row in _data.rows("school_census/fields.csv") for key in re.findall(r"\bS\d+\b", row["source"])}
    cited |= {k for n in code_set_names() for c in code_set(n).codes for k in re.findall(r"\bS\d+\b", c.source)}
    assert cited <= listed


def test_the_windows_of_a_collection_are_in_order():
    for collection in COLLECTIONS:
        days = calendar_for(collection)
        assert days.previous_census_day < days.fsm_first <= days.fsm_last == days.census_day
        assert days.attendance_first < days.attendance_last < days.census_day
        assert days.exclusions_first < days.exclusions_last < days.census_day
        assert days.census_day < days.return_day
        assert days.census_day < days.ehe_return_day
        assert (days.half_term_first is None) == (collection.term is not Term.AUTUMN)


def test_a_collection_further_on_is_a_change_of_data_only():
    later = Collection.parse("2027-autumn")
    tables = model_for(later).tables
    assert tables["pupils"].field("sex")
    assert tables["programmeaims"].fields


def test_a_span_holds_its_ends_and_nothing_outside():
    span = Span.parse("2025-spring", "2025-autumn")
    held = [str(c) for c in COLLECTIONS if span.holds(c)]
    assert held == ["2025-spring", "2025-summer", "2025-autumn"]


def _sources():
    return Path(__file__, "../../../docs/sources.md").resolve().read_text(encoding="utf-8")
