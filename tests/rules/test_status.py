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
