"""Early years rules: nursery funding claimed for the wrong child, or not claimed."""

import pytest

WINDOWS = {
    "2025-autumn": ("2021-09-01", "2022-08-31"),
    "2026-spring": ("2021-09-01", "2022-12-31"),
    "2026-summer": ("2021-09-01", "2023-03-31"),
}


@pytest.mark.parametrize(("collection", "window"), WINDOWS.items())
def test_eypp_is_due_of_the_terms_three_year_olds(check, collection, window):
    first, last = window
    month, after = {"2022-08-31": ("2022-09", "01"), "2022-12-31": ("2023-01", "01"), "2023-03-31": ("2023-04", "01")}[
        last
    ]
    check(
        "1846",
        collection=collection,
        pupils=f"""
        roll | dob         | eyppr | found
        on   | {first}     |       | yes
        on   | {last}      |       | yes
        on   | 2021-08-31  |       |
        on   | {month}-{after} |   |
        on   | {first}     | N     |
        on   | {first}     | Y     |
        on   | {first}     | ?     |
        on   |             |       |
        off  | {first}     |       |
        """,
    )


def test_funded_hours_end_at_five_on_31_august(check):
    check(
        "1851",
        pupils="""
        roll | dob        | fundedhours | found
        on   | 2020-08-31 | 15          | yes
        on   | 2020-08-31 | 0           | yes
        on   | 2020-08-31 | fifteen     | yes
        on   | 2020-08-31 |             |
        on   | 2020-09-01 | 15          |
        on   |            | 15          |
        """,
    )


def test_hours_at_setting_end_at_five_on_31_august(check):
    check(
        "1854",
        pupils="""
        roll | dob        | hoursatsetting | found
        on   | 2020-08-31 | 25.5           | yes
        on   | 2020-08-31 |                |
        on   | 2020-09-01 | 25.5           |
        on   | 2010-01-01 | 0              | yes
        """,
    )


@pytest.mark.parametrize(
    ("collection", "first", "before"),
    [
        ("2025-autumn", "2020-09-01", "2020-08-31"),
        ("2026-spring", "2021-01-01", "2020-12-31"),
        ("2026-summer", "2021-04-01", "2021-03-31"),
    ],
)
def test_eypp_is_due_of_four_year_olds_in_nursery_years(check, collection, first, before):
    check(
        "1848",
        collection=collection,
        pupils=f"""
        roll | dob        | ncyearactual | eyppr | found
        on   | {first}    | N2           |       | yes
        on   | 2021-08-31 | E1           |       | yes
        on   | {before}   | N2           |       |
        on   | 2021-09-01 | N2           |       |
        on   | 2021-08-31 | R            |       |
        on   | 2021-08-31 |              |       |
        on   | 2021-08-31 | N1           | N     |
        on   |            | N1           |       |
        off  | 2021-08-31 | N1           |       |
        """,
    )


def test_received_premium_has_a_basis(check):
    check(
        "EYPP-BASIS-MISSING",
        pupils="""
        eyppr | eyppbf | found
        Y     |        | yes
        Y     | RE     |
        Y     | ?      |
        N     |        |
              |        |
        """,
    )


def test_premium_that_is_not_received_has_no_basis(check):
    check(
        "EYPP-BASIS-UNEXPECTED",
        pupils="""
        eyppr | eyppbf | found
        N     | RE     | yes
        N     |        |
        Y     | RE     |
              | RE     |
        """,
    )


def test_extended_hours_are_for_three_year_olds_and_four_year_olds_in_nursery_years(check):
    check(
        "3100",
        pupils="""
        roll | dob        | ncyearactual | extendedhours | eligibilitycode | found
        on   | 2021-09-01 | N2           | 15            | 50012345678     |
        on   | 2022-12-31 | N1           | 15            | 50012345678     |
        on   | 2023-01-01 | N1           | 15            | 50012345678     | yes
        on   | 2021-08-31 | N2           | 15            | 50012345678     |
        on   | 2021-08-31 | R            | 15            | 50012345678     | yes
        on   | 2021-08-31 | ?            | 15            | 50012345678     |
        on   | 2020-08-31 | N2           | 15            | 50012345678     | yes
        on   | 2022-01-01 | N1           | 15            |                 | yes
        on   | 2022-01-01 | N1           | 0             |                 |
        on   | 2010-01-01 | 10           | 0             |                 |
        on   | 2010-01-01 | 10           |               |                 |
        on   |            | N1           | 15            | 50012345678     |
        on   |            | N1           | 15            |                 | yes
        """,
    )


def test_eligibility_code_has_eleven_digits(check):
    check(
        "ELIGIBILITY-CODE-FORM",
        pupils="""
        eligibilitycode | found
        50012345678     |
        5001234567      | yes
        500123456789    | yes
        5001234567A     | yes
                        |
        """,
    )
