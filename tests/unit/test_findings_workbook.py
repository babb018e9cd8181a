"""The findings in Excel: nothing runs, nothing is cut off in silence, and the same findings are the same file."""

import io
import time
import zipfile

import pandas as pd
import xlsxwriter
from python_calamine import CalamineWorkbook

from flows.workbook import workbook_bytes
from tests.report_samples import NOTES, finding, findings
from transforms.reports.findings_workbook import FINDINGS, HISTORY_COLUMNS, OPTIONS, content, fill

ITEMS = {("pupils", "upn"): "UPN"}


def history(*rows):
    return pd.DataFrame([dict.fromkeys(HISTORY_COLUMNS) | row for row in rows], columns=list(HISTORY_COLUMNS))


def held(found, told=()):
    return content(found, history(*told), schools={"8562001": "Hill School"}, notes=NOTES, items=ITEMS)


def sheets(data):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def rows(data, sheet="Findings"):
    head, *body = sheets(data)[sheet]
    return [dict(zip(head, row, strict=False)) for row in body]


def written(held_content, *, most_rows):
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, OPTIONS)
    fill(book, held_content, most_rows=most_rows)
    book.close()
    return sheets(sink.getvalue())["Findings"]


def test_who_opens_it_sees_school_rule_message_and_what_to_do_first():
    data = workbook_bytes(held(findings(finding("1500", record=7))))
    assert sheets(data)["Findings"][0][:8] == [
        "School", "LAEstab", "Rule", "Severity", "Message", "What to do", "State", "Note",
    ]  # fmt: skip
    (row,) = rows(data)
    assert (row["School"], row["Message"], row["What to do"]) == (
        "Hill School",
        "UPN is missing",
        "Ask the previous school.",
    )
    assert (row["Record"], row["Item"], row["State"], row["Child id"]) == (7, "UPN", "open", "")


def test_an_explained_query_stands_there_with_its_note():
    found = findings(finding("1750")).assign(state="explained", note="Small intake (A Clerk, 2026-01-20)")
    (row,) = rows(workbook_bytes(held(found)))
    assert (row["State"], row["Note"]) == ("explained", "Small intake (A Clerk, 2026-01-20)")


def test_no_text_is_a_formula_or_a_link():
    harmful = ["=1+1", "+A1", "@SUM(A1)", "http://example.org", "{=A1}"]
    found = findings(*(finding("1510", upn=upn, record=number) for number, upn in enumerate(harmful, start=1)))
    told = [{"event": "received", "file": '=HYPERLINK("x")'}]
    data = workbook_bytes(held(found, told))
    assert [row["UPN"] for row in rows(data)] == harmful
    parts = zipfile.ZipFile(io.BytesIO(data))
    pages = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
    assert not any(mark in page for page in pages for mark in (b"<f>", b"<f ", b"<hyperlink"))


def test_the_header_stays_in_sight_and_every_column_can_be_filtered():
    data = workbook_bytes(held(findings(finding("1500"))))
    page = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert 'ySplit="1"' in page
    assert f'<autoFilter ref="A1:{chr(ord("A") + len(FINDINGS) - 1)}2"' in page


def test_the_second_sheet_is_the_history_of_submissions():
    told = [{"event": "received", "laestab": "8562001", "serial": 3, "file": "a.xml", "when": "2026-01-20 09:30"}]
    (row,) = rows(workbook_bytes(held(findings(), told)), "Submissions")
    assert (row["Event"], row["School"], row["Serial"]) == ("received", "Hill School", 3)


def test_the_same_findings_are_the_same_bytes_whenever_they_are_written():
    made = held(findings(finding("1500"), finding("1750")), [{"event": "received", "file": "a.xml"}])
    first = workbook_bytes(made)
    time.sleep(2.1)  # a zip counts its seconds in twos
    assert workbook_bytes(made) == first


def test_what_a_sheet_cannot_take_is_counted_in_its_last_row():
    found = findings(*(finding("1500", record=number) for number in range(1, 11)))
    page = written(held(found), most_rows=6)
    assert len(page) == 6
    assert page[-1][0] == "6 further rows do not fit on a sheet of Excel; findings.csv holds all."
    assert len(written(held(found), most_rows=11)) == 11


def test_no_findings_is_a_sheet_with_a_header():
    assert rows(workbook_bytes(held(findings()))) == []


def test_a_note_longer_than_a_cell_is_cut_and_not_lost():
    found = findings(finding("1750")).assign(note="x" * 40_000)
    (row,) = rows(workbook_bytes(held(found)))
    assert len(row["Note"]) == 32_000
