"""The pages beside DfE's files stand with the figures that they show; a statistician takes a dataset away, or reads the store."""

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

from tests.stores import contents
from tests.termly_calls import rows_of, termly
from tests.workbooks import sheets_of

ROOT = Path(__file__).parents[2]
PAGES = ("statistics.html", "protection.html", "protection.json")
DFE = ROOT / "tests" / "dfe"


def ees(store):
    return store / "statistics" / "ees" / "la=856"


def read(store, name):
    return (ees(store) / name).read_text(encoding="utf-8")


def section(store, dataset_id):
    page = html.document_fromstring(read(store, "statistics.html"))
    (found,) = page.xpath(f"//section[@aria-labelledby='{dataset_id}']")
    return found


def statistics(of, store, *more):
    return termly("statistics", *of.base(store), "--on", of.on, *more)


# --- the pages --------------------------------------------------------------------------------------------------------


def test_every_dataset_that_is_published_is_on_both_pages(finished):
    published = {path.name for path in (finished / "statistics").iterdir()} - {"ees"}
    page = html.document_fromstring(read(finished, "statistics.html"))
    assert set(page.xpath("//section/@aria-labelledby")) == published
    protection = html.document_fromstring(read(finished, "protection.html"))
    assert len(protection.xpath("//table//tbody/tr")) == len(published)


def test_the_pages_link_to_pages_that_are_there(finished):
    for name in PAGES[:2]:
        links = html.document_fromstring(read(finished, name)).xpath("//a/@href")
        files = {link.partition("#")[0] for link in links} - {""}
        assert files
        assert all((ees(finished) / file).is_file() for file in files)


def test_the_pages_name_no_pupil(finished, spring):
    pupils = spring.table(finished, "school_census", "pupils")
    text = read(finished, "statistics.html") + read(finished, "protection.html")
    assert not any(upn in text for upn in pupils["upn"].dropna().astype(str))


def test_without_any_figures_left_the_pages_go(store, spring):
    assert spring.run(store, "--statistics", "none").code == 0
    assert not any((ees(store) / name).exists() for name in PAGES)


def test_what_is_handed_to_a_recipient_of_statistics_has_the_pages(finished):
    released = {Path(name).name for name in contents(finished) if name.startswith("released/")}
    assert set(PAGES[:2]) <= released or "dictionary.html" not in released


# --- a newer file of DfE's --------------------------------------------------------------------------------------------


def test_a_newer_file_of_dfes_stands_beside_ours(store, spring, tmp_path):
    text = (DFE / "ehe_census_2025_26.csv").read_text(encoding="utf-8").replace("202526,Autumn", "202526,Spring")
    newer = tmp_path / "ehe_census.csv"
    newer.write_text(text.replace("126000", "131300"), encoding="utf-8")
    assert "131,300" not in section(store, "ehe_census").text_content()
    assert statistics(spring, store, "--figures", newer).code == 0
    assert "131,300" in section(store, "ehe_census").text_content()
    again = {name: digest for name, digest in contents(store).items() if name.startswith("statistics/")}
    assert statistics(spring, store).code == 0
    assert again == {name: digest for name, digest in contents(store).items() if name.startswith("statistics/")}


def test_a_file_of_dfes_that_is_not_read_holds_up_nothing(store, spring, tmp_path):
    odd = tmp_path / "odd.csv"
    odd.write_text("time_period,children\n202526,5\n", encoding="utf-8")
    before = read(store, "statistics.html")
    said = statistics(spring, store, "--input", f"dfe_figures={odd}")
    assert said.code == 4
    assert any(line.startswith("dfe_figures: odd.csv lacks time_identifier") for line in said.lines)
    assert read(store, "statistics.html") == before


# --- a dataset to take away -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", ["pupils_characteristics", "pupils_characteristics_establishments", "ehe_census"])
def test_a_dataset_is_taken_away_as_published(finished, spring, tmp_path, dataset):
    out = tmp_path / "table.csv"
    assert termly("statistics", *spring.base(finished), "--table", dataset, "--out", out).code == 0
    taken = rows_of(out.read_bytes())
    published = rows_of((ees(finished) / f"{dataset}.csv").read_bytes())
    assert taken == [row for row in published if row["time_identifier"] == "Spring term"]


def test_in_a_workbook_numbers_are_numbers_and_symbols_are_text(finished, spring, tmp_path):
    out = tmp_path / "table.xlsx"
    asked = ("--table", "pupils_characteristics", "--out", out)
    assert termly("statistics", *spring.base(finished), *asked).code == 0
    header, *rows = sheets_of(out.read_bytes())["Figures"]
    counts = [row[header.index("pupil_count")] for row in rows]
    table = pd.read_parquet(finished / "statistics" / "pupils_characteristics")
    assert [None if isinstance(cell, str) else int(cell) for cell in counts] == [
        None if pd.isna(number) else int(number) for number in table["pupil_count"]
    ]
    assert {cell for cell in counts if isinstance(cell, str)} == {"c"}
    assert sheets_of(out.read_bytes())["About"][0] == ["title", "Pupils on roll by characteristics"]


@pytest.mark.parametrize("form", ["--csv", "--xlsx"])
def test_the_same_dataset_is_the_same_file(finished, spring, tmp_path, form):
    for name in ("one", "two"):
        asked = ("--table", "ehe_census", "--out", tmp_path / name, form)
        assert termly("statistics", *spring.base(finished), *asked).code == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--table", "pupils", "--out", "x.csv"), 2, "published are pupils_characteristics"),
        (("--table", "ehe_census", "--out", "x.txt"), 2, "ends neither in .csv nor in .xlsx"),
        (("--table", "post16", "--out", "x.csv"), 15, "The store has no post16 of 2026-spring"),
        (("--table", "ehe_census"), 2, "--table and --out belong together"),
    ],
)
def test_what_cannot_be_taken_away_is_said(finished, spring, tmp_path, monkeypatch, more, code, said):
    monkeypatch.chdir(tmp_path)
    told = termly("statistics", *spring.base(finished), *more)
    assert told.code == code
    assert said in " ".join(told.sentences)
    assert list(tmp_path.iterdir()) == []


def test_taking_a_dataset_away_changes_nothing_in_the_store(store, spring, tmp_path):
    before = contents(store)
    assert termly("statistics", *spring.base(store), "--table", "ehe_census", "--out", tmp_path / "t.csv").code == 0
    assert contents(store) == before


# --- the examples -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_an_example_runs_on_a_store(finished, example):
    done = subprocess.run([sys.executable, example, finished], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    table = pd.read_parquet(finished / "statistics" / "pupils_characteristics")
    (total,) = table.loc[table["breakdown"].eq("Total"), "pupil_count"]
    assert str(total) in done.stdout


def test_duckdb_reads_a_dataset_with_its_types_and_keeps_hidden_figures_null(finished):
    duckdb = pytest.importorskip("duckdb")
    files = (finished / "statistics" / "pupils_characteristics").as_posix()
    read = duckdb.sql(f"SELECT * FROM read_parquet('{files}/*/*/*.parquet', hive_partitioning = true)")
    types = dict(zip(read.columns, map(str, read.types), strict=True))
    assert (types["pupil_count"], types["pupil_percent"], types["breakdown"]) == ("BIGINT", "DOUBLE", "VARCHAR")
    hidden = "pupil_count_symbol = 'c'"
    assert duckdb.sql(f"SELECT count(pupil_count) FROM read WHERE {hidden}").fetchall() == [(0,)]
    assert duckdb.sql(f"SELECT count(*) FROM read WHERE {hidden}").fetchall()[0][0] > 0


def test_a_store_that_is_moved_still_answers(finished, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(finished / "statistics", moved / "statistics")
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "duckdb_statistics.py", moved], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
