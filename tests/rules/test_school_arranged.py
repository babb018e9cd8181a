"""Placements that a school arranged: a pupil educated elsewhere, of whom the figures do not say where or until when."""


def test_setting_needs_one_of_three_items(check):
    check(
        "2364",
        schoolarrangedapdetail="""
        roll | record | urn    | ukprn    | apsettingtype | found
        on   | 1      | 123456 |          |               |
        on   | 1      |        | 10001234 |               |
        on   | 1      |        |          | OTH           |
        on   | 1      |        |          | ZZZ           |
        off  | 1      |        |          |               | yes
        """,
    )


def test_placement_of_a_leaver_ends_at_the_latest_on_the_day_of_leaving(check):
    check(
        "2372",
        pupils="""
        roll | leavingdate
        off  | 2025-11-28
        off  |
        on   |
        """,
        schoolarrangedapdetail="""
        roll | record | leavingdate | found
        off  | 1      | 2025-11-28  |
        off  | 1      | 2025-11-29  | yes
        off  | 1      |             | yes
        off  | 1      | soon        |
        off  | 2      | 2025-11-29  |
        on   | 1      |             |
        """,
    )


def test_open_placements_side_by_side_are_part_time(check):
    check(
        "2392",
        schoolarrangedapdetail="""
        record | leavingdate | apattendancepattern | found
        1      |             | PT                  |
        1      |             | FT                  | yes
        1      | 2025-12-01  | FT                  |
        2      |             | FT                  |
        2      | 2026-01-15  | FT                  |
        3      | 2026-01-16  | FT                  | yes
        3      |             | FT                  | yes
        4      |             | PT                  |
        4      |             |                     |
        4      |             | ZZ                  |
        5      | soon        | FT                  |
        5      |             | FT                  |
        """,
    )


def test_school_that_arranged_nothing_is_asked_about(check):
    check(
        "4015Q",
        school="""
        laestab | phase
        8562001 | SS
        8562002 | AT
        8562003 | SP
        8562004 | PS
        8562005 | PR
        8562006 | SS
        """,
        schoolcensus="""
        laestab | found
        8562001 | yes
        8562002 | yes
        8562003 | yes
        8562004 |
        8562005 |
        8562006 |
        """,
        schoolarrangedapdetail="""
        laestab | roll | record | urn
        8562006 | off  | 1      | 123456
        """,
    )


def test_dates_of_a_placement_are_in_order_and_in_the_collection_period(check):
    check(
        "AP-DATES",
        schoolarrangedapdetail="""
        roll | record | entrydate  | leavingdate | found
        on   | 1      | 2025-11-01 | 2025-11-01  |
        on   | 1      | 2025-11-01 | 2025-10-31  | yes
        off  | 1      | 2025-11-01 |             |
        """,
    )
    check(
        "AP-WINDOW",
        schoolarrangedapdetail="""
        roll | record | entrydate  | leavingdate | found
        on   | 1      | 2025-09-01 | 2025-10-02  |
        on   | 1      | 2025-09-01 | 2025-10-01  | yes
        on   | 1      | 2026-01-15 |             |
        on   | 1      | 2026-01-16 |             | yes
        on   | 1      | 2025-09-01 |             |
        off  | 1      |            | 2025-10-01  | yes
        """,
    )


def test_missing_items_of_a_placement_are_found(check):
    check(
        "AP-ENTRY-MISSING",
        schoolarrangedapdetail="""
        roll | record | entrydate  | found
        on   | 1      | 2025-11-01 |
        on   | 1      | soon       |
        off  | 1      |            | yes
        """,
    )
    check(
        "AP-REASON-MISSING",
        schoolarrangedapdetail="""
        roll | record | placementreason | found
        on   | 1      | BHS             |
        on   | 1      | ZZZ             |
        off  | 1      |                 | yes
        """,
    )
    check(
        "AP-PATTERN-MISSING",
        schoolarrangedapdetail="""
        roll | record | apattendancepattern | found
        on   | 1      | FT                  |
        on   | 1      | ZZ                  |
        off  | 1      |                     | yes
        """,
    )


def test_numbers_of_a_setting_have_their_form(check):
    check(
        "AP-URN-FORM",
        schoolarrangedapdetail="""
        record | urn     | found
        1      | 123456  |
        1      |         |
        1      | 1234567 | yes
        1      | ABCDEF  | yes
        """,
    )
    check(
        "AP-UKPRN-FORM",
        schoolarrangedapdetail="""
        record | ukprn     | found
        1      | 10001234  |
        1      |           |
        1      | 20001234  | yes
        1      | 1000123   | yes
        1      | 100012345 | yes
        """,
    )
    check(
        "AP-COMPANY-FORM",
        schoolarrangedapdetail="""
        record | companynumber | found
        1      | 01234567      |
        1      | SC123456      |
        1      | sc123456      |
        1      |               |
        1      | 1234567       | yes
        1      | S1234567      | yes
        """,
    )
