"""Linking register and census: a child is found by stated means, and never taken for another."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from schemas.identifiers import uln_valid, upn_check_letter
from tests.clean_tables import census, ehe_register
from transforms.link import Method, link, on_roll_and_educated_at_home, upn_of_linked

BODIES = {"P1": "856400120001", "P2": "856400120002", "P3": "856400120003", "T1": "85640012001A"}
_LETTERS = upn_check_letter(pd.Series([f"A{body}" for body in BODIES.values()], dtype=pd.ArrowDtype(pa.string())))
UPN = {name: f"{letter}{body}" for (name, body), letter in zip(BODIES.items(), _LETTERS, strict=True)}
ULN = {"U1": "1000000043", "U2": "1000000051"}

PUPILS = "laestab | is_on_roll | record | upn | formerupn | uniquelearnernumber | forename | surname | dob\n"
ADDRESSES = "laestab | is_on_roll | record | sub_record | postcode\n"
CHILDREN = "child_id | upn | former_upn | uln | forename | surname | date_of_birth | postcode | ehe_start_date | ehe_end_date\n"


def spelled(text):
    for name, value in {**UPN, **ULN}.items():
        text = text.replace(name, value)
    return text


def linked(children, pupils, addresses=""):
    tables = census(
        "2026-spring",
        **({"pupils": PUPILS + spelled(pupils)} if pupils else {}),
        **({"addresses": ADDRESSES + addresses} if addresses else {}),
    )
    register = ehe_register(CHILDREN + spelled(children)) if children else ehe_register("child_id\n").iloc[:0]
    return link(register, tables["pupils"], tables["addresses"]), register, tables["pupils"]


def rows(links):
    frame = links.frame.astype(object)
    return [tuple(row) for row in frame[["child_id", "laestab", "is_on_roll", "record", "method"]].to_numpy().tolist()]


def test_the_ulns_of_these_tests_are_valid():
    assert uln_valid(pd.Series(list(ULN.values()), dtype=pd.ArrowDtype(pa.string()))).all()


def test_a_child_is_found_by_its_upn():
    links, _, _ = linked("c1 | P1 | | | Ann | Ash | 2012-01-01", "8564001 | yes | 1 | P1 | | | Anna | Elm | 2012-01-02")
    assert rows(links) == [("c1", "8564001", True, 1, "upn")]
    assert links.links == {Method.UPN: 1, Method.ULN: 0, Method.NAME: 0}
    assert links.children == 1


@pytest.mark.parametrize(
    ("child", "pupil"),
    [("P1 | ", " | P1"), (" | P1", "P1 | "), ("T1 | ", "P1 | T1"), ("P1 | T1", "T1 | "), (" | T1", " | T1")],
)
def test_a_former_upn_links_both_ways(child, pupil):
    links, _, _ = linked(f"c1 | {child} | | A | B | 2012-01-01", f"8564001 | yes | 1 | {pupil} | | A | B | 2012-01-01")
    assert rows(links) == [("c1", "8564001", True, 1, "upn")]


def test_a_child_on_several_rolls_has_a_row_for_each():
    links, _, _ = linked(
        "c1 | P1 | | | A | B | 2012-01-01",
        "8564002 | yes | 3 | P1 | | | A | B | 2012-01-01\n"
        "8564001 | no | 2 | P1 | | | A | B | 2012-01-01\n"
        "8564001 | yes | 9 | P1 | | | A | B | 2012-01-01",
    )
    assert rows(links) == [
        ("c1", "8564001", True, 9, "upn"),
        ("c1", "8564001", False, 2, "upn"),
        ("c1", "8564002", True, 3, "upn"),
    ]
    assert links.children == 1


def test_a_child_without_a_upn_is_found_by_its_uln():
    links, _, _ = linked("c1 | | | U1 | A | B | 2012-01-01", "8564001 | yes | 1 | P1 | | U1 | C | D | 2012-01-01")
    assert rows(links) == [("c1", "8564001", True, 1, "uln")]


@pytest.mark.parametrize(
    "name", ["O'Brien-Smith", "o\u2019brien smith", "O BRIEN SMITH", "Obrien\u2010Smith", "O`Briensmith"]
)
def test_case_spaces_apostrophes_and_hyphens_of_a_name_do_not_matter(name):
    links, _, _ = linked(
        f"c1 | | | | Zoë Anne | {name} | 2012-01-01 | ml1 1ab",
        "8564001 | yes | 1 | | | | ZOË-ANNE | O'Brien-Smith | 2012-01-01",
        "8564001 | yes | 1 | 1 | M1 1AA\n8564001 | yes | 1 | 2 | ML11AB",
    )
    assert rows(links) == [("c1", "8564001", True, 1, "name, date of birth, postcode")]


@pytest.mark.parametrize(
    "child",
    [
        "Zoe | Brien | 2012-01-01 | ML1 1AB",
        "Zoë | Brian | 2012-01-01 | ML1 1AB",
        "Zoë | Brien | 2012-01-02 | ML1 1AB",
        "Zoë | Brien | 2012-01-01 | ML1 1AC",
        "Zoë | Brien | | ML1 1AB",
        "Zoë | Brien | 2012-01-01 | ",
        " | Brien | 2012-01-01 | ML1 1AB",
    ],
)
def test_anything_else_that_differs_or_is_missing_does_not_link(child):
    links, _, _ = linked(
        f"c1 | | | | {child}",
        "8564001 | yes | 1 | | | | Zoë | Brien | 2012-01-01\n8564001 | yes | 2 | | | | | Brien | 2012-01-01\n8564001 | yes | 3 | | | | Zoë | Brien |",
        "8564001 | yes | 1 | 1 | ML1 1AB\n8564001 | yes | 2 | 1 | ML1 1AB\n8564001 | yes | 3 | 1 | ML1 1AB\n8564001 | yes | 1 | 2 |",
    )
    assert rows(links) == []
    assert links.children == 0


def test_missing_keys_on_both_sides_never_link():
    links, _, _ = linked("c1\nc2", "8564001 | yes | 1\n8564001 | yes | 2", "8564001 | yes | 1 | 1 |")
    assert rows(links) == []
    assert set(links.ambiguous.values()) == {0}


def test_a_upn_or_uln_that_is_none_links_nobody():
    links, _, _ = linked(
        "c1 | A123456789012 | | 9999999999 | A | B | 2012-01-01",
        "8564001 | yes | 1 | A123456789012 | | 9999999999 | A | B | 2012-01-01",
    )
    assert rows(links) == []


def test_two_children_of_one_name_day_and_postcode_are_not_linked_but_counted():
    links, _, _ = linked(
        "c1 | | | | Ann | Ash | 2012-01-01 | ML1 1AB\nc2 | | | | Ann | Ash | 2012-01-01 | ML1 1AB",
        "8564001 | yes | 1 | | | | Ann | Ash | 2012-01-01",
        "8564001 | yes | 1 | 1 | ML1 1AB",
    )
    assert rows(links) == []
    assert links.ambiguous == {Method.UPN: 0, Method.ULN: 0, Method.NAME: 2}


@pytest.mark.parametrize(
    "second",
    ["8564001 | yes | 2 | | | | Ann | Ash | 2012-01-01", "8564002 | yes | 2 | P2 | | | Ann | Ash | 2012-01-01"],
)
def test_two_pupils_of_one_name_day_and_postcode_are_not_linked_but_counted(second):
    place, roll, record = (part.strip() for part in second.split("|")[:3])
    links, _, _ = linked(
        "c1 | | | | Ann | Ash | 2012-01-01 | ML1 1AB",
        f"8564001 | yes | 1 | P1 | | | Ann | Ash | 2012-01-01\n{second}",
        f"8564001 | yes | 1 | 1 | ML1 1AB\n{place} | {roll} | {record} | 1 | ML1 1AB",
    )
    assert rows(links) == []
    assert links.ambiguous[Method.NAME] == 1


def test_one_pupil_at_two_schools_is_one_child_by_name_too():
    links, _, _ = linked(
        "c1 | | | | Ann | Ash | 2012-01-01 | ML1 1AB",
        "8564001 | yes | 1 | P1 | | | Ann | Ash | 2012-01-01\n8564002 | yes | 1 | P1 | | | Ann | Ash | 2012-01-01",
        "8564001 | yes | 1 | 1 | ML1 1AB\n8564002 | yes | 1 | 1 | ML1 1AB",
    )
    assert [row[1] for row in rows(links)] == ["8564001", "8564002"]


def test_twins_who_share_a_upn_in_the_register_by_mistake_are_told_apart_by_name():
    links, _, _ = linked(
        "c1 | P1 | | | Ann | Ash | 2012-01-01 | ML1 1AB\nc2 | P1 | | | Bea | Ash | 2012-01-01 | ML1 1AB",
        "8564001 | yes | 1 | P1 | | | Ann | Ash | 2012-01-01",
        "8564001 | yes | 1 | 1 | ML1 1AB",
    )
    assert rows(links) == [("c1", "8564001", True, 1, "name, date of birth, postcode")]
    assert links.ambiguous == {Method.UPN: 2, Method.ULN: 0, Method.NAME: 0}


def test_one_child_entered_twice_under_two_ids_is_linked_under_both():
    links, _, _ = linked(
        "c1 | P1 | | | Ann | Ash | 2012-01-01\nc2 | P1 | | | ANN | Ash | 2012-01-01",
        "8564001 | yes | 1 | P1 | | | Ann | Ash | 2012-01-01",
    )
    assert [row[0] for row in rows(links)] == ["c1", "c2"]


def test_a_upn_that_stands_twice_on_one_roll_links_nobody():
    links, _, _ = linked(
        "c1 | P1 | | | Ann | Ash | 2012-01-01",
        "8564001 | yes | 1 | P1 | | | Ann | Ash | 2012-01-01\n8564001 | yes | 2 | P1 | | | Bea | Ash | 2012-01-01",
    )
    assert rows(links) == []
    assert links.ambiguous[Method.UPN] == 1


def test_several_episodes_of_a_child_give_one_link():
    links, _, _ = linked(
        "c1 | P1 | | | Ann | Ash | 2012-01-01\nc1 | P1 | | | Ann | Ash | 2012-01-01",
        "8564001 | yes | 1 | P1 | | | Ann | Ash | 2012-01-01",
    )
    assert rows(links) == [("c1", "8564001", True, 1, "upn")]


def test_a_pupil_found_by_a_surer_way_is_not_given_to_another_child():
    links, _, _ = linked(
        "c1 | P1 | | | Ann | Ash | 2012-01-01 | ML1 1AB\nc2 | | | | Bea | Ash | 2012-01-01 | ML1 1AB",
        "8564001 | yes | 1 | P1 | | | Bea | Ash | 2012-01-01",
        "8564001 | yes | 1 | 1 | ML1 1AB",
    )
    assert rows(links) == [("c1", "8564001", True, 1, "upn")]


def test_a_child_found_by_upn_at_one_school_is_found_by_name_at_another():
    links, _, _ = linked(
        "c1 | P1 | | | Ann | Ash | 2012-01-01 | ML1 1AB",
        "8564001 | no | 1 | P1 | | | Ann | Ash | 2012-01-01\n8564002 | yes | 1 | | | | Ann | Ash | 2012-01-01",
        "8564002 | yes | 1 | 1 | ML1 1AB",
    )
    assert [(row[1], row[4]) for row in rows(links)] == [
        ("8564001", "upn"),
        ("8564002", "name, date of birth, postcode"),
    ]


def test_rows_without_a_child_id_are_counted():
    links, _, _ = linked(" | P1 | | | Ann | Ash | 2012-01-01", "8564001 | yes | 1 | P1 | | | Ann | Ash | 2012-01-01")
    assert rows(links) == []
    assert links.without_id == 1


@pytest.mark.parametrize(("children", "pupils"), [("", ""), ("c1 | P1", ""), ("", "8564001 | yes | 1 | P1")])
def test_an_empty_side_gives_an_empty_table_of_the_right_types(children, pupils):
    links, _, _ = linked(children, pupils)
    assert len(links.frame) == 0
    assert [str(kind) for kind in links.frame.dtypes] == [
        "string[pyarrow]", "string[pyarrow]", "bool[pyarrow]", "int64[pyarrow]", "category"]  # fmt: skip


def test_the_order_of_rows_changes_nothing():
    children = ["c2 | P2 | | | B | B | 2012-01-01", "c1 | P1 | | | A | A | 2012-01-01"]
    pupils = ["8564002 | yes | 1 | P1", "8564001 | yes | 1 | P1", "8564001 | no | 1 | P2"]
    there = linked("\n".join(children), "\n".join(pupils))[0]
    back = linked("\n".join(children[::-1]), "\n".join(pupils[::-1]))[0]
    pd.testing.assert_frame_equal(there.frame, back.frame)


def test_the_upn_of_a_linked_pupil_is_taken_from_a_roll_before_a_leaver():
    links, _, pupils = linked(
        "c1 | | P1 | | Ann | Ash | 2012-01-01\nc2 | | | U1 | Bea | Ash | 2012-01-01\nc3 | P3",
        "8564001 | no | 1 | P1 | | | A | B | 2012-01-01\n8564002 | yes | 1 | P2 | P1 | | A | B | 2012-01-01\n"
        "8564002 | yes | 2 | | | U1 | A | B | 2012-01-01",
    )
    assert upn_of_linked(links.frame, pupils).to_dict() == {"c1": UPN["P2"]}


@pytest.mark.parametrize(
    ("start", "end", "both"),
    [
        ("2026-01-15", "", True),
        ("2026-01-16", "", False),
        ("2025-09-01", "2026-01-15", False),
        ("2025-09-01", "2026-01-16", True),
        ("", "", False),
    ],
)
def test_a_child_is_on_both_lists_if_its_entry_is_open_on_that_day(start, end, both):
    links, register, _ = linked(
        f"c1 | P1 | | | A | B | 2012-01-01 | | {start} | {end}", "8564001 | yes | 4 | P1\n8564002 | no | 1 | P1"
    )
    found = on_roll_and_educated_at_home(links.frame, register, on=date(2026, 1, 15))
    assert found[["child_id", "laestab", "record"]].astype(object).to_numpy().tolist() == (
        [["c1", "8564001", 4]] if both else []
    )
