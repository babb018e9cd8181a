"""The home education register, as councils really send it: any order, any spelling, CSV or workbook."""

import io
from datetime import date, datetime

import pytest
import xlsxwriter

from schemas.column_maps import ColumnMap, column_map, shipped_map
from schemas.errors import Unreadable, UsageError
from schemas.sources.model import source
from tests.returns_made import csv_bytes
from transforms.parse.register import read_register

REGISTER = source("ehe_register")
MAP = shipped_map("ehe_register")
HEADER = [
    "Child ID",
    "Legal Forename",
    "SURNAME",
    "date of birth",
    "Gender",
    "Start Date",
    "End Date",
    "Reason for EHE",
    "UPN",
]
ROW = ["0017", "Zoë", "Abel", "02/03/2016", "F", "01/09/2024", "", "Bullying", "A823432121001"]


def read(data, name="register.csv", mapped=MAP):
    return read_register(data, source_file=name, column_map=mapped, source=REGISTER)


def workbook(rows, sheets=("Register",), **more):
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    days = book.add_format({"num_format": "dd/mm/yyyy"})
    for name in sheets:
        sheet = book.add_worksheet(name)
        for place, row in enumerate(more.get(name, rows)):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(place, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, days)
                else:
                    sheet.write(place, column, cell)
    book.close()
    return held.getvalue()


def notes(raw, *kinds):
    return [(note.kind, note.what, note.count) for note in raw.notes if note.kind in kinds]


def refusal(data, name="register.xlsx", mapped=MAP):
    with pytest.raises(Unreadable) as caught:
        read(data, name, mapped)
    assert str(caught.value).startswith(name)
    return str(caught.value)


@pytest.mark.parametrize("make", [csv_bytes, lambda header, rows: workbook([header, *rows])], ids=["csv", "xlsx"])
def test_headers_in_any_order_and_spelling_are_our_columns(make):
    order = [8, 3, 0, 6, 5, 2, 1, 7, 4]
    raw = read(make([HEADER[place] for place in order], [[ROW[place] for place in order]]))
    row = raw.table.to_pylist()[0]
    assert (row["record"], row["child_id"], row["forename"], row["surname"], row["upn"]) == (
        1,
        "0017",
        "Zoë",
        "Abel",
        "A823432121001",
    )
    assert (row["date_of_birth"], row["ehe_start_date"], row["primary_reason"], row["sex"]) == (
        "02/03/2016",
        "01/09/2024",
        "Bullying",
        "F",
    )
    assert raw.rows_in == 1


def test_columns_the_file_does_not_have_are_noted():
    missing = {what for _, what, _ in notes(read(csv_bytes(HEADER, [ROW])), "missing column")}
    assert "postcode" in missing
    assert "surname" not in missing


@pytest.mark.parametrize(
    "text", ["NA", "None", "007", "null", "=1+1", "+44", " Abel ", "1.0", "Łukasz", 'say "x"', "a\nb"]
)
def test_text_cells_stay_as_they_are(text):
    row = [text if name == "SURNAME" else cell for name, cell in zip(HEADER, ROW, strict=True)]
    assert read(csv_bytes(HEADER, [row])).table["surname"].to_pylist() == [text]
    assert read(workbook([HEADER, row])).table["surname"].to_pylist() == [text]


def test_number_date_and_logical_cells_of_a_workbook_are_written_plainly():
    header = [*HEADER, "ULN", "Ever EHCP", "Town"]
    row = [
        1000102504.0,
        "Zoë",
        "Abel",
        date(2016, 3, 2),
        "F",
        datetime.fromisoformat("2024-09-01T00:00"),
        "",
        "",
        "",
        1000102504,
        True,
        1.5,
    ]
    held = read(workbook([header, row])).table.to_pylist()[0]
    assert (held["child_id"], held["uln"], held["date_of_birth"], held["ehe_start_date"]) == (
        "1000102504",
        "1000102504",
        "2016-03-02",
        "2024-09-01",
    )
    assert (held["ever_ehc_plan"], held["town"]) == ("true", "1.5")


def test_blank_rows_are_left_out_and_the_others_keep_their_place():
    blank = [""] * len(HEADER)
    raw = read(workbook([HEADER, ROW, blank, ROW, [" "] * len(HEADER)]))
    assert raw.table["record"].to_pylist() == [1, 3]
    assert notes(raw, "blank row") == [("blank row", "row", 2)]


def test_unmapped_columns_are_an_error_that_names_the_nearest_known_ones():
    said = refusal(csv_bytes([*HEADER, "Pupils UPN No", "Hair"], [[*ROW, "", ""]]), "register.csv")
    assert 'columns that nobody has mapped: "Pupils UPN No"' in said
    assert '"Hair"' in said
    assert "nearest" in said
    assert "0017" not in said


def test_the_nearest_name_of_a_slip_of_the_pen_is_the_column_meant():
    said = refusal(csv_bytes([*HEADER, "Post cdoe"], [[*ROW, ""]]), "register.csv")
    assert '"Post cdoe" (nearest: postcode' in said


def test_a_council_s_own_header_needs_one_line_in_its_map():
    own = column_map({"source": "ehe_register", "headers": {"Hair": "town"}})
    data = csv_bytes([*HEADER[:1], "Forename", *HEADER[2:], "Hair"], [[*ROW, "Bedford"]])
    assert read(data, mapped=own).table["town"].to_pylist() == ["Bedford"]


def test_a_column_left_out_on_purpose_is_no_error():
    raw = read(csv_bytes([*HEADER, "NOTES"], [[*ROW, "free text"]]))
    assert "free text" not in str(raw.table.to_pylist())


def test_a_missing_required_column_is_named():
    said = refusal(csv_bytes(HEADER[:3] + HEADER[4:], [ROW[:3] + ROW[4:]]), "register.csv")
    assert "has no column for date_of_birth" in said


def test_two_columns_for_one_of_ours_are_refused():
    assert "two columns each for surname" in refusal(csv_bytes([*HEADER, "Family Name"], [[*ROW, "x"]]), "register.csv")


@pytest.mark.parametrize("make", [csv_bytes, lambda header, rows: workbook([header, *rows])], ids=["csv", "xlsx"])
def test_a_title_above_the_header_is_pointed_out(make):
    said = refusal(make(["Register at 15 January"], [HEADER, ROW]))
    assert "has its header in row 2" in said


def test_a_file_without_a_header_is_refused_without_quoting_a_child():
    said = refusal(csv_bytes(ROW, [ROW]), "register.csv")
    assert "its first row is not the header of one" in said
    assert "Abel" not in said
    assert "A823432121001" not in said


def test_a_column_without_header_is_refused_where_it_holds_anything():
    assert "no header over column 10" in refusal(csv_bytes([*HEADER, ""], [[*ROW, "x"]]), "register.csv")
    assert read(csv_bytes([*HEADER, ""], [[*ROW, ""]])).rows_in == 1


def test_the_sheet_with_the_header_is_read_and_the_other_noted():
    raw = read(workbook([HEADER, ROW], sheets=("Cover", "Register"), Cover=[["Confidential"]]))
    assert raw.table["surname"].to_pylist() == ["Abel"]
    assert notes(raw, "table not recognised") == [("table not recognised", "sheet", 1)]


def test_two_sheets_with_the_header_need_a_name_in_the_map():
    data = workbook([HEADER, ROW], sheets=("Current", "Closed"))
    assert "2 sheets with this header" in refusal(data)
    named = MAP.model_copy(update={"sheet": "current"})
    assert read(data, mapped=named).rows_in == 1
    assert "no sheet of the name" in refusal(data, mapped=MAP.model_copy(update={"sheet": "Other"}))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (workbook([]), "is empty"),
        (workbook([HEADER, ROW])[:400], "is damaged"),
        (b"PK\x03\x04" + bytes(200), "is damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "of the old form (.xls)"),
        (b"\xff\xfe" + "Child ID".encode("utf-16-le"), "UTF-16"),
        (csv_bytes(HEADER, [ROW]).replace(b"Abel", b'"Abel'), "quotation mark"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_refused_with_one_sentence(data, said):
    assert said in refusal(data)


def test_a_row_of_another_width_is_set_aside_and_counted():
    raw = read(csv_bytes(HEADER, [ROW]) + b"1,2,3\n")
    assert (raw.rows_in, raw.table.num_rows, raw.set_aside[0].rows["row"].to_pylist()) == (2, 1, [2])


def test_a_register_of_no_children_is_a_register():
    assert read(csv_bytes(HEADER, [])).rows_in == 0
    assert read(workbook([HEADER])).rows_in == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"source": "ehe_register", "colour": "x"}, "colour"),
        ({"source": "none_such"}, "no source 'none_such'"),
        ({"source": "ehe_register", "headers": {"A": "no_such"}}, "no column of ehe_register: no_such"),
        (
            {"source": "ehe_register", "values": {"primary_reason": {"Bullying": "Bullying"}}},
            "not in the code set ehe_reason",
        ),
        ({"source": "ehe_register", "values": {"surname": {"A": "B"}}}, "only a column of codes"),
    ],
)
def test_a_column_map_that_says_what_cannot_be_is_refused(content, said):
    with pytest.raises(UsageError, match=said):
        column_map(content)


def test_a_map_of_another_source_is_refused():
    with pytest.raises(UsageError, match="column map is one of contacts"):
        read(csv_bytes(HEADER, [ROW]), mapped=ColumnMap(source="contacts"))
