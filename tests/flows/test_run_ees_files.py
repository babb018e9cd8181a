"""What goes to DfE's platform has passed its screening, and comes with a description and a data dictionary."""

import json
import shutil

from flows import ees_files
from schemas.ees.checks import screening_checks
from tests.stores import contents
from tests.termly_calls import LA, rows_of

FOLDER = f"statistics/ees/la={LA}"
DATASETS = ("pupils_characteristics", "pupils_characteristics_establishments", "ehe_census")


def published(store):
    return {name.removeprefix(f"{FOLDER}/") for name in contents(store) if name.startswith(FOLDER)}


def test_every_dataset_has_its_four_descriptions(finished):
    wanted = {f"{name}{suffix}" for name in DATASETS for suffix in (".csv", ".meta.csv", ".csv-metadata.json")}
    assert published(finished) >= {*wanted, "dictionary.html"}
    for name in DATASETS:
        told = json.loads((finished / FOLDER / f"{name}.csv-metadata.json").read_text(encoding="utf-8"))
        data = rows_of((finished / FOLDER / told["url"]).read_bytes())
        key = told["tableSchema"]["primaryKey"]
        assert len({tuple(row[column] for column in key) for row in data}) == len(data)
        assert [column["name"] for column in told["tableSchema"]["columns"]] == list(data[0])


def test_the_summary_says_how_many_checks_each_dataset_passed_and_what_is_doubted(finished, spring):
    told = spring.summary(finished)["statistics_screened"]
    assert set(told) >= set(DATASETS)
    assert {each["checks"] for each in told.values()} == {len(screening_checks())}
    assert told["ehe_census"]["warnings"]["data_dict_col_name"] == 1


def test_warnings_that_we_know_of_are_not_said_at_every_run(finished):
    said = (finished.parent / "said.txt").read_text(encoding="utf-8").splitlines()
    assert said
    assert not [line for line in said if line.startswith("warning: ")]


def test_a_school_name_too_long_for_the_platform_is_said_without_the_name(spring, tmp_path):
    folder = shutil.copytree(spring.folder, tmp_path / "in")
    (path, *_) = sorted((folder / "census").iterdir())
    before, _, rest = path.read_text(encoding="utf-8").partition("<SchoolName>")
    _, _, after = rest.partition("</SchoolName>")
    path.write_text(f"{before}<SchoolName>{'Saint ' * 21}</SchoolName>{after}", encoding="utf-8")
    said = type(spring)(folder, spring.collection, spring.on).run(tmp_path / "store")
    lines = [line for line in said.lines if line.startswith("warning: ")]
    assert any("pupils_characteristics_establishments.csv" in line for line in lines)
    assert all("_establishments.csv" in line and "api_char_filter_items, 1 times" in line for line in lines)
    assert "Saint" not in "\n".join(said.sentences)


def test_a_file_that_the_platform_would_refuse_stops_the_run_and_nothing_is_written(spring, tmp_path, monkeypatch):
    honest = ees_files.meta_frame

    def with_a_wrong_unit(dataset, columns=()):
        return honest(dataset, columns).replace({"indicator_unit": {"%": "percent"}})

    monkeypatch.setattr(ees_files, "meta_frame", with_a_wrong_unit)
    said = spring.run(tmp_path / "store")
    assert said.code == 10
    assert "meta_ind_unit_validation" in said.err
    assert not published(tmp_path / "store")


def test_the_dictionary_tells_of_every_dataset_that_stands_whichever_term_was_run_last(two_terms):
    page = (two_terms / FOLDER / "dictionary.html").read_text(encoding="utf-8")
    for name in (*DATASETS, "ehe_academic_year"):
        assert f'id="{name}"' in page
    assert "Autumn term 2025/26; Spring term 2025/26" in page
    assert "Academic year 2024/25" in page
    told = json.loads((two_terms / FOLDER / "ehe_census.csv-metadata.json").read_text(encoding="utf-8"))
    assert told["schema:temporalCoverage"] == ["2025-autumn", "2026-spring"]


def test_what_is_taken_back_leaves_no_description_behind(two_terms, authority, spring, tmp_path):
    store = shutil.copytree(two_terms, tmp_path / "store")
    assert authority("2025-autumn").run(store, "--statistics", "none").code == 0
    assert not {name for name in published(store) if name.startswith("ehe_academic_year")}
    page = (store / FOLDER / "dictionary.html").read_text(encoding="utf-8")
    assert 'id="ehe_academic_year"' not in page
    assert spring.run(store, "--statistics", "none").code == 0
    assert published(store) == set()


def test_no_pupil_stands_in_descriptions(finished, spring):
    pupils = spring.table(finished, "school_census", "pupils")
    text = "".join(
        (finished / FOLDER / name).read_text(encoding="utf-8")
        for name in ("dictionary.html", *(f"{each}.csv-metadata.json" for each in DATASETS))
    )
    assert not [upn for upn in pupils["upn"].dropna().unique() if upn in text]
