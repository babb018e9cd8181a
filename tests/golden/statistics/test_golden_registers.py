"""Two hand-made registers: every count of ehe_census, ehe_academic_year and cme_census, and what is published of it."""

import csv
import io

import pandas as pd
import pytest

from tests.golden_registers import AUTUMN, CME, EHE, FOLDER, RETURN, home_educated, missing_education, true_counts
from tests.termly_calls import LA, rows_of, termly
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts
from transforms.aggregate.missing import missing_census_counts

THRESHOLD = 5
COLLECTION = str(AUTUMN.collection)
DATASETS = ("ehe_census", "ehe_academic_year", "cme_census")
#: Of the academic year: figures that stand alone, where nothing can be subtracted.
ALONE = ("EHE status", "School attendance orders")


def counted():
    home, (missing, _) = home_educated(), missing_education()
    return {
        "ehe_census": ehe_census_counts(home, calendar=AUTUMN, excluded=home.iloc[:0]),
        "ehe_academic_year": ehe_year_counts(home, calendar=AUTUMN, excluded=home.iloc[:0]),
        "cme_census": missing_census_counts(missing, calendar=AUTUMN, excluded=missing.iloc[:0]),
    }


def told(counts):
    return {(row.breakdown_topic, row.breakdown): int(row.value) for row in counts.itertuples()}


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_item_is_counted_as_by_hand(dataset):
    beside = true_counts(RETURN) if dataset == "ehe_census" else {}
    assert told(counted()[dataset]) == true_counts(dataset) | beside


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_golden_file_itself_adds_up(dataset):
    counts = pd.Series(true_counts(dataset))
    sums = counts.groupby(level=0).sum()
    if dataset != "ehe_academic_year":
        assert set(sums) == {sums["Total"]}
    else:
        assert sums["Setting prior to EHE"] == counts["EHE status", "Started EHE during the year"]


def test_rows_that_cannot_be_read_are_set_aside_and_no_row_is_lost():
    kept, refused = missing_education()
    with CME.open(encoding="utf-8") as lines:
        assert len(kept) + len(refused) == sum(1 for _ in lines) - 1
    assert sorted(refused["child_id"]) == ["g01", "g02", "h01"]
    assert refused["why"].str.contains("cme_start_date|primary_reason").all()
    assert not refused["why"].str.contains("Gone|31/09").any()


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return the store of a run of the two registers, the return released."""
    store = tmp_path_factory.mktemp("registers") / "store"
    base = ("--collection", COLLECTION, "--la", LA, "--store", store, "--on", "2025-10-17")
    said = termly("run", *base, "--ehe", EHE, "--cme", CME)
    assert said.code == 0, said.sentences
    listed = [f"{line}" for line in said.lines if line.startswith("children missing education")]
    assert listed[0] == "children missing education: 39 rows on the register, 3 quarantined"
    return store


def parquet(store, dataset):
    path = store / "statistics" / dataset / f"collection={COLLECTION}" / f"la={LA}" / "part-0.parquet"
    rows = pd.read_parquet(path).astype(object)
    return rows.where(rows.notna(), None).set_index(["breakdown_topic", "breakdown"])


@pytest.mark.parametrize("dataset", DATASETS)
def test_what_is_published_is_true_and_what_is_small_is_hidden(published, dataset):
    rows, true = parquet(published, dataset), true_counts(dataset)
    assert set(rows.index) == set(true)
    for item, count in true.items():
        number, symbol = rows.loc[item, "child_count"], rows.loc[item, "child_count_symbol"]
        if number is not None:
            assert (number, symbol) == (count, None), item
            assert count == 0 or count >= THRESHOLD, item
        else:
            assert symbol == "c", item
            assert 0 < count < THRESHOLD or dataset != "ehe_academic_year" or item[0] not in ALONE, item
    assert rows.loc[next(iter(true)), "child_count"] is not None


@pytest.mark.parametrize(
    ("dataset", "item", "percent"),
    [
        ("ehe_census", ("Sex", "Female"), 42),
        ("ehe_census", ("Year group", "Year 9"), 23),
        ("ehe_academic_year", ("Setting prior to EHE", "Academy"), 42),
        ("cme_census", ("Duration", "26 to 52 weeks"), 21),
    ],
)
def test_a_percentage_is_of_its_own_whole_rounded_half_up(published, dataset, item, percent):
    row = parquet(published, dataset).loc[item]
    assert (row["child_percent"], row["child_percent_symbol"]) in ((percent, None), (None, "c"))


def test_the_platforms_files_say_the_same_as_the_parquet(published):
    folder = published / "statistics" / "ees" / f"la={LA}"
    for dataset in ("ehe_census", "cme_census"):
        rows = parquet(published, dataset)
        for row in rows_of((folder / f"{dataset}.csv").read_bytes()):
            own = rows.loc[(row["breakdown_topic"], row["breakdown"])]
            number = own["child_count"]
            assert row["child_count"] == (own["child_count_symbol"] if number is None else str(number))
            assert row["rate_per_100"] == "x"


def test_the_file_on_missing_education_has_dfes_columns_and_items(published):
    ours = rows_of((published / "statistics" / "ees" / f"la={LA}" / "cme_census.csv").read_bytes())
    theirs = rows_of((FOLDER.parents[2] / "dfe" / "cme_census_2025_26.csv").read_bytes())
    assert list(ours[0]) == list(theirs[0])
    items = [{(row["breakdown_topic"], row["breakdown"]) for row in rows} for rows in (ours, theirs)]
    assert items[0] == items[1]
    assert len(ours) == len(items[0])


def test_the_return_says_the_true_counts_of_everybody(published, tmp_path):
    base = ("--collection", COLLECTION, "--la", LA, "--store", published, "--on", "2025-10-17")
    said = termly("release", "dfe-ehe-return", *base, "--sample-agreements")
    assert said.code == 0, said.sentences
    (path,) = (published / "released" / "dfe-ehe-return").rglob("*.csv")
    text = path.read_text(encoding="utf-8-sig")
    values = [int(row["value"]) for row in csv.DictReader(io.StringIO(text))]
    expected = [*true_counts("ehe_census").values(), *true_counts(RETURN).values()]
    assert sorted(values) == sorted([*expected, *true_counts("ehe_academic_year").values()])
