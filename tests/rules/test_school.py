"""School: phase, type and numbers that do not belong together, which put every pupil into the wrong statistic."""

import pytest

from schemas import _data
from schemas.code_sets import code_set
from schemas.collection import Collection

NOW = Collection.parse("2026-spring")


COLLECTIONS = pytest.mark.parametrize("collection", ["2025-autumn", "2026-spring", "2026-summer"])


@COLLECTIONS
def test_a_missing_phase_is_found_an_unknown_one_is_left_to_its_code_rule(check, collection):
    check(
        "SCHOOL-PHASE-MISSING",
        collection=collection,
        school="""
        laestab | phase | found
        8562001 | PS    |
        8562002 |       | yes
        8562003 | ??    |
        """,
    )


@COLLECTIONS
def test_a_missing_type_is_found_an_unknown_one_is_left_to_its_code_rule(check, collection):
    check(
        "SCHOOL-TYPE-MISSING",
        collection=collection,
        school="""
        laestab | type | found
        8562001 | 03   |
        8562002 |      | yes
        8562003 | ??   |
        """,
    )


def test_only_special_schools_owe_their_organisation(check):
    check(
        "SCHOOL-ACCOMMODATION-MISSING",
        school="""
        laestab | phase | accommodation | found
        8567001 | SP    |               | yes
        8567002 | SP    | D             |
        8567003 | SP    | ?             |
        8562001 | PS    |               |
        8562002 |       |               |
        """,
    )


def test_establishment_number_belongs_to_the_range_of_the_phase(check):
    found = check(
        "SCHOOL-ESTAB-PHASE",
        school="""
        laestab | phase | found
        8561999 | PS    | yes
        8562000 | PS    |
        8563999 | PS    |
        8564000 | PS    | yes
        8566899 | PS    |
        8566900 | PS    | yes
        8566900 | SS    |
        8564000 | SS    |
        8561000 | NS    |
        8561100 | NS    | yes
        8567000 | SP    |
        8561100 | PR    |
        8564000 | AT    |
        8564000 | ??    |
        8564000 |       |
        """,
    )
    assert "Establishment number 4000 is outside the ranges of phase PS" in set(found["message"].astype(str))


def test_school_type_is_one_of_the_phase(check):
    found = check(
        "SCHOOL-TYPE-PHASE",
        school="""
        laestab | phase | type | found
        8562001 | PS    | 03   |
        8562002 | PS    | 49   |
        8562003 | PS    | 22   | yes
        8562004 | NS    | 50   |
        8562005 | NS    | 52   | yes
        8562006 | SS    | 55   | yes
        8562007 | AT    | 55   |
        8562008 | PR    | 54   |
        8562009 | PS    | 99   |
        8562010 | PS    |      |
        8562011 |       | 22   |
        """,
    )
    assert "School type 22 is not one of phase PS" in set(found["message"].astype(str))


def test_academies_and_technology_colleges_say_so_in_governance_and_type(check):
    found = check(
        "SCHOOL-GOVERNANCE-TYPE",
        school="""
        laestab | governance | type | found
        8562001 | CA         | 49   |
        8562002 | CA         | 03   | yes
        8562003 | CO         | 49   | yes
        8562004 | CO         | 03   |
        8562005 | CT         | 47   |
        8562006 | CT         | 22   | yes
        8562007 | VA         | 47   | yes
        8562008 | CA         | 99   |
        8562009 | ZZ         | 49   |
        8562010 |            | 49   |
        8562011 | CA         |      |
        """,
    )
    assert "Governance CO does not go with school type 49" in set(found["message"].astype(str))


def test_lowest_year_group_is_not_above_the_highest(check):
    found = check(
        "SCHOOL-NC-YEARS",
        school="""
        laestab | lowestncyeargroup | highestncyeargroup | found
        8562001 | R                 | 6                  |
        8562002 | 6                 | R                  | yes
        8562003 | 6                 | 6                  |
        8562004 | 9                 | 10                 |
        8562005 | 10                | 9                  | yes
        8562006 | N2                | R                  |
        8562007 | R                 | N2                 | yes
        8562008 | E1                | N1                 |
        8562009 | X                 | 6                  |
        8562010 | 6                 | M                  |
        8562011 | 99                | 6                  |
        8562012 |                   | 6                  |
        8562013 | 6                 |                    |
        """,
    )
    assert "Lowest year group 10 is above the highest, 9" in set(found["message"].astype(str))


def test_free_meals_taken_are_a_number_from_nought(check):
    check(
        "1310",
        school="""
        laestab | freemealstaken | found
        8562001 | 0              |
        8562002 | -1             | yes
        8562003 | 40             |
        8562004 |                | yes
        8562005 | many           |
        """,
    )


def test_more_free_meals_than_eligible_pupils_on_census_day_are_found(check):
    found = check(
        "1320Q",
        school="""
        laestab | freemealstaken | found
        8562001 | 3              | yes
        8562002 | 2              |
        8562003 | 1              | yes
        8562004 | 0              |
        8562005 |                |
        """,
        pupils="""
        laestab | roll | dob
        8562001 | on   | 2015-01-01
        8562001 | on   | 2015-01-01
        8562001 | on   | 2015-01-01
        8562001 | on   | 2015-01-01
        8562002 | on   | 2015-01-01
        8562002 | on   | 2015-01-01
        """,
        fsmperiods="""
        laestab | record | fsmstartdate | fsmenddate
        8562001 | 1      | 2024-09-01   |
        8562001 | 2      | 2026-01-15   |
        8562001 | 2      | 2024-09-01   | 2026-01-15
        8562001 | 3      | 2024-09-01   | 2026-01-14
        8562001 | 4      | 2026-01-16   |
        8562002 | 1      | 2024-09-01   | 2026-01-15
        8562002 | 2      |              |
        """,
    )
    assert "Free meals taken on census day: 3; pupils on roll eligible on that day: 2" in set(
        found["message"].astype(str)
    )


@pytest.mark.parametrize(
    ("name", "column", "codes"),
    [
        ("consistency_types", "phase", "phase"),
        ("consistency_types", "type", "school_type"),
        ("consistency_estabs", "phase", "phase"),
        ("consistency_governance", "governance", "governance"),
        ("consistency_governance", "type", "school_type"),
        ("years", "year", "nc_year"),
    ],
)
def test_consistency_files_name_codes_that_exist_with_source_and_label(name, column, codes):
    rows = _data.rows(f"rules/school_{name}.csv")
    assert {row[column] for row in rows} <= code_set(codes).in_force(NOW)
    assert all(row["source"] and row["label"] in {"sourced", "inferred", "unverified"} for row in rows)
