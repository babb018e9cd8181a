"""Attendance rules: a pupil whose absence would be missing from the national figures, or a pupil wrongly chased."""

DETAILS = """
        roll | record | attendancereason | sessions | found
        on   | 2      | /                | 70       |
        off  | 2      | /                | 70       |
        """


def test_no_attendance_at_all_is_found_for_day_pupils_of_5_to_15(check):
    check(
        "2400",
        pupils="""
        roll | dob        | boarder | entrydate  | termlysessionspossible | found
        on   | 2015-01-01 | N       | 2020-09-01 |                        | yes
        on   | 2015-01-01 | N       | 2020-09-01 |                        |
        on   | 2015-01-01 |         | 2020-09-01 |                        | yes
        on   | 2015-01-01 | N       | 2020-09-01 | 0                      |
        on   | 2015-01-01 | N       | 2020-09-01 | many                   |
        on   | 2015-01-01 | 7       | 2020-09-01 |                        |
        on   | 2020-08-31 | N       | 2020-09-01 |                        | yes
        on   | 2020-09-01 | N       | 2020-09-01 |                        |
        on   | 2009-09-01 | N       | 2020-09-01 |                        | yes
        on   | 2009-08-31 | N       | 2020-09-01 |                        |
        on   | 2015-01-01 | N       | 2025-12-30 |                        | yes
        on   | 2015-01-01 | N       | 2025-12-31 |                        |
        on   | 2015-01-01 | N       | 2026-01-05 |                        |
        on   | 2015-01-01 | N       |            |                        |
        on   |            | N       | 2020-09-01 |                        |
        off  | 2015-01-01 | N       | 2020-09-01 |                        |
        """,
        termlysessiondetails=DETAILS,
    )


def test_sessions_possible_missing_beside_details_or_invalid_is_found_on_roll(check):
    check(
        "2500",
        pupils="""
        roll | dob        | boarder | entrydate  | termlysessionspossible | found
        on   | 2015-01-01 | N       | 2020-09-01 |                        |
        on   | 2015-01-01 | N       | 2020-09-01 |                        | yes
        on   | 2015-01-01 | N       | 2020-09-01 | -1                     | yes
        on   | 2015-01-01 | N       | 2020-09-01 | 0                      |
        on   | 2015-01-01 | N       | 2020-09-01 | many                   | yes
        on   | 2009-08-31 | N       | 2020-09-01 | -1                     |
        on   | 2015-01-01 | B       | 2020-09-01 | -1                     |
        on   | 2015-01-01 | N       | 2025-12-31 | -1                     |
        off  | 2015-01-01 | N       | 2020-09-01 | -1                     |
        """,
        termlysessiondetails=DETAILS,
    )


def test_one_fault_is_never_reported_by_2400_and_2500_together(check):
    pupils = """
        dob        | entrydate  | termlysessionspossible | found
        2015-01-01 | 2020-09-01 |                        | {}
        2015-01-01 | 2020-09-01 |                        | {}
        """
    check("2400", pupils=pupils.format("yes", ""), termlysessiondetails=DETAILS)
    check("2500", pupils=pupils.format("", "yes"), termlysessiondetails=DETAILS)


def test_sessions_possible_is_due_of_leavers_of_the_window(check):
    check(
        "2510",
        pupils="""
        roll | dob        | boarder | entrydate  | leavingdate | termlysessionspossible | found
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-11-03  |                        | yes
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-11-03  |                        | yes
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-11-03  | 0                      |
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-11-03  | -1                     | yes
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-11-03  | x                      | yes
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-08-01  |                        | yes
        off  | 2015-01-01 | N       | 2020-09-01 | 2025-07-31  |                        |
        off  | 2015-01-01 | N       | 2020-09-01 |             |                        |
        off  | 2009-08-31 | N       | 2020-09-01 | 2025-11-03  |                        |
        off  | 2020-09-01 | N       | 2024-09-01 | 2025-11-03  |                        |
        off  | 2015-01-01 | 6       | 2020-09-01 | 2025-11-03  |                        |
        on   | 2015-01-01 | N       | 2020-09-01 |             |                        |
        """,
        termlysessiondetails=DETAILS,
    )


def test_attendance_of_boarders_and_of_pupils_outside_4_to_15_is_found(check):
    check(
        "2470",
        pupils="""
        roll | dob        | boarder | termlysessionspossible | found
        on   | 2015-01-01 | N       | 140                    |
        on   | 2021-08-31 | N       | 140                    |
        on   | 2021-09-01 | N       | 140                    | yes
        on   | 2009-09-01 | N       | 140                    |
        on   | 2009-08-31 | N       | 140                    | yes
        on   | 2009-08-31 | N       | 0                      |
        on   | 2009-08-31 | N       |                        |
        on   | 2015-01-01 | B       | 140                    | yes
        on   | 2015-01-01 | 6       | 140                    | yes
        on   | 2015-01-01 | 7       | 140                    | yes
        on   | 2015-01-01 | b       | 140                    |
        on   |            | N       | 140                    |
        on   |            | 7       | 140                    | yes
        off  | 2009-08-31 |         | 140                    | yes
        off  | 2009-08-31 |         |                        | yes
        off  | 2009-08-31 |         | many                   |
        """,
        termlysessiondetails="""
        roll | record | attendancereason | sessions
        off  | 2      | /                | 70
        """,
    )


def test_nought_sessions_possible_is_asked_about_on_roll(check):
    check(
        "2502Q",
        pupils="""
        roll | termlysessionspossible | found
        on   | 0                      | yes
        on   | 1                      |
        on   |                        |
        on   | nought                 |
        off  | 0                      |
        """,
    )


def test_details_that_exceed_the_sessions_possible_are_found(check):
    check(
        "ATTENDANCE-OVER",
        pupils="""
        roll | termlysessionspossible | found
        on   | 140                    |
        on   | 139                    | yes
        on   | 100                    |
        on   |                        |
        on   | 0                      |
        off  | 9                      | yes
        """,
        termlysessiondetails=r"""
        roll | record | attendancereason | sessions
        on   | 1      | /                | 70
        on   | 1      | \                | 60
        on   | 1      | I                | 10
        on   | 2      | /                | 70
        on   | 2      | G                | 70
        on   | 3      | /                | 100
        on   | 3      | X                | 30
        on   | 3      | #                | 10
        on   | 3      | ?                | 10
        on   | 3      | I                | some
        on   | 4      | /                | 100
        off  | 1      | /                | 10
        """,
    )


def test_more_sessions_than_a_term_can_have_are_asked_about(check):
    check(
        "SESSIONS-MANY",
        pupils="""
        roll | termlysessionspossible | found
        on   | 150                    |
        on   | 151                    | yes
        on   |                        |
        off  | 300                    | yes
        """,
    )
