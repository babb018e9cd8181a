"""What DfE reads of the sent return is what the authority read of the received one, on whole synthetic authorities."""

from functools import cache, partial

import pandas as pd
import pytest

from schemas.agreements.model import shipped_agreements
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.model import HEADER, model_for
from tests.extract_samples import agreement, build
from tests.mavis_checker import faults
from transforms.clean.returns import clean_returns
from transforms.extract.results import ExtractInputs
from transforms.parse.collect_csv import read_collect_set
from transforms.parse.school_census_xml import read_xml_return
from transforms.synthetic.authority import synthetic_la
from transforms.synthetic.collect_csv import collect_files
from transforms.synthetic.message import messages

TERMS = ("2026-spring", "2026-summer", "2025-autumn")
DFE = next(each for each in shipped_agreements() if each.id == "dfe-school-census")
KEYS = ["laestab", "is_on_roll", "record", "sub_record", "parent_record"]


@cache
def authority(collection):
    return synthetic_la(4, 25, collection=Collection.parse(collection), la="856", seed=7)


def inputs(collection, tables, **given):
    collected = Collection.parse(collection)
    return ExtractInputs(collected, "856", calendar_for(collected), tables, **given)


def read_xml(collection, data):
    return read_xml_return(data, source_file="a.xml", collection=Collection.parse(collection))


@cache
def received_as_xml(collection):
    return {name[:7]: (name, data) for name, data in messages(authority(collection))}


@cache
def received_as_csv(collection):
    read = read_collect_set(dict(collect_files(authority(collection))), collection=Collection.parse(collection))
    return clean_returns(read, collection=Collection.parse(collection))


def tables_of(collection, laestab):
    read = read_xml(collection, received_as_xml(collection)[laestab][1])
    return clean_returns(read, collection=Collection.parse(collection))


@pytest.mark.parametrize("collection", TERMS)
def test_xml_in_is_xml_out_with_the_same_tables(collection):
    for laestab, (name, data) in received_as_xml(collection).items():
        made = inputs(collection, tables_of(collection, laestab), documents={laestab: partial(_given, data)})
        (file,) = build(made, by=DFE).files
        before, after = read_xml(collection, data).tables, read_xml(collection, file.data).tables
        differing = [table for table in before if not _same_text(before[table], after[table])]
        assert (file.name, differing) == (name, [])


def _given(data):
    return data


def _same_text(before, after):
    drop = [name for name in ("sha256",) if name in before.column_names]
    return before.drop_columns(drop).equals(after.drop_columns(drop))


@pytest.mark.parametrize("collection", TERMS)
def test_collect_csv_in_is_xml_out_with_the_same_tables(collection):
    tables = received_as_csv(collection)
    result = build(inputs(collection, tables), by=DFE)
    assert len(result.files) == len(tables[HEADER])
    assert result.refused == ()
    for file in result.files:
        after = clean_returns(read_xml(collection, file.data), collection=Collection.parse(collection))
        laestab = after[HEADER]["laestab"].iloc[0]
        assert {name: _differing(name, tables, after, laestab) for name in tables} == {name: [] for name in tables}


def _differing(name, tables, after, laestab):
    """Name the agreed columns, and keys, of a table whose cells differ for one school."""
    agreed = {column for items in DFE.items if items.of == name for column in items.names}
    columns = [column for column in tables[name].columns if column in KEYS or column.removesuffix("_raw") in agreed]
    order = [key for key in KEYS if key in columns]
    here = tables[name][tables[name]["laestab"].eq(laestab)].sort_values(order)[columns].reset_index(drop=True)
    there = after[name].sort_values(order)[columns].reset_index(drop=True)
    if len(here) != len(there):
        return ["rows"]
    return [column for column in columns if not _same_cells(here[column], there[column])]


def _same_cells(left, right):
    as_text = [
        pd.Series(column.astype("object").where(column.notna(), None)).astype(str).tolist() for column in (left, right)
    ]
    return as_text[0] == as_text[1]


@pytest.mark.parametrize("collection", TERMS)
def test_every_column_that_reading_can_fill_is_agreed_or_is_collects_own(collection):
    tables = received_as_csv(collection)
    agreed = {(items.of, column) for items in DFE.items for column in items.names}
    filled = {
        (name, field.column)
        for name, table in model_for(Collection.parse(collection)).tables.items()
        for field in table.fields
        if field.xml_path and len(tables[name]) and tables[name][field.column].notna().any()
    }
    assert filled - agreed == set()


def test_a_whole_authority_gives_an_immunisation_file_that_the_importer_takes():
    tables = received_as_csv("2026-spring")
    result = build(inputs("2026-spring", tables), by=agreement())
    urns = set(tables[HEADER]["urn"].dropna())
    assert [faults(file.data, urns=urns) for file in result.files] == [[]]
    assert result.files[0].rows > 50
