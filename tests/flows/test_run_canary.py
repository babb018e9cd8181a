"""Planted children: what identifies them is only where it may be; no message, name, summary, statistic or manifest holds it."""

import io

import pandas as pd
import pytest

from flows.parquet import frame_from
from tests.prefect.planted import plant
from tests.prefect.traces import pattern
from tests.termly_calls import termly

#: Files that may name children: as received, clean, found, for a recipient, and lists for a person at the authority.
_MAY = (
    "landing/",
    "clean/",
    "findings/",
    "quarantine/school_census/collection=2026-spring/la=856/rows-",
    "released/dfe-school-census/",
    "released/nhs-immunisation/",
    "reports/collection=2026-spring/la=856/schools/",
)
_MAY_BY_NAME = (
    "findings.csv",
    "validation.html",
    "cme_candidates.csv",
    "release_nhs-immunisation.json",
    "release_dfe-school-census.json",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder, store = tmp_path_factory.mktemp("planted"), tmp_path_factory.mktemp("run") / "store"
    wanted = pattern(plant(folder))
    options = ["--collection", "2026-spring", "--la", "856", "--store", store]
    said = [
        termly(
            "run", *options, "--census", folder / "census", folder / "broken", "--ehe", folder / "ehe" / "ehe_register.csv",
            "--schools", folder / "schools.csv", "--input", f"protections={folder / 'protections.csv'}",
            "--release", "all", "--sample-agreements", "--accept-findings", "a test", "--on", "2026-01-30",
        ),
        termly("validate", folder / "census", folder / "broken", "--collection", "2026-spring"),
        termly("ledger", "--store", store),
        termly("run", *options, "--ehe", folder / "README.txt"),
        termly("run", *options, "--input", f"contacts={folder / 'protections.csv'}"),
    ]  # fmt: skip
    return store, said, wanted


def _text(path):
    if path.suffix != ".parquet":
        return path.read_bytes()
    frame = frame_from(path.read_bytes())
    written = io.StringIO()
    frame.astype(object).where(frame.notna(), "").to_csv(written, index=False)
    return written.getvalue().encode()


def _may_hold(name):
    return name.startswith(_MAY) or name.rpartition("/")[2] in _MAY_BY_NAME


def test_the_planted_values_are_where_they_may_be(run):
    store, _, wanted = run
    holding = [p for p in store.rglob("*") if p.is_file() and wanted.search(_text(p).lower())]
    names = {p.relative_to(store).as_posix().partition("/")[0] for p in holding}
    assert {"landing", "clean", "released"} <= names, "the plants were not found at all: the test would prove nothing"


def test_nothing_else_of_the_store_holds_them(run):
    store, _, wanted = run
    files = [p for p in store.rglob("*") if p.is_file()]
    guilty = [
        name
        for p in files
        if not _may_hold(name := p.relative_to(store).as_posix()) and wanted.search(_text(p).lower())
    ]
    assert guilty == []


def test_no_file_name_holds_them(run):
    store, _, wanted = run
    assert [p.name for p in store.rglob("*") if wanted.search(str(p.relative_to(store)).lower().encode())] == []


def test_nothing_printed_holds_them(run):
    _, said, wanted = run
    assert all(len(each.out + each.err) > 20 for each in said)
    assert [n for n, each in enumerate(said) if wanted.search((each.out + each.err).lower().encode())] == []


def test_the_pages_for_schools_hold_numbers_and_no_names(run):
    store, _, _ = run
    names = pattern({"Zqvornax", "Zqțornăx", "Qxmirabel", "Qxmirăbel", "Zqlindenway", "Zqlïndenway"})
    reports = store / "reports" / "collection=2026-spring" / "la=856"
    pages = [
        reports / "findings.csv",
        reports / "cme_candidates.csv",
        *reports.glob("*.html"),
        *(reports / "schools").iterdir(),
    ]
    assert len(pages) > 3
    assert [page.name for page in pages if names.search(page.read_bytes().lower())] == []


def test_statistics_are_read_by_plain_pandas(run):
    store, _, _ = run
    frame = pd.read_parquet(store / "statistics" / "pupils_characteristics")
    assert {"collection", "la", "breakdown_topic", "pupil_count"} <= set(frame.columns)
