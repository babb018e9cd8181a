"""Who is in a file about people, and whose row is left out or cut short."""

from datetime import date

import pytest

from schemas.agreements.model import load_agreement
from schemas.agreements.parts import YearGroupGate
from schemas.errors import AgreementRefused, KeyMissing
from tests.clean_tables import ehe_register
from tests.extract_samples import DAY, agreement, build, inputs, keys, links, rows_of, sample, source_table
from tests.mavis_checker import mavis_year_group
from transforms.extract.one_row import SHARED, TWICE
from transforms.extract.people import year_group
from transforms.extract.people_files import OBJECTED, WITHHELD

PUPIL = "laestab | is_on_roll | record | upn | surname | forename | dob | sex | enrolstatus\n"
HOME = "child_id | upn | surname | forename | date_of_birth | sex | ehe_start_date | ehe_end_date\n"
GATE = YearGroupGate.model_validate({"first": 0, "last": 11, "new_year": "08-01", "cohort_from": "09-01"})
NO_BIRTH = "no date of birth"


def names(result):
    return [row["CHILD_FIRST_NAME"] for row in rows_of(result)]


def pupils(*rows):
    return PUPIL + "\n".join(rows)


def youth(**changes):
    toml = {**sample("nhs-immunisation"), "id": "youth", "purposes": ["youth_support"], **changes}
    toml["people"] = changes.get(
        "people", [{"from": "pupils", "age": {"youngest": 13, "oldest": 19, "on": "day of extract"}}]
    )
    toml["field"] = changes.get(
        "field",
        [
            {"name": "Name", "from": ["pupils.forename"], "form": "as held", "why": "identity"},
            {"name": "Born", "from": ["pupils.dob"], "form": "date dd/mm/yyyy", "why": "identity"},
            {"name": "Boarder", "from": ["pupils.boarder"], "form": "as held", "why": "support"},
            {"name": "Parent", "from": ["contacts.adult_name"], "form": "as held", "why": "who answers"},
        ],
    )
    toml["delivery"] = {"format": "csv", "file_name": "youth_{laestab}_{part}.csv", "retention_days": 30} | changes.get(
        "delivery", {}
    )
    return load_agreement(toml, file="youth.toml")


@pytest.mark.parametrize("born", ["2014-08-31", "2014-09-01", "2021-08-31", "2021-09-01"])
@pytest.mark.parametrize("on", [date(2026, 7, 31), date(2026, 8, 1)])
def test_the_year_group_is_that_of_the_recipient_from_1_august_on(born, on):
    column = ehe_register(f"date_of_birth\n{born}")["date_of_birth"]
    assert year_group(column, GATE, on=on).tolist() == [mavis_year_group(date.fromisoformat(born), on)]


def test_reception_to_year_11_and_nobody_else():
    rows = [
        "8561000|yes|1|A1|S|Nursery|2021-09-01|F|C",
        "8561000|yes|2|A2|S|Reception|2021-08-31|F|C",
        "8561000|yes|3|A3|S|Eleven|2009-09-01|F|C",
        "8561000|yes|4|A4|S|Twelve|2009-08-31|F|C",
    ]
    assert names(build(inputs(pupils=pupils(*rows)))) == ["Reception", "Eleven"]


def test_leavers_are_not_in_the_file():
    rows = ["8561000|no|1|A1|S|Gone|2015-01-01|F|", "8561000|yes|1|A2|S|Here|2015-01-01|F|C"]
    assert names(build(inputs(pupils=pupils(*rows)))) == ["Here"]


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        ("2026-02-02", "", True),
        ("2026-02-03", "", False),
        ("2025-01-01", "2026-02-03", True),
        ("2025-01-01", "2026-02-02", False),
    ],
)
def test_a_home_educated_child_is_in_the_file_from_the_first_day_to_the_day_before_the_last(start, end, counts):
    register = HOME + f"1|B1|S|Eve|2015-01-01|Female|{start}|{end}"
    made = inputs(pupils=pupils("8561000|yes|1|A1|S|Here|2015-01-01|F|C"), register=register)
    assert ("Eve" in names(build(made))) is counts


def test_a_child_whose_period_cannot_be_read_is_held_back_and_counted():
    header = "child_id | surname | forename | date_of_birth | ehe_start_date | ehe_end_date_raw\n"
    made = inputs(register=header + "1|S|Eve|2015-01-01|2025-01-01|32/13/2025\n2|S|Ann|2015-01-01||")
    assert keys(build(made).held_back["dates of the period could not be read"], "child_id") == [("1",), ("2",)]


def test_a_child_without_date_of_birth_is_held_back_and_counted():
    made = inputs(
        pupils=pupils("8561000|yes|1|A1|S|NoBirth||F|C", "8561000|yes|2|A2|S|Here|2015-01-01|F|C"),
        register=HOME + "1|B1|S|Eve||Female|2025-01-01|",
    )
    result = build(made)
    assert names(result) == ["Here"]
    assert keys(result.held_back[NO_BIRTH], "population", "record") == [("pupils", 1), ("ehe_register", 1)]


def test_a_dual_registration_has_one_row_at_the_main_school():
    rows = ["8561000|yes|1|A1|S|Subsidiary|2015-01-01|F|S", "8561001|yes|1|A1|S|Main|2015-01-01|F|M"]
    result = build(inputs(pupils=pupils(*rows)))
    assert names(result) == ["Main"]
    assert keys(result.held_back[TWICE], "laestab", "record") == [("8561000", 1)]


def test_a_child_mainly_registered_elsewhere_still_has_a_row():
    assert names(build(inputs(pupils=pupils("8561000|yes|1|A1|S|Only|2015-01-01|F|S")))) == ["Only"]


def test_two_registrations_under_different_upns_are_one_child_by_name_birth_and_postcode():
    rows = ["8561000|yes|1|A1|Sand|Ann|2015-01-01|F|C", "8561001|yes|1|B1|SAND|ann|2015-01-01|F|C"]
    addresses = "laestab|is_on_roll|record|sub_record|postcode\n8561000|yes|1|1|sw1a1aa\n8561001|yes|1|1|SW1A 1AA"
    result = build(inputs(pupils=pupils(*rows), addresses=addresses))
    assert len(rows_of(result)) == 1
    assert len(result.held_back[TWICE]) == 1


def test_two_children_who_share_a_upn_by_mistake_both_stay_and_are_listed():
    rows = [
        "8561000|yes|1|A1|Sand|Ann|2015-01-01|F|C",
        "8561000|yes|2|A1|Sand|Ben|2015-01-01|M|C",
        "8561001|yes|1|A1|Other|Cat|2014-01-01|F|C",
    ]
    result = build(inputs(pupils=pupils(*rows)))
    assert names(result) == ["Ann", "Ben", "Cat"]
    assert len(result.listed[SHARED]) == 3


def test_twins_are_two_children():
    rows = ["8561000|yes|1|A1|Sand|Ann|2015-01-01|F|C", "8561000|yes|2|A2|Sand|Bea|2015-01-01|F|C"]
    addresses = "laestab|is_on_roll|record|sub_record|postcode\n8561000|yes|1|1|SW1A 1AA\n8561000|yes|2|1|SW1A 1AA"
    assert names(build(inputs(pupils=pupils(*rows), addresses=addresses))) == ["Ann", "Bea"]


@pytest.mark.parametrize("by", ["link", "upn"])
def test_a_home_educated_child_who_is_on_a_roll_too_has_the_schools_row_only(by):
    register = HOME + f"7|{'A1' if by == 'upn' else ''}|Sand|Anne|2015-01-01|Female|2025-01-01|"
    linked = links("child_id|laestab|is_on_roll|record\n7|8561000|yes|1") if by == "link" else None
    made = inputs(pupils=pupils("8561000|yes|1|A1|Sand|Ann|2015-01-01|F|C"), register=register, links=linked)
    result = build(made)
    assert [row["CHILD_SCHOOL_URN"] for row in rows_of(result)] == ["100001"]
    assert keys(result.held_back[TWICE], "child_id") == [("7",)]


def test_a_home_educated_child_linked_to_a_leaver_keeps_the_row():
    made = inputs(
        pupils=pupils("8561000|no|1|A1|Sand|Ann|2015-01-01|F|"),
        register=HOME + "7||Sand|Ann|2015-01-01|Female|2025-01-01|",
        links=links("child_id|laestab|is_on_roll|record\n7|8561000|no|1"),
    )
    assert [row["CHILD_SCHOOL_URN"] for row in rows_of(build(made))] == ["999999"]


def test_an_objection_to_the_purpose_takes_every_record_of_the_child_out():
    made = inputs(
        pupils=pupils(
            "8561000|yes|1|A1|S|Main|2015-01-01|F|M",
            "8561001|yes|1|A1|S|Second|2015-01-01|F|S",
            "8561001|yes|2|A2|S|Here|2015-01-01|F|C",
        ),
        protections="upn | protection | purpose | recorded_on\n A1 | objection | immunisation | 2025-01-01",
    )
    result = build(made)
    assert names(result) == ["Here"]
    assert keys(result.held_back[OBJECTED], "laestab", "record") == [("8561000", 1), ("8561001", 1)]


def test_an_objection_on_the_register_holds_for_the_school_record_it_is_linked_to():
    made = inputs(
        pupils=pupils("8561000|yes|1||Sand|Ann|2015-01-01|F|C"),
        register=HOME + "7||Sand|Ann|2015-01-01|Female|2025-01-01|",
        links=links("child_id|laestab|is_on_roll|record\n7|8561000|yes|1"),
        protections="child_id | protection | purpose | recorded_on\n 7 | objection | immunisation | 2025-01-01",
    )
    assert build(made).files == ()


def test_an_objection_to_another_purpose_does_not_act():
    made = inputs(
        pupils=pupils("8561000|yes|1|A1|S|Here|2015-01-01|F|C"),
        protections="upn | protection | purpose | recorded_on\n A1 | objection | youth_support | 2025-01-01",
    )
    assert names(build(made)) == ["Here"]


@pytest.mark.parametrize("protection", ["address_withheld", "court_order"])
def test_a_protected_child_is_in_the_file_without_address_and_postcode(protection):
    made = inputs(
        pupils=pupils("8561000|yes|1|A1|S|Here|2015-01-01|F|C"),
        addresses="laestab|is_on_roll|record|sub_record|postcode|addressline1|addressline2|town\n8561000|yes|1|1|SW1A 1AA|1 Secret Street|Secret|Hidden",
        protections=f"upn | protection | recorded_on\n A1 | {protection} | 2025-01-01",
    )
    result = build(made)
    assert b"ecret" not in result.files[0].data
    assert b"Hidden" not in result.files[0].data
    assert rows_of(result)[0]["CHILD_POSTCODE"] == "ZZ99 3WZ"
    assert len(result.listed[WITHHELD]) == 1


def test_the_absence_of_a_protections_list_is_said():
    made = inputs(pupils=pupils("8561000|yes|1|A1|S|Here|2015-01-01|F|C"))
    assert any("no protections list was supplied" in note for note in build(made).notes)


def test_protections_that_match_nobody_are_reported_by_number():
    made = inputs(
        pupils=pupils("8561000|yes|1|A1|S|Here|2015-01-01|F|C"),
        protections="upn | protection | recorded_on\n ZZ | court_order | 2025-01-01",
    )
    assert build(made).counts["protections that match no record"] == 1


def test_a_list_that_cannot_be_honoured_refuses_the_file():
    made = inputs(
        pupils=pupils("8561000|yes|1|A1|S|Here|2015-01-01|F|C"),
        protections="upn | protection | recorded_on\n A1 | be nice | 2025-01-01",
    )
    with pytest.raises(AgreementRefused):
        build(made)


def test_a_register_that_was_not_given_is_said_and_the_pupils_are_written():
    result = build(inputs(pupils=pupils("8561000|yes|1|A1|S|Here|2015-01-01|F|C")))
    assert names(result) == ["Here"]
    assert any("ehe_register was not supplied" in note for note in result.notes)


@pytest.mark.parametrize(
    ("born", "inside"),
    [("2013-02-02", True), ("2013-02-03", False), ("2006-02-03", True), ("2006-02-02", False)],
    ids=["13th birthday", "day before the 13th", "day before the 20th", "20th birthday"],
)
def test_an_age_gate_is_shut_until_the_13th_birthday_and_from_the_20th(born, inside):
    made = inputs(pupils=pupils(f"8561000|yes|1|A1|S|Here|{born}|F|C"))
    assert bool(build(made, by=youth()).files) is inside


def test_an_objection_may_leave_the_items_that_stay_by_law():
    made = inputs(
        pupils=pupils("8561000|yes|1|A1|S|Ann|2012-01-01|F|C")
        .replace("enrolstatus", "enrolstatus | boarder")
        .replace("|C", "|C|N"),
        sources={"contacts": source_table("contacts", "upn | adult_id | adult_name\nA1|1|P. Sand")},
        protections="upn | protection | purpose | recorded_on\n A1 | objection | youth_support | 2025-01-01",
    )
    by = youth(objections={"effect": "reduce", "keep": ["Name", "Born", "Parent"]})
    assert rows_of(build(made, by=by)) == [{"Name": "Ann", "Born": "01/01/2012", "Boarder": "", "Parent": "P. Sand"}]


def test_a_protected_childs_parents_are_not_named():
    made = inputs(
        pupils=pupils("8561000|yes|1|A1|S|Ann|2012-01-01|F|C"),
        sources={"contacts": source_table("contacts", "upn | adult_id | adult_name\nA1|1|P. Sand")},
        protections="upn | protection | recorded_on\n A1 | court_order | 2025-01-01",
    )
    assert rows_of(build(made, by=youth()))[0]["Parent"] == ""


def test_one_file_a_school_holds_that_schools_pupils_only():
    made = inputs(pupils=pupils("8561001|yes|1|A1|S|Ann|2012-01-01|F|C", "8561000|yes|1|A2|S|Ben|2012-01-01|M|C"))
    result = build(made, by=youth(delivery={"one_file_per": "school"}))
    assert [(file.name, file.rows) for file in result.files] == [
        ("youth_8561000_001.csv", 1),
        ("youth_8561001_001.csv", 1),
    ]


def test_a_pseudonym_without_a_key_is_refused():
    field = [{"name": "Reference", "from": ["pupils.upn"], "form": "pseudonym", "why": "follow one child"}]
    made = inputs(pupils=pupils("8561000|yes|1|A1|S|Ann|2012-01-01|F|C"))
    with pytest.raises(KeyMissing):
        build(made, by=youth(field=field))


def test_a_pseudonym_is_made_by_the_recipients_own_key():
    field = [{"name": "Reference", "from": ["pupils.upn"], "form": "pseudonym", "why": "follow one child"}]
    made = inputs(pupils=pupils("8561000|yes|1|A1|S|Ann|2012-01-01|F|C"), pseudonym=lambda ids: ids.map({"A1": "XK7Q"}))
    assert rows_of(build(made, by=youth(field=field))) == [{"Reference": "XK7Q"}]


def test_a_letter_that_the_recipients_encoding_lacks_holds_the_row_back():
    made = inputs(pupils=pupils("8561000|yes|1|A1|S|Ștefan|2012-01-01|F|C", "8561000|yes|2|A2|S|Zoë|2012-01-01|F|C"))
    result = build(made, by=youth(delivery={"encoding": "cp1252"}))
    assert "Zoë".encode("cp1252") in result.files[0].data
    assert keys(result.held_back["a letter that encoding cp1252 does not have"], "record") == [(1,)]


def test_a_stale_status_file_is_refused():
    people = [
        {
            "from": "social_care_status",
            "where": {"social_care_status.status": ["CLA", "CPP"]},
            "condition": "the lead's",
        }
    ]
    field = [{"name": "Born", "from": ["social_care_status.date_of_birth"], "form": "date yyyymmdd", "why": "match"}]
    by = youth(people=people, field=field, purposes=["child_protection_information"])
    status = source_table(
        "social_care_status",
        "child_id|upn|status|date_of_birth|start_date\n1|A1|CLA|2012-01-01|2025-01-01\n2|A2|CIN|2013-01-01|2025-01-01",
    )
    with pytest.raises(AgreementRefused, match="older than 7 days"):
        build(inputs(sources={"social_care_status": status}, given_on={"social_care_status": date(2026, 1, 25)}), by=by)
    fresh = inputs(sources={"social_care_status": status}, given_on={"social_care_status": DAY})
    assert rows_of(build(fresh, by=by)) == [{"Born": "20120101"}]


def test_the_columns_are_exactly_those_agreed_in_their_order():
    result = build(inputs(pupils=pupils("8561000|yes|1|A1|S|Here|2015-01-01|F|C")))
    assert result.files[0].columns == agreement().columns
    assert result.files[0].data.decode().splitlines()[0] == ",".join(agreement().columns)


def test_an_objector_on_a_register_without_ids_is_out_all_the_same():
    made = inputs(
        register="child_id|upn|surname|forename|date_of_birth|ehe_start_date\n|H1|S|Eve|2015-01-01|2025-01-01\n|H2|S|Ann|2015-01-01|2025-01-01",
        protections="upn | protection | purpose | recorded_on\n H2 | objection | immunisation | 2025-01-01",
    )
    assert names(build(made)) == ["Eve"]


def test_a_protection_recorded_against_another_source_is_honoured_there():
    people = [
        {"from": "social_care_status", "where": {"social_care_status.status": ["CLA"]}, "condition": "the lead's"}
    ]
    field = [{"name": "Born", "from": ["social_care_status.date_of_birth"], "form": "date yyyymmdd", "why": "match"}]
    by = youth(people=people, field=field, purposes=["child_protection_information"])
    status = source_table(
        "social_care_status",
        "child_id|upn|status|date_of_birth|start_date\n1|A1|CLA|2012-01-01|2025-01-01\n2|A2|CLA|2013-01-01|2025-01-01",
    )
    made = inputs(
        sources={"social_care_status": status},
        given_on={"social_care_status": DAY},
        protections="upn | protection | purpose | recorded_on\n A2 | objection | child_protection_information | 2025-01-01",
    )
    assert rows_of(build(made, by=by)) == [{"Born": "20120101"}]
