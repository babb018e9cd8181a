"""Hours rules: funding claimed for hours that no child can have, or for none at all."""

import pytest


def test_funded_hours_are_due_of_two_and_three_year_olds(check):
    check(
        "HOURS-FUNDED-MISSING",
        pupils="""
        roll | dob        | fundedhours | found
        on   | 2023-08-31 |             | yes
        on   | 2023-09-01 |             |
        on   | 2021-09-01 |             | yes
        on   | 2021-08-31 |             |
        on   | 2022-01-01 | 0           |
        on   | 2022-01-01 | some        |
        on   |            |             |
        off  | 2022-01-01 |             |
        """,
    )


def test_funded_hours_are_half_hours_up_to_fifteen(check):
    findings = check(
        "HOURS-FUNDED",
        pupils="""
        dob        | fundedhours | found
        2022-01-01 | 15          |
        2022-01-01 | 15.5        | yes
        2022-01-01 | 0           |
        2022-01-01 | -0.5        | yes
        2022-01-01 | 7.5         |
        2022-01-01 | 7.25        | yes
        2022-01-01 |             |
        2020-09-01 | 30          | yes
        2020-08-31 | 30          |
        """,
    )
    assert set(findings["message"]) == {"Hours a week are not 0 to 15 in steps of 0.5"}


def test_hours_at_setting_are_half_hours_up_to_seventy(check):
    check(
        "HOURS-SETTING",
        pupils="""
        dob        | hoursatsetting | found
        2022-01-01 | 70             |
        2022-01-01 | 70.5           | yes
        2022-01-01 | 31.4           | yes
        2020-08-31 | 80             |
        """,
    )


def test_extended_hours_are_half_hours_up_to_fifteen(check):
    check(
        "HOURS-EXTENDED",
        pupils="""
        roll | dob        | extendedhours | found
        on   | 2022-01-01 | 15            |
        on   | 2022-01-01 | 15.5          | yes
        on   |            | -1            | yes
        on   | 2022-01-01 |               |
        """,
    )


@pytest.mark.parametrize(("collection", "found"), [("2025-summer", "yes"), ("2025-autumn", "")])
def test_expanded_hours_doubled_in_autumn_2025(check, collection, found):
    check(
        "HOURS-EXPANDED",
        collection=collection,
        pupils=f"""
        dob        | expandedhours | found
        2023-05-01 | 15            |
        2023-05-01 | 15.5          | {found}
        2023-05-01 | 30            | {found}
        2023-05-01 | 30.5          | yes
        """,
    )
