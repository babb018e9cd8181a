"""Statisticians read the statistics zone with plain tools, find every term in it, and no objector."""

import os
import shutil

import pandas as pd
import pyarrow.dataset as ds
import pytest

from tests.stores import contents
from tests.termly_calls import only_this, plain, rows_of, termly

DATASETS = ("pupils_characteristics", "pupils_characteristics_establishments", "ehe_census")


def ees(store, name):
    return rows_of((store / "statistics" / "ees" / "la=856" / name).read_bytes())


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_dataset_is_one_table_to_pandas_whatever_terms_it_holds(two_terms, dataset):
    table = pd.read_parquet(two_terms / "statistics" / dataset)
    terms = table.groupby(["collection", "time_identifier"], observed=True).size()
    assert sorted(terms.index) == [("2025-autumn", "Autumn term"), ("2026-spring", "Spring term")]
    assert set(table["la"].astype(int)) == {856}
    assert table["breakdown"].notna().all()


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_dataset_is_one_table_to_arrow(two_terms, dataset):
    table = ds.dataset(two_terms / "statistics" / dataset, partitioning="hive").to_table()
    assert set(table["collection"].to_pylist()) == {"2025-autumn", "2026-spring"}
    assert len(set(table.schema.names)) == len(table.schema.names)


def test_one_file_of_a_dataset_reads_by_itself(two_terms, spring):
    table = pd.read_parquet(spring.here(two_terms, "statistics", "pupils_characteristics") / "part-0.parquet")
    assert set(table["time_identifier"]) == {"Spring term"}


@pytest.mark.parametrize("zone", ["clean/school_census/pupils", "findings/school_census", "pseudonymised/pupils"])
def test_the_other_zones_are_tables_to_pandas_too(two_terms, zone):
    table = pd.read_parquet(two_terms / zone)
    assert {"collection", "la", "laestab"} <= set(table.columns)
    assert zone.startswith("findings") or set(table["collection"]) == {"2025-autumn", "2026-spring"}


def test_the_ees_files_hold_every_term_of_the_store(two_terms):
    for dataset in DATASETS:
        rows = ees(two_terms, f"{dataset}.csv")
        assert {(row["time_period"], row["time_identifier"]) for row in rows} == {
            ("202526", "Autumn term"),
            ("202526", "Spring term"),
        }
    years = {(row["time_period"], row["time_identifier"]) for row in ees(two_terms, "ehe_academic_year.csv")}
    assert years == {("202425", "Academic year")}


def test_whichever_term_is_published_first_no_number_is_another(two_terms, spring, authority, tmp_path):
    other = tmp_path / "other"
    for of in (spring, authority("2025-autumn")):
        assert of.run(other).code == 0
    for dataset in DATASETS:
        one, two = (pd.read_parquet(store / "statistics" / dataset) for store in (two_terms, other))
        column = "child_count" if dataset.startswith("ehe") else "pupil_count"
        key = ["collection", *(["school_laestab"] if "school_laestab" in one else []), "breakdown_topic", "breakdown"]
        both = one.merge(two, on=key, validate="1:1", how="outer")
        assert len(both) == len(one) == len(two)
        shown = both[[f"{column}_x", f"{column}_y"]].dropna()
        assert len(shown) or dataset == "ehe_census"  # fewer than ten children: nothing of them is shown
        assert (shown[f"{column}_x"] == shown[f"{column}_y"]).all()


def statistics_of(store):
    return {name: digest for name, digest in contents(store).items() if name.startswith("statistics/")}


def kept(store, collection, name="counts"):
    """The counts, or the people, of the last publication of a term, as they are on record."""
    (*_, last) = sorted(store.glob(f"clean/published/pupils/collection={collection}/la=856/*/{name}.parquet"))
    return pd.read_parquet(last)


def movement(store, one, other):
    """How many children each school gained and lost between two terms."""
    sides = [set(zip(held["laestab"], held["child"], strict=True)) for held in (kept(store, one, "people"), kept(store, other, "people"))]  # fmt: skip
    return pd.Series([school for school, _ in sides[0] ^ sides[1]]).value_counts()


def test_the_characteristics_of_a_lone_child_that_left_or_joined_a_school_cannot_be_subtracted(two_terms, spring):
    terms = [kept(two_terms, when).loc[lambda rows: rows["figure"].eq("pupils")] for when in ("2025-autumn", "2026-spring")]  # fmt: skip
    key = ["geography", "laestab", "breakdown_topic", "breakdown"]
    both = terms[0].merge(terms[1], on=key, suffixes=("_then", "_now"), validate="1:1")
    moved = movement(two_terms, "2025-autumn", "2026-spring")
    lone = moved.index[moved.eq(1)]
    assert len(lone)
    asked = both.loc[both["laestab"].isin(lone) & ~both["breakdown_topic"].isin(["Total", "Sex", "Year group", "Age"])]
    seen = asked["shown_then"] & asked["shown_now"]
    assert (asked.loc[seen, "value_then"] == asked.loc[seen, "value_now"]).all()
    assert (~seen).groupby([asked["laestab"], asked["breakdown_topic"]]).sum().ge(2).all()


def test_what_is_hidden_against_subtraction_is_hidden_in_every_dataset_and_counted(two_terms, spring):
    counts = kept(two_terms, spring.collection)
    apart = counts.loc[counts["apart"]]
    assert len(apart)
    assert not apart["shown"].any()
    assert not set(apart["breakdown_topic"]) & {"Total", "Sex", "Year group", "Age"}
    key = ["school_laestab", "breakdown_topic", "breakdown"]
    for dataset in ("pupils_characteristics_establishments", "suspensions_establishments"):
        table = pd.read_parquet(spring.here(two_terms, "statistics", dataset))
        hidden = table.merge(apart.rename(columns={"laestab": "school_laestab"})[key].drop_duplicates(), on=key)
        assert len(hidden)
        assert hidden["pupil_count"].isna().all()
    summary = spring.summary(two_terms)
    assert summary["cells_hidden_for_differences"] > 0
    assert summary["schools_hidden_for_differences"] == apart.loc[apart["geography"].eq("School"), "laestab"].nunique()


def test_the_figures_of_the_csv_are_those_of_the_parquet(finished, spring):
    table = pd.read_parquet(spring.here(finished, "statistics", "pupils_characteristics") / "part-0.parquet")
    shown = table["pupil_count"].astype("Int64").astype("string").fillna(table["pupil_count_symbol"].astype("string"))
    assert list(shown) == [row["pupil_count"] for row in ees(finished, "pupils_characteristics.csv")]


def test_every_dataset_has_its_meta_file_and_every_column_is_in_it(finished):
    for dataset in DATASETS:
        named = {row["col_name"] for row in ees(finished, f"{dataset}.meta.csv")}
        named |= {row["filter_grouping_column"] for row in ees(finished, f"{dataset}.meta.csv")} - {""}
        places = {"time_period", "time_identifier", "geographic_level"}
        columns = set(ees(finished, f"{dataset}.csv")[0])
        fixed = {
            name for name in columns if name.startswith(("country_", "region_", "old_la", "new_la", "la_", "school_"))
        }
        assert columns - places - fixed == named


def test_statistics_built_again_from_the_clean_tables_are_the_same_bytes(store, spring):
    before = plain(store)
    shutil.rmtree(store / "statistics")
    assert termly("statistics", *spring.base(store), "--on", spring.on).code == 0
    assert plain(store) == before


def test_no_small_count_is_published(finished):
    for dataset in DATASETS:
        column = "child_count" if dataset.startswith("ehe") else "pupil_count"
        counts = pd.read_parquet(finished / "statistics" / dataset)[column].dropna()
        assert not counts.between(1, 4).any(), dataset
        assert (counts >= 5).any() or dataset == "ehe_census"


def test_those_who_object_to_statistics_are_not_counted(finished, spring, tmp_path):
    listed = rows_of((spring.folder / "protections.csv").read_bytes())
    objectors = {r["upn"] for r in listed if r["purpose"] == "research_and_statistics" and not r["withdrawn_on"]} - {""}
    pupils = spring.table(finished, "school_census", "pupils")
    on_roll = pupils.loc[pupils["is_on_roll"] & pupils["enrolstatus"].isin(["C", "M"])]
    kept = int((~on_roll["upn"].isin(list(objectors))).sum())
    assert kept < len(on_roll)
    (total,) = [row for row in ees(finished, "pupils_characteristics.csv") if row["breakdown"] == "Total"]
    assert total["pupil_count"] == str(kept)
    assert spring.summary(finished)["objectors_excluded"] >= len(on_roll) - kept


def with_objectors(spring, upns, path):
    """The protections list with more objections to statistics."""
    text = (spring.folder / "protections.csv").read_text(encoding="utf-8")
    more = [f"{upn},,objection,research_and_statistics,Information governance,01/10/2025,\n" for upn in upns]
    path.write_text(text + "".join(more), encoding="utf-8")
    return path


def total_of(store):
    (total,) = [row["pupil_count"] for row in ees(store, "pupils_characteristics.csv") if row["breakdown"] == "Total"]
    return int(total)


def counted(store, spring):
    pupils = spring.table(store, "school_census", "pupils")
    return pupils.loc[pupils["is_on_roll"] & pupils["enrolstatus"].eq("C")]


def test_one_objection_more_is_not_told_by_publishing_again(store, spring, tmp_path):
    upn = counted(store, spring)["upn"].iloc[-1]
    longer = with_objectors(spring, [upn], tmp_path / "protections.csv")
    before = statistics_of(store)
    said = termly("run", *spring.base(store), "--input", f"protections={longer}", "--on", spring.on)
    assert said.code == 12
    assert any("too few children differ" in line and upn not in line for line in said.sentences)
    census = {name: digest for name, digest in before.items() if "ehe" not in name and "dictionary" not in name}
    assert census.items() <= statistics_of(store).items()
    assert "pupils_characteristics" in spring.summary(store)["statistics_refused"]


def test_objections_recorded_later_take_the_children_out_once_they_are_enough(store, spring, tmp_path):
    pupils = counted(store, spring)
    upns = pupils.loc[pupils["laestab"].eq(pupils["laestab"].value_counts().idxmax()), "upn"].iloc[:8]
    longer = with_objectors(spring, upns, tmp_path / "protections.csv")
    before = total_of(store)
    said = termly("run", *spring.base(store), "--input", f"protections={longer}", "--on", spring.on)
    assert said.code == 0
    assert not said.lines[0].startswith("Nothing has changed")
    assert before - total_of(store) == 8
    assert len(list(store.glob("clean/published/pupils/collection=2026-spring/la=856/*"))) == 2


def test_a_run_without_statistics_leaves_none_that_no_longer_follow_from_the_data(two_terms, spring, tmp_path):
    store = shutil.copytree(two_terms, tmp_path / "store")
    assert spring.run(store, "--statistics", "none").code == 0
    assert not only_this(store, spring.collection).keys() & {
        name for name in contents(store) if name.startswith("statistics/")
    }
    for dataset in DATASETS:
        assert {row["time_identifier"] for row in ees(store, f"{dataset}.csv")} == {"Autumn term"}


@pytest.mark.skipif(os.name != "posix", reason="on Windows the access list of the store's folder decides")
def test_the_statistics_zone_is_open_and_the_others_are_not(finished):
    for folder in finished.iterdir():
        if folder.is_dir() and not folder.name.startswith("."):
            assert (folder.stat().st_mode & 0o077 != 0) is (folder.name == "statistics"), folder.name
