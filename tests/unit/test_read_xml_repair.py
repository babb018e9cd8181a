"""What stands where the model does not expect it is moved or reported; nothing of a return is lost without a word."""

import pytest

from schemas.received import NOT_READ
from tests.returns_made import AUTUMN, SPRING, el, leaf, message, pupil
from transforms.parse.school_census_xml import read_xml_return


def read(data, collection=SPRING):
    return read_xml_return(data, source_file="a.xml", collection=collection)


def notes(raw):
    return [(note.kind, note.what, note.count) for note in raw.notes]


def column(raw, table, name):
    return raw.tables[table][name].to_pylist()


@pytest.mark.parametrize(
    "block",
    [
        el("PupilStatus", leaf("YoungCarer", "S")),
        leaf("YoungCarer", "S"),
        el("PupilCharacteristics", el("Care", leaf("YoungCarer", "S"))),
        el("NewBlock", el("Inner", leaf("YoungCarer", "S"))),
    ],
)
def test_a_known_leaf_at_another_depth_is_taken_to_its_column_and_noted(block):
    raw = read(message(pupil(UPN="A1"), pupil(block, UPN="A2")))
    assert column(raw, "pupils", "youngcarer") == [None, "S"]
    assert notes(raw) == [("known tag elsewhere", "YoungCarer", 1)]


def test_known_rows_at_another_depth_become_rows_of_their_table():
    needs = [el("SENneed", SENtypeRank="1", SENtype="ASD"), el("SENneed", SENtypeRank="2", SENtype="HI")]
    raw = read(message(pupil(UPN="A1"), pupil(el("PupilStatus", *needs), UPN="A2")))
    assert column(raw, "senneeds", "sentype") == ["ASD", "HI"]
    assert column(raw, "senneeds", "record") == [2, 2]
    assert column(raw, "senneeds", "sub_record") == [1, 2]
    assert notes(raw) == [("known tag elsewhere", "SENneed", 2)]


def test_pupils_outside_their_list_are_still_pupils():
    raw = read(message().replace(b"<PupilsOnRoll></PupilsOnRoll>", pupil(UPN="A1").encode()))
    assert column(raw, "pupils", "upn") == ["A1"]
    assert notes(raw) == [("known tag elsewhere", "PupilOnRoll", 1)]


def test_a_list_split_in_two_is_numbered_as_one():
    split = [el("SENneeds", el("SENneed", SENtype=kind)) for kind in ("ASD", "HI")]
    raw = read(message(pupil(el("SpecialEducationalNeeds", *split), UPN="A1")))
    assert column(raw, "senneeds", "sub_record") == [1, 2]
    assert notes(raw) == []


def test_pupils_split_over_two_lists_are_numbered_as_one():
    written = message(pupil(UPN="A1")).replace(
        b"</PupilsOnRoll>", b"</PupilsOnRoll>" + el("PupilsOnRoll", pupil(UPN="A2")).encode()
    )
    assert column(read(written), "pupils", "record") == [1, 2]


def test_an_unknown_tag_is_counted_and_kept_from_the_release():
    raw = read(message(pupil(UPN="A1", FavouriteColour="blue"), pupil(UPN="A2", FavouriteColour="red")))
    assert notes(raw) == [("unknown tag", "FavouriteColour", 2)]
    assert column(raw, "schoolcensus", "unknown_tags") == [2]


def test_a_tag_of_other_years_is_told_apart_from_an_unknown_one():
    raw = read(message(pupil(UPN="A1", Gender="F")))
    assert notes(raw) == [("out of span tag", "Gender", 1)]
    assert column(raw, "schoolcensus", "unknown_tags") == [0]


def test_a_tag_of_another_term_is_out_of_span():
    needs = el("SpecialEducationalNeeds", el("SENneeds", el("SENneed", SENtype="ASD")))
    raw = read(message(pupil(needs, UPN="A1"), collection=AUTUMN), AUTUMN)
    assert notes(raw) == [("out of span tag", "SENtype", 1)]


def test_a_field_of_the_other_roll_is_kept_and_noted():
    raw = read(message(off_roll=[pupil(on_roll=False, UPN="B1", PreferredSurname="Abel")]))
    assert column(raw, "pupils", "preferredsurname") == ["Abel"]
    assert notes(raw) == [("tag of the other roll", "PreferredSurname", 1)]


def test_rows_that_the_other_roll_alone_has_are_reported():
    period = el("PupilCharacteristics", el("FSMeligibility", el("FSMperiod", FSMstartDate="2025-01-01")))
    raw = read(message(off_roll=[pupil(period, on_roll=False, UPN="B1")]))
    assert notes(raw) == [("known tag not placed", "FSMstartDate", 1)]
    assert {note.kind for note in raw.notes} <= NOT_READ


def test_the_value_at_the_model_s_place_goes_before_one_elsewhere():
    annual = el("Exclusions", el("AnnualExclusion", leaf("SENprovision", "E")))
    own = el("SpecialEducationalNeeds", leaf("SENprovision", "K"))
    for blocks in ((annual, own), (own, annual)):
        raw = read(message(pupil(*blocks, UPN="A1")))
        assert column(raw, "pupils", "senprovision") == ["K"]
        assert notes(raw) == [("known tag not placed", "SENprovision", 1)]


def test_two_values_elsewhere_are_neither_taken():
    siblings = el(
        "Siblings", el("Sibling", leaf("PreferredSurname", "One")), el("Sibling", leaf("PreferredSurname", "Two"))
    )
    raw = read(message(pupil(siblings, UPN="A1")))
    assert column(raw, "pupils", "preferredsurname") == [None]
    assert notes(raw) == [("known tag not placed", "PreferredSurname", 2)]


def test_a_tag_that_could_be_of_two_tables_is_not_guessed():
    details = el("Attendance", el("SessionDetails", el("SessionDetail", AttendanceReason="I", Sessions="3")))
    raw = read(message(pupil(details, UPN="A1"), collection=AUTUMN), AUTUMN)
    assert raw.tables["termlysessiondetails"].num_rows == 0
    assert notes(raw) == [("known tag not placed", "AttendanceReason", 1), ("known tag not placed", "Sessions", 1)]


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        (b"<PupilIdentifiers>", b"<PupilIdentifiers>stray", "PupilIdentifiers"),
        (b"</PupilIdentifiers>", b"</PupilIdentifiers> stray", "PupilOnRoll"),
    ],
)
def test_text_between_tags_is_reported(before, after, where):
    raw = read(message(pupil(UPN="A1")).replace(before, after))
    assert notes(raw) == [("text outside tags", where, 1)]
    assert column(raw, "pupils", "upn") == ["A1"]


def test_an_element_inside_a_leaf_is_reported_and_the_leaf_kept():
    raw = read(message(pupil(identifiers="<Surname>Ab<i>x</i>el</Surname>")))
    assert column(raw, "pupils", "surname") == ["Abel"]
    assert notes(raw) == [("unknown tag", "i", 1)]


def test_an_attribute_is_reported():
    raw = read(message(pupil(identifiers='<Surname sort="1">Abel</Surname>')))
    assert column(raw, "pupils", "surname") == ["Abel"]
    assert notes(raw) == [("attribute not read", "Surname", 1)]
