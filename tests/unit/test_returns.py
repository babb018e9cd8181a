"""Schools expected against returns received: no school and no file is forgotten, nothing unknown is called nought."""

from datetime import date, datetime

import pandas as pd
import pytest

from schemas.sources.model import arrow_schema_of, source
from tests.clean_tables import census, typed_table
from tests.report_samples import finding, findings
from transforms.reports.run_summary import QuarantinedFile
from transforms.returns import (
    RETURNS_COLUMNS,
    OtherFiles,
    returns_table,
    schools_expected,
    schools_missing_since,
)

CENSUS_DAY = date(2026, 1, 15)


def gias(text):
    return typed_table(arrow_schema_of(source("gias")), text)


GIAS = """
    urn    | la_code | establishment_number | establishment_name | establishment_status_code | phase_code | establishment_type_group_code
    100001 | 856     | 2001                 | Ash Grove          | 1                         | 2          | 4
    100002 | 856     | 2002                 | Beech Hill         | 3                         | 2          | 10
    100003 | 856     | 4003                 | Cedar College      | 1                         | 4          | 11
"""


def tables(*returns):
    lines = [f"{laestab} | {name} | 2 | xml | 200 | 5" for laestab, name in returns]
    header = "laestab | source_file | serialno | form | records_on | records_off\n"
    named = "laestab | schoolname | phase\n" + "\n".join(
        f"{laestab} | Name of {laestab} | PS" for laestab, _ in returns
    )
    return census("2026-spring", schoolcensus=header + "\n".join(lines), school=named)


def table(*returns, expected=GIAS, found=(), others=OtherFiles()):  # noqa: B008  # frozen and empty
    schools = None if expected is None else schools_expected(gias(expected), la="856", census_day=CENSUS_DAY)
    return returns_table(tables(*returns), findings(*found), expected=schools, others=others)


def told(frame, *columns):
    plain = frame.loc[:, list(columns)].astype("object")
    return [tuple(row) for row in plain.where(plain.notna(), None).to_numpy().tolist()]


def test_the_table_has_its_columns_in_order():
    assert tuple(table(("8562001", "a.xml")).columns) == RETURNS_COLUMNS


def test_a_school_that_sent_nothing_is_missing():
    frame = table(("8562001", "a.xml"))
    assert told(frame, "laestab", "school", "status", "errors") == [
        ("8562001", "Ash Grove", "received", 0),
        ("8562002", "Beech Hill", "missing", None),
        ("8564003", "Cedar College", "missing", None),
    ]


def test_a_return_nobody_expected_is_unexpected_and_named_by_its_own_words():
    frame = table(("8562001", "a.xml"), ("8562999", "b.xml"))
    assert told(frame, "laestab", "school", "phase", "expected", "status")[2] == (
        "8562999", "Name of 8562999", "Primary", "no", "unexpected",
    )  # fmt: skip


def test_without_a_list_of_schools_nothing_is_said_to_be_missing_or_unexpected():
    frame = table(("8562999", "b.xml"), expected=None)
    assert told(frame, "expected", "received", "status") == [(None, "yes", "received")]


def test_a_return_is_told_with_serial_form_and_rolls():
    frame = table(("8562001", "a.xml"))
    assert told(frame, "urn", "serial", "form", "on_roll", "no_longer_on_roll", "source_file")[0] == (
        "100001", 2, "xml", 200, 5, "a.xml",
    )  # fmt: skip


def test_the_moment_a_return_was_made_is_told():
    given = tables(("8562001", "a.xml"))
    header = given["schoolcensus"]
    made = pd.Series([datetime(2026, 1, 19, 15, 30, 5)], dtype=header["datetime"].dtype)  # noqa: DTZ001  # as in the file
    given.frames["schoolcensus"] = header.assign(datetime=made)
    frame = returns_table(given, findings(), expected=None, others=OtherFiles())
    assert frame["produced"].tolist() == ["2026-01-19T15:30:05"]


def test_errors_and_queries_are_counted_by_school():
    found = [finding("1500"), finding("1500", record=2), finding("1750"), finding("1500", "8562002")]
    frame = table(("8562001", "a.xml"), ("8562002", "b.xml"), ("8564003", "c.xml"), found=found)
    assert told(frame, "errors", "queries") == [(2, 1), (1, 0), (0, 0)]


def test_a_file_that_could_not_be_read_stands_with_its_school():
    others = OtherFiles(quarantined=[QuarantinedFile("b.xml", "it ends too early", "8562002")])
    frame = table(("8562001", "a.xml"), others=others)
    assert told(frame, "laestab", "status", "source_file", "note")[1] == (
        "8562002", "quarantined", "b.xml", "it ends too early",
    )  # fmt: skip


def test_a_file_of_no_known_school_has_a_line_of_its_own():
    frame = table(("8562001", "a.xml"), others=OtherFiles(quarantined=[QuarantinedFile("x.zip", "it is protected")]))
    assert told(frame, "laestab", "received", "status", "source_file")[-1] == (None, "no", "quarantined", "x.zip")


def test_a_bad_file_beside_a_good_return_is_not_lost():
    bad = [QuarantinedFile(name, "it ends too early", "8562001") for name in ("a1.xml", "a2.xml")]
    frame = table(("8562001", "a.xml"), others=OtherFiles(quarantined=bad))
    assert told(frame, "school", "status", "source_file")[:3] == [
        ("Ash Grove", "received", "a.xml"),
        ("Ash Grove", "quarantined", "a1.xml"),
        ("Ash Grove", "quarantined", "a2.xml"),
    ]


def test_two_bad_files_of_one_missing_school_are_both_told():
    bad = [QuarantinedFile(name, "it ends too early", "8562002") for name in ("b1.xml", "b2.xml")]
    frame = table(("8562001", "a.xml"), others=OtherFiles(quarantined=bad))
    assert sorted(frame["source_file"].dropna()) == ["a.xml", "b1.xml", "b2.xml"]
    assert frame["status"].tolist().count("quarantined") == 2


def test_returns_that_a_later_one_superseded_are_counted():
    frame = table(("8562001", "a.xml"), ("8562002", "b.xml"), others=OtherFiles(superseded={"8562001": 2}))
    assert told(frame, "laestab", "superseded")[:2] == [("8562001", 2), ("8562002", 0)]


def test_a_run_without_any_return_still_lists_the_schools_expected():
    assert table()["status"].tolist() == ["missing"] * 3


def one_school(**changed):
    known = {
        "urn": "100001", "la_code": "856", "establishment_number": "2001", "establishment_name": "Ash",
        "establishment_status_code": "1", "phase_code": "2", "establishment_type_group_code": "4",
    } | changed  # fmt: skip
    return gias(" | ".join(known) + "\n" + " | ".join(known.values()))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"la_code": "330"}, False),
        ({"establishment_number": ""}, False),
        ({"establishment_status_code": "2"}, False),
        ({"establishment_status_code": "2", "close_date": "2026-01-15"}, False),
        ({"establishment_status_code": "2", "close_date": "2026-01-16"}, True),
        ({"establishment_status_code": "4"}, False),
        ({"open_date": "2026-01-15"}, True),
        ({"open_date": "2026-01-16"}, False),
        ({"establishment_type_group_code": "3"}, False),
        ({"establishment_type_group_code": "99"}, True),
        ({"establishment_type_group_code": ""}, True),
        ({"phase_code": "6"}, False),
        ({"phase_code": "0"}, True),
    ],
)
def test_a_school_is_expected_if_it_was_open_on_census_day_and_is_of_a_kind_that_makes_a_return(changed, expected):
    found = schools_expected(one_school(**changed), la="856", census_day=CENSUS_DAY)
    assert found["laestab"].tolist() == (["8562001"] if expected else [])


def test_short_establishment_numbers_keep_their_leading_noughts():
    found = schools_expected(one_school(establishment_number="12"), la="856", census_day=CENSUS_DAY)
    assert found["laestab"].tolist() == ["8560012"]


def test_two_entries_of_one_number_are_one_school_the_newer():
    both = pd.concat([one_school(), one_school(urn="140001", establishment_name="Ash Academy")], ignore_index=True)
    found = schools_expected(both, la="856", census_day=CENSUS_DAY)
    assert found["school"].tolist() == ["Ash Academy"]


BEFORE = pd.DataFrame(
    {"laestab": ["8562001", "8569999"], "urn": ["1", None], "schoolname": ["Ash", "Elm"], "phase": ["PS", None]},
    dtype="string",
)


def test_without_a_list_the_schools_of_the_last_collection_are_asked_for():
    frame = table(("8562001", "a.xml"), ("8562002", "b.xml"), expected=None, others=OtherFiles(previous=BEFORE))
    assert told(frame, "laestab", "school", "expected", "status", "in_previous") == [
        ("8562001", "Ash", None, "received", "yes"),
        ("8562002", "Name of 8562002", None, "received", "no"),
        ("8569999", "Elm", None, "missing", "yes"),
    ]
    assert schools_missing_since(frame) == ["8569999"]


def test_a_school_that_the_list_no_longer_expects_is_not_missed():
    frame = table(("8562001", "a.xml"), others=OtherFiles(previous=BEFORE))
    assert "8569999" not in set(frame["laestab"])
    assert schools_missing_since(frame) == []


def test_without_a_last_collection_nobody_knows_who_was_in_it():
    frame = table(("8562001", "a.xml"))
    assert frame["in_previous"].isna().all()
    assert schools_missing_since(frame) is None
