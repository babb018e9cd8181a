"""Status rules: a pupil counted at a school that they had not joined or had left."""


def test_entry_date_is_due_and_not_after_census_day(check):
    check(
        "1880",
        pupils="""
        roll | entrydate  | found
        on   | 2026-01-14 |
        on   | 2026-01-15 |
        on   | 2026-01-16 | yes
        on   |            | yes
        off  |            | yes
        off  | 2026-02-01 | yes
        on   | 31/31/2020 |
        """,
    )


def test_leaving_date_is_due_before_census_day_and_not_before_entry(check):
    check(
        "1920",
        pupils="""
        roll | entrydate  | leavingdate | found
        off  | 2020-09-01 | 2026-01-14  |
        off  | 2020-09-01 | 2026-01-15  | yes
        off  | 2020-09-01 | 2026-01-16  | yes
        off  | 2020-09-01 |             | yes
        off  | 2025-11-03 | 2025-11-02  | yes
        off  | 2025-11-03 | 2025-11-03  |
        off  |            | 2025-11-03  |
        off  | 2020-09-01 | in May      |
        on   | 2020-09-01 |             |
        """,
    )


def test_enrolment_status_is_due_on_roll(check):
    check(
        "ENROL-STATUS-MISSING",
        pupils="""
        roll | enrolstatus | found
        on   | C           |
        on   | ?           |
        on   |             | yes
        off  |             |
        """,
    )


def test_year_group_is_due_on_roll(check):
    check(
        "NC-YEAR-MISSING",
        pupils="""
        roll | ncyearactual | found
        on   | X            |
        on   | 99           |
        on   |              | yes
        off  |              |
        """,
    )


def test_pupils_of_school_age_are_not_part_time(check):
    check(
        "PART-TIME-AGE",
        pupils="""
        roll | dob        | parttime | found
        on   | 2020-08-31 | true     | yes
        on   | 2020-09-01 | true     |
        on   | 2009-09-01 | true     | yes
        on   | 2009-08-31 | true     |
        on   | 2015-01-01 | false    |
        on   | 2015-01-01 |          |
        on   | 2015-01-01 | perhaps  |
        on   |            | true     |
        off  | 2015-01-01 | true     |
        """,
    )


def test_part_time_pupils_do_not_board(check):
    check(
        "PART-TIME-BOARDER",
        pupils="""
        roll | parttime | boarder | found
        on   | true     | 7       | yes
        off  | true     | B       | yes
        on   | true     | N       |
        on   | true     |         |
        on   | true     | ?       |
        on   | false    | 7       |
        on   |          | 7       |
        """,
    )


def test_nursery_classes_end_at_six(check):
    check(
        "CLASS-TYPE-AGE",
        pupils="""
        roll | dob        | classtype | found
        on   | 2019-08-31 | N         | yes
        on   | 2019-09-01 | N         |
        on   | 2019-08-31 | O         |
        on   | 2019-08-31 |           |
        on   |            | N         |
        off  | 2019-08-31 | N         |
        """,
    )
