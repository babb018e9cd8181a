"""ULN rules: a pupil of 14 without a number, a number that the learning records service would refuse."""


def test_uln_is_due_on_roll_from_the_fourteenth_birthday_on_census_day(check):
    check(
        "1570",
        pupils="""
        roll | dob        | uniquelearnernumber | found
        on   | 2012-01-14 |                     | yes
        on   | 2012-01-15 |                     | yes
        on   | 2012-01-16 |                     |
        on   | 2010-01-01 | 1000102504          |
        on   |            |                     |
        on   | 14/01/2012 |                     |
        off  | 2010-01-01 |                     |
        """,
    )


def test_uln_is_due_of_leavers_who_were_14_on_the_day_they_left(check):
    check(
        "1573",
        pupils="""
        roll | dob        | leavingdate | uniquelearnernumber | found
        off  | 2011-11-30 | 2025-11-30  |                     | yes
        off  | 2011-12-01 | 2025-11-30  |                     |
        off  | 2010-01-01 | 2025-11-30  | 1000102504          |
        off  | 2010-01-01 |             |                     |
        on   | 2010-01-01 |             |                     |
        """,
    )


def test_malformed_uln_is_found_on_both_rolls(check):
    check(
        "1575",
        pupils="""
        roll | uniquelearnernumber | found
        on   | 1000102504          |
        on   |                     |
        on   | 1000102505          | yes
        off  | 100010250           | yes
        on   | 10001025044         | yes
        on   | 0123456789          | yes
        on   | 9876543210          | yes
        on   | 9999999999          | yes
        on   | 100010250X          | yes
        """,
    )


def test_repeated_uln_is_found_within_one_return_only(check):
    check(
        "1578",
        pupils="""
        laestab | roll | uniquelearnernumber | found
        8562001 | on   | 1000102504          | yes
        8562001 | off  | 1000102504          | yes
        8562002 | on   | 1000102504          |
        8562001 | on   |                     |
        8562001 | on   |                     |
        """,
    )
