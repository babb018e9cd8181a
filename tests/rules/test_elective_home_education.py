"""Register rules: a child counted twice, or not at all, in the home education return (census day 2026-01-15)."""

from datetime import date

import pandas as pd

from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.rules.register import EHE_REGISTER, rules_in_force
from schemas.tables import Tables


def test_child_open_twice_on_census_day_is_found(check):
    check(
        "EHE-CHILD-REPEATED",
        ehe_register="""
        child_id | ehe_start_date | ehe_end_date | found
        C1       | 2024-09-01     |              | yes
        C1       | 2025-09-01     | 2026-01-16   | yes
        C2       | 2023-09-01     | 2026-01-15   |
        C2       | 2026-01-15     |              |
        C3       | 2024-09-01     |              |
        C3       | 2026-01-16     |              |
        C4       |                |              |
        C4       | 2024-09-01     |              |
        C5       | 2024-09-01     | unknown      |
        C5       | 2024-09-01     |              |
        """,
    )


def test_upn_open_twice_on_census_day_is_found(check):
    check(
        "EHE-UPN-REPEATED",
        ehe_register="""
        child_id | upn           | ehe_start_date | ehe_end_date | found
        C1       | E823432124001 | 2024-09-01     |              | yes
        C2       | E823432124001 | 2024-09-01     |              | yes
        C3       | E823432124001 | 2022-09-01     | 2023-07-21   |
        C4       |               | 2024-09-01     |              |
        C5       |               | 2024-09-01     |              |
        """,
    )


def test_invalid_upn_is_found_in_both_fields(check):
    check(
        "EHE-UPN",
        ehe_register="""
        child_id | upn           | former_upn    | found
        C1       | E823432124001 | Q82343212400A |
        C2       |               |               |
        C3       | A823432124001 | Q82343212400A | upn
        C4       | E82343212400  | E              | upn former_upn
        C5       | E999432124001 |               | upn
        """,
    )


def test_invalid_uln_is_found(check):
    check(
        "EHE-ULN",
        ehe_register="""
        child_id | uln        | found
        C1       | 1000102504 |
        C2       |            |
        C3       | 1000102505 | yes
        """,
    )


def test_missing_date_of_birth_is_found(check):
    check(
        "EHE-DOB-MISSING",
        ehe_register="""
        child_id | date_of_birth | found
        C1       | 2015-01-01    |
        C2       |               | yes
        C3       | 1/1/15        |
        """,
    )


def test_open_child_outside_compulsory_school_age_is_queried(check):
    check(
        "EHE-AGE",
        ehe_register="""
        child_id | date_of_birth | ehe_start_date | ehe_end_date | found
        C1       | 2020-12-31    | 2025-09-01     |              |
        C2       | 2021-01-01    | 2025-09-01     |              | yes
        C3       | 2009-09-01    | 2020-09-01     |              |
        C4       | 2009-08-31    | 2020-09-01     |              | yes
        C5       | 2009-08-31    | 2020-09-01     | 2025-06-27   |
        C6       |               | 2020-09-01     |              |
        """,
    )


def test_open_child_of_unknown_sex_is_queried(check):
    check(
        "EHE-SEX-UNKNOWN",
        ehe_register="""
        child_id | sex     | ehe_start_date | ehe_end_date | found
        C1       | Female  | 2025-09-01     |              |
        C2       | Unknown | 2025-09-01     |              | yes
        C3       |         | 2025-09-01     |              | yes
        C4       | Unknown | 2025-09-01     | 2025-10-01   |
        """,
    )


def test_unsuitable_education_of_an_open_child_is_queried(check):
    check(
        "EHE-UNSUITABLE",
        ehe_register="""
        child_id | suitability_status | ehe_start_date | ehe_end_date | found
        C1       | Suitable           | 2025-09-01     |              |
        C2       | Unsuitable         | 2025-09-01     |              | yes
        C3       | Unsuitable         | 2025-09-01     | 2025-10-01   |
        C4       |                    | 2025-09-01     |              |
        """,
    )


def test_local_reason_without_a_dfe_reason_is_found(check):
    check(
        "EHE-REASON-UNMAPPED",
        ehe_register="""
        child_id | primary_reason | primary_reason_local | primary_reason_raw | found
        C1       | Mental health  | anxiety              |                    |
        C2       |                | anxiety              |                    | yes
        C3       |                |                      | anxiety            | yes
        C4       |                |                      |                    |
        """,
    )


def test_open_child_without_any_reason_is_queried(check):
    check(
        "EHE-REASON-MISSING",
        ehe_register="""
        child_id | primary_reason | primary_reason_local | ehe_start_date | ehe_end_date | found
        C1       | Unknown        |                      | 2025-09-01     |              |
        C2       |                |                      | 2025-09-01     |              | yes
        C3       |                | anxiety              | 2025-09-01     |              |
        C4       |                |                      | 2020-09-01     | 2021-07-23   |
        """,
    )


def test_missing_start_date_is_found(check):
    check(
        "EHE-START-MISSING",
        ehe_register="""
        child_id | ehe_start_date | found
        C1       | 2025-09-01     |
        C2       |                | yes
        C3       | September      |
        """,
    )


def test_end_before_start_is_found(check):
    check(
        "EHE-END-BEFORE-START",
        ehe_register="""
        child_id | ehe_start_date | ehe_end_date | found
        C1       | 2025-09-01     | 2025-08-31   | yes
        C2       | 2025-09-01     | 2025-09-01   |
        C3       | 2025-09-01     |              |
        C4       |                | 2025-09-01   |
        """,
    )


def test_order_before_its_notice_is_found(check):
    check(
        "EHE-SAO-BEFORE-NOTICE",
        ehe_register="""
        child_id | s437_notice_date | sao_issued_date | found
        C1       | 2025-10-01       | 2025-09-30      | yes
        C2       | 2025-10-01       | 2025-10-01      |
        C3       |                  | 2025-10-01      |
        C4       | 2025-10-01       |                 |
        """,
    )


def test_order_revoked_before_its_issue_is_found(check):
    check(
        "EHE-SAO-REVOKED-EARLY",
        ehe_register="""
        child_id | sao_issued_date | sao_revoked_date | found
        C1       | 2025-10-01      | 2025-09-30       | yes
        C2       | 2025-10-01      | 2025-10-01       |
        C3       |                 | 2025-10-01       |
        """,
    )


ON_ROLLS = {
    "ehe_census_links": """
        child_id | roll | record
        C1       | on   | 1
        C2       | on   | 2
        C3       | on   | 1
        C4       | on   | 1
        C5       | off  | 1
        C7       | on   | 3
        C7       | on   | 1
        """,
    "pupils": """
        roll | record | parttime
        on   | 1      | false
        on   | 2      |
        on   | 3      | true
        off  | 1      | false
        """,
}


def test_child_on_a_roll_full_time_and_educated_at_home_is_found(check):
    check(
        "EHE-FULL-TIME",
        ehe_register="""
        child_id | ehe_start_date | ehe_end_date | found
        C1       | 2024-09-01     |              | yes
        C2       | 2024-09-01     | 2026-01-16   | yes
        C3       | 2024-09-01     | 2026-01-15   |
        C4       | 2026-01-16     |              |
        C5       | 2024-09-01     |              |
        C6       | 2024-09-01     |              |
        C7       | 2024-09-01     |              | yes
        """,
        **ON_ROLLS,
    )


def test_child_on_a_roll_part_time_and_educated_at_home_is_found_apart(check):
    check(
        "EHE-ON-ROLL",
        ehe_register="""
        child_id | ehe_start_date | ehe_end_date | found
        C1       | 2024-09-01     |              |
        C7       | 2024-09-01     |              |
        C8       | 2026-01-15     |              | yes
        C9       | 2026-01-16     |              |
        """,
        pupils=ON_ROLLS["pupils"],
        ehe_census_links="""
        child_id | roll | record
        C1       | on   | 1
        C7       | on   | 3
        C7       | on   | 1
        C8       | on   | 3
        C9       | on   | 3
        """,
    )


def test_periods_of_one_child_that_share_days_are_found(check):
    check(
        "EHE-PERIODS-OVERLAP",
        ehe_register="""
        child_id | ehe_start_date | ehe_end_date | found
        C1       | 2022-09-01     | 2023-07-21   | yes
        C1       | 2023-07-20     | 2023-09-01   | yes
        C1       | 2023-09-01     |              |
        C2       | 2022-09-01     |              | yes
        C2       | 2023-09-01     | 2024-07-01   | yes
        C3       | 2022-09-01     |              |
        C4       | 2022-09-01     | unknown      |
        C4       | 2022-09-01     | 2023-01-01   |
        C5       | 2022-09-01     |              |
        C5       | 2024-09-01     |              |
        """,
    )


def test_child_who_is_not_born_when_the_period_starts_is_found(check):
    check(
        "EHE-BORN-AFTER-START",
        ehe_register="""
        child_id | date_of_birth | ehe_start_date | found
        C1       | 2015-03-02    | 2015-03-01     | yes
        C2       | 2015-03-01    | 2015-03-01     | yes
        C3       | 2015-02-28    | 2015-03-01     |
        C4       |               | 2015-03-01     |
        """,
    )


def test_end_without_its_reason_and_reason_without_its_end_are_found(check):
    register = """
        child_id | ehe_end_date | end_reason         | found
        C1       | 2025-07-01   |                    | {}
        C2       |              | Returned to school | {}
        C3       | 2025-07-01   | Returned to school |
        C4       |              |                    |
        """
    check("EHE-END-REASON-MISSING", ehe_register=register.format("yes", ""))
    check("EHE-END-DATE-MISSING", ehe_register=register.format("", "yes"))


def test_child_under_two_ids_is_found_and_a_twin_is_not(check):
    check(
        "EHE-SAME-CHILD",
        ehe_register="""
        child_id | forename | surname | date_of_birth | ehe_start_date | ehe_end_date | found
        C1       | Ann-Mae  | Example | 2014-05-01    | 2024-09-01     |              | yes
        C2       | ann mae  | EXAMPLE | 2014-05-01    | 2025-09-01     |              | yes
        C3       | Bea      | Example | 2014-05-01    | 2025-09-01     |              |
        C4       | Ann-Mae  | Example | 2014-05-01    | 2023-09-01     | 2024-01-01   |
        C5       | Ann-Mae  | Example | 2014-05-02    | 2025-09-01     |              |
        C6       |          | Example | 2014-05-01    | 2025-09-01     |              |
        C7       |          | Example | 2014-05-01    | 2025-09-01     |              |
        """,
    )


def test_without_a_census_nobody_is_said_to_be_on_a_roll():
    when = Collection.parse("2026-spring")
    register = pd.DataFrame({"child_id": ["C1"], "ehe_start_date": [date(2024, 9, 1)]})
    rule = next(rule for rule in rules_in_force(when, source="ehe") if rule.id == "EHE-ON-ROLL")
    alone = Tables(when, calendar_for(when), {EHE_REGISTER: register})
    assert not any(mask.fillna(value=False).any() for _, mask in rule.masks(alone))
