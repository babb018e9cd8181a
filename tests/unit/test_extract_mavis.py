"""The child records file is one that the importer takes, whole; what it cannot say is said to a person."""

import csv
import io

import pytest

from schemas.layouts.model import layout
from tests.extract_samples import agreement, build, inputs, keys, rows_of, sample
from tests.mavis_checker import TEMPLATE, faults, is_composed, strict_csv
from transforms.extract.rows import FORMULA

PUPIL = "laestab | is_on_roll | record | upn | surname | forename | dob | sex | enrolstatus\n"
HOME = "child_id | surname | forename | date_of_birth | sex | address_line_1 | postcode | ehe_start_date\n"
ADDRESS = "laestab|is_on_roll|record|sub_record|postcode|saon|paon|street|locality|town|posttown|addressline1|addressline2|addressline3|addressline4\n"
NO_POSTCODE = "CHILD_POSTCODE: 'ZZ99 3WZ' written for want of a value that can be used"
NO_URN = "CHILD_SCHOOL_URN: '888888' written for want of a value that can be used"
URNS = {"100001", "100002"}


def one(surname="Sand", forename="Ann", sex="F", **given):
    return inputs(pupils=PUPIL + f"8561000|yes|1|A1|{surname}|{forename}|2015-01-01|{sex}|C", **given)


def addressed(cells):
    return one(addresses=ADDRESS + f"8561000|yes|1|1|{cells}")


def only(result):
    (row,) = rows_of(result)
    return row


def reason(result, word):
    (found,) = [name for name in result.listed if word in name]
    return result.listed[found]


def test_the_template_of_the_layout_is_the_recipients():
    assert list(layout("mavis_cohort").columns) == TEMPLATE


def test_a_plain_child_passes_the_importer():
    made = one(addresses=ADDRESS + "8561000|yes|1|1|SW1A 1AA||1|High Street||Town||||")
    result = build(made)
    assert faults(result.files[0].data, urns=URNS) == []
    assert only(result) == {
        "CHILD_SCHOOL_URN": "100001",
        "CHILD_FIRST_NAME": "Ann",
        "CHILD_LAST_NAME": "Sand",
        "CHILD_DATE_OF_BIRTH": "2015-01-01",
        "CHILD_YEAR_GROUP": "6",
        "CHILD_GENDER": "female",
        "CHILD_ADDRESS_LINE_1": "1 High Street",
        "CHILD_ADDRESS_LINE_2": "",
        "CHILD_TOWN": "Town",
        "CHILD_POSTCODE": "SW1A 1AA",
    }


@pytest.mark.parametrize(
    ("received", "sent"),
    [
        ("Ștefan", "Stefan"),
        ("Țîrlea", "Tîrlea"),
        ("Nguyễn", "Nguyen"),
        ("王", "Wang"),
        ("Ǧ", "G"),
        ("Smith\u2013Jones", "Smith-Jones"),
        ("O\u2018Brien", "O'Brien"),
        ("Anne (Annie)", "Anne Annie"),
        ("A/B", "A B"),
        ('"Jo"', "Jo"),
    ],
)
def test_a_name_the_importer_refuses_is_transliterated_and_listed(received, sent):
    result = build(one(forename=received))
    assert only(result)["CHILD_FIRST_NAME"] == sent
    assert faults(result.files[0].data, urns=URNS) == []
    assert keys(reason(result, "transliterated"), "received", "sent") == [(received, sent)]


@pytest.mark.parametrize(
    "name", ["Zoë", "O'Brien", "Anne-Marie", "Łukasz", "Ø", "D\u2019Arcy", "St. John", "NA", "None"]
)
def test_a_name_the_importer_takes_is_not_touched(name):
    result = build(one(surname=name))
    assert only(result)["CHILD_LAST_NAME"] == name
    assert not [listed for listed in result.listed if "transliterated" in listed]


def test_accents_are_composed_with_their_letters():
    decomposed = "Zoe\u0308"
    result = build(one(forename=decomposed))
    assert only(result)["CHILD_FIRST_NAME"] == "Zoë"
    assert is_composed(only(result)["CHILD_FIRST_NAME"])


@pytest.mark.parametrize("name", ["***", "()", "😀"])
def test_a_name_of_which_nothing_is_left_holds_the_row_back(name):
    result = build(one(forename=name))
    assert result.files == ()
    assert "CHILD_FIRST_NAME: no letter that the importer takes" in result.held_back


def test_a_missing_name_holds_the_row_back():
    assert "CHILD_LAST_NAME: required, and nothing is held" in build(one(surname="")).held_back


@pytest.mark.parametrize(("length", "held"), [(300, False), (301, True)])
def test_a_name_longer_than_the_importer_takes_holds_the_row_back(length, held):
    result = build(one(surname="x" * length))
    assert ("CHILD_LAST_NAME: too long for the importer" in result.held_back) is held
    assert bool(result.files) is not held


@pytest.mark.parametrize(("sex", "word"), [("F", "female"), ("M", "male"), ("", "not known")])
def test_sex_is_sent_in_the_importers_words(sex, word):
    assert only(build(one(sex=sex)))["CHILD_GENDER"] == word


def test_a_code_for_which_there_is_no_word_is_listed():
    result = build(one(sex="Q"))
    assert only(result)["CHILD_GENDER"] == "not known"
    assert keys(reason(result, "CHILD_GENDER"), "received") == [("Q",)]


@pytest.mark.parametrize(
    ("received", "sent"),
    [
        ("sw1a1aa", "SW1A 1AA"),
        ("SW1A  1AA", "SW1A 1AA"),
        ("ZZ993CZ", "ZZ99 3CZ"),
        ("zz99 3vz", "ZZ99 3VZ"),
        ("gir0aa", "GIR 0AA"),
    ],
)
def test_a_postcode_is_sent_in_the_form_the_importer_takes(received, sent):
    result = build(addressed(f"{received}||||||||||"))
    assert only(result)["CHILD_POSTCODE"] == sent
    assert NO_POSTCODE not in result.listed
    assert faults(result.files[0].data, urns=URNS) == []


@pytest.mark.parametrize("received", ["", "unknown", "SW1A", "QQ1 1CV"])
def test_a_postcode_that_cannot_be_used_is_sent_as_address_not_known_and_listed(received):
    result = build(addressed(f"{received}||||||||||"))
    assert only(result)["CHILD_POSTCODE"] == "ZZ99 3WZ"
    assert keys(result.listed[NO_POSTCODE], "received", "sent") == [(received or None, "ZZ99 3WZ")]


def test_a_pupil_without_an_address_is_sent_and_listed():
    assert NO_POSTCODE in build(one()).listed


def test_the_urn_is_taken_from_the_open_school_in_gias_where_the_header_has_none():
    gias = """
        urn    | la_code | establishment_number | establishment_status_code
        100009 | 856     | 1001                 | 2
        100002 | 856     | 1001                 | 3
        100008 | 855     | 1001                 | 1
    """
    result = build(inputs(pupils=PUPIL + "8561001|yes|1|A1|Sand|Ann|2015-01-01|F|C", gias=gias))
    assert only(result)["CHILD_SCHOOL_URN"] == "100002"


@pytest.mark.parametrize(
    "gias",
    [
        None,
        "urn|la_code|establishment_number|establishment_status_code\n100002|856|1001|2",
        "urn|la_code|establishment_number|establishment_status_code\n100002|856|1001|1\n100003|856|1001|1",
    ],
    ids=["no GIAS file", "closed", "two open schools"],
)
def test_a_school_whose_urn_nobody_knows_is_sent_as_unknown_and_listed(gias):
    result = build(inputs(pupils=PUPIL + "8561001|yes|1|A1|Sand|Ann|2015-01-01|F|C", gias=gias))
    assert only(result)["CHILD_SCHOOL_URN"] == "888888"
    assert len(result.listed[NO_URN]) == 1


@pytest.mark.parametrize("stated", ["0123456", "12345", "none"])
def test_a_urn_in_the_header_that_is_none_is_not_sent(stated):
    schools = f"laestab|lea|estab|urn|form\n8561000|856|1000|{stated}|xml"
    assert only(build(one(schools=schools)))["CHILD_SCHOOL_URN"] == "888888"


def test_a_home_educated_child_gives_name_address_birth_and_gender_only():
    register = HOME + "1|Home|Eve|2012-01-01|Female|9 Lane|SW1A 1AA|2025-01-01"
    result = build(inputs(register=register))
    assert {name: cell for name, cell in only(result).items() if cell} == {
        "CHILD_SCHOOL_URN": "999999",
        "CHILD_FIRST_NAME": "Eve",
        "CHILD_LAST_NAME": "Home",
        "CHILD_DATE_OF_BIRTH": "2012-01-01",
        "CHILD_GENDER": "female",
        "CHILD_ADDRESS_LINE_1": "9 Lane",
        "CHILD_POSTCODE": "SW1A 1AA",
    }
    assert faults(result.files[0].data, urns=set()) == []


@pytest.mark.parametrize(
    ("cells", "sent"),
    [
        ("|Flat 2|14|High Street|Lea|Town|Post||||", ("Flat 2, 14 High Street", "Lea", "Town")),
        ("||Rose Cottage||||Post||||", ("Rose Cottage", "", "Post")),
        ("|||||||1 High Street|Lea|Brook|Town", ("1 High Street", "Lea, Brook", "Town")),
        ("|||||||Only|||", ("Only", "", "")),
        ("|||||||1   High\u00a0Street|||", ("1 High Street", "", "")),
    ],
)
def test_an_address_is_two_lines_and_a_town(cells, sent):
    row = only(build(addressed(cells)))
    assert (row["CHILD_ADDRESS_LINE_1"], row["CHILD_ADDRESS_LINE_2"], row["CHILD_TOWN"]) == sent


def test_of_several_addresses_the_first_is_sent():
    addresses = ADDRESS + "8561000|yes|1|1|SW1A 1AA|||||||First|||\n8561000|yes|1|2|SW1A 2AA|||||||Second|||"
    assert only(build(one(addresses=addresses)))["CHILD_ADDRESS_LINE_1"] == "First"


@pytest.mark.parametrize("cell", ["=1+1", "+44", "@sum", "\tAnn", "=cmd|' /C calc'!A0"])
def test_a_cell_that_a_spreadsheet_would_run_is_never_altered_but_held_back(cell):
    made = inputs(pupils=PUPIL + "8561000|yes|1|A1|Sand|Ann|2015-01-01|F|C\n8561000|yes|2|A2|Sand|Bob|2015-01-01|F|C")
    made.tables["pupils"].loc[0, "forename"] = cell
    result = build(made)
    assert [row["CHILD_FIRST_NAME"] for row in rows_of(result)] == ["Bob"]
    assert result.people_held_back == 1
    assert keys(result.held_back[FORMULA], "record", "received")[0] == (1, cell)


def test_a_cell_of_an_address_that_a_spreadsheet_would_run_holds_the_row_back():
    assert build(addressed("SW1A 1AA|||||||=1 High Street|||")).files == ()


def test_commas_quotes_and_line_breaks_in_an_address_arrive_as_one_cell():
    made = addressed("SW1A 1AA|||||||PLACE|||")
    made.tables["addresses"].loc[0, "addressline1"] = 'Flat "2",\nHigh\r\nStreet'
    result = build(made)
    assert faults(result.files[0].data, urns=URNS) == []
    assert only(result)["CHILD_ADDRESS_LINE_1"] == 'Flat "2", High Street'


def test_the_file_has_one_line_ending_and_no_mark_before_its_header():
    data = build(one()).files[0].data
    assert data.startswith(b"CHILD_SCHOOL_URN,")
    assert data.count(b"\n") == data.count(b"\r\n") == 2


def test_more_rows_than_a_file_takes_go_into_several_numbered_files():
    toml = sample("nhs-immunisation")
    toml["delivery"]["max_rows"] = 2
    rows = "\n".join(f"8561000|yes|{place}|A{place}|Sand|N{place}|2015-01-01|F|C" for place in range(1, 6))
    result = build(inputs(pupils=PUPIL + rows), by=agreement(delivery=toml["delivery"]))
    assert [(file.name, file.rows) for file in result.files] == [
        ("mavis_cohort_856_2026-spring_001.csv", 2),
        ("mavis_cohort_856_2026-spring_002.csv", 2),
        ("mavis_cohort_856_2026-spring_003.csv", 1),
    ]
    assert [row["CHILD_FIRST_NAME"] for row in rows_of(result)] == ["N1", "N2", "N3", "N4", "N5"]


def test_the_same_inputs_give_the_same_bytes():
    made = one(register=HOME + "1|Home|Eve|2012-01-01|Female|9 Lane|SW1A 1AA|2025-01-01")
    assert build(made).files == build(made).files


def test_no_upn_leaves():
    data = build(inputs(pupils=PUPIL + "8561000|yes|1|H801200001001|Sand|Ann|2015-01-01|F|C")).files[0].data
    assert b"H801200001001" not in data


def test_what_the_checker_reads_is_what_a_csv_library_reads():
    data = build(addressed('SW1A 1AA|||||||1 "The, Street"|||')).files[0].data.decode()
    assert strict_csv(data) == list(csv.reader(io.StringIO(data, newline="")))
