"""A school's XML return: every value in its column, every row under its pupil, whatever form the XML takes."""

import pytest

from schemas.received import gathered
from tests.returns_made import AUTUMN, SPRING, el, leaf, message, pupil, sessions
from transforms.parse.school_census_xml import peek_header, read_xml_return


def read(data, collection=SPRING):
    return read_xml_return(data, source_file="8234321.xml", collection=collection)


def column(raw, table, name):
    return raw.tables[table][name].to_pylist()


@pytest.fixture(scope="module")
def two_rolls():
    on = [
        pupil(sessions("TermlyAttendance", **{"/": 60, "\\": 58, "I": 2}), UPN="A1", Surname="Abel"),
        pupil(UPN="A2", Surname="Baker"),
        pupil(sessions("TermlyAttendance", I=1, M=3), UPN="A3", Surname="Cole"),
    ]
    off = [pupil(sessions("TermlyAttendance", U=4), on_roll=False, UPN="B1", Surname="Dunn")]
    return read(
        message(*on, off_roll=off, school=el("SchoolCharacteristics", SchoolName="Invented School", Phase="PS"))
    )


def test_pupils_on_and_off_roll_are_one_table_numbered_within_their_roll(two_rolls):
    assert column(two_rolls, "pupils", "upn") == ["A1", "A2", "A3", "B1"]
    assert column(two_rolls, "pupils", "is_on_roll") == [True, True, True, False]
    assert column(two_rolls, "pupils", "record") == [1, 2, 3, 1]
    assert set(column(two_rolls, "pupils", "laestab")) == {"8234321"}


def test_attendance_codes_stand_under_their_pupil_in_file_order(two_rolls):
    rows = two_rolls.tables["termlysessiondetails"].select(
        ["is_on_roll", "record", "sub_record", "attendancereason", "sessions"]
    )
    assert [tuple(row.values()) for row in rows.to_pylist()] == [
        (True, 1, 1, "/", "60"),
        (True, 1, 2, "\\", "58"),
        (True, 1, 3, "I", "2"),
        (True, 3, 1, "I", "1"),
        (True, 3, 2, "M", "3"),
        (False, 1, 1, "U", "4"),
    ]


def test_header_and_school_are_one_row_each_with_what_was_received(two_rolls):
    header = two_rolls.tables["schoolcensus"].to_pylist()[0]
    assert (header["term"], header["serialno"], header["softwarecode"]) == ("SPR", "001", "Invented MIS")
    assert (header["source_file"], header["form"], header["records_on"], header["records_off"]) == (
        "8234321.xml",
        "xml",
        3,
        1,
    )
    assert column(two_rolls, "school", "schoolname") == ["Invented School"]
    assert two_rolls.rows_in == 4


def test_a_sound_return_gives_no_note(two_rolls):
    assert two_rolls.notes == ()


def test_the_header_can_be_had_without_reading_on():
    whole = message(pupil(UPN="A1"), SerialNo="012")
    peeked = peek_header(whole[: whole.index(b"<Pupils>")], source_file="a.xml")
    assert (peeked.laestab, peeked.collection, peeked.serial, peeked.produced) == (
        "8234321",
        SPRING,
        12,
        "2026-01-15T14:30:00",
    )


def test_aims_and_placements_name_the_row_they_hang_under():
    def aim(name, *placements):
        placed = (
            el("WorkPlacements", *(el("WorkPlacement", WPHours=hours) for hours in placements)) if placements else ""
        )
        return el("LearningAim", placed, QN=name)

    def programme(name, *aims):
        return el("ProgrammeAim", el("LearningAims", *aims), QN=name)

    first = pupil(
        el("ProgrammeAims", programme("P1", aim("L1"), aim("L2", "10", "20")), programme("P2", aim("L3", "30"))),
        UPN="A1",
    )
    second = pupil(el("ProgrammeAims", programme("P3", aim("L4", "40"))), UPN="A2")
    raw = read(message(first, second, collection=AUTUMN), AUTUMN)
    aims = raw.tables["learningaims"].select(["record", "sub_record", "parent_record", "qn"]).to_pylist()
    placements = raw.tables["workplaceentity"].select(["record", "sub_record", "parent_record", "wphours"]).to_pylist()
    assert [tuple(row.values()) for row in aims] == [(1, 1, 1, "L1"), (1, 2, 1, "L2"), (1, 3, 2, "L3"), (2, 1, 1, "L4")]
    assert [tuple(row.values()) for row in placements] == [
        (1, 1, 2, "10"),
        (1, 2, 2, "20"),
        (1, 3, 3, "30"),
        (2, 1, 1, "40"),
    ]
    assert raw.notes == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("O&apos;Neill &amp; S&#246;n", "O'Neill & Sön"),
        ("<![CDATA[A<b & c]]>", "A<b & c"),
        ("Sm<!-- was Smyth -->ith", "Smith"),
        ("<!-- none --> Smith", " Smith"),
        ("Mac <?sort 1?>Leod", "Mac Leod"),
        ("a > b", "a > b"),
        ("  Smith  ", "  Smith  "),
        ("NA", "NA"),
        ("Łukasz 名 \U0001d518", "Łukasz 名 \U0001d518"),
        ("two\r\nlines", "two\nlines"),
    ],
)
def test_text_is_what_the_xml_means(written, meant):
    raw = read(message(pupil(identifiers=f"<Surname>{written}</Surname><Forename>x</Forename>"), pupil(Surname="y")))
    assert column(raw, "pupils", "surname") == [meant, "y"]
    assert column(raw, "pupils", "forename") == ["x", None]
    assert raw.notes == ()


@pytest.mark.parametrize("empty", ["<Surname/>", "<Surname></Surname>", "<Surname>\n  </Surname>", "<Surname />", ""])
def test_an_empty_tag_in_any_form_is_no_value(empty):
    raw = read(message(pupil(identifiers=empty, Forename="x"), pupil(Surname="y")))
    assert [(name or "").strip() for name in column(raw, "pupils", "surname")] == ["", "y"]
    assert raw.notes == ()


def test_a_tag_inside_a_comment_is_no_tag():
    raw = read(message(pupil(identifiers="<!-- <Surname>Old</Surname> --><Surname>New</Surname>")))
    assert column(raw, "pupils", "surname") == ["New"]


def test_pretty_printing_and_windows_line_ends_change_nothing():
    plain = message(pupil(sessions("TermlyAttendance", I=1), UPN="A1"), pupil(UPN="A2"))
    pretty = plain.replace(b"><", b">\r\n  <")
    assert read(pretty).tables["pupils"].equals(read(plain).tables["pupils"])
    assert read(pretty).tables["termlysessiondetails"].equals(read(plain).tables["termlysessiondetails"])


def test_an_empty_row_element_keeps_its_number():
    needs = el("SpecialEducationalNeeds", el("SENneeds", "<SENneed/>", el("SENneed", SENtype="ASD")))
    raw = read(message("<PupilOnRoll/>", pupil(needs, UPN="A2")))
    assert column(raw, "pupils", "record") == [1, 2]
    assert column(raw, "senneeds", "sub_record") == [1, 2]
    assert column(raw, "senneeds", "sentype") == [None, "ASD"]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "iso-8859-15", "latin-1"])
def test_a_declared_eight_bit_file_is_decoded_and_noted(encoding):
    text = message(pupil(Surname="Zoë Müller")).decode().replace("UTF-8", encoding)
    raw = read(text.encode("cp1252"))
    assert column(raw, "pupils", "surname") == ["Zoë Müller"]
    assert [(note.kind, note.what) for note in raw.notes] == [("encoding", encoding.lower())]


def test_a_byte_order_mark_is_no_text():
    assert column(read(b"\xef\xbb\xbf" + message(pupil(UPN="A1"))), "pupils", "upn") == ["A1"]


@pytest.mark.parametrize(
    ("opening", "prefix"), [('<Message xmlns="urn:x">', ""), ('<c:Message xmlns:c="urn:x">', "c:")]
)
def test_a_namespace_is_read_through_and_noted(opening, prefix):
    written = message(pupil(sessions("TermlyAttendance", I=1), UPN="A1")).decode()
    written = (
        written.replace("</", f"</{prefix}")
        .replace("<", f"<{prefix}")
        .replace(f"<{prefix}/{prefix}", f"</{prefix}")
        .replace(f"<{prefix}?", "<?")
    )
    raw = read(written.replace(f"<{prefix}Message>", opening).encode())
    assert column(raw, "pupils", "upn") == ["A1"]
    assert column(raw, "termlysessiondetails", "sessions") == ["1"]
    assert [note.kind for note in raw.notes] == ["namespace"]


def test_several_returns_are_gathered_without_loss():
    one, two = read(message(pupil(UPN="A1"))), read(message(pupil(UPN="A2"), Estab="4322"))
    both = gathered([one, two])
    assert column(both, "pupils", "laestab") == ["8234321", "8234322"]
    assert both.rows_in == 2
    assert column(both.only({"8234322"}), "pupils", "upn") == ["A2"]


def test_a_missing_serial_number_is_noted_and_counts_as_lowest():
    raw = read(message(pupil(UPN="A1"), SerialNo=None))
    assert raw.headers[0].serial == 0
    assert [note.kind for note in raw.notes] == ["serial number missing"]


def test_the_school_s_urn_is_read_where_a_return_has_it():
    raw = read(message(pupil(UPN="A1"), URN="123456"))
    assert raw.headers[0].urn == "123456"
    assert column(raw, "schoolcensus", "urn") == ["123456"]


def test_classes_and_provisions_are_rows_of_the_school():
    characteristics = el(
        "SchoolCharacteristics",
        el("SpecialSchool", el("Provisions", leaf("SpecialSchoolType", "ASD"), leaf("SpecialSchoolType", "HI"))),
    )
    raw = read(
        message(
            pupil(UPN="A1"),
            school=characteristics + el("Classes", el("Class", ClassName="1A"), el("Class", ClassName="1B")),
        )
    )
    assert list(
        zip(column(raw, "provisions", "record"), column(raw, "provisions", "specialschooltype"), strict=True)
    ) == [(1, "ASD"), (2, "HI")]
    assert list(zip(column(raw, "classes", "record"), column(raw, "classes", "classname"), strict=True)) == [
        (1, "1A"),
        (2, "1B"),
    ]
    assert "is_on_roll" not in raw.tables["classes"].column_names
