"""Leavers: a child of another year left in the return, who would be counted as leaving again."""

import pytest

#: Start of the previous notional term, start of this one, census day.
DAYS = {
    "2024-autumn": ("2024-04-01", "2024-08-01", "2024-10-03"),
    "2026-spring": ("2025-08-01", "2026-01-01", "2026-01-15"),
    "2025-summer": ("2025-01-01", "2025-04-21", "2025-05-15"),
}


def test_leavers_of_school_age_since_the_last_term_began_are_expected(check):
    check(
        "1925Q",
        pupils="""
        roll | dob        | boarder | entrydate  | leavingdate | found
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-11-03  |
        off  | 2015-01-01 |         | 2020-09-01 | 2025-11-03  |
        off  | 2015-01-01 | ?       | 2020-09-01 | 2025-11-03  |
        off  | 2015-01-01 | 7       | 2020-09-01 | 2025-11-03  | yes
        off  | 2009-09-01 | N       | 2020-09-01 | 2025-11-03  |
        off  | 2009-08-31 | N       | 2020-09-01 | 2025-11-03  | yes
        off  | 2021-08-31 | N       | 2024-09-01 | 2025-11-03  |
        off  | 2021-09-01 | N       | 2024-09-01 | 2025-11-03  | yes
        off  |            | N       | 2020-09-01 | 2025-11-03  |
        off  | 2015-01-01 | N       |            | 2025-11-03  |
        off  | 2015-01-01 | N       | 2020-09-01 |             |
        off  | 2015-01-01 | 7       | 2020-09-01 | soon        |
        on   | 2015-01-01 | 7       | 2020-09-01 |             |
        """,
    )


@pytest.mark.parametrize(("collection", "days"), DAYS.items())
def test_dates_of_an_expected_leaver_follow_the_notional_terms(check, collection, days):
    previous, current, census = days
    before = {"2024-04-01": "2024-03-31", "2025-08-01": "2025-07-31", "2025-01-01": "2024-12-31"}[previous]
    last = {"2024-08-01": "2024-07-31", "2026-01-01": "2025-12-31", "2025-04-21": "2025-04-20"}[current]
    eve = {"2024-10-03": "2024-10-02", "2026-01-15": "2026-01-14", "2025-05-15": "2025-05-14"}[census]
    check(
        "1925Q",
        collection=collection,
        pupils=f"""
        roll | dob        | boarder | entrydate  | leavingdate | found
        off  | 2015-01-01 | N       | 2020-09-01 | {before}    | yes
        off  | 2015-01-01 | N       | 2020-09-01 | {previous}  |
        off  | 2015-01-01 | N       | 2020-09-01 | {eve}       |
        off  | 2015-01-01 | N       | 2020-09-01 | {census}    | yes
        off  | 2015-01-01 | N       | {last}     | {eve}       |
        off  | 2015-01-01 | N       | {current}  | {eve}       | yes
        """,
    )


def test_a_suspended_leaver_is_expected_if_gone_before_census_day(check):
    check(
        "1925Q",
        pupils="""
        roll | dob        | boarder | entrydate  | leavingdate | found
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-05-01  |
        off  | 2015-01-01 | 7       | 2020-09-01 | 2026-01-14  |
        off  | 2015-01-01 | 7       | 2020-09-01 | 2026-01-15  | yes
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-05-01  | yes
        """,
        termlyexclusions="""
        roll | record | category
        off  | 1      | SUSP
        off  | 2      | SUSP
        off  | 3      | SUSP
        on   | 4      | SUSP
        """,
    )


@pytest.mark.parametrize(
    ("collection", "module"),
    [
        ("2025-autumn", "programmeaims"),
        ("2025-autumn", "learnerfam"),
        ("2026-spring", "approvisiondetail"),
        ("2026-spring", "schoolarrangedapdetail"),
        ("2026-summer", "learnersupport"),
    ],
)
def test_leavers_with_other_data_to_return_are_expected(check, collection, module):
    check(
        "1925Q",
        collection=collection,
        pupils="""
        roll | dob        | boarder | entrydate  | leavingdate | found
        off  | 2007-01-01 | N       | 2020-09-01 | 2025-01-10  |
        off  | 2007-01-01 | N       | 2020-09-01 | 2025-01-10  | yes
        """,
        **{module: "roll | record\noff | 1"},
    )
