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
