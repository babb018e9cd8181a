"""Codes and types: a code of another year taken for this one, a value lost without anybody being told."""

import pytest

from schemas.collection import Collection
from schemas.model import FieldType, model_for
from schemas.rules.register import rules_in_force
from schemas.sources.model import source

SPRING = Collection.parse("2026-spring")


def test_code_outside_its_set_is_found_and_a_missing_one_is_not(check):
    check(
        "CODE-ENROLSTATUS",
        pupils="""
        enrolstatus | found
        C           |
        c           | yes
        G           | yes
                    |
        """,
    )


def test_codes_are_those_of_the_collection(check):
    for collection, found in {"2024-autumn": "yes", "2025-autumn": ""}.items():
        check(
            "EHE-CODE-PRIMARY_REASON",
            collection=collection,
            ehe_register=f"""
            child_id | primary_reason                           | found
            C1       | Mental health                            |
            C2       | Offered school place but not yet accepted | {found}
            """,
        )


def test_attendance_codes_are_judged_by_the_term_the_attendance_belongs_to(check):
    for collection, found in {"2024-autumn": "yes", "2025-spring": ""}.items():
        check(
            "CODE-TERMLYSESSIONDETAILS-ATTENDANCEREASON",
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
    judged = [(r.table, r.field) for r in rules_in_force(when) if r.id.startswith(("CODE-", "TYPE-"))]
    fields = [
        (t.name, f.column) for t in model_for(when).tables.values() for f in t.fields if f.type is not FieldType.STRING
    ]
    assert sorted(judged) == sorted(fields)


def test_every_typed_column_of_the_register_has_exactly_one_check():
    judged = [r.field for r in rules_in_force(SPRING, source="ehe") if r.id.startswith(("EHE-CODE-", "EHE-TYPE-"))]
    assert sorted(judged) == sorted(c.name for c in source("ehe_register").columns if c.type != "string")


@pytest.mark.parametrize("kind", ["school_census", "ehe"])
def test_no_two_rules_of_a_collection_share_an_id_and_ours_never_look_like_dfe_numbers(kind):
    ids = [r.id for r in rules_in_force(SPRING, source=kind)]
    assert len(set(ids)) == len(ids)
    ours = [r.id for r in rules_in_force(SPRING, source=kind) if not r.id.isdigit()]
    assert all(name.startswith(("CODE-", "TYPE-", "EHE-")) for name in ours)
