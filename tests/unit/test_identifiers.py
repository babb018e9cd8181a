"""Identifiers: a wrong formula refuses good numbers or lets bad ones pass, for every school at once."""

import pandas as pd
import pyarrow as pa
import pytest

from schemas.identifiers import (
    nhs_number_valid,
    postcode_normalised,
    postcode_plausible,
    uln_valid,
    upn_check_letter,
    upn_la_known,
    upn_letter_right,
    upn_temporary,
    upn_valid,
)

TEXT = pd.ArrowDtype(pa.string())

# The worked examples of the project's sources, each sum recomputed: UPN, check letter, whether its own letter is right.
UPNS = [
    ("B801200005001", "B", True),
    ("A801200005001", "B", False),
    ("Z213282605052", "Z", True),
    ("P207000016049", "P", True),
    ("B207000016049", "P", False),
    ("X00180001701A", "X", True),
    ("E823432124001", "E", True),
    ("Q82343212400A", "Q", True),
    ("T82343212401B", "T", True),
    ("E940200025017", "E", True),
    ("A123456789123", "P", False),
]
VALID_ULNS = ["1000102504", "1000000027", "2000000001", "2024691349", "2037037014", "1111111102"]
INVALID_ULNS = [
    "1000000001",
    "9876543210",
    "1234567890",
    "9999999999",
    "0000000000",
    "100010250",
    "10001025040",
    "1000 02504",
]


def text(*values):
    return pd.Series(values, dtype=TEXT)


@pytest.mark.parametrize(("upn", "letter", "right"), UPNS)
def test_upn_arithmetic_agrees_with_every_worked_example(upn, letter, right):
    assert upn_check_letter(text(upn)).tolist() == [letter]
    assert upn_letter_right(text(upn)).tolist() == [right]


def test_letter_is_unknown_where_the_other_characters_do_not_let_it_be_computed():
    odd = text(
        None, "", "E82343212400", "E8234321240011", "E8234X2124001", "E82343212400I", "E82343212400a", "é82343212400A"
    )
    assert upn_check_letter(odd).isna().all()
    assert upn_letter_right(odd).isna().all()


def test_small_letters_and_digits_are_no_check_letters():
    assert upn_letter_right(text("e823432124001", "4823432124001")).tolist() == [False, False]


def test_pseudo_and_recent_authorities_are_known_and_gaps_are_not():
    assert upn_la_known(text("X00180001701A", "E838", "E839", "E940", "E943")).tolist() == [True] * 5
    assert upn_la_known(text("E006", "E804", "E999", "EABC")).tolist() == [False] * 4
    assert upn_la_known(text(None, "E82")).isna().all()


def test_valid_upn_needs_letter_authority_and_form():
    assert upn_valid(text("E823432124001", "Q82343212400A")).tolist() == [True, True]
    assert upn_valid(text("A823432124001", "P123456789123", "E82343212400")).tolist() == [False, False, False]
    assert upn_valid(text(None)).isna().all()


def test_temporary_upn_is_told_by_its_last_letter():
    temporary = upn_temporary(text("Q82343212400A", "E823432124001", "E82343212400I"))
    assert temporary.iloc[:2].tolist() == [True, False]
    assert temporary.isna().tolist() == [False, False, True]


def test_uln_arithmetic_agrees_with_every_worked_example():
    assert uln_valid(text(*VALID_ULNS)).all()
    assert not uln_valid(text(*INVALID_ULNS)).any()
    assert uln_valid(text(None)).isna().all()


def test_nhs_number_has_its_check_digit():
    assert nhs_number_valid(text("9434765919", "9434765918", "943476591", "943 476 5919")).tolist() == [
        True,
        False,
        False,
        False,
    ]


def test_postcode_is_brought_to_one_spelling():
    received = text("sw1a1aa", " M1  1AE ", "ec1a obb", "bfpo57", "Long  Street", None)
    assert postcode_normalised(received).iloc[:5].tolist() == [
        "SW1A 1AA",
        "M1 1AE",
        "EC1A 0BB",
        "BFPO 57",
        "LONG STREET",
    ]
    assert postcode_normalised(received).isna().tolist() == [False] * 5 + [True]


def test_postcode_shapes_pass_and_others_are_queried():
    good = [
        "SW1A 1AA",
        "M1 1AE",
        "CR2 6XH",
        "DN55 1PT",
        "W1A 0AX",
        "EC1A 1BB",
        "B33 8TH",
        "E1W 1AA",
        "BFPO 57",
        "N1P 1AA",
    ]
    assert postcode_plausible(text(*good)).all()
    assert not postcode_plausible(text("GIR 0AA", "QX1 1AA", "SW1A 1CA", "ZZ99 9ZZ")).any()


def test_columns_of_codes_and_plain_objects_are_taken_as_text():
    plain = pd.Series(["E823432124001", None], dtype=object, index=[7, 9])
    assert upn_letter_right(plain).iloc[0]
    assert upn_letter_right(plain.astype("category")).index.tolist() == [7, 9]


def test_answers_stay_beside_their_rows_after_a_slice():
    upns = text("A823432124001", "E823432124001", "E823432124001")[1:]
    assert upn_letter_right(upns).tolist() == [True, True]
