"""Suspensions: one that is counted in no year or in two, or that attendance does not know of."""

import pytest


@pytest.mark.parametrize(
    ("collection", "first", "last", "before", "after"),
    [
        ("2026-spring", "2025-04-21", "2025-12-31", "2025-04-20", "2026-01-01"),
        ("2026-summer", "2025-08-01", "2026-04-05", "2025-07-31", "2026-04-06"),
        ("2025-autumn", "2025-01-01", "2025-07-31", "2024-12-31", "2025-08-01"),
    ],
)
def test_start_outside_the_collection_period_is_found(check, collection, first, last, before, after):
    check(
        "2290",
        collection=collection,
        termlyexclusions=f"""
        roll | record | startdate | found
        on   | 1      | {first}   |
        on   | 1      | {last}    |
        on   | 1      | {before}  | yes
        off  | 1      | {after}   | yes
        off  | 1      |           |
        off  | 1      | in May    |
        """,
    )


RETURNS = """
laestab | found
8562001 | yes
8562002 |
8562003 | yes
8562004 |
8562005 |
8562006 | yes
8562007 |
"""


def test_suspensions_and_their_attendance_code_are_compared_by_return(check):
    findings = check(
        "2485",
        schoolcensus=RETURNS,
        termlyexclusions="""
        laestab | roll | record | startdate  | category
        8562001 | on   | 1      | 2025-08-01 | SUSP
        8562001 | off  | 1      | 2025-12-31 | PERM
        8562002 | on   | 1      | 2025-10-01 | SUSP
        8562005 | on   | 1      |            | SUSP
        8562006 | on   | 1      | 2025-07-31 | SUSP
        8562007 | on   | 1      | 2025-07-31 | SUSP
        """,
        termlysessiondetails="""
        laestab | roll | record | attendancereason | sessions
        8562001 | on   | 1      | /                | 100
        8562001 | on   | 1      | E                | 0
        8562002 | on   | 1      | E                | 4
        8562003 | off  | 1      | E                | 4
        8562004 | on   | 1      | I                | 4
        8562005 | on   | 1      | E                | 4
        8562006 | on   | 1      | E                | 4
        """,
    )
    assert findings["message"].tolist()[0].startswith("2 suspensions or exclusions start")
    assert findings["message"].tolist()[1] == findings["message"].tolist()[2]


def test_in_autumn_both_parts_of_the_summer_term_count(check):
    check(
        "2485",
        collection="2025-autumn",
        schoolcensus="""
        laestab | found
        8562001 |
        8562002 | yes
        """,
        termlyexclusions="""
        laestab | record | startdate  | category
        8562001 | 1      | 2025-07-31 | SUSP
        8562002 | 1      | 2025-06-30 | SUSP
        """,
        summerhalfterm2sessiondetails="""
        laestab | record | attendancereason | sessions
        8562001 | 1      | E                | 2
        """,
    )


def test_missing_items_of_a_suspension_are_found(check):
    check(
        "EXCLUSION-START-MISSING",
        termlyexclusions="""
        roll | record | startdate  | found
        on   | 1      | 2025-10-01 |
        on   | 1      | in May     |
        off  | 1      |            | yes
        """,
    )
    check(
        "EXCLUSION-CATEGORY-MISSING",
        termlyexclusions="""
        roll | record | category | found
        on   | 1      | SUSP     |
        on   | 1      | ZZZZ     |
        off  | 1      |          | yes
        """,
    )
    check(
        "EXCLUSION-REASON-MISSING",
        termlyexclusions="""
        roll | record | reason1 | reason2 | found
        on   | 1      | DB      |         |
        on   | 1      | ZZ      |         |
        off  | 1      |         | DB      | yes
        """,
    )


def test_reason_given_twice_is_found_at_the_later_place(check):
    check(
        "EXCLUSION-REASON-REPEATED",
        termlyexclusions="""
        record | reason1 | reason2 | reason3 | found
        1      | DB      | PP      | VP      |
        1      | DB      | DB      |         | reason2
        1      | DB      | PP      | DB      | reason3
        1      | DB      | PP      | PP      | reason3
        1      | DB      | DB      | DB      | reason2 reason3
        1      | DB      |         |         |
        1      | ZZ      | ZZ      |         |
        """,
    )


def test_sessions_follow_the_category_and_the_range(check):
    check(
        "EXCLUSION-SESSIONS",
        termlyexclusions="""
        roll | record | category | sessions | found
        on   | 1      | SUSP     | 1        |
        on   | 1      | SUSP     | 90       |
        on   | 1      | SUSP     | 91       | yes
        on   | 1      | SUSP     | 0        | yes
        on   | 1      | SUSP     |          | yes
        on   | 1      | LNCH     |          | yes
        on   | 1      | SUSP     | two      |
        on   | 1      | PERM     |          |
        off  | 1      | PERM     | 10       | yes
        off  | 1      |          |          |
        off  | 1      |          | 91       | yes
        """,
    )


def test_second_permanent_exclusion_of_a_pupil_is_found(check):
    check(
        "EXCLUSION-PERM-REPEATED",
        termlyexclusions="""
        roll | record | category | found
        on   | 1      | PERM     | yes
        on   | 1      | SUSP     |
        on   | 1      | PERM     | yes
        on   | 2      | PERM     |
        off  | 1      | PERM     |
        on   | 3      | SUSP     |
        on   | 3      | SUSP     |
        """,
    )
