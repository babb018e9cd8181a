"""Identity rules: a pupil who cannot be found again, or stands under no group."""


def test_surname_is_due_of_everybody(check):
    check(
        "SURNAME-MISSING",
        pupils="""
        roll | surname | found
        on   | Ash     |
        on   |         | yes
        off  |         | yes
        """,
    )


def test_forename_is_due_of_everybody(check):
    check(
        "FORENAME-MISSING",
        pupils="""
        roll | forename | found
        on   | Robin    |
        on   |          | yes
        off  |          | yes
        """,
    )


def test_sex_is_due_of_everybody(check):
    check(
        "SEX-MISSING",
        pupils="""
        roll | sex | found
        on   | F   |
        on   | ?   |
        on   |     | yes
        off  |     | yes
        """,
    )


def test_former_upn_is_another_one(check):
    check(
        "FORMER-UPN-SAME",
        pupils="""
        roll | upn           | formerupn     | found
        on   | E823432124001 | E823432124001 | yes
        off  | E823432124001 | E823432124001 | yes
        on   | E823432124001 | Q82343212400A |
        on   | E823432124001 |               |
        on   |               | E823432124001 |
        on   |               |               |
        """,
    )


def test_ethnicity_is_due_in_spring_of_pupils_on_roll(check):
    check(
        "ETHNICITY-MISSING",
        pupils="""
        roll | ethnicity | found
        on   | NOBT      |
        on   | ????      |
        on   |           | yes
        off  |           |
        """,
    )


def test_language_is_due_from_five_outside_nursery_schools(check):
    check(
        "LANGUAGE-MISSING",
        school="""
        laestab | phase
        8562001 | PS
        8561001 | NS
        8562002 |
        """,
        pupils="""
        laestab | roll | dob        | language | found
        8562001 | on   | 2020-08-31 |          | yes
        8562001 | on   | 2020-09-01 |          |
        8562001 | on   | 2020-08-31 | NOT      |
        8562001 | on   |            |          |
        8562001 | off  | 2020-08-31 |          |
        8561001 | on   | 2020-08-31 |          |
        8562002 | on   | 2020-08-31 |          |
        """,
    )
