"""Lunch rules: a school paid for the wrong number of infant meals."""


def test_lunch_answer_is_due_of_infants(check):
    check(
        "1875",
        pupils="""
        roll | dob        | ncyearactual | schoollunchtaken | found
        on   | 2021-01-01 | R            |                  | yes
        on   | 2019-01-01 | 2            |                  | yes
        on   | 2018-01-01 | 3            |                  |
        on   | 2021-08-31 | X            |                  | yes
        on   | 2021-09-01 | X            |                  |
        on   | 2018-09-01 | X            |                  | yes
        on   | 2018-08-31 | X            |                  |
        on   |            | X            |                  |
        on   |            | 1            |                  | yes
        on   | 2020-01-01 | 1            | false            |
        on   | 2020-01-01 | 1            | maybe            |
        off  | 2020-01-01 | 1            |                  |
        """,
    )


def test_service_child_has_no_meal_period_on_census_day(check):
    check(
        "SERVICE-FSM",
        pupils="""
        roll | record | servicechild | found
        on   | 1      | Y            | yes
        on   | 2      | N            |
        on   | 3      | Y            |
        on   | 4      | Y            | yes
        on   | 5      | Y            |
        on   | 6      | Y            |
        off  | 1      | Y            |
        """,
        fsmperiods="""
        record | fsmstartdate | fsmenddate
        1      | 2020-01-01   |
        2      | 2020-01-01   |
        3      | 2020-01-01   | 2026-01-14
        4      | 2026-01-15   | 2026-01-15
        5      | 2026-01-16   |
        """,
    )
