"""Planned hours and prior attainment: a student who is not funded, or funded for hours that nobody taught."""

import pytest


@pytest.mark.parametrize(("rule", "fields"), [("1889", "previousyear"), ("1997", "")])
def test_more_hours_than_a_year_has_are_found(check, rule, fields):
    table = f"""
        roll | qualhrs{fields} | nonqualhrs{fields} | found
        on   | 4000            |                    |
        on   | 3999            | 1                  |
        on   | 3999            | 2                  | yes
        on   |                 | 4001               | yes
        on   | 9000            | many               |
        on   |                 |                    |
        off  | 4001            |                    | yes
        """
    if rule == "1889":
        check("1889", collection="2025-autumn", pupils=table)
    else:
        check("1997", collection="2025-autumn", pupils=table)


def test_few_hours_of_last_year_are_asked_about(check):
    check(
        "1893Q",
        collection="2025-autumn",
        pupils="""
        roll | qualhrspreviousyear | nonqualhrspreviousyear | found
        on   | 39                  |                        | yes
        on   | 39                  | 1                      |
        on   |                     | 0                      | yes
        on   |                     |                        |
        on   | few                 |                        |
        off  | 39                  |                        | yes
        off  | 39                  |                        |
        off  | 39                  |                        |
        off  | 40                  |                        |
        off  |                     |                        | yes
        """,
        learningaims="""
        roll | record | learningactualenddate
        off  | 1      | 2025-07-31
        off  | 1      |
        off  | 2      | 2025-08-01
        off  | 3      |
        off  | 4      | 2025-07-31
        off  | 5      | 2025-06-30
        """,
    )


T_LEVEL_AIMS = """
        roll | record | progtype | learningstartdate
        on   | 1      | 31       | 2025-08-01
        on   | 2      | 31       | 2025-08-01
        on   | 3      | 31       | 2025-07-31
        on   | 4      | 31       |
        on   | 5      | 01       | 2025-09-01
        on   | 6      | 31       | 2025-09-01
        on   | 8      | 3l       | 2025-09-01
        off  | 1      | 31       | 2025-09-01
        """


def test_t_level_aim_of_this_year_needs_t_level_hours(check):
    check(
        "1894",
        collection="2025-autumn",
        pupils="""
        roll | tlevelqualhrs | tlevelnonqualhrs | found
        on   | 500           |                  |
        on   |               | 0                | yes
        on   |               |                  |
        on   | 0             |                  | yes
        on   |               |                  |
        on   | lots          |                  |
        on   |               |                  |
        on   |               |                  |
        off  |               |                  | yes
        """,
        learningaims=T_LEVEL_AIMS,
    )


def test_t_level_hours_need_a_t_level_aim(check):
    check(
        "1895",
        collection="2025-autumn",
        pupils="""
        roll | tlevelqualhrs | tlevelnonqualhrs | found
        on   | 500           |                  |
        on   | 500           |                  |
        on   | 500           |                  |
        on   | 500           |                  |
        on   | 500           |                  | yes
        on   | 500           |                  |
        on   |               | 1                | yes
        on   | 500           |                  |
        off  | 500           |                  |
        off  | 500           |                  | yes
        off  | 0             |                  |
        """,
        learningaims=T_LEVEL_AIMS,
    )


def test_hours_of_both_kinds_need_a_programme_of_each(check):
    check(
        "1896",
        collection="2025-autumn",
        pupils="""
        tlevelqualhrs | tlevelnonqualhrs | qualhrs | nonqualhrs | found
        500           |                  | 100     |            |
        500           |                  | 100     |            |
        500           |                  | 100     |            | yes
                      | 1                |         | 1          | yes
        500           |                  | 100     |            | yes
        500           |                  | 0       |            |
                      |                  | 100     |            |
        """,
        programmeaims="""
        record | qn | progtype
        1      | A  | 31
        1      | B  | 01
        2      | A  | 31
        2      | B  | 30
        3      | A  | 31
        4      | A  | 30
        6      | A  | 31
        """,
    )


def test_planned_hours_need_a_study_programme_aim(check):
    check(
        "1993",
        collection="2025-autumn",
        pupils="""
        roll | qualhrs | nonqualhrs | tlevelqualhrs | found
        on   | 100     |            |               |
        on   |         | 1          |               |
        on   | 100     |            |               | yes
        on   | 0       |            | 500           |
        off  | 100     |            |               | yes
        """,
        learningaims="""
        roll | record | progtype
        on   | 1      | 01
        on   | 2      | 30
        on   | 3      | 31
        on   | 4      | 31
        """,
    )


def test_learning_aim_without_any_hours_is_found_on_roll(check):
    check(
        "PLANNED-HOURS-MISSING",
        collection="2025-autumn",
        pupils="""
        roll | qualhrs | nonqualhrs | tlevelqualhrs | tlevelnonqualhrs | found
        on   |         |            |               |                  | yes
        on   | 0       | 0          |               |                  | yes
        on   | 1       |            |               |                  |
        on   |         |            |               | 1                |
        on   | lots    |            |               |                  |
        on   |         |            |               |                  |
        off  |         |            |               |                  |
        """,
        learningaims="""
        roll | record | progtype
        on   | 1      | 01
        on   | 2      | 01
        on   | 3      | 01
        on   | 4      | 31
        on   | 5      | 01
        off  | 1      | 01
        """,
    )


GRADES = """
        roll | {0}gcsehighestpriorattainment | {0}gcsefundingexemption | found
        on   | 4                             | N                       |
        on   | 3                             | N                       | yes
        on   | C                             | N                       |
        on   | D                             | N                       | yes
        on   | U                             | N                       | yes
        on   | NR                            | N                       | yes
        on   | 1                             | L                       |
        on   | 1                             |                         |
        on   |                               | N                       |
        on   | H                             | N                       |
        off  | G                             | N                       | yes
        """


def test_low_grade_without_an_exemption_is_asked_about(check):
    check("3020Q", collection="2025-autumn", pupils=GRADES.format("maths"))
    check("3030Q", collection="2025-autumn", pupils=GRADES.format("english"))
