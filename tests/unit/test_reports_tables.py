"""CSV and JSON of our reports: nothing runs in a spreadsheet, nothing changes on the way to a program."""

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report_samples import finding, findings
from transforms.reports.csv_lines import csv_lines, csv_of
from transforms.reports.tables import FINDINGS_COLUMNS, findings_csv, formula_safe, report_csv, report_json


def read(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def test_findings_csv_has_the_columns_that_people_script_against_first_and_in_order():
    header = findings_csv(findings(finding("1500"))).decode().splitlines()[0]
    assert header == (
        "rule,severity,laestab,upn,child_id,table,record,sub_record,field,message,source_file,roll,state,note,recurs"
    )


def test_a_csv_reader_finds_the_first_column_by_its_name():
    assert read(findings_csv(findings(finding("1500"))))[0]["rule"] == "1500"


def test_no_findings_is_a_file_with_a_header():
    assert findings_csv(findings()).decode() == ",".join(FINDINGS_COLUMNS) + "\r\n"


def test_every_finding_is_written_with_blanks_for_what_is_not_known():
    rows = read(findings_csv(findings(finding("1500", upn=None), finding("1763", sub_record=2))))
    assert [(row["upn"], row["record"], row["sub_record"]) for row in rows] == [
        ("", "1", ""),
        ("A856200120001", "1", "2"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\x00", "\x1b", "\N{FULLWIDTH EQUALS SIGN}"])
def test_a_upn_that_a_spreadsheet_would_run_is_written_behind_an_apostrophe(start):
    harmful = f"{start}cmd|' /C calc'!A0"
    assert read(findings_csv(findings(finding("1510", upn=harmful))))[0]["upn"] == f"'{harmful}"


def test_what_a_spreadsheet_would_not_run_is_written_as_it_is():
    frame = pd.DataFrame({"a": ["A1=2", " =1", "NA", "007", "Zoë", ""], "n": [-1, 0, 1, 2, 3, 4]})
    assert report_csv(frame, ("a", "n")).decode() .split("\r\n") == [
        "a,n", "A1=2,-1", " =1,0", "NA,1", "007,2", "Zoë,3", ",4", "",
    ]  # fmt: skip


@pytest.mark.parametrize("within", ["A\rB", "A\nB", "A\r\nB", 'A"B', "A,B"])
def test_a_value_cannot_begin_a_line_or_a_cell_of_its_own(within):
    rows = read(findings_csv(findings(finding("1510", upn=within), finding("1500"))))
    assert [row["upn"] for row in rows] == [within, "A856200120001"]


def test_making_cells_safe_changes_nothing_that_was_given():
    frame = pd.DataFrame({"a": ["=1"]})
    formula_safe(frame)
    assert frame["a"].tolist() == ["=1"]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=10))
def test_no_cell_of_a_report_begins_as_a_formula_and_none_is_lost(texts):
    safe = formula_safe(pd.DataFrame({"a": pd.Series(texts, dtype="str")}))["a"].tolist()
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\x00")) for text in safe)
    assert [text.removeprefix("'") for text in safe] == [text.removeprefix("'") for text in texts]


def test_json_keeps_order_and_accents():
    assert report_json({"b": 1, "a": "Zoë"}).decode() == '{\n  "b": 1,\n  "a": "Zoë"\n}\n'
    assert json.loads(report_json([{"x": None}])) == [{"x": None}]


def test_a_number_that_json_cannot_say_is_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        report_json({"seconds": float("nan")})


CELLS = (
    st.text(
        st.sampled_from("=+-@\t\r\n\x00\x1b\x7f\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH COMMERCIAL AT}\",' Zé7"),
        max_size=6,
    )
    | st.none()
)


@given(st.lists(st.tuples(CELLS, CELLS, st.none() | st.integers(-9, 9), st.none() | st.booleans()), max_size=6))
def test_large_lists_are_written_as_small_ones_are(rows):
    frame = pd.DataFrame(rows, columns=["word", "code", "count", "told"])
    frame = frame.astype({"word": "string[pyarrow]", "count": "Int64", "told": "bool[pyarrow]"})
    frame["code"] = frame["code"].astype("str").astype("category")
    assert csv_of(list(frame.columns), csv_lines(frame)) == report_csv(frame, tuple(frame.columns))
