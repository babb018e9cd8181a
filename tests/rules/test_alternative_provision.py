"""Alternative provision schools: a pupil of whom nobody knows where they came from, or why."""


def test_previous_urn_has_six_digits(check):
    check(
        "2360",
        approvisiondetail="""
        roll | record | prevurn | found
        on   | 1      | 123456  |
        on   | 1      |         |
        on   | 1      | 12345   | yes
        on   | 1      | 1234567 | yes
        off  | 1      | 12345X  | yes
        """,
    )


def test_reason_that_is_missing_or_unknown_is_found_and_said_apart(check):
    findings = check(
        "2361",
        approvisiondetail="""
        roll | record | apreason | found
        on   | 1      | PEX      |
        on   | 1      |          | yes
        off  | 1      | ZZZ      | yes
        """,
    )
    assert findings["message"].tolist() == [
        "Reason of the alternative provision placement is missing",
        "Code is not in the code set of this collection",
    ]


def test_placement_by_a_plan_of_a_pupil_without_one_is_found_on_roll(check):
    check(
        "2363",
        pupils="""
        roll | senprovision
        on   | E
        on   | K
        on   | N
        on   |
        on   | Z
        off  |
        """,
        approvisiondetail="""
        roll | record | apreason | found
        on   | 1      | EHC      |
        on   | 2      | EHC      | yes
        on   | 2      | PEX      |
        on   | 3      | EHC      | yes
        on   | 4      | EHC      |
        on   | 5      | EHC      |
        off  | 1      | EHC      |
        """,
    )


SCHOOLS = """
        laestab | phase
        8562001 | PR
        8562002 | SS
        8562003 | PR
        8562004 |
        """


def test_single_registered_pupil_of_an_ap_school_needs_a_placement(check):
    check(
        "3131",
        school=SCHOOLS,
        pupils="""
        laestab | roll | enrolstatus | found
        8562001 | on   | C           |
        8562001 | on   | C           | yes
        8562001 | on   | F           | yes
        8562001 | on   | O           | yes
        8562001 | on   | M           |
        8562001 | on   | S           |
        8562001 | on   |             |
        8562001 | off  |             |
        8562002 | on   | C           |
        8562004 | on   | C           |
        """,
        approvisiondetail="""
        laestab | record | apreason
        8562001 | 1      | PEX
        """,
    )


def test_ap_school_without_any_placement_is_asked_about(check):
    check(
        "4016Q",
        school=SCHOOLS,
        schoolcensus="""
        laestab | found
        8562001 |
        8562002 |
        8562003 | yes
        8562004 |
        """,
        approvisiondetail="""
        laestab | roll | record | apreason
        8562001 | off  | 1      | PEX
        """,
    )
