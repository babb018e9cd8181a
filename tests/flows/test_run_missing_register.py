"""The register of children missing education is read, counted and published protected, and leaves the authority nowhere."""

import io
import re

import pandas as pd
import pytest
from lxml import html

from flows.parquet import frame_from
from schemas.errors import DONE_WITH_QUARANTINE
from tests.golden_registers import CME, EHE
from tests.termly_calls import LA, rows_of, termly

BASE = ("--collection", "2025-autumn", "--la", LA, "--on", "2025-10-17")
#: The surname of every child of the hand-made register, in whatever case.
_NAME = re.compile(r"child [a-j]\d\d", re.IGNORECASE)
#: Where the authority's own records of these children may be.
_OWN = ("landing/", "clean/", "quarantine/")


def run(store, *more):
    return termly("run", *BASE, "--store", store, *more)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Return a store of a run of that register alone, everything released."""
    folder = tmp_path_factory.mktemp("missing") / "store"
    said = run(folder, "--cme", CME, "--release", "all", "--sample-agreements")
    assert "2025-autumn of 856: 1 files read, 0 quarantined" in said.lines, said.sentences
    return folder


def total(store):
    rows = rows_of((store / "statistics" / "ees" / f"la={LA}" / "cme_census.csv").read_bytes())
    return next(row["child_count"] for row in rows if row["breakdown"] == "Total")


def text_of(path):
    if path.suffix != ".parquet":
        return path.read_text(encoding="utf-8", errors="replace")
    frame = frame_from(path.read_bytes())
    written = io.StringIO()
    frame.astype(object).where(frame.notna(), "").to_csv(written, index=False)
    return written.getvalue()


def test_no_child_of_the_register_is_named_outside_the_authoritys_own_zones(store):
    holding = {
        str(path.relative_to(store)) for path in store.rglob("*") if path.is_file() and _NAME.search(text_of(path))
    }
    assert any(name.startswith("clean/children_missing_education/") for name in holding)
    assert {name for name in holding if not name.startswith(_OWN)} == set()
    assert not list((store / "pseudonymised").rglob("*cme*"))


def test_its_figures_stand_on_the_page_beside_dfes(store):
    page = html.document_fromstring((store / "statistics" / "ees" / f"la={LA}" / "statistics.html").read_bytes())
    (section,) = page.xpath("//section[@aria-labelledby='cme_census']")
    text = " ".join(section.text_content().split())
    assert "DfE: England" in text
    assert "34,700" in text
    assert len(section.xpath(".//svg")) >= 3


def test_every_row_of_it_is_counted_in_the_summary(store):
    (path,) = store.glob("reports/*/*/summary.json")
    summary = pd.read_json(path, typ="series")
    with CME.open(encoding="utf-8") as lines:
        rows = sum(1 for _ in lines) - 1
    assert summary["rows_in"] == summary["rows_out"] + summary["rows_quarantined"] == rows
    assert (summary["cme_rows"], summary["cme_rows_quarantined"]) == (rows - 3, 3)


def test_a_row_set_aside_is_kept_with_one_sentence_that_quotes_nothing(store):
    (path,) = (store / "quarantine" / "children_missing_education").rglob("*.parquet")
    refused = frame_from(path.read_bytes())
    assert sorted(refused["child_id"]) == ["g01", "g02", "h01"]
    assert set(refused["why"]) == {
        "cme_start_date is written but is no date; write it as 31/01/2026.",
        "primary_reason is none of the words of the list; write one of them, or map yours to it.",
    }


def test_given_as_an_input_it_is_the_same_register(store, tmp_path):
    said = run(tmp_path / "store", "--input", f"cme_register={CME}")
    assert said.code == 0, said.sentences
    name = f"statistics/ees/la={LA}/cme_census.csv"
    assert (tmp_path / "store" / name).read_bytes() == (store / name).read_bytes()


def test_whoever_objects_to_statistics_is_in_no_figure(store, tmp_path):
    listed = tmp_path / "protections.csv"
    listed.write_text(
        "upn,child_id,protection,purpose,recorded_by,recorded_on,withdrawn_on\n"
        ",a01,objection,research_and_statistics,IG,01/09/2024,\n",
        encoding="utf-8",
    )
    other = tmp_path / "store"
    said = run(other, "--cme", CME, "--input", f"protections={listed}")
    assert said.code == 0, said.sentences
    assert (total(store), total(other)) == ("34", "33")


def test_a_file_that_is_no_such_register_is_quarantined_in_one_sentence(tmp_path):
    path = tmp_path / "cme.csv"
    path.write_text(CME.read_text(encoding="utf-8").replace("CME Reason", "Shoe Size"), encoding="utf-8")
    said = run(tmp_path / "store", "--ehe", EHE, "--cme", path)
    assert said.code == DONE_WITH_QUARANTINE
    (sentence,) = said.quarantined()
    assert "cme.csv" in sentence
    assert "Shoe Size" in sentence
    assert not (tmp_path / "store" / "statistics" / "cme_census").exists()


def test_a_check_of_returns_reads_the_register_beside_them(spring, tmp_path):
    report = tmp_path / "report"
    asked = ("--collection", spring.collection, "--cme", spring.folder / "cme_register.csv", "--report", report)
    said = termly("validate", spring.folder / "census", *asked)
    assert said.code == 0, said.sentences
    (line,) = [line for line in said.lines if line.startswith("children missing education")]
    assert re.fullmatch(r"children missing education: \d+ rows on the register, 0 quarantined", line)


def test_statistics_made_again_are_the_same_and_without_a_register_they_go(store, tmp_path):
    other = tmp_path / "store"
    run(other, "--cme", CME)
    before = (other / "statistics" / "ees" / f"la={LA}" / "cme_census.csv").read_bytes()
    assert termly("statistics", *BASE, "--store", other).code == 0
    assert (other / "statistics" / "ees" / f"la={LA}" / "cme_census.csv").read_bytes() == before
    run(other, "--ehe", EHE, "--only")
    assert not (other / "statistics" / "ees" / f"la={LA}" / "cme_census.csv").exists()
