"""Several terms of a dataset are one series, and wherever they are read, the place where it breaks is marked."""

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest
from lxml import html

from flows.synth import write_synthetic
from schemas.collection import Collection
from tests.golden_registers import CME, EHE
from tests.termly_calls import LA, rows_of, termly
from tests.workbooks import sheets_of

NEW = "Offered school place but not yet accepted; Did not apply for school place at compulsory school age"
BREAK = f"Reason: New: {NEW}."
ABSENCE = "Reason for authorised absence"


def base(store, collection="2025-autumn"):
    return ("--collection", collection, "--la", LA, "--store", store)


@pytest.fixture(scope="module")
def registers(tmp_path_factory):
    """Return a store of both registers in the summer before DfE's two new reasons and in the autumn that brought them."""
    store = tmp_path_factory.mktemp("breaks") / "store"
    for collection, day in (("2025-summer", "2025-05-30"), ("2025-autumn", "2025-10-17")):
        said = termly("run", *base(store, collection), "--on", day, "--ehe", EHE, "--cme", CME)
        assert said.code == 0, said.sentences
    return store


def ees(store, name):
    return (store / "statistics" / "ees" / f"la={LA}" / name).read_bytes()


@pytest.mark.parametrize("dataset", ["ehe_census", "cme_census"])
def test_both_terms_are_one_table_with_the_rows_of_each(registers, dataset):
    table = pd.read_parquet(registers / "statistics" / dataset)
    assert sorted(table["collection"].astype(str).unique()) == ["2025-autumn", "2025-summer"]
    assert not table.duplicated(["collection", "breakdown_topic", "breakdown"]).any()
    reasons = table.loc[table["breakdown_topic"].eq("Reason")].groupby("collection", observed=True).size()
    assert list(reasons) == ([19, 17] if dataset == "ehe_census" else [20, 20])


def test_an_item_that_did_not_exist_yet_is_no_nought_in_the_platforms_file(registers):
    rows = rows_of(ees(registers, "ehe_census.csv"))
    new = [row for row in rows if row["breakdown"] == "Offered school place but not yet accepted"]
    assert {row["time_identifier"]: row["child_count"] == "z" for row in new} == {
        "Summer term": True,
        "Autumn term": False,
    }


def test_every_parquet_file_says_which_breaks_lie_up_to_it(registers):
    def told(collection):
        path = registers / "statistics" / "ehe_census" / f"collection={collection}" / f"la={LA}" / "part-0.parquet"
        return json.loads(pq.read_schema(path).metadata[b"series_breaks"])

    assert told("2025-summer") == []
    (found,) = told("2025-autumn")
    assert (found["topic"], found["from"]) == ("Reason", "2025-autumn")
    assert found["text"] == f"New: {NEW}."


def test_the_description_for_programs_says_where_the_series_breaks(registers):
    notes = json.loads(ees(registers, "ehe_census.csv-metadata.json"))["notes"]
    (found,) = [note for note in notes if "seriesBreak" in note]
    assert found == {
        "seriesBreak": "Reason",
        "time_period": "202526",
        "time_identifier": "Autumn term",
        "text": f"New: {NEW}.",
    }
    assert not [note for note in json.loads(ees(registers, "cme_census.csv-metadata.json"))["notes"] if "text" in note]


@pytest.mark.parametrize("page", ["statistics.html", "dictionary.html"])
def test_the_pages_for_people_say_it_beside_the_figures(registers, page):
    text = html.document_fromstring(ees(registers, page)).text_content()
    assert "Reason, from Autumn term 2025/26" in text
    assert f"New: {NEW}" in " ".join(text.split())


def test_a_series_taken_away_carries_the_break_in_its_rows(registers, tmp_path):
    out = tmp_path / "series.csv"
    said = termly("statistics", *base(registers), "--table", "ehe_census", "--all-terms", "--out", out)
    assert said.code == 0, said.sentences
    assert f"break in series: Reason, from 2025-autumn: New: {NEW}." in said.lines
    rows = rows_of(out.read_bytes())
    assert [row["time_identifier"] for row in rows] == sorted([row["time_identifier"] for row in rows], reverse=True)
    broken = {(row["time_identifier"], row["breakdown_topic"]) for row in rows if row["series_break"]}
    assert broken == {("Autumn term", "Reason")}
    assert {row["series_break"] for row in rows} == {"", BREAK}


def test_a_workbook_taken_away_has_a_sheet_of_breaks(registers, tmp_path):
    out = tmp_path / "series.xlsx"
    asked = ("--table", "ehe_census", "--all-terms", "--out", out)
    assert termly("statistics", *base(registers), *asked).code == 0
    sheets = sheets_of(out.read_bytes())
    assert sheets["Breaks in series"] == [["Reason, from 2025-autumn", f"New: {NEW}."]]
    assert len(sheets["Figures"]) == 1 + 34 + 36
    assert ["collection", "2025-summer, 2025-autumn"] in sheets["About"]


def test_all_terms_are_of_a_table_taken_away(registers):
    assert termly("statistics", *base(registers), "--all-terms").code == 2


@pytest.mark.long
def test_the_codes_of_absence_of_autumn_2024_break_every_figure_of_absence(tmp_path):
    store = tmp_path / "store"
    for collection, day in (("2024-autumn", "2024-10-18"), ("2025-spring", "2025-01-31")):
        folder = tmp_path / collection
        write_synthetic(folder, schools=6, pupils=25, collection=Collection.parse(collection), la=LA)
        said = termly("run", *base(store, collection), "--on", day, "--census", folder / "census")
        assert said.code == 0, said.sentences
    for dataset in ("absence", "absence_establishments"):
        out = tmp_path / f"{dataset}.csv"
        asked = ("--table", dataset, "--all-terms", "--out", out)
        assert termly("statistics", *base(store, "2025-spring"), *asked).code == 0
        broken = {(row["time_identifier"], row["series_break"].partition(":")[0]) for row in rows_of(out.read_bytes())}
        assert broken == {("Autumn term", ""), ("Spring term", ABSENCE)}
    page = html.document_fromstring(ees(store, "statistics.html"))
    (section,) = page.xpath("//section[@aria-labelledby='absence']")
    assert "No longer: Agreed family holiday" in section.text_content()
    assert any(each.text_content().strip().startswith("break") for each in section.xpath(".//svg//text"))
