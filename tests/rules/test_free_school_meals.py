"""FSM rules: periods that do not belong in this return would count a pupil for funding wrongly."""


def test_period_that_starts_after_census_day_is_found(check):
    check(
        "1762",
        fsmperiods="""
        record | fsmstartdate | found
        1      | 2026-01-14   |
        2      | 2026-01-15   |
        3      | 2026-01-16   | yes
        4      |              |
        5      | soon         |
        """,
    )


def test_period_without_a_day_in_the_window_is_found_at_the_date_that_keeps_it_out(check):
    check(
        "1763",
        fsmperiods="""
        record | fsmstartdate | fsmenddate | found
        1      | 2020-09-01   |            |
        2      | 2020-09-01   | 2025-10-03 |
        3      | 2020-09-01   | 2025-10-02 | fsmenddate
        4      | 2025-12-01   | 2026-07-31 |
        5      | 2026-01-15   |            |
        6      | 2026-01-16   |            | fsmstartdate
        7      | 2026-01-16   | 2026-07-31 | fsmstartdate
        8      |              | 2024-07-31 | fsmenddate
        9      | 2020-09-01   | last term  |
        """,
    )


def test_window_begins_the_day_after_the_previous_census(check):
    check(
        "1763",
        collection="2025-autumn",
        fsmperiods="""
        record | fsmstartdate | fsmenddate | found
        1      | 2024-09-01   | 2025-05-15 | fsmenddate
        2      | 2024-09-01   | 2025-05-16 |
        """,
    )


def test_period_without_start_or_country_is_found(check):
    check(
        "FSM-START-MISSING",
        fsmperiods="""
        record | fsmstartdate | fsmenddate | found
        1      | 2025-11-01   |            |
        1      | in May       |            |
        1      |              | 2025-12-01 | yes
        """,
    )
    check(
        "FSM-COUNTRY-MISSING",
        fsmperiods="""
        record | fsmstartdate | ukcountry | found
        1      | 2025-11-01   | ENG       |
        1      | 2025-11-01   | XXX       |
        1      | 2025-11-01   |           | yes
        """,
    )


def test_period_that_ends_before_it_starts_is_found_and_one_of_a_day_is_not(check):
    check(
        "FSM-END-BEFORE-START",
        fsmperiods="""
        record | fsmstartdate | fsmenddate | found
        1      | 2025-11-02   | 2025-11-02 |
        1      | 2025-11-02   | 2025-11-01 | yes
        1      | 2025-11-02   |            |
        1      |              | 2025-11-01 |
        """,
    )


def test_periods_that_share_a_day_are_found_by_pupil_and_country(check):
    check(
        "FSM-OVERLAP",
        fsmperiods="""
        record | fsmstartdate | fsmenddate | ukcountry | found
        1      | 2025-09-01   | 2025-10-31 | ENG       |
        1      | 2025-11-01   |            | ENG       |
        2      | 2025-11-01   |            | ENG       | yes
        2      | 2025-09-01   | 2025-11-01 | ENG       | yes
        3      | 2025-09-01   |            | ENG       |
        3      | 2025-09-01   |            | WLS       |
        4      | 2025-01-01   | 2025-12-31 | ENG       | yes
        4      | 2025-03-01   | 2025-03-31 | ENG       | yes
        4      | 2025-05-01   | 2025-05-31 | ENG       | yes
        4      | 2026-01-01   | 2026-01-02 | ENG       |
        5      | 2025-09-01   |            |           |
        5      | 2025-09-01   |            |           |
        6      |              | 2025-09-01 | ENG       |
        6      | 2025-09-01   | soon       | ENG       |
        6      | 2025-09-02   | 2025-09-01 | ENG       |
        6      | 2025-08-01   | 2025-12-01 | ENG       |
        """,
    )
