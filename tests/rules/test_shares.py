"""Shares of a whole return: a module that was left out, or one recorded of everybody, which costs or wins funding."""

import pytest

from schemas import _data
from schemas.calendar import known_collections
from schemas.rules.query_limits import most


def pupils_of(schools):
    """Write pupils: laestab → list of cells of (roll, dob, year group, lunch, support response)."""
    lines = ["laestab | roll | dob | ncyearactual | schoollunchtaken | yssa"]
    for laestab, cells in schools.items():
        lines += [" | ".join((laestab, *cell)) for cell in cells]
    return "\n".join(lines)


def periods_of(schools):
    """Write one open period for the first so many pupils of each school."""
    lines = ["laestab | record | fsmstartdate | fsmenddate"]
    for laestab, number in schools.items():
        lines += [f"{laestab} | {record} | 2024-09-01 |" for record in range(1, number + 1)]
    return "\n".join(lines)


def pupil(year="4", roll="on", dob="2016-01-01", lunch="", support=""):
    return (roll, dob, year, lunch, support)


def returns_of(**found):
    return "\n".join(["laestab | found", *(f"{laestab[1:]} | {mark}" for laestab, mark in found.items())])


def test_a_return_without_leavers_is_found(check):
    check(
        "1496",
        schoolcensus=returns_of(s8562001="yes", s8562002="", s8562003="yes"),
        pupils=pupils_of({"8562001": [pupil()], "8562002": [pupil(), pupil(roll="off")]}),
    )


def test_more_than_45_per_cent_with_meals_are_found(check):
    found = check(
        "1750",
        schoolcensus=returns_of(s8562001="", s8562002="yes", s8562003=""),
        pupils=pupils_of(
            {"8562001": [pupil()] * 20, "8562002": [pupil()] * 20, "8562003": [pupil(roll="off")]},
        ),
        fsmperiods=periods_of({"8562001": 9, "8562002": 10}),
    )
    assert list(found["message"].astype(str)) == [
        "10 of 20 pupils on roll have an FSM period since the last census (50.0 %); above 45 % is queried"
    ]


def test_a_meal_period_counts_that_has_a_day_since_the_last_census(check):
    periods = """
        laestab | record | fsmstartdate | fsmenddate
        8562001 | 1      | 2024-09-01   | 2025-10-02
        8562002 | 1      | 2024-09-01   | 2025-10-03
        8562003 | 1      | 2026-01-15   |
        8562004 | 1      | 2026-01-16   |
        8562005 | 1      |              |
        """
    pupils = pupils_of({f"856200{n}": [pupil()] for n in range(1, 7)})
    check(
        "1760",
        schoolcensus=returns_of(
            s8562001="yes", s8562002="", s8562003="", s8562004="yes", s8562005="", s8562006="yes", s8562007=""
        ),
        pupils=pupils,
        fsmperiods=periods,
    )
    check(
        "1750",
        schoolcensus=returns_of(s8562001="", s8562002="yes", s8562003="yes", s8562004="", s8562005="yes"),
        pupils=pupils,
        fsmperiods=periods,
    )


def test_a_return_in_which_nobody_has_meals_is_found_with_its_number(check):
    found = check(
        "1760", schoolcensus=returns_of(s8562001="yes"), pupils=pupils_of({"8562001": [pupil(), pupil(), pupil()]})
    )
    assert list(found["message"].astype(str)) == ["None of 3 pupils on roll has an FSM period since the last census"]


def test_more_than_half_of_reception_with_meals_is_found(check):
    check(
        "1751",
        schoolcensus=returns_of(s8562001="", s8562002="yes", s8562003=""),
        pupils=pupils_of(
            {
                "8562001": [pupil("R"), pupil("1"), pupil("R")],
                "8562002": [pupil("R"), pupil("R"), pupil("R")],
                "8562003": [pupil("1"), pupil("1")],
            }
        ),
        fsmperiods=periods_of({"8562001": 2, "8562002": 2, "8562003": 2}),
    )


def test_more_than_half_of_year_1_with_meals_is_found(check):
    check(
        "1752",
        schoolcensus=returns_of(s8562001="", s8562002="yes", s8562003=""),
        pupils=pupils_of(
            {
                "8562001": [pupil("1"), pupil("R"), pupil("1")],
                "8562002": [pupil("1"), pupil("1"), pupil("1")],
                "8562003": [pupil("R"), pupil("R")],
            }
        ),
        fsmperiods=periods_of({"8562001": 2, "8562002": 2, "8562003": 2}),
    )


def test_a_return_without_any_support_response_of_12_and_over_is_found(check):
    twelve, eleven = "2013-08-31", "2013-09-01"
    found = check(
        "1780",
        schoolcensus=returns_of(s8564001="yes", s8564002="", s8564003="", s8564004="", s8564005="yes"),
        pupils=pupils_of(
            {
                "8564001": [pupil(dob=twelve), pupil(dob=twelve)],
                "8564002": [pupil(dob=eleven), pupil(dob="")],
                "8564003": [pupil(dob=twelve), pupil(dob=twelve, support="UNS")],
                "8564004": [pupil(dob=twelve, support="?")],
                "8564005": [pupil(dob=twelve), pupil(dob=eleven, support="Yes"), pupil(dob=twelve, roll="off")],
            }
        ),
    )
    assert "None of 2 pupils aged 12 or over has a youth support services response" in set(found["message"].astype(str))


@pytest.mark.parametrize("year", ["R", "1", "2"])
def test_more_than_95_per_cent_of_infants_at_lunch_are_found(check, year):
    took, did_not = pupil(year, lunch="true"), pupil(year, lunch="false")
    check(
        "1877",
        schoolcensus=returns_of(s8562001="", s8562002="yes", s8562003="", s8562004="yes", s8562005=""),
        pupils=pupils_of(
            {
                "8562001": [took] * 19 + [did_not],
                "8562002": [took] * 20 + [did_not],
                "8562003": [pupil("3", lunch="true")],
                "8562004": [took, pupil(year), pupil(year, lunch="some")],
                "8562005": [pupil(year), pupil(year, roll="off", lunch="true")],
            }
        ),
    )


def test_infants_outside_the_year_groups_are_4_to_6_on_31_august(check):
    check(
        "1877",
        schoolcensus=returns_of(s8562001="", s8562002="yes", s8562003="yes", s8562004=""),
        pupils=pupils_of(
            {
                "8562001": [pupil("X", dob="2021-09-01", lunch="true")],
                "8562002": [pupil("X", dob="2021-08-31", lunch="true")],
                "8562003": [pupil("X", dob="2018-09-01", lunch="true")],
                "8562004": [pupil("X", dob="2018-08-31", lunch="true")],
            }
        ),
    )


def test_every_threshold_holds_for_every_collection():
    rules = {row["rule"] for row in _data.rows("rules/query_limits.csv")}
    numbers = {rule: {most(rule, collection) for collection in known_collections()} for rule in rules}
    assert numbers == {"1230Q": {30}, "1260Q": {13}, "1750": {45}, "1751": {50}, "1752": {50}, "1877": {95}}
