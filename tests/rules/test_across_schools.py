"""Rules across schools: a child on two rolls or under two UPNs is counted twice, and no single school can see it."""


def test_upn_on_roll_at_two_schools_is_found_unless_one_is_main_and_the_others_subsidiary(check):
    found = check(
        "ACROSS-UPN",
        pupils="""
        laestab | roll | upn           | enrolstatus | found
        8562001 | on   | E823432124001 | C           | yes
        8562002 | on   | E823432124001 | C           | yes
        8562001 | on   | B801200005001 | M           |
        8562002 | on   | B801200005001 | S           |
        8562003 | on   | B801200005001 | S           |
        8562001 | on   | Q801200005002 | M           | yes
        8562002 | on   | Q801200005002 | M           | yes
        8562001 | on   | E801200005003 | S           | yes
        8562002 | on   | E801200005003 | S           | yes
        8562001 | on   | U801200005004 | M           | yes
        8562002 | on   | U801200005004 | F           | yes
        8562001 | on   | H801200005005 | C           |
        8562002 | off  | H801200005005 |             |
        8562001 | on   | X801200005006 | C           |
        8562001 | on   | X801200005006 | C           |
        """,
    )
    first = found["message"].astype("str").iloc[0]
    assert "8562002" in first
    assert "8562001" not in first


def test_unknown_status_or_wrong_upn_is_left_to_its_own_rule(check):
    check(
        "ACROSS-UPN",
        pupils="""
        laestab | upn           | enrolstatus | found
        8562001 | B801200005001 | M           |
        8562002 | B801200005001 |             |
        8562001 | Q801200005002 | S           |
        8562002 | Q801200005002 | Z           |
        8562001 | E801200005003 | C           | yes
        8562002 | E801200005003 |             | yes
        8562001 | A801200005004 | C           |
        8562002 | A801200005004 | C           |
        8562001 |               | C           |
        8562002 |               | C           |
        """,
    )


def test_more_schools_than_a_sentence_can_name_are_cut_short(check):
    rows = "\n".join(f"856200{number} | E823432124001 | C | yes" for number in range(1, 7))
    found = check("ACROSS-UPN", pupils="laestab | upn | enrolstatus | found\n" + rows)
    assert "8562002, 8562003, 8562004 and others" in found["message"].astype("str").iloc[0]


def test_same_upn_with_another_date_of_birth_at_another_school_is_found(check):
    check(
        "ACROSS-UPN-PERSON",
        pupils="""
        laestab | roll | upn           | dob        | found
        8562001 | on   | E823432124001 | 2014-03-01 | yes
        8562002 | off  | E823432124001 | 2014-03-02 | yes
        8562001 | on   | B801200005001 | 2014-03-01 |
        8562002 | off  | B801200005001 | 2014-03-01 |
        8562001 | on   | Q801200005002 | 2014-03-01 |
        8562002 | on   | Q801200005002 |            |
        8562001 | on   | E801200005003 | 2014-03-01 |
        8562001 | off  | E801200005003 | 2014-03-09 |
        """,
    )


def test_unique_learner_number_of_two_children_of_different_schools_is_found(check):
    check(
        "ACROSS-ULN",
        pupils="""
        laestab | upn           | formerupn     | uniquelearnernumber | found
        8562001 | E823432124001 |               | 1234567007          | yes
        8562002 | B801200005001 |               | 1234567007          | yes
        8562001 | Q801200005002 |               | 1234567015          |
        8562002 | Q801200005002 |               | 1234567015          |
        8562001 | E801200005003 |               | 1234567023          |
        8562002 | U801200005004 | E801200005003 | 1234567023          |
        8562001 | H801200005005 |               | 1234567008          |
        8562002 | X801200005006 |               | 1234567008          |
        """,
    )


def test_entry_before_another_school_let_the_pupil_leave_is_found(check):
    found = check(
        "ACROSS-MOVE",
        pupils="""
        laestab | roll | upn           | enrolstatus | entrydate  | leavingdate | found
        8562001 | on   | E823432124001 | C           | 2025-11-02 |             | yes
        8562002 | off  | E823432124001 |             | 2020-09-01 | 2025-11-03  |
        8562001 | on   | B801200005001 | C           | 2025-11-03 |             |
        8562002 | off  | B801200005001 |             | 2020-09-01 | 2025-11-03  |
        8562001 | on   | Q801200005002 | M           | 2025-11-02 |             |
        8562002 | off  | Q801200005002 |             | 2020-09-01 | 2025-11-03  |
        8562001 | on   | E801200005003 | C           | 2025-11-02 |             |
        8562001 | off  | E801200005003 |             | 2020-09-01 | 2025-11-03  |
        8562002 | off  | E801200005003 |             | 2020-09-01 | 2025-11-02  |
        8562001 | on   | U801200005004 | C           | 2025-11-02 |             |
        8562002 | off  | U801200005004 |             | 2020-09-01 |             |
        """,
    )
    assert "8562002" in found["message"].astype("str").iloc[0]


PEOPLE = """
    laestab | roll | upn           | formerupn     | forename  | surname  | dob        | found
    8562001 | on   | E823432124001 |               | Zoë       | O'Neill  | 2014-03-01 | yes
    8562002 | on   | B801200005001 |               | ZOË       | O Neill  | 2014-03-01 | yes
    8562001 | on   | Q801200005002 |               | Ann       | Twin     | 2014-03-01 |
    8562001 | on   | E801200005003 |               | Ben       | Twin     | 2014-03-01 |
    8562002 | on   | U801200005004 | H801200005005 | Ivo       | Changed  | 2014-03-01 |
    8562001 | on   | H801200005005 |               | Ivo       | Changed  | 2014-03-01 |
    8562001 | on   | X801200005006 |               | Sam       | Smith    | 2014-03-01 |
    8562002 | on   | L801200005007 |               | Sam       | Smith    | 2014-03-01 |
    8562001 | on   | A801200005008 |               | Main      | Dual     | 2014-03-01 |
    8562002 | on   | A801200005008 |               | Main      | Dual     | 2014-03-01 |
    8562003 | on   | P801200005009 |               | Twice     | Here     | 2014-03-01 | yes
    8562003 | on   | A801200005010 |               | Twice     | Here     | 2014-03-01 | yes
    """


def test_one_child_under_two_upns_is_found_and_siblings_twins_and_namesakes_are_not(check):
    homes = "laestab | record | postcode\n" + "\n".join(
        f"{laestab} | {record} | {postcode}"
        for laestab, record, postcode in (
            *((school, record, "LE1 1AA") for school in ("8562001", "8562002") for record in (1, 2, 3, 6)),
            ("8562002", 1, "le11aa"),
            ("8562001", 4, "LE1 2BB"),
            ("8562002", 2, "LE1 2BB"),
            ("8562001", 5, "LE1 3CC"),
            ("8562003", 1, "LE1 4DD"),
            ("8562003", 2, "LE1 4DD"),
        )
    )
    found = check("ACROSS-CHILD", pupils=PEOPLE, addresses=homes)
    said = found["message"].astype("str").tolist()
    assert said[0].endswith("at 8562002")
    assert said[-1].endswith("in this return")
