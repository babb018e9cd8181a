"""Learning aims: a programme that teaches nothing, an aim that ended before it began."""


def test_programme_aim_without_a_learning_aim_is_found(check):
    check(
        "2903",
        collection="2025-autumn",
        programmeaims="""
        roll | record | qn | found
        on   | 1      | A  |
        on   | 1      | B  | yes
        on   | 2      | A  | yes
        off  | 1      | A  |
        off  | 2      | A  | yes
        """,
        learningaims="""
        roll | record | parent_record | qn
        on   | 1      | 1             | X
        on   | 1      | 1             | Y
        off  | 1      | 1             | X
        """,
    )


def test_dates_out_of_order_are_found(check):
    check(
        "AIM-DATES",
        collection="2025-autumn",
        learningaims="""
        roll | record | learningstartdate | learningplannedenddate | found
        on   | 1      | 2025-09-01        | 2025-09-01             |
        on   | 1      | 2025-09-01        | 2025-08-31             | yes
        on   | 1      |                   | 2025-08-31             |
        on   | 1      | 2025-09-01        |                        |
        off  | 1      | 2025-09-01        | 2024-09-01             | yes
        """,
    )
    check(
        "AIM-END-EARLY",
        collection="2025-autumn",
        learningaims="""
        roll | record | learningstartdate | learningactualenddate | found
        on   | 1      | 2025-09-01        | 2025-09-01            |
        on   | 1      | 2025-09-01        | 2025-08-31            | yes
        on   | 1      | 2025-09-01        |                       |
        """,
    )
    check(
        "PROGRAMME-DATES",
        collection="2025-autumn",
        programmeaims="""
        roll | record | programmestartdate | programmeplannedenddate | found
        on   | 1      | 2025-09-01         | 2025-09-01              |
        on   | 1      | 2025-09-01         | 2025-08-31              | yes
        off  | 1      | 2025-09-01         | soon                    |
        """,
    )
    check(
        "PLACEMENT-DATES",
        collection="2025-autumn",
        workplaceentity="""
        roll | record | wpstartdate | wpenddate  | found
        on   | 1      | 2025-09-01  | 2025-09-01 |
        on   | 1      | 2025-09-01  | 2025-08-31 | yes
        off  | 1      | 2025-09-01  |            |
        """,
    )


def test_withdrawal_without_a_reason_is_asked_about(check):
    check(
        "AIM-WITHDRAWAL-REASON",
        collection="2025-autumn",
        learningaims="""
        roll | record | learningaimstatus | learningaimwithdrawalreason | found
        on   | 1      | 3                 | 2                           |
        on   | 1      | 3                 |                             | yes
        on   | 1      | 3                 | 7777                        |
        on   | 1      | 1                 |                             |
        off  | 1      | 3                 |                             | yes
        off  | 1      |                   |                             |
        """,
    )
