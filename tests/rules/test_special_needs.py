"""Special needs rules: a need that is not planned for, because the return does not say what it is."""


def test_provision_is_due_on_roll(check):
    check(
        "SEN-PROVISION-MISSING",
        pupils="""
        roll | senprovision | found
        on   | N            |
        on   | ?            |
        on   |              | yes
        off  |              |
        """,
    )


def test_provision_comes_with_a_type_in_spring(check):
    check(
        "SEN-TYPE-MISSING",
        pupils="""
        record | senprovision | found
        1      | K            |
        2      | K            | yes
        3      | E            | yes
        4      | N            |
        5      |              |
        6      | S            |
        """,
        senneeds="""
        record | sentyperank | sentype
        1      | 1           | MLD
        """,
    )


def test_type_comes_with_a_provision(check):
    check(
        "SEN-TYPE-UNEXPECTED",
        pupils="""
        record | senprovision | found
        1      | K            |
        2      | N            | yes
        3      | N            |
        4      |              |
        """,
        senneeds="""
        record | sentyperank | sentype
        1      | 1           | MLD
        2      | 1           | MLD
        4      | 1           | MLD
        """,
    )


def test_pupil_of_a_special_school_has_a_provision(check):
    check(
        "SEN-SPECIAL-SCHOOL",
        school="""
        laestab | phase | intake
        8567001 | SP    | SPEC
        8567002 | SP    | HOSP
        8562001 | PS    | SPEC
        """,
        pupils="""
        laestab | roll | senprovision | found
        8567001 | on   | N            | yes
        8567001 | on   | E            |
        8567001 | on   |              |
        8567001 | off  | N            |
        8567002 | on   | N            |
        8562001 | on   | N            |
        """,
    )


def test_ranks_count_from_one_without_a_gap(check):
    check(
        "SEN-RANK",
        senneeds="""
        record | sentyperank | sentype | found
        1      | 1           | MLD     |
        1      | 2           | HI      |
        2      | 2           | MLD     | yes
        3      | 1           | MLD     | yes
        3      | 1           | HI      | yes
        4      | 0           | MLD     | yes
        4      | 1           | HI      |
        5      |             | HI      |
        5      | first       | MLD     |
        """,
    )


def test_type_has_a_rank(check):
    check(
        "SEN-RANK-MISSING",
        senneeds="""
        record | sentyperank | sentype | found
        1      | 1           | MLD     |
        2      |             | MLD     | yes
        3      | first       | MLD     |
        4      |             |         |
        """,
    )


def test_rank_has_a_type(check):
    check(
        "SEN-RANK-ALONE",
        senneeds="""
        record | sentyperank | sentype | found
        1      | 1           | MLD     |
        2      | 1           |         | yes
        3      | first       |         | yes
        4      |             |         |
        """,
    )


def test_type_stands_once_for_a_pupil(check):
    check(
        "SEN-TYPE-REPEATED",
        senneeds="""
        record | sentyperank | sentype | found
        1      | 1           | MLD     | yes
        1      | 2           | MLD     | yes
        1      | 3           | HI      |
        2      | 1           | MLD     |
        3      | 1           |         |
        3      | 2           |         |
        4      | 1           | QQ      |
        4      | 2           | QQ      |
        """,
    )


def test_two_types_are_returned(check):
    check(
        "SEN-TYPES-MANY",
        senneeds="""
        record | sentyperank | sentype | found
        1      | 3           | MLD     | yes
        1      | 1           | HI      |
        1      | 2           | VI      |
        2      |             | MLD     | yes
        2      | 1           | HI      |
        2      | 2           | VI      |
        2      |             | PD      | yes
        3      | 1           | HI      |
        3      | 2           | VI      |
        """,
    )


def test_no_specialist_assessment_is_for_sen_support(check):
    check(
        "SEN-NSA",
        pupils="""
        record | senprovision
        1      | K
        2      | E
        3      | N
        4      |
        """,
        senneeds="""
        record | sentyperank | sentype | found
        1      | 1           | NSA     |
        2      | 1           | NSA     | yes
        2      | 2           | MLD     |
        3      | 1           | NSA     | yes
        4      | 1           | NSA     |
        """,
    )
