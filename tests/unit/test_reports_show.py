"""What `termly show` prints: the resolved model, and nothing that is not in force."""

from datetime import date

import pytest

import schemas.rules  # noqa: F401  # fills the register
from schemas.agreements.model import shipped_agreements
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.model import all_tables
from schemas.rules.register import rules_in_force
from transforms.reports.dictionary import ZoneNote, data_dictionary, zones_readme
from transforms.reports.listing import Listing
from transforms.reports.rule_notes import advice_for, field_names, rule_notes
from transforms.reports.show import (
    agreements_listing,
    codes_listing,
    fields_listing,
    rule_explained,
    rules_listing,
    tables_listing,
)

YEAR = [Collection.parse(each) for each in ("2026-spring", "2026-summer", "2026-autumn")]
RULES = {each: (*rules_in_force(each), *rules_in_force(each, source="ehe")) for each in YEAR}


def row(listing, **wanted):
    (found,) = [each for each in listing.rows if all(each[name] == value for name, value in wanted.items())]
    return found


def test_a_field_is_listed_with_the_terms_that_hold_it():
    listed = fields_listing(YEAR)
    assert row(listed, table="pupils", column="upn")["on_roll"] == "spring summer autumn"
    assert row(listed, table="pupils", column="ethnicity")["on_roll"] == "spring"
    assert row(listed, table="pupils", column="leavingdate")["on_roll"] == ""


def test_one_term_or_table_can_be_asked_for():
    listed = fields_listing([YEAR[2]], table="pupils")
    assert {each["table"] for each in listed.rows} == {"pupils"}
    assert "ethnicity" not in {each["column"] for each in listed.rows}


def test_codes_are_listed_with_label_and_terms():
    assert row(codes_listing(YEAR, name="sex"), code="F")["label"] == "Female"
    assert {each["set"] for each in codes_listing(YEAR).rows} > {"sex", "language"}


def test_every_row_has_every_column():
    listings = [fields_listing(YEAR), codes_listing(YEAR), rules_listing(YEAR)]
    assert all(tuple(each) == listing.columns for listing in listings for each in listing.rows)


def test_rules_are_listed_with_what_to_do():
    listed = row(rules_listing(YEAR), rule="1520")
    assert (listed["severity"], listed["terms"], listed["field"]) == ("error", "spring summer autumn", "upn")
    assert "If it is one pupil" in listed["what_to_do"]


def test_a_rule_of_one_term_is_listed_for_that_term_alone():
    assert row(rules_listing(YEAR), rule="CODE-ETHNICITY")["terms"] == "spring"


def test_only_rules_that_are_checked_are_listed_unless_all_known_ones_are_asked_for():
    checked = {each["rule"]: each["status"] for each in rules_listing(YEAR).rows}
    every = {each["rule"]: each["status"] for each in rules_listing(YEAR, known=True).rows}
    assert set(checked.values()) == {"implemented"}
    assert set(checked) < set(every)
    assert every["165"] == "title only"


def test_one_rule_is_explained_part_by_part():
    parts = {each["part"]: each["text"] for each in rule_explained(YEAR, "1520").rows}
    assert parts["condition"].startswith("Mark every pupil whose UPN")
    assert (parts["table"], parts["field"], parts["label"]) == ("pupils", "upn", "sourced")


def test_a_rule_that_is_not_checked_is_explained_without_anything_to_do():
    parts = {each["part"]: each["text"] for each in rule_explained(YEAR, "165").rows}
    assert parts["status"] == "title only"
    assert "what to do" not in parts


def test_a_rule_that_nobody_knows_is_explained_by_nothing():
    assert rule_explained(YEAR, "4711").rows == ()


@pytest.mark.parametrize(
    ("rule", "severity", "told"),
    [
        ("CODE-SEX", "error", "Choose a code that this collection takes"),
        ("TYPE-DOB", "error", "Enter the value as the item asks for it"),
        ("EHE-CODE-SEX", "error", "Write one of the known words"),
        ("9998", "error", "Correct the item in the system that it comes from"),
        ("9998Q", "query", "Correct the item, or keep it and say why"),
    ],
)
def test_every_rule_is_answered_with_something_to_do(rule, severity, told):
    assert advice_for(rule, severity).startswith(told)


def test_every_rule_in_force_has_a_note_and_advice_of_its_own_or_its_family():
    notes = rule_notes(RULES[YEAR[0]])
    assert set(notes) == {rule.id for rule in RULES[YEAR[0]]}
    general = {advice_for("no such rule", severity) for severity in ("error", "query")}
    assert [note.rule for note in notes.values() if note.advice in general] == []


def test_items_are_named_by_the_tag_of_the_return_and_the_heading_of_the_register():
    names = field_names(YEAR[0])
    assert names["fsmperiods", "fsmstartdate"] == "FSMstartDate"
    assert names["ehe_register", "date_of_birth"] != "date_of_birth"


def test_a_shipped_sample_says_that_it_releases_nothing():
    listed = agreements_listing(shipped_agreements(), on=date(2026, 2, 1))
    assert "dfe-school-census" in {each["id"] for each in listed.rows}
    assert all(each["releases"].startswith("it is a shipped sample") for each in listed.rows if each["sample"])


def test_no_agreement_at_all_is_an_empty_table():
    assert agreements_listing((), on=date(2026, 2, 1)).rows == ()


def test_a_table_is_written_as_markdown_with_its_bars_escaped():
    listing = Listing("t", ("a", "b"), ({"a": "x|y", "b": True}, {"a": None, "b": False}))
    assert listing.markdown() == "| a | b |\n|---|---|\n| x\\|y | yes |\n|  | no |\n"


def test_the_dictionary_has_every_table_with_its_key():
    text = data_dictionary(known_collections())
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [t.name for t in all_tables()]
    assert "Key: `laestab`, `is_on_roll`, `record`, `sub_record`." in text
    assert "| ethnicity | code | ethnicity | spring | spring |" in text


def test_the_page_of_zones_says_which_name_pupils():
    text = zones_readme([ZoneNote("statistics", "published counts", False, "everybody", "always")])
    assert "| `statistics/` | published counts | no | everybody | always |" in text


def test_the_catalogue_says_of_every_table_whom_it_counts_and_in_which_terms_it_is_filled():
    listed = tables_listing(YEAR)
    assert row(listed, table="class_sizes")["terms"] == "spring"
    assert set(row(listed, table="sen")["terms"].split()) == {"spring", "summer", "autumn"}
    assert "suspension_rate" in row(listed, table="suspensions_establishments")["indicators"]
    assert all(each["profile"] and each["row_is"] and each["population"] for each in listed.rows)
