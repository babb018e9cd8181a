"""Session details: absence counted under a code that means something else, or under none."""


def test_code_that_the_summer_did_not_have_is_found_and_the_nearest_is_named(check):
    findings = check(
        "2572",
        collection="2024-autumn",
        summerhalfterm2sessiondetails="""
        roll | record | attendancereason | sessions | found
        on   | 1      | /                | 60       |
        on   | 1      | J                | 2        |
        on   | 1      | J1               | 2        | yes
        on   | 1      | ??               | 2        | yes
        on   | 1      |                  | 2        |
        off  | 1      | K                | 2        | yes
        """,
    )
    assert findings["message"].str.contains("2024-autumn").any()
    check(
        "2572",
        collection="2025-autumn",
        summerhalfterm2sessiondetails="""
        record | attendancereason | sessions | found
        1      | J1               | 2        |
        1      | J                | 2        | yes
        """,
    )


def test_sessions_without_a_code_are_found_in_the_second_half_of_the_summer(check):
    check(
        "2574",
        collection="2025-autumn",
        summerhalfterm2sessiondetails="""
        roll | record | attendancereason | sessions | found
        on   | 1      | /                | 60       |
        on   | 1      |                  | 2        | yes
        on   | 1      |                  | two      | yes
        on   | 1      |                  |          |
        on   | 1      | ??               | 2        |
        off  | 1      |                  | 0        | yes
        """,
    )


def test_sessions_without_a_code_are_found_in_the_term(check):
    check(
        "ATTENDANCE-REASON-MISSING",
        termlysessiondetails="""
        roll | record | attendancereason | sessions | found
        on   | 1      | /                | 60       |
        on   | 1      |                  | 2        | yes
        on   | 1      |                  |          |
        off  | 1      |                  | 2        | yes
        """,
    )


def test_two_rows_of_one_code_are_found_for_one_pupil_only(check):
    check(
        "ATTENDANCE-REASON-REPEATED",
        termlysessiondetails="""
        roll | record | attendancereason | sessions | found
        on   | 1      | /                | 60       | yes
        on   | 1      | I                | 2        |
        on   | 1      | /                | 4        | yes
        on   | 2      | /                | 60       |
        off  | 1      | /                | 60       |
        on   | 3      | ??               | 1        |
        on   | 3      | ??               | 1        |
        on   | 3      |                  | 1        |
        on   | 3      |                  | 1        |
        """,
    )
