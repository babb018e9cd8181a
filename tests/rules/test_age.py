"""Age rules: a mistyped date of birth that puts a child into the wrong school or year in every count."""

import pytest

PRIMARY_ACADEMY = """
phase | type
PS    | 49
"""


def test_date_of_birth_is_due_of_everybody(check):
    check(
        "DOB-MISSING",
        pupils="""
        roll | dob        | found
        on   |            | yes
        off  |            | yes
        on   | 2015-01-01 |
        on   | 1/1/15     |
        """,
    )


def test_nobody_is_born_on_census_day_or_after_it(check):
    check(
        "DOB-AFTER-CENSUS",
        pupils="""
        roll | dob        | found
        on   | 2026-01-14 |
        on   | 2026-01-15 | yes
        off  | 2026-01-16 | yes
        on   |            |
        """,
    )


@pytest.mark.parametrize(
    ("collection", "just_two", "not_two"),
    [
        ("2025-autumn", "2023-08-31", "2023-09-01"),
        ("2026-spring", "2023-12-31", "2024-01-01"),
        ("2026-summer", "2024-03-31", "2024-04-01"),
    ],
)
def test_two_year_olds_are_judged_on_the_day_their_funding_runs_from(check, collection, just_two, not_two):
    findings = check(
        "1601Q",
        collection=collection,
        school=PRIMARY_ACADEMY,
        pupils=f"""
        roll | dob        | found
        on   | {just_two} |
        on   | {not_two}  | yes
        on   | 2012-04-01 |
        on   |            |
        off  | {not_two}  |
        """,
    )
    assert "2 to 13" in findings["message"].iloc[0]


def test_oldest_of_a_school_with_two_year_olds_is_judged_on_the_same_day(check):
    check(
        "1601Q",
        school=PRIMARY_ACADEMY,
        pupils="""
        dob        | found
        2012-01-01 |
        2011-12-31 | yes
        """,
    )


def test_age_range_without_two_year_olds_is_judged_on_31_august(check):
    check(
        "1601Q",
        school="""
        laestab | phase | type
        8564001 | SS    | 21
        8564002 | SS    | 49
        8564003 | PR    | 54
        8564004 |       | 21
        """,
        pupils="""
        laestab | dob        | found
        8564001 | 2014-08-31 |
        8564001 | 2014-09-01 | yes
        8564001 | 2007-09-01 |
        8564001 | 2007-08-31 | yes
        8564002 | 2016-01-01 |
        8564003 | 2016-01-01 |
        8564004 | 2016-01-01 |
        8564009 | 2016-01-01 |
        """,
    )


def test_schools_without_a_range_of_their_own_have_that_of_their_phase(check):
    findings = check(
        "AGE-PHASE",
        school="""
        laestab | phase | type
        8564001 | SS    | 49
        8564002 | SS    | 21
        8564003 | AT    | 55
        8564004 | SP    | 52
        """,
        pupils="""
        laestab | roll | dob        | found
        8564001 | on   | 2015-08-31 |
        8564001 | on   | 2015-09-01 | yes
        8564001 | on   | 2005-09-01 |
        8564001 | on   | 2005-08-31 | yes
        8564001 | off  | 2005-08-31 |
        8564002 | on   | 2005-08-31 |
        8564003 | on   | 2005-08-31 |
        8564004 | on   | 2023-08-31 |
        8564004 | on   | 2023-09-01 | yes
        """,
    )
    assert findings["message"].str.contains("phase SS").sum() == 2


def test_year_group_fits_the_age_on_31_august(check):
    findings = check(
        "NC-YEAR-AGE",
        pupils="""
        roll | dob        | ncyearactual | found
        on   | 2023-08-31 | R            |
        on   | 2023-09-01 | R            | yes
        on   | 2018-09-01 | R            |
        on   | 2018-08-31 | R            | yes
        on   | 2019-09-01 | N1           |
        on   | 2019-08-31 | N1           | yes
        on   | 2019-08-31 | E2           | yes
        on   | 2024-01-31 | E1           |
        on   | 2018-08-31 | 5            |
        on   | 2018-09-01 | 5            | yes
        on   | 2013-08-31 | 5            | yes
        on   | 2013-09-01 | 5            |
        on   | 2013-08-31 | X            |
        on   | 2013-08-31 | M            |
        on   | 2013-08-31 | 99           |
        on   | 2013-08-31 |              |
        on   |            | 5            |
        off  | 2013-08-31 | 5            |
        """,
    )
    assert findings["message"].str.contains("7 to 11 on 31 August").sum() == 2
