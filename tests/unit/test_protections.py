"""A child whose address is withheld, or who objected, is found on every record that is that child."""

from datetime import date

import pytest

from schemas.errors import AgreementRefused
from tests.clean_tables import census, ehe_register
from tests.extract_samples import keys, links, source_table
from transforms.protections import Children, check_protections, no_protections, protected_children, standing

DAY = date(2026, 2, 2)
PUPILS = """
laestab | is_on_roll | record | upn | formerupn
8561000 | yes        | 1      | A1  |
8561001 | yes        | 1      | a1  |
8561000 | yes        | 2      | B2  | B0
8561000 | yes        | 3      |     |
8561000 | no         | 1      | C3  |
"""
REGISTER = """
child_id | upn | former_upn
10       | C3  |
11       |     |
12       | D4  | D0
"""
LINKS = """
child_id | laestab | is_on_roll | record
11       | 8561000 | yes        | 3
"""


def children():
    return Children(census("2026-spring", pupils=PUPILS).frames["pupils"], ehe_register(REGISTER), links(LINKS))


def protected(text, on=DAY):
    return protected_children(source_table("protections", text), children(), on=on)


def pupils(found, kind="objection"):
    return keys(found.under("pupils", kind), "laestab", "is_on_roll", "record")


def registered(found, kind="objection"):
    return keys(found.under("ehe_register", kind), "child_id")


def test_a_upn_protects_every_record_that_bears_it_whatever_its_case():
    found = protected("upn | protection | purpose | recorded_on\n A1 | objection | immunisation | 2025-01-01")
    assert pupils(found) == [("8561000", True, 1), ("8561001", True, 1)]


def test_a_former_upn_still_names_the_child():
    found = protected("upn | protection | recorded_on\n B0 | court_order | 2025-01-01\n D0 | court_order | 2025-01-01")
    assert pupils(found, "court_order") == [("8561000", True, 2)]
    assert registered(found, "court_order") == [("12",)]


def test_an_id_of_the_register_protects_the_pupil_it_was_linked_to():
    found = protected("child_id | protection | recorded_on\n 11 | address_withheld | 2025-01-01")
    assert pupils(found, "address_withheld") == [("8561000", True, 3)]
    assert registered(found, "address_withheld") == [("11",)]


def test_an_id_of_the_register_protects_the_pupil_of_the_same_upn():
    found = protected("child_id | protection | recorded_on\n 10 | court_order | 2025-01-01")
    assert pupils(found, "court_order") == [("8561000", False, 1)]


def test_a_upn_protects_the_child_on_the_register():
    found = protected("upn | protection | recorded_on\n C3 | court_order | 2025-01-01")
    assert registered(found, "court_order") == [("10",)]


def test_protections_that_no_record_answers_to_are_counted():
    found = protected(
        "upn | child_id | protection | recorded_on\n ZZ | | court_order | 2025-01-01\n | 99 | court_order | 2025-01-01"
    )
    assert found.unmatched == 2
    assert pupils(found, "court_order") == []


def test_an_objection_acts_on_its_own_purpose_only():
    found = protected(
        "upn | protection | purpose | recorded_on\n A1 | objection | research_and_statistics | 2025-01-01"
    )
    assert len(found.objecting("pupils", "research_and_statistics")) == 2
    assert len(found.objecting("pupils", "immunisation", "youth_support")) == 0


def test_objectors_on_the_register_come_with_record_and_id_for_the_statistics():
    found = protected(
        "child_id | protection | purpose | recorded_on\n 12 | objection | research_and_statistics | 2025-01-01"
    )
    assert keys(found.objecting("ehe_register", "research_and_statistics"), "record", "child_id") == [(3, "12")]


@pytest.mark.parametrize(
    ("recorded", "withdrawn", "stands"),
    [
        ("2026-02-02", "", True),
        ("2026-02-03", "", False),
        ("2025-01-01", "2026-02-02", False),
        ("2025-01-01", "2026-02-03", True),
        ("", "", True),
    ],
    ids=["from its day", "not before", "not from its withdrawal", "until its withdrawal", "without a day"],
)
def test_a_protection_stands_from_its_day_until_it_is_withdrawn(recorded, withdrawn, stands):
    text = f"upn | protection | recorded_on | withdrawn_on\n A1 | court_order | {recorded} | {withdrawn}"
    assert len(standing(source_table("protections", text), on=DAY)) == stands


def test_a_withdrawal_whose_day_cannot_be_read_does_not_withdraw():
    text = "upn | protection | recorded_on | withdrawn_on_raw\n A1 | court_order | 2025-01-01 | 31/31/2025"
    assert len(standing(source_table("protections", text), on=DAY)) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A1 | | do not share |", "1 with no known protection"),
        ("A1 | | objection | nosiness", "1 with an objection without a known purpose"),
        ("A1 | | objection |", "1 with an objection without a known purpose"),
        (" | | court_order |", "1 with neither UPN nor child id"),
    ],
)
def test_a_row_that_nobody_can_honour_stops_every_identifiable_file(row, said):
    listed = source_table("protections", f"upn | child_id | protection | purpose\n{row}")
    with pytest.raises(AgreementRefused, match=said) as refused:
        check_protections(listed)
    assert "A1" not in str(refused.value)


def test_an_empty_list_protects_nobody_and_is_no_fault():
    check_protections(no_protections())
    found = protected_children(no_protections(), children(), on=DAY)
    assert found.unmatched == 0
    assert pupils(found) == []


def test_a_child_of_the_register_without_an_id_is_found_by_upn():
    register = ehe_register("child_id | upn\n | H1\n | H2")
    listed = source_table("protections", "upn | protection | recorded_on\n H2 | court_order | 2025-01-01")
    pupils_table = census("2026-spring", pupils=PUPILS).frames["pupils"]
    found = protected_children(listed, Children(pupils_table, register), on=DAY)
    assert keys(found.under("ehe_register", "court_order"), "record", "child_id") == [(2, None)]
