"""A program that loads our files by their description gets the right types, nulls and key."""

import json
import re

import pytest

from schemas.collection import Collection
from schemas.datasets import dataset
from schemas.la_geography import geography_of
from tests.unit.test_screening import golden
from transforms.statistics_files.csvw import csvw_bytes
from transforms.statistics_files.described import Described

DATASETS = ("pupils_characteristics", "pupils_characteristics_establishments", "ehe_census", "ehe_academic_year")
#: What the W3C recommendation lets stand beside the `dc:` and `schema:` terms of a table, a schema and a column.
TABLE = {"@context", "url", "notes", "dialect", "tableSchema"}
COLUMN = {"name", "titles", "datatype", "null", "required"}


def described(dataset_id):
    files = golden(dataset_id)
    when = [Collection.parse("2025-autumn"), Collection.parse("2025-summer")]
    return Described(dataset(dataset_id), tuple(files.data.columns), files.meta, when, "suppress")


def told(dataset_id):
    return json.loads(csvw_bytes(described(dataset_id), geography=geography_of("856")))


@pytest.mark.parametrize("dataset_id", DATASETS)
def test_the_description_is_one_of_a_csv_on_the_web(dataset_id):
    table = told(dataset_id)
    assert table["@context"][0] == "http://www.w3.org/ns/csvw"
    assert table["url"] == f"{dataset_id}.csv"
    assert {key for key in table if ":" not in key} == TABLE
    assert table["dialect"]["header"] is True
    names = [column["name"] for column in table["tableSchema"]["columns"]]
    assert names == list(golden(dataset_id).data.columns)
    for column in table["tableSchema"]["columns"]:
        assert {key for key in column if ":" not in key} <= COLUMN
        assert column["titles"][0] == column["name"]
        assert column["titles"][1]
        assert column["datatype"] in {"string", "integer", "decimal"}


@pytest.mark.parametrize("dataset_id", DATASETS)
def test_the_key_names_every_row_once(dataset_id):
    key = told(dataset_id)["tableSchema"]["primaryKey"]
    assert not golden(dataset_id).data.duplicated(key).any()
    required = {column["name"] for column in told(dataset_id)["tableSchema"]["columns"] if column.get("required")}
    assert set(key) <= required


@pytest.mark.parametrize("dataset_id", DATASETS)
def test_every_cell_is_of_the_type_that_is_said_or_a_symbol(dataset_id):
    data = golden(dataset_id).data
    forms = {"integer": r"-?[0-9]+", "decimal": r"-?[0-9]+(\.[0-9]+)?"}
    for column in told(dataset_id)["tableSchema"]["columns"]:
        if column["datatype"] == "string":
            assert data[column["name"]].ne("").all()
            continue
        shown = {text for text in data[column["name"]] if text not in column["null"]}
        assert all(re.fullmatch(forms[column["datatype"]], text) for text in shown), column["name"]


def test_it_says_whose_the_figures_are_of_when_and_how_protected():
    table = told("ehe_census")
    assert table["dc:publisher"] == {"schema:name": "Leicester", "schema:identifier": "E06000016"}
    assert table["schema:temporalCoverage"] == ["2025-summer", "2025-autumn"]
    assert "suppress" in table["schema:measurementTechnique"]
    assert table["dc:source"] == "Elective home education register"
    assert "states the licence" in table["dc:license"]
    assert {"symbol": "c", "meaning": "confidential: hidden to protect people"} in table["notes"]


def test_counts_are_whole_numbers_and_percentages_say_their_unit():
    columns = {column["name"]: column for column in told("pupils_characteristics")["tableSchema"]["columns"]}
    assert columns["pupil_count"]["datatype"] == "integer"
    assert (columns["pupil_percent"]["datatype"], columns["pupil_percent"]["schema:unitText"]) == ("decimal", "%")


def test_the_same_files_give_the_same_bytes():
    made = [csvw_bytes(described("ehe_census"), geography=geography_of("856")) for _ in range(2)]
    assert made[0] == made[1]
