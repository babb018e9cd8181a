"""Since last time: half a year group lost, or a child who became another one, goes unnoticed into the return."""

ROLLS = """
    laestab | records_on | found
    8562001 | 80         |
    8562002 | 79         | yes
    8562003 | 120        |
    8562004 | 121        | yes
    8562005 | 40         |
    """
BEFORE = """
    laestab | records_on
    8562001 | 100
    8562002 | 100
    8562003 | 100
    8562004 | 100
    """


def test_roll_that_moved_by_more_than_the_share_is_found_in_either_direction(check):
    found = check("PREV-ROLL", schoolcensus=ROLLS, previous_schoolcensus=BEFORE)
    assert found["message"].astype("str").tolist()[0] == "79 pupils on roll, 100 in 2025-autumn"


def test_without_a_previous_collection_nothing_is_found(check):
    silent = ROLLS.replace("yes", "")
    check("PREV-ROLL", schoolcensus=silent)
    pupils = """
        upn           | dob        | sex | found
        E823432124001 | 2014-03-01 | F   |
        """
    for rule in ("PREV-DOB", "PREV-SEX", "PREV-UPN"):
        check(rule, pupils=pupils)


def test_changed_date_of_birth_is_found_wherever_the_child_was_last_time(check):
    check(
        "PREV-DOB",
        pupils="""
        laestab | roll | upn           | dob        | found
        8562001 | on   | E823432124001 | 2014-03-02 | yes
        8562001 | on   | B801200005001 | 2014-03-01 |
        8562001 | off  | Q801200005002 | 2014-03-02 | yes
        8562001 | on   | E801200005003 | 2014-03-01 |
        8562001 | on   | U801200005004 |            |
        8562001 | on   | H801200005005 | 2014-03-01 |
        8562001 | on   | X801200005006 | 2014-03-01 |
        8562001 | on   |               | 2014-03-01 |
        """,
        previous_pupils="""
        laestab | roll | upn           | dob
        8562001 | on   | E823432124001 | 2014-03-01
        8562001 | on   | B801200005001 | 2014-03-01
        8562002 | on   | Q801200005002 | 2014-03-01
        8562001 | on   | U801200005004 | 2014-03-01
        8562001 | on   | H801200005005 |
        8562001 | on   | X801200005006 | 2014-03-01
        8562002 | off  | X801200005006 | 2014-03-09
        8562001 | on   |               | 2014-03-09
        """,
    )


def test_changed_sex_is_found_and_an_unknown_code_is_left_to_its_own_rule(check):
    check(
        "PREV-SEX",
        pupils="""
        upn           | sex | found
        E823432124001 | F   | yes
        B801200005001 | M   |
        Q801200005002 | X   |
        E801200005003 | F   |
        U801200005004 |     |
        """,
        previous_pupils="""
        upn           | sex
        E823432124001 | M
        B801200005001 | M
        Q801200005002 | M
        E801200005003 | X
        U801200005004 | M
        """,
    )


def test_changed_upn_is_found_unless_the_former_upn_or_a_namesake_explains_it(check):
    check(
        "PREV-UPN",
        pupils="""
        laestab | upn           | formerupn     | forename | surname | dob        | found
        8562001 | E823432124001 |               | Ann      | Lee     | 2014-03-01 | yes
        8562001 | B801200005001 | Q801200005002 | Ben      | Lee     | 2014-03-01 |
        8562001 | E801200005003 | U801200005004 | Cat      | Lee     | 2014-03-01 | yes
        8562001 | H801200005005 |               | Dan      | Lee     | 2014-03-01 |
        8562001 | X801200005006 |               | Dan      | Lee     | 2014-03-01 |
        8562002 | L801200005007 |               | Eve      | Lee     | 2014-03-01 |
        8562001 | A801200005008 |               | Fay      | Lee     | 2014-03-01 |
        """,
        previous_pupils="""
        laestab | upn           | forename | surname | dob
        8562001 | P801200005009 | ann      | Lee     | 2014-03-01
        8562001 | Q801200005002 | Ben      | Lee     | 2014-03-01
        8562001 | A801200005010 | Cat      | Lee     | 2014-03-01
        8562001 | H801200005005 | Dan      | Lee     | 2014-03-01
        8562001 | P801200005011 | Eve      | Lee     | 2014-03-01
        8562001 | A801200005008 | Fay      | Lee     | 2014-03-01
        """,
    )
