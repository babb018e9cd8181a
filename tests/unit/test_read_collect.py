"""A COLLECT export: tables known by their headers, rows put under their pupils, nothing dropped."""

import pytest

from schemas.model import model_for
from schemas.received import Note
from tests.returns_made import AUTUMN, SPRING, collect_csv, csv_bytes
from transforms.clean.returns import clean_returns
from transforms.parse.collect_csv import read_collect_set, recognise_csv
from transforms.parse.collect_tables import collect_tables

HEADER = [
    {
        "id": 1,
        "lea": "823",
        "estab": "4321",
        "year": "2026.0",
        "term": "SPR",
        "collection": "SC",
        "serialno": "3.0",
        "referencedate": "2026-Jan-15 00:00:00",
        "datetime": "2026-Jan-16 09:30:00",
    }
]
PUPILS = [
    {"id": 11, "parent": 1, "upn": "A1", "surname": "Abel"},
    {"id": 12, "parent": 1, "upn": "A2", "surname": "Baker"},
]
SESSIONS = [
    {"id": 1, "parent": 12, "attendancereason": "I", "sessions": "2.0"},
    {"id": 2, "parent": 11, "attendancereason": "/", "sessions": "60.0"},
    {"id": 3, "parent": 12, "attendancereason": "M", "sessions": "1.0"},
]


def export(**changed):
    files = {
        "census.csv": collect_csv("schoolcensus", HEADER),
        "pupils.csv": collect_csv("pupils", PUPILS),
        "left.csv": collect_csv("pupils", [{"id": 11, "parent": 1, "upn": "B1"}], roll="off"),
        "sessions.csv": collect_csv("termlysessiondetails", SESSIONS),
    }
    return {name: data for name, data in (files | changed).items() if data is not None}


def read(files=None, collection=SPRING):
    return read_collect_set(files or export(), collection=collection)


def notes(raw, *kinds):
    return [(note.kind, note.what, note.count) for note in raw.notes if note.kind in kinds]


def test_rows_find_their_pupil_whatever_order_they_come_in():
    rows = (
        read()
        .tables["termlysessiondetails"]
        .select(["laestab", "is_on_roll", "record", "sub_record", "attendancereason", "sessions"])
        .to_pylist()
    )
    assert [tuple(row.values()) for row in rows] == [
        ("8234321", True, 2, 1, "I", "2"),
        ("8234321", True, 1, 1, "/", "60"),
        ("8234321", True, 2, 2, "M", "1"),
    ]


def test_on_roll_and_no_longer_on_roll_have_ids_of_their_own():
    raw = read()
    assert raw.tables["pupils"].select(["is_on_roll", "record", "upn"]).to_pylist() == [
        {"is_on_roll": True, "record": 1, "upn": "A1"},
        {"is_on_roll": True, "record": 2, "upn": "A2"},
        {"is_on_roll": False, "record": 1, "upn": "B1"},
    ]
    assert raw.rows_in == 3


def test_the_header_is_as_an_xml_return_would_state_it():
    header = read().headers[0]
    assert (header.laestab, header.collection, header.serial) == ("8234321", SPRING, 3)
    assert (header.reference_date, header.produced) == ("2026-01-15", "2026-01-16T09:30:00")
    assert (header.source_file, header.form) == ("census.csv", "collect_csv")


@pytest.mark.parametrize("name", sorted(collect_tables()))
def test_every_table_of_every_term_is_known_by_its_own_columns(name):
    header = [f"{name}tableid", "NativeId", f"{name}orderseqcolumn", "sourceid", "pupilonrolltableid", "surname"]
    assert recognise_csv(header) == f"collect:{name}"
    assert recognise_csv([column.upper() for column in reversed(header)]) == f"collect:{name}"


@pytest.mark.parametrize(
    "header",
    [[], [""], ["UPN", "Surname"], ["NativeId"], ["pupilonrolltableid", "NativeId", "upn"], ["Attendance report"]],
)
def test_other_headers_are_no_table(header):
    assert recognise_csv(header) is None


def test_the_register_s_header_is_known_too():
    header = ["Child ID", "First Name", "Last Name", "DOB", "Gender", "Start Date", "End Date"]
    assert recognise_csv(header) == "ehe"


def test_academies_and_the_authority_s_own_schools_lie_side_by_side():
    other = {"native": "8234322", "id": 1}
    files = export(
        **{
            "acad_census.csv": collect_csv("schoolcensus", [{**HEADER[0], **other, "estab": "4322"}]),
            "acad_pupils.csv": collect_csv("pupils", [{"id": 11, "parent": 1, "upn": "C1", "native": "8234322"}]),
            "acad_sessions.csv": collect_csv(
                "termlysessiondetails", [{"id": 1, "parent": 11, "attendancereason": "U", "native": "8234322"}]
            ),
        }
    )
    raw = read(files)
    pupils = raw.tables["pupils"].select(["laestab", "record", "upn"]).to_pylist()
    assert [tuple(row.values()) for row in pupils] == [
        ("8234322", 1, "C1"),
        ("8234321", 1, "A1"),
        ("8234321", 2, "A2"),
        ("8234321", 1, "B1"),
    ]
    late = [row for row in raw.tables["termlysessiondetails"].to_pylist() if row["attendancereason"] == "U"]
    assert [(row["laestab"], row["record"]) for row in late] == [("8234322", 1)]
    assert [header.laestab for header in raw.headers] == ["8234321", "8234322"]


def test_a_row_without_its_pupil_is_set_aside_and_counted():
    stray = [*SESSIONS, {"id": 4, "parent": 99, "attendancereason": "U"}]
    raw = read(export(**{"sessions.csv": collect_csv("termlysessiondetails", stray)}))
    assert raw.tables["termlysessiondetails"].num_rows == 3
    aside = raw.set_aside[0]
    assert (aside.table, aside.kind, aside.source_file) == (
        "termlysessiondetails",
        "row without a parent",
        "sessions.csv",
    )
    assert aside.rows["attendancereason"].to_pylist() == ["U"]
    assert notes(raw, "row without a parent") == [("row without a parent", "termlysessiondetails", 1)]


def test_rows_of_two_pupils_with_one_id_are_set_aside_and_both_pupils_kept():
    twice = [*PUPILS, {"id": 12, "parent": 1, "upn": "A3"}]
    raw = read(export(**{"pupils.csv": collect_csv("pupils", twice)}))
    assert raw.tables["pupils"]["upn"].to_pylist() == ["A1", "A2", "A3", "B1"]
    assert raw.tables["termlysessiondetails"]["record"].to_pylist() == [1]
    assert notes(raw, "row of several parents") == [("row of several parents", "termlysessiondetails", 2)]


def test_a_pupil_of_no_school_is_set_aside_with_its_rows():
    nobody = [*PUPILS, {"id": 13, "parent": 5, "upn": "A9", "native": "x"}]
    sessions = [*SESSIONS, {"id": 4, "parent": 13, "attendancereason": "U", "native": "x"}]
    raw = read(
        export(
            **{
                "pupils.csv": collect_csv("pupils", nobody),
                "sessions.csv": collect_csv("termlysessiondetails", sessions),
            }
        )
    )
    assert {(aside.table, aside.kind, aside.rows.num_rows) for aside in raw.set_aside} == {
        ("pupils", "row without a school", 1),
        ("termlysessiondetails", "row without a school", 1),
    }
    assert (raw.rows_in, raw.rows_set_aside) == (4, 1)


def test_without_the_header_table_the_export_s_school_id_serves():
    raw = read(export(**{"census.csv": None}))
    assert raw.tables["pupils"]["laestab"].to_pylist() == ["8234321"] * 3
    assert (raw.headers[0].laestab, raw.headers[0].collection, raw.headers[0].serial) == ("8234321", None, 0)
    assert raw.tables["schoolcensus"]["records_on"].to_pylist() == [2]


def test_of_two_headers_of_one_school_the_later_counts():
    headers = [{**HEADER[0], "id": 1, "serialno": "2"}, {**HEADER[0], "id": 2, "serialno": "10"}]
    pupils = [{"id": 11, "parent": 1, "upn": "OLD"}, {"id": 12, "parent": 2, "upn": "NEW"}]
    sessions = [{"id": 1, "parent": 11, "attendancereason": "I"}, {"id": 2, "parent": 12, "attendancereason": "U"}]
    files = {
        "c.csv": collect_csv("schoolcensus", headers),
        "p.csv": collect_csv("pupils", pupils),
        "s.csv": collect_csv("termlysessiondetails", sessions),
    }
    raw = read(files)
    assert raw.tables["pupils"]["upn"].to_pylist() == ["NEW"]
    assert raw.tables["termlysessiondetails"]["attendancereason"].to_pylist() == ["U"]
    assert (raw.rows_in, raw.rows_superseded) == (2, 1)


def test_the_same_file_twice_is_read_once_and_said():
    raw = read(export(**{"copy of pupils.csv": collect_csv("pupils", PUPILS)}))
    assert raw.rows_in == 3
    assert notes(raw, "file given twice") == [("file given twice", "file", 1)]


def test_column_order_and_case_do_not_matter():
    plain = collect_csv("pupils", PUPILS).decode().splitlines()
    turned = "\n".join(",".join(reversed(line.split(","))) for line in plain)
    shouted = turned.replace("surname", "SURNAME")
    raw = read(export(**{"pupils.csv": shouted.encode()}))
    assert sorted(raw.tables["pupils"]["surname"].drop_null().to_pylist()) == ["", "Abel", "Baker"]


def test_an_unknown_column_that_holds_anything_is_noted_and_counted_for_the_school():
    rows = [{**PUPILS[0], "favouritecolour": "blue"}, PUPILS[1]]
    raw = read(export(**{"pupils.csv": collect_csv("pupils", rows, extra=("favouritecolour", "emptycolumn"))}))
    assert notes(raw, "unknown column") == [("unknown column", "favouritecolour", 1)]
    assert raw.tables["schoolcensus"]["unknown_tags"].to_pylist() == [1]


def test_a_column_of_other_years_and_a_missing_one_are_noted():
    rows = [{**PUPILS[0], "gender": "F"}]
    raw = read(
        export(
            **{
                "pupils.csv": collect_csv("pupils", rows, extra=("gender",), without=("youngcarer",)),
                "sessions.csv": None,
            }
        )
    )
    assert Note("out of span column", "gender", 1, "pupils.csv") in raw.notes
    assert Note("missing column", "youngcarer", 1, "pupils.csv") in raw.notes


def test_whole_numbers_lose_their_point_nought_and_only_they():
    addresses = [
        {"id": 1, "parent": 11, "uniquepropertyreferencenumber": "100012345678.0", "paon": "12", "saon": "1.0"},
        {"id": 2, "parent": 12, "uniquepropertyreferencenumber": "", "paon": "Flat 1.0", "saon": "Flat"},
    ]
    rows = [{**PUPILS[0], "ncyearactual": "4.0", "hoursatsetting": "15.0"}, {**PUPILS[1], "ncyearactual": "R"}]
    raw = read(
        export(**{"pupils.csv": collect_csv("pupils", rows), "addresses.csv": collect_csv("addresses", addresses)})
    )
    held = raw.tables["addresses"]
    assert held["uniquepropertyreferencenumber"].to_pylist() == ["100012345678", ""]
    assert held["paon"].to_pylist() == ["12", "Flat 1.0"]
    assert held["saon"].to_pylist() == ["1.0", "Flat"]
    assert raw.tables["pupils"]["ncyearactual"].to_pylist()[:2] == ["4", "R"]
    assert notes(raw, "numbers written with .0") == [("numbers written with .0", "uniquepropertyreferencenumber", 1)]


def test_a_row_of_another_width_is_kept_apart_with_its_place():
    broken = collect_csv("pupils", PUPILS) + b"13,8234321,3,1,1,A3,surplus\n"
    raw = read(export(**{"pupils.csv": broken}))
    aside = next(part for part in raw.set_aside if part.kind == "row of another width")
    assert (aside.table, aside.rows["row"].to_pylist()) == ("pupils", [3])
    assert (raw.rows_in, raw.rows_set_aside) == (4, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"Report of pupils\nsome,thing\n", "no table of a COLLECT export"),
        (csv_bytes(["pupilonrolltableid", "NativeId", "upn"], [[1, "8234321", "A1"]]), "no table of a COLLECT export"),
        (collect_csv("pupils", PUPILS).decode().encode("utf-16"), "UTF-16"),
        (collect_csv("pupils", PUPILS).replace(b"Abel", b'"Abel'), "quotation mark that does not close"),
        (collect_csv("pupils", PUPILS, extra=("upn",)), "has 1 columns twice"),
        (collect_csv("pupils", []) + b"1,2\n", "no row as wide as its header"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_table_is_refused_and_the_others_are_read(data, said):
    raw = read(export(**{"extra.csv": data}))
    assert [refused.source_file for refused in raw.refused] == ["extra.csv"]
    assert said in raw.refused[0].sentence
    assert "Abel" not in raw.refused[0].sentence
    assert raw.tables["pupils"].num_rows == 3


def test_of_a_set_without_any_table_each_file_is_refused():
    raw = read({"a.csv": b"x,y\n1,2\n", "b.csv": b""})
    assert [(refused.source_file, raw.rows_in) for refused in raw.refused] == [("a.csv", 0), ("b.csv", 0)]
    assert len(clean_returns(raw, collection=SPRING)["pupils"]) == 0


def test_windows_text_is_decoded_and_noted():
    raw = read(
        export(
            **{
                "pupils.csv": collect_csv("pupils", [{**PUPILS[0], "surname": "Zoë"}]).decode().encode("cp1252"),
                "sessions.csv": None,
            }
        )
    )
    assert raw.tables["pupils"]["surname"].to_pylist()[0] == "Zoë"
    assert notes(raw, "encoding") == [("encoding", "windows-1252", 1)]


def test_aims_hang_under_aims_as_in_xml():
    files = {
        "c.csv": collect_csv("schoolcensus", HEADER, collection=AUTUMN),
        "p.csv": collect_csv("pupils", PUPILS, collection=AUTUMN),
        "pa.csv": collect_csv(
            "programmeaims",
            [
                {"id": 1, "parent": 12, "qn": "P1"},
                {"id": 2, "parent": 12, "qn": "P2"},
                {"id": 3, "parent": 11, "qn": "P3"},
            ],
            collection=AUTUMN,
        ),
        "la.csv": collect_csv(
            "learningaims", [{"id": 7, "parent": 2, "qn": "L1"}, {"id": 8, "parent": 1, "qn": "L2"}], collection=AUTUMN
        ),
        "wp.csv": collect_csv("workplaceentity", [{"id": 1, "parent": 8, "wphours": "10"}], collection=AUTUMN),
    }
    raw = read(files, AUTUMN)
    assert raw.tables["learningaims"].select(["record", "sub_record", "parent_record", "qn"]).to_pylist() == [
        {"record": 2, "sub_record": 1, "parent_record": 2, "qn": "L1"},
        {"record": 2, "sub_record": 2, "parent_record": 1, "qn": "L2"},
    ]
    assert raw.tables["workplaceentity"].select(["record", "sub_record", "parent_record"]).to_pylist() == [
        {"record": 2, "sub_record": 1, "parent_record": 2}
    ]


def test_school_level_rows_are_numbered_within_the_school():
    files = {
        "c.csv": collect_csv("schoolcensus", HEADER),
        "s.csv": collect_csv("school", [{"id": 5, "parent": 1, "schoolname": "Invented School", "phase": "PS"}]),
        "k.csv": collect_csv(
            "classes", [{"id": 1, "parent": 5, "classname": "1A"}, {"id": 2, "parent": 5, "classname": "1B"}]
        ),
    }
    raw = read(files)
    assert raw.tables["classes"].select(["laestab", "record", "classname"]).to_pylist() == [
        {"laestab": "8234321", "record": 1, "classname": "1A"},
        {"laestab": "8234321", "record": 2, "classname": "1B"},
    ]


def test_an_export_can_be_cleaned_into_every_table():
    rows = [
        {
            **PUPILS[0],
            "dob": "2016-Mar-02 00:00:00",
            "schoollunchtaken": "True",
            "parttime": "False",
            "ncyearactual": "4.0",
        }
    ]
    clean = clean_returns(read(export(**{"pupils.csv": collect_csv("pupils", rows)})), collection=SPRING)
    pupil = clean["pupils"].iloc[0]
    assert (str(pupil["dob"]), pupil["schoollunchtaken"], pupil["parttime"], pupil["ncyearactual"]) == (
        "2016-03-02",
        True,
        False,
        "4",
    )
    assert clean["schoolcensus"][["laestab", "form", "serialno"]].to_numpy().tolist() == [["8234321", "collect_csv", 3]]
    assert clean.keys() == model_for(SPRING).tables.keys()
