"""Children missing education: who counts on census day, since when, and which rows are set aside."""

import pytest

from schemas.breakdowns import items_of
from schemas.calendar import calendar_for
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.column_maps import shipped_map
from schemas.published.model import MISSING, items_of_data_set
from schemas.sources.model import arrow_schema_of, source
from tests.clean_tables import typed_table
from transforms.aggregate.missing import missing_census_counts
from transforms.clean.missing import reasons_told, rows_to_count
from transforms.clean.sources import clean_source
from transforms.parse.register import read_register
from transforms.synthetic.authority import synthetic_la
from transforms.synthetic.missing import missing_register_of
from transforms.synthetic.tables_out import csv_bytes, frame_rows

SPRING = calendar_for(Collection.parse("2026-spring"))  # census day 15 January 2026
NOBODY = ["record", "child_id"]


def register(text):
    return typed_table(arrow_schema_of(source("cme_register")), text)


def counts(table, calendar=SPRING):
    rows = missing_census_counts(table, calendar=calendar, excluded=table.iloc[:0][NOBODY])
    return {(row.breakdown_topic, row.breakdown): row.value for row in rows.itertuples() if row.value}


@pytest.mark.parametrize(
    ("start", "end", "born", "counts_on_census_day"),
    [
        ("2026-01-15", "", "2014-01-01", True),
        ("2026-01-16", "", "2014-01-01", False),
        ("2025-09-01", "2026-01-15", "2014-01-01", False),
        ("2025-09-01", "2026-01-16", "2014-01-01", True),
        ("", "", "2014-01-01", True),
        ("2025-09-01", "", "", True),
        ("2025-09-01", "", "2020-12-31", True),
        ("2025-09-01", "", "2021-01-01", False),
        ("2025-09-01", "", "2009-08-31", False),
    ],
)
def test_a_child_counts_from_the_start_to_the_day_before_the_end_while_of_school_age(
    start, end, born, counts_on_census_day
):
    table = register(f"child_id | cme_start_date | cme_end_date | date_of_birth\n1 | {start} | {end} | {born}")
    assert (counts(table) != {}) == counts_on_census_day


@pytest.mark.parametrize(
    ("start", "band"),
    [
        ("2026-01-15", "Less than 2 weeks"),
        ("2026-01-02", "Less than 2 weeks"),
        ("2026-01-01", "2 to 4 weeks"),
        ("2025-12-18", "4 to 8 weeks"),
        ("2025-11-20", "8 to 12 weeks"),
        ("2025-10-23", "12 to 26 weeks"),
        ("2025-07-17", "26 to 52 weeks"),
        ("2025-01-17", "26 to 52 weeks"),
        ("2025-01-16", "Over 52 weeks"),
        ("2019-01-01", "Over 52 weeks"),
        ("", "Unknown"),
    ],
)
def test_the_duration_is_in_whole_weeks_and_a_band_begins_with_its_first(start, band):
    table = register(f"child_id | cme_start_date | date_of_birth\n1 | {start} | 2014-01-01")
    assert counts(table)["Duration", band] == 1


def test_a_child_who_stands_twice_counts_once_by_the_latest_begun():
    table = register(
        "child_id | cme_start_date | date_of_birth | primary_reason\n"
        "1 | 2025-09-01 | 2014-01-01 | Unknown\n1 | 2026-01-05 | 2014-01-01 | Waiting school start\n"
        "  | 2025-09-01 | 2014-01-01 | Unknown\n  | 2025-09-01 | 2014-01-01 | Unknown"
    )
    found = counts(table)
    assert found["Total", "Total"] == 3
    assert (found["Reason", "Waiting school start"], found["Reason", "Unknown"]) == (1, 2)


def test_what_is_blank_is_no_fault_and_what_is_not_understood_is_set_aside():
    table = register(
        "child_id | cme_start_date | cme_start_date_raw | cme_end_date | sex | primary_reason\n"
        "1\n2 | | last week\n3 | 2025-09-01 | | 2025-08-31\n4 | | | | Girl\n5 | | | | Female | Truant\n6 | | soon | | Girl"
    )
    kept, refused = rows_to_count(table, SPRING.collection)
    assert list(kept["child_id"]) == ["1"]
    assert list(refused["child_id"]) == ["2", "3", "4", "5", "6"]
    words = [("sex" if "sex" in why else why.split()[0]) for why in refused["why"]]
    assert words[:4] == ["cme_start_date", "cme_end_date", "sex", "primary_reason"]
    assert sum(reasons_told(refused).values()) == 5
    assert not any(text in "".join(refused["why"]) for text in ("last week", "Girl", "Truant", "soon"))


def test_the_items_are_those_of_dfes_file():
    ours = {
        (name, item.name)
        for name, topic in (("Duration", "cme_duration"), ("Reason", "cme_reason"), ("Sex", "cme_sex"))
        for item in items_of(topic, SPRING.collection)
    }
    assert ours == {pair for pair in items_of_data_set(MISSING) if pair[0] in {"Duration", "Reason", "Sex"}}
    assert len(code_set("cme_reason").codes) == 20


@pytest.mark.parametrize("collection", ["2025-autumn", "2026-spring"])
def test_the_invented_register_can_be_read_whole_and_counted(collection):
    calendar = calendar_for(Collection.parse(collection))
    authority = synthetic_la(6, 40, collection=calendar.collection, la="856", seed=1)
    data = csv_bytes(frame_rows(missing_register_of(authority)))
    declared, mapped = source("cme_register"), shipped_map("cme_register")
    raw = read_register(data, source_file="cme_register.csv", column_map=mapped, source=declared)
    kept, refused = rows_to_count(clean_source(raw.table, source=declared, column_map=mapped), calendar.collection)
    assert (len(kept), len(refused)) == (raw.rows_in, 0)
    assert counts(kept, calendar)["Total", "Total"] > 0
    on_roll = authority.rolls.loc[authority.rolls["is_on_roll"], "permanent_upn"]
    opened = kept.loc[kept["cme_end_date"].isna() & kept["upn"].notna(), "upn"]
    assert len(opened)
    assert not opened.isin(on_roll).any()
