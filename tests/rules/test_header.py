"""Header: a return of another day taken for the census."""


def test_a_reference_date_other_than_census_day_is_found(check):
    found = check(
        "100",
        schoolcensus="""
        laestab | referencedate | found
        8562001 | 2026-01-14    | yes
        8562002 | 2026-01-15    |
        8562003 | 2026-01-16    | yes
        8562004 |               | yes
        8562005 | mid-January   |
        """,
    )
    assert list(found["message"].astype(str)) == [
        "Reference date is 2026-01-14; census day of 2026-spring is 2026-01-15",
        "Reference date is 2026-01-16; census day of 2026-spring is 2026-01-15",
        "Reference date is missing; census day of 2026-spring is 2026-01-15",
    ]


def test_census_day_is_that_of_the_collection(check):
    check(
        "100",
        collection="2026-autumn",
        schoolcensus="""
        laestab | referencedate | found
        8562001 | 2026-10-01    |
        8562002 | 2026-01-15    | yes
        """,
    )
