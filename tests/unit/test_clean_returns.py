"""Clean census tables: every table there, each column of its type, codes categorical, nothing lost that was received."""

import pandas as pd
import pytest

from schemas.contract import arrow_schema
from schemas.errors import ContractBroken
from schemas.model import FieldType, model_for
from schemas.received import gathered
from tests.returns_made import AUTUMN, SPRING, el, leaf, message, pupil, sessions
from transforms.clean.returns import clean_returns, combine
from transforms.parse.school_census_xml import read_xml_return


def raw(*pupils, estab="4321", collection=SPRING):
    return read_xml_return(
        message(*pupils, Estab=estab, collection=collection), source_file=f"{estab}.xml", collection=collection
    )


def status(**leaves):
    return el("PupilStatus", **leaves)


@pytest.fixture(scope="module")
def clean():
    first = pupil(
        status(EntryDate="2023-09-04", PartTime="0", Boarder=" N ", NCyearActual="4"),
        sessions("TermlyAttendance", I=2),
        UPN="A1",
        DOB="2016-02-30",
        Sex="F",
    )
    second = pupil(
        status(EntryDate="2023-09-04", PartTime="maybe", NCyearActual="R"), UPN="A2", DOB="2016-03-02", Sex="f"
    )
    return clean_returns(raw(first, second), collection=SPRING)


@pytest.mark.parametrize("collection", [SPRING, AUTUMN], ids=str)
def test_every_table_is_there_with_the_columns_of_its_contract(collection):
    tables = clean_returns(gathered([]), collection=collection)
    assert tables.keys() == model_for(collection).tables.keys()
    for name, table in tables.items():
        assert len(table) == 0
        assert tuple(table.columns) == tuple(arrow_schema(model_for(collection).tables[name]).names)


def test_an_impossible_date_is_null_with_its_text_beside_it(clean):
    assert clean["pupils"]["dob"].isna().tolist() == [True, False]
    assert clean["pupils"]["dob_raw"].tolist()[0] == "2016-02-30"
    assert clean["pupils"]["dob_raw"].isna().tolist() == [False, True]


def test_a_boolean_nobody_can_read_is_null_with_its_text_beside_it(clean):
    assert clean["pupils"]["parttime"].tolist()[0] is False
    assert clean["pupils"]["parttime"].isna().tolist() == [False, True]
    assert clean["pupils"]["parttime_raw"].tolist()[1] == "maybe"


def test_codes_are_categorical_trimmed_and_unknown_ones_stay(clean):
    pupils = clean["pupils"]
    assert pupils["boarder"].tolist()[0] == "N"
    assert pupils["boarder_raw"].tolist()[0] == " N "
    assert list(pupils["sex"].cat.categories) == ["F", "f"]


def test_every_column_has_the_type_of_its_field(clean):
    for name, table in model_for(SPRING).tables.items():
        for field in table.fields:
            dtype = clean[name][field.column].dtype
            assert isinstance(dtype, pd.CategoricalDtype if field.type is FieldType.CODE else pd.ArrowDtype), (
                name,
                field.column,
            )


def test_the_header_keeps_where_it_came_from(clean):
    header = clean["schoolcensus"].iloc[0]
    assert (header["source_file"], header["form"], header["records_on"], header["unknown_tags"]) == (
        "4321.xml",
        "xml",
        2,
        0,
    )
    assert len(header["sha256"]) == 64
    assert str(header["datetime"]) == "2026-01-15 14:30:00"


def test_cleaning_schools_together_is_cleaning_each_and_combining():
    one, two = raw(pupil(UPN="A1", Sex="F"), pupil(UPN="A2", Sex="M")), raw(pupil(UPN="B1", Sex="U"), estab="4322")
    together = clean_returns(gathered([one, two]), collection=SPRING)
    apart = combine(clean_returns(part, collection=SPRING) for part in (one, two))
    assert apart.keys() == together.keys()
    for name, table in together.items():
        pd.testing.assert_frame_equal(apart[name], table)
    assert sorted(apart["pupils"]["sex"].cat.categories) == ["F", "M", "U"]


def test_two_returns_of_one_school_are_not_mixed_into_one():
    with pytest.raises(ContractBroken, match="repeated"):
        clean_returns(gathered([raw(pupil(UPN="A1")), raw(pupil(UPN="A2"))]), collection=SPRING)


def test_a_return_without_a_table_gives_that_table_empty():
    tables = clean_returns(raw(pupil(UPN="A1")), collection=SPRING)
    assert len(tables["senneeds"]) == 0
    assert isinstance(tables["termlysessiondetails"]["attendancereason"].dtype, pd.CategoricalDtype)


def test_the_same_return_gives_the_same_table_whatever_came_before():
    written = raw(pupil(el("PupilCharacteristics", leaf("Ethnicity", "WBRI")), UPN="A1"))
    first, second = (clean_returns(written, collection=SPRING)["pupils"] for _ in range(2))
    assert first.equals(second)
