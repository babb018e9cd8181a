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
