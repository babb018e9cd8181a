"""Codes and types: a code of another year taken for this one, a value lost without anybody being told."""

import re

import pytest

from schemas.collection import Collection
from schemas.model import FieldType, model_for
from schemas.rules.catalogue import catalogue_for
from schemas.rules.register import rules_in_force
from schemas.sources.model import source

SPRING = Collection.parse("2026-spring")


def test_code_outside_its_set_is_found_and_a_missing_one_is_not(check):
    check(
        "CODE-ENROLSTATUS",
        pupils="""
        enrolstatus | found
        C           |
        c           |
        G           | yes
                    |
        """,
    )


def test_right_code_in_the_wrong_case_or_with_noughts_names_the_code_it_stands_for(check):
    findings = check(
        "CODE-FORM-SENPROVISION",
        pupils="""
        senprovision | found
        K            |
        k            | yes
        S            |
        ?            |
                     |
        """,
    )
    assert findings["message"].tolist() == [
        "Code is right but for its case, leading noughts or blanks: K (SEN support)"
    ]
    check(
        "CODE-FORM-TYPE",
        school="""
        type | found
        02   |
        2    | yes
        """,
    )


def test_code_with_blanks_around_it_is_told_though_it_is_read(check):
    check(
        "CODE-FORM-SEX",
        pupils="""
        sex | sex_raw | found
        F   |         |
        F   | F.      | yes
        Q   | Q.      |
        """,
    )


def test_code_of_another_collection_says_when_it_held_and_what_stands_in_its_place(check):
    findings = check(
        "CODE-OLD-TERMLYEXCLUSIONS-CATEGORY",
        termlyexclusions="""
        category | found
        SUSP     |
        FIXD     | yes
        NONE     |
        """,
    )
    assert findings["message"].tolist() == [
        "Code belongs to other collections than this one (until 2020-summer); nearest code: SUSP (Suspension)"
    ]


def test_unknown_code_names_the_nearest_only_where_one_is_near(check):
    findings = check(
        "CODE-ETHNICITY",
        pupils="""
        ethnicity | found
        WBRIT     | yes
        WBRT      | yes
        1234      | yes
        WBRI      |
        """,
    )
    assert findings["message"].tolist() == [
        "Code is not in the code set of this collection; nearest code: WBRI (White - British)",
        "Code is not in the code set of this collection",  # two codes are equally near
        "Code is not in the code set of this collection",
    ]


def test_text_longer_than_the_item_may_be_is_found(check):
    check(
        "LENGTH-SURNAME",
        pupils=f"""
        surname  | found
        {"A" * 35} |
        {"A" * 36} | yes
                 |
        """,
    )


def test_codes_are_those_of_the_collection(check):
    findings = check(
        "EHE-CODE-OLD-PRIMARY_REASON",
        collection="2024-autumn",
        ehe_register="""
        child_id | primary_reason                            | found
        C1       | Mental health                             |
        C2       | Offered school place but not yet accepted | yes
        """,
    )
    assert findings["message"].str.contains(r"from 2025-autumn").all()
    check(
        "EHE-CODE-PRIMARY_REASON",
        collection="2025-autumn",
        ehe_register="""
        child_id | primary_reason                            | found
        C2       | Offered school place but not yet accepted |
        C3       | The dog                                   | yes
        """,
    )


def test_attendance_codes_are_judged_by_the_term_the_attendance_belongs_to(check):
    for collection, found in {"2024-autumn": "yes", "2025-spring": ""}.items():
        check(
            "CODE-OLD-TERMLYSESSIONDETAILS-ATTENDANCEREASON",
            collection=collection,
            termlysessiondetails=f"""
            record | attendancereason | sessions | found
            1      | /                | 20       |
            1      | C1               | 2        | {found}
            """,
        )


def test_value_that_was_not_read_is_found(check):
    check(
        "TYPE-DOB",
        pupils="""
        dob        | found
        2015-01-01 |
        01/01/15   | yes
                   |
        """,
    )
    check(
        "TYPE-TERMLYSESSIONDETAILS-SESSIONS",
        termlysessiondetails="""
        record | attendancereason | sessions | found
        1      | /                | 20       |
        1      | I                | two      | yes
        """,
    )
    check(
        "EHE-TYPE-EHE_START_DATE",
        ehe_register="""
        child_id | ehe_start_date | found
        C1       | 2025-09-01     |
        C2       | in autumn      | yes
        """,
    )


def test_code_set_check_of_a_school_table_names_no_pupil(check):
    findings = check(
        "CODE-PHASE",
        school="""
        phase | found
        ZZ    | yes
        """,
    )
    assert findings["record"].isna().all()
    assert findings["upn"].isna().all()


@pytest.mark.parametrize("collection", ["2024-autumn", "2025-summer", "2026-spring", "2026-autumn"])
def test_every_typed_field_of_a_collection_has_exactly_one_check(collection):
    when = Collection.parse(collection)
    others = ("CODE-OLD-", "CODE-FORM-")
    rules = [r for r in rules_in_force(when) if not r.id.startswith(others)]
    judged = [(r.table, c) for r in rules if r.judges_codes or r.id.startswith(("CODE-", "TYPE-")) for c in r.fields]
    fields = [
        (t.name, f.column) for t in model_for(when).tables.values() for f in t.fields if f.type is not FieldType.STRING
    ]
    assert sorted(judged) == sorted(fields)


def test_every_typed_column_of_the_register_has_exactly_one_check():
    rules = [r for r in rules_in_force(SPRING, source="ehe") if not r.id.startswith("EHE-CODE-OLD-")]
    judged = [r.field for r in rules if r.id.startswith(("EHE-CODE-", "EHE-TYPE-"))]
    assert sorted(judged) == sorted(c.name for c in source("ehe_register").columns if c.type != "string")


@pytest.mark.parametrize("kind", ["school_census", "ehe"])
def test_no_two_rules_of_a_collection_share_an_id_and_ours_never_look_like_dfe_numbers(kind):
    ids = [r.id for r in rules_in_force(SPRING, source=kind)]
    assert len(set(ids)) == len(ids)
    ours = {e.id for e in catalogue_for(SPRING) if e.label == "ours" or not e.id.rstrip("Q").isdigit()}
    assert all(re.match(r"[A-Z]{2,}[A-Z0-9]*-", name) for name in ours)
