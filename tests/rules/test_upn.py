"""UPN rules: a school would be told of the wrong pupil, or not told of a UPN that DfE refuses."""


def test_missing_upn_is_found_on_both_rolls(check):
    check(
        "1500",
        pupils="""
        roll | upn           | formerupn     | found
        on   | E823432124001 |               |
        on   |               |               | yes
        off  |               | E823432124001 | yes
        off  | E823432124001 |               |
        """,
    )


def test_wrong_check_letter_or_length_is_found_in_upn_and_former_upn(check):
    check(
        "1510",
        pupils="""
        roll | upn            | formerupn     | found
        on   | E823432124001  |               |
        on   | A823432124001  |               | upn
        on   | Q82343212400A  |               |
        on   | A82343212400A  |               | upn
        on   | e823432124001  |               | upn
        on   | 4823432124001  |               | upn
        on   | E82343212400   |               | upn
        on   | E8234321240011 |               | upn
        on   | E823432124001  | B801200005001 |
        off  | E823432124001  | A801200005001 | formerupn
        off  | A823432124001  | A801200005001 | upn formerupn
        """,
    )


def test_check_letter_is_not_judged_where_it_cannot_be_computed(check):
    check(
        "1510",
        pupils="""
        upn           | found
        A8234X2124001 |
        A82343212400I |
        """,
    )


def test_missing_upn_leaves_its_row_to_rule_1500(check):
    pupils = """
        upn | formerupn     | found
            | A801200005001 |
            | E999200005001 |
        """
    for number in ("1510", "1530", "1540", "1550", "1520"):
        check(number, pupils=pupils)


def test_repeated_upn_is_found_within_one_return_only(check):
    check(
        "1520",
        pupils="""
        laestab | roll | upn           | found
        8562001 | on   | E823432124001 | yes
        8562001 | off  | E823432124001 | yes
        8562001 | on   | B801200005001 |
        8562002 | on   | B801200005001 |
        8562001 | on   |               |
        8562001 | on   |               |
        """,
    )


def test_unknown_local_authority_is_found_in_upn_and_former_upn(check):
    check(
        "1530",
        pupils="""
        upn           | formerupn     | found
        E823432124001 | E940200025017 |
        X00180001701A |               |
        E942432124001 |               |
        E006432124001 |               | upn
        E823432124001 | Z804282605052 | formerupn
        E8X3432124001 |               | upn
        E82           |               |
        """,
    )


def test_letters_among_characters_5_to_12_are_found(check):
    check(
        "1540",
        pupils="""
        upn           | found
        E823432124001 |
        E82343212400A |
        E8234321240A1 | yes
        E823X32124001 | yes
        E82X432124001 |
        E8234321      |
        E8234-21      | yes
        """,
    )


def test_unknown_character_13_is_found(check):
    check(
        "1550",
        pupils="""
        upn            | found
        E823432124001  |
        Q82343212400A  |
        E82343212400I  | yes
        E82343212400O  | yes
        E82343212400S  | yes
        E82343212400a  | yes
        E82343212400   |
        E82343212400I1 | yes
        """,
    )
