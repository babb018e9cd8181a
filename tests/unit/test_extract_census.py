"""The school's own return goes to DfE as it came, less what is not agreed; a doubtful one waits for a person."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from schemas.agreements.model import load_agreement
from schemas.collection import Collection
from schemas.errors import AgreementRefused
from schemas.findings import SCHEMA as FINDINGS
from tests.clean_tables import census
from tests.extract_samples import agreement, build, frame, inputs, sample
from transforms.extract.census_document import filter_document
from transforms.extract.census_places import Places
from transforms.extract.census_tables import UNVERIFIED
from transforms.parse.school_census_xml import read_xml_return

GOLDEN = Path(__file__).parents[1] / "golden" / "extracts"
COLLECTION = "2026-spring"
RETURN = (GOLDEN / "return_as_received.xml").read_bytes()
SCHOOLS = """
laestab | lea | estab | serialno | form | records_on | records_off | unknown_tags
8561000 | 856 | 1000  | 7        | xml  | 2          | 1           | 0
"""
TABLES_HEADER = "laestab|collection|term|year|referencedate|sourcelevel|lea|estab|serialno|datetime|softwarecode|form|records_on|records_off|unknown_tags\n"


def schools(document=RETURN, text=SCHOOLS, **given):
    return inputs(schools=text, documents={"8561000": lambda: document}, **given)


def dfe(**changes):
    return agreement("dfe-school-census", **changes)


def send(document=RETURN, by=None, **given):
    return build(schools(document, **given), by=by or dfe())


def sent(*changes, **given):
    """Return the one file of a return in which some texts have been replaced."""
    document = RETURN
    for old, new in changes:
        assert old.encode() in document
        document = document.replace(old.encode(), new.encode())
    (file,) = send(document, **given).files
    return document, file.data


def tables(document):
    read = read_xml_return(document, source_file="a.xml", collection=Collection.parse(COLLECTION)).tables
    return {name: table.drop_columns(["sha256"]) if name == "schoolcensus" else table for name, table in read.items()}


def without(*columns):
    """Return the agreement without some columns of pupils."""
    toml = sample("dfe-school-census")
    for items in toml["items"]:
        items["names"] = [name for name in items["names"] if items["of"] != "pupils" or name not in columns]
    return dfe(items=[items for items in toml["items"] if items["names"]])


def error(laestab="8561000", severity="error"):
    return frame(
        [{"rule": "1500", "severity": severity, "laestab": laestab, "table": "pupils", "message": "m"}], FINDINGS
    )


def test_reading_the_sent_return_gives_the_tables_that_reading_the_received_one_gave():
    received, filtered = sent()
    before, after = tables(received), tables(filtered)
    assert {name: table.num_rows for name, table in before.items() if table.num_rows} != {}
    assert [name for name in before if not before[name].equals(after[name])] == []


@pytest.mark.parametrize(
    "change",
    [
        ("<UPN>H856100021001</UPN>", "<UPN> H856100021001 </UPN>"),
        ("<Forename>Zoë &amp; Co</Forename>", "<Forename>NA</Forename>"),
        ("<PostCode>", "<LineAddressFormat><PostCode>"),
        ("<FSMeligibility>", "<FSM>"),
    ],
    ids=["spaces", "a word that readers take for nothing", "a leaf at another depth", "an odd container"],
)
def test_what_came_in_another_shape_goes_in_that_shape(change):
    closing = {
        "<PostCode>": ("</PostCode>", "</PostCode></LineAddressFormat>"),
        "<FSMeligibility>": ("</FSMeligibility>", "</FSM>"),
    }
    changes = [change, closing[change[0]]] if change[0] in closing else [change]
    received, filtered = sent(*changes)
    before, after = tables(received), tables(filtered)
    assert [name for name in before if not before[name].equals(after[name])] == []


def test_elements_keep_their_order_and_the_header_its_software_tags():
    _, filtered = sent()
    text = filtered.decode()
    order = [
        text.index(f"<{tag}>")
        for tag in ("SerialNo", "DateTime", "UPN", "Surname", "Ethnicity", "FSMperiod", "Language")
    ]
    assert order == sorted(order)
    assert "<SoftwareCode>Example MIS</SoftwareCode>" in text
    assert "<SerialNo>007</SerialNo>" in text
    assert "<CBDSLevel>Pupil</CBDSLevel>" in text


def test_an_item_that_is_not_agreed_does_not_leave():
    (file,) = send(by=without("ethnicity", "forename")).files
    assert b"Ethnicity" not in file.data
    assert b"Forename" not in file.data
    assert b"Surname" in file.data
    assert any("taken out" in note for note in file.notes)


def test_a_container_whose_items_are_not_agreed_does_not_leave_either():
    toml = sample("dfe-school-census")
    by = dfe(items=[items for items in toml["items"] if items["of"] != "fsmperiods"])
    (file,) = send(by=by).files
    assert b"FSM" not in file.data


def test_an_item_not_agreed_does_not_leave_from_another_depth():
    document = RETURN.replace(b"<Ethnicity>WBRI</Ethnicity>", b"").replace(
        b"<PupilStatus>", b"<PupilStatus><Ethnicity>WBRI</Ethnicity>", 1
    )
    (file,) = send(document, by=without("ethnicity")).files
    assert b"WBRI" not in file.data


def test_comments_attributes_and_text_between_elements_stay_here():
    document = RETURN.replace(b"<PupilIdentifiers>", b'<!-- call Mrs Sand --><PupilIdentifiers note="ill">0161', 1)
    (file,) = send(document).files
    assert b"Mrs Sand" not in file.data
    assert b"ill" not in file.data
    assert b"0161" not in file.data
    assert file.notes == ("2 values not agreed were taken out",)


def test_a_tag_that_the_model_does_not_know_refuses_that_school():
    document = RETURN.replace(b"<PupilStatus>", b"<PupilStatus><ShoeSize>38</ShoeSize>", 1)
    result = send(document)
    assert result.files == ()
    assert result.refused[0].what == "8561000"
    assert "ShoeSize" in result.refused[0].why
    assert "38" not in result.refused[0].why


def test_a_tag_that_a_person_accepted_stays_out_and_the_return_goes():
    document = RETURN.replace(b"<PupilStatus>", b"<PupilStatus><ShoeSize>38</ShoeSize>", 1)
    (file,) = send(document, accepted_tags=frozenset({"ShoeSize"})).files
    assert b"ShoeSize" not in file.data


def test_an_empty_unknown_tag_holds_nothing_and_stops_nothing():
    document = RETURN.replace(b"<PupilStatus>", b"<PupilStatus><ShoeSize/>", 1)
    (file,) = send(document).files
    assert b"ShoeSize" not in file.data


def test_what_the_reader_could_not_place_refuses_the_school():
    result = send(unknown_tags={"8561000": frozenset({"Elsewhere"})})
    assert "Elsewhere" in result.refused[0].why


def test_a_school_with_errors_is_refused_and_the_others_go():
    text = SCHOOLS + "8561001 | 856 | 1001  | 1        | xml  | 2          | 1           | 0\n"
    made = inputs(schools=text, documents={"8561000": lambda: RETURN, "8561001": lambda: RETURN}, findings=error())
    result = build(made, by=dfe())
    assert [refusal.what for refusal in result.refused] == ["8561000"]
    assert [file.name for file in result.files] == ["8561001_SC1_856LL26_001.XML"]


def test_a_school_with_a_query_that_nobody_explained_is_refused_with_the_counts_by_rule():
    result = send(findings=error(severity="query"))
    assert (result.files, [refusal.what for refusal in result.refused]) == ((), ["8561000"])
    assert result.refused[0].why.startswith("1 unexplained query (1500: 1); ")
    assert result.unresolved == {"8561000": {"1500": 1}}


def test_a_school_whose_queries_are_explained_goes():
    explained = error(severity="query").assign(state="explained")
    result = send(findings=explained)
    assert (len(result.files), result.unresolved, result.counts["queries explained"]) == (1, {}, 1)


def test_an_error_is_no_less_in_the_way_for_being_marked_as_explained_to_nobody():
    result = send(findings=error(), accepted_findings="  ")
    assert result.refused[0].why.startswith("1 error (1500: 1); ")


def test_findings_of_no_school_keep_no_return_back():
    assert len(send(findings=error(laestab=None)).files) == 1


def test_a_return_whose_agreement_asks_for_no_sign_off_goes_as_it_is():
    assert len(send(findings=error(), by=dfe(release={"sign_off": False})).files) == 1


def test_a_return_whose_agreement_says_nothing_of_sign_off_needs_one():
    toml = sample("dfe-school-census")
    toml.pop("release")
    assert load_agreement(toml, file="ours.toml").needs_sign_off


def test_an_extract_that_is_no_return_has_no_sign_off():
    with pytest.raises(AgreementRefused, match="has no release"):
        agreement("nhs-immunisation", release={"sign_off": True})


def test_errors_go_with_a_reason_and_the_reason_is_kept():
    result = send(findings=error(), accepted_findings="agreed with the school by telephone")
    assert len(result.files) == 1
    assert any("agreed with the school" in note for note in result.notes)


def test_the_file_is_named_from_the_header():
    assert send().files[0].name == "8561000_SC1_856LL26_007.XML"


def test_a_return_without_a_serial_number_is_refused():
    assert "serial number" in send(text=SCHOOLS.replace("| 7 ", "|   ")).refused[0].why


def test_an_xml_return_is_never_rewritten_from_tables():
    result = build(inputs(schools=SCHOOLS), by=dfe())
    assert result.files == ()
    assert "land the return again" in result.refused[0].why


def test_a_withheld_address_still_goes_to_dfe():
    made = schools(protections="upn | protection | recorded_on\n H856100021001 | address_withheld | 2025-01-01")
    (file,) = build(made, by=dfe()).files
    assert b"SW1A 1AA" in file.data


def test_the_same_document_gives_the_same_bytes_and_again_from_its_own_output():
    places = Places(dfe().items, Collection.parse(COLLECTION), ["Message/Header/Content/CBDSLevels/CBDSLevel"])
    once = filter_document(RETURN, places).data
    assert filter_document(RETURN, places).data == once
    assert filter_document(once, places).data == once


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252"])
def test_a_return_in_another_encoding_goes_as_utf_8(encoding):
    text = RETURN.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    (file,) = send(text.encode(encoding)).files
    assert "Zoë".encode() in file.data
    assert file.data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')


def test_a_document_type_refuses_the_school():
    document = RETURN.replace(b"<Message>", b"<!DOCTYPE Message [<!ENTITY a 'b'>]><Message>", 1)
    assert "document type" in send(document).refused[0].why


def test_a_document_that_has_rotted_refuses_the_school():
    assert "land the return again" in send(RETURN[:-40]).refused[0].why


def collect(**given):
    header = "8561000|SC|SPR|2026|2026-01-15|L|856|1000|3||X & Y|collect_csv|2|1|0"
    return census(COLLECTION, schoolcensus=TABLES_HEADER + header, **given).frames


def from_tables(frames, **given):
    made = inputs(**given)
    return build(replace(made, tables=frames), by=dfe())


PUPILS = """
laestab | is_on_roll | record | upn | surname | forename | dob | dob_raw | parttime | missingaddress | ncyearactual
8561000 | yes | 1 | A1 | Sand & Son | Ann <3 | 2015-01-02 | | yes | True | 6
8561000 | yes | 2 |    |            |        |            | 31/02/2014 | no | |
8561000 | no  | 1 | A3 | Gone       | Bob    | 2012-05-06 | |    | |
"""


def test_a_return_that_came_as_collect_csv_is_written_as_xml_and_marked():
    result = from_tables(collect(pupils=PUPILS))
    (file,) = result.files
    assert file.notes == (UNVERIFIED,)
    assert b"structure unverified" in file.data
    assert file.name == "8561000_SC1_856LL26_003.XML"


def test_reading_the_written_return_gives_the_tables_again():
    fsm = "laestab|is_on_roll|record|sub_record|fsmstartdate|ukcountry\n8561000|yes|1|1|2025-01-01|ENG\n8561000|yes|1|2|2025-05-01|WLS"
    (file,) = from_tables(collect(pupils=PUPILS, fsmperiods=fsm, school="laestab|schoolname\n8561000|St. A")).files
    read = tables(file.data)
    pupils = read["pupils"].to_pydict()
    assert list(zip(pupils["is_on_roll"], pupils["record"], strict=True)) == [(True, 1), (True, 2), (False, 1)]
    assert pupils["surname"] == ["Sand & Son", None, "Gone"]
    assert pupils["dob"] == ["2015-01-02", "31/02/2014", "2012-05-06"]
    assert pupils["parttime"] == ["1", "0", None]
    assert read["fsmperiods"].select(["record", "sub_record", "fsmstartdate", "ukcountry"]).to_pylist() == [
        {"record": 1, "sub_record": 1, "fsmstartdate": "2025-01-01", "ukcountry": "ENG"},
        {"record": 1, "sub_record": 2, "fsmstartdate": "2025-05-01", "ukcountry": "WLS"},
    ]
    assert read["school"]["schoolname"].to_pylist() == ["St. A"]


def test_collects_own_flags_are_not_written():
    (file,) = from_tables(collect(pupils=PUPILS)).files
    assert b"issing" not in file.data
    assert b"True" not in file.data


def test_rows_within_rows_are_written_under_their_own_parents():
    autumn = {"collection": "2025-autumn"}
    header = TABLES_HEADER + "8561000|SC|AUT|2025|2025-10-02|L|856|1000|3||X|collect_csv|1|0|0"
    frames = census(
        "2025-autumn",
        schoolcensus=header,
        pupils="laestab|is_on_roll|record|upn\n8561000|yes|1|A1",
        programmeaims="laestab|is_on_roll|record|sub_record|qn\n8561000|yes|1|1|P1\n8561000|yes|1|2|P2",
        learningaims="laestab|is_on_roll|record|sub_record|parent_record|qn\n8561000|yes|1|1|2|L1\n8561000|yes|1|2|2|L2",
        workplaceentity="laestab|is_on_roll|record|sub_record|parent_record|wphours\n8561000|yes|1|1|2|12",
    ).frames
    (file,) = from_tables(frames, **autumn).files
    read = read_xml_return(file.data, source_file="a", collection=Collection.parse("2025-autumn")).tables
    assert read["learningaims"].select(["parent_record", "qn"]).to_pylist() == [
        {"parent_record": 2, "qn": "L1"},
        {"parent_record": 2, "qn": "L2"},
    ]
    assert read["workplaceentity"].select(["parent_record", "wphours"]).to_pylist() == [
        {"parent_record": 2, "wphours": "12"}
    ]
    assert file.name == "8561000_SC3_856LL25_003.XML"


def test_columns_of_collect_that_the_model_does_not_know_refuse_the_school():
    frames = collect(pupils=PUPILS)
    frames["schoolcensus"] = frames["schoolcensus"].assign(unknown_tags=pd.Series([1], dtype="int64[pyarrow]"))
    assert "could not place" in from_tables(frames).refused[0].why
    assert len(from_tables(frames, accepted_findings="asked the supplier").files) == 1


def test_a_value_that_reading_could_not_place_refuses_its_school_until_a_person_gives_a_reason():
    text = SCHOOLS.replace("| 1           | 0\n", "| 1           | 2\n")
    assert "2 values stand where reading could not place them" in send(text=text).refused[0].why
    assert len(send(text=text, accepted_findings="the school was asked").files) == 1


def test_no_returns_at_all_is_no_file():
    made = inputs(schools="laestab")
    assert build(made, by=dfe()).files == ()
