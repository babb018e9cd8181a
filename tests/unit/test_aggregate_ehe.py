"""When a child on the home education register counts."""

import re
from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.ages import last_friday_of_june
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import to_frame
from schemas.errors import ContractBroken
from schemas.sources.model import arrow_schema_of, source
from tests.clean_tables import ehe_register
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts, previous_year
from transforms.aggregate.register import counting_on, stays_in, without
from transforms.aggregate.return_checks import hold_consistent
from transforms.aggregate.return_items import return_items

SCHEMA = arrow_schema_of(source("ehe_register"))
AUTUMN = calendar_for(Collection.parse("2025-autumn"))
YEAR = previous_year(AUTUMN)


def counts_on(day, **cells):
    header, row = " | ".join(cells), " | ".join(cells.values())
    return len(counting_on(ehe_register(f"{header}\n{row}"), date.fromisoformat(day))) == 1


def item(counts, topic, breakdown):
    chosen = counts["breakdown_topic"].eq(topic) & counts["breakdown"].eq(breakdown)
    return counts.loc[chosen, "value"].item()


@pytest.mark.parametrize(
    ("born", "day", "of_age"),
    [
        ("2020-08-31", "2025-08-31", True),
        ("2020-09-01", "2025-12-30", False),
        ("2020-09-01", "2025-12-31", True),
        ("2020-12-31", "2025-12-31", True),
        ("2021-01-01", "2026-03-30", False),
        ("2021-01-01", "2026-03-31", True),
        ("2021-03-31", "2026-03-31", True),
        ("2021-04-01", "2026-08-30", False),
        ("2010-08-31", "2026-06-26", True),
        ("2010-08-31", "2026-06-27", False),
        ("2010-09-01", "2026-06-27", True),
        ("2009-09-01", "2026-06-26", True),
    ],
)
def test_a_child_counts_from_a_prescribed_day_to_the_last_friday_of_june(born, day, of_age):
    assert counts_on(day, child_id="1", date_of_birth=born, ehe_start_date="2020-01-01") is of_age


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        ("2025-10-02", "", True),
        ("2025-10-03", "", False),
        ("2025-09-01", "2025-10-02", False),
        ("2025-09-01", "2025-10-03", True),
        ("2025-10-02", "2025-10-02", False),
        ("", "", False),
    ],
)
def test_a_period_counts_from_its_start_to_the_day_before_its_end(start, end, counts):
    assert (
        counts_on("2025-10-02", child_id="1", date_of_birth="2014-01-01", ehe_start_date=start, ehe_end_date=end)
        is counts
    )


def test_an_end_that_cannot_be_read_is_not_taken_for_no_end():
    assert not counts_on(
        "2025-10-02",
        child_id="1",
        date_of_birth="2014-01-01",
        ehe_start_date="2025-01-01",
        ehe_end_date_raw="31/02/2025",
    )


def test_a_child_without_a_date_of_birth_counts_with_year_group_unknown():
    register = ehe_register("child_id | ehe_start_date\n1 | 2025-01-01")
    counts = ehe_census_counts(register, calendar=AUTUMN, excluded=register.iloc[:0])
    assert item(counts, "Year group", "Unknown") == item(counts, "Total", "Total") == 1


def test_two_rows_of_one_child_are_one_child_and_two_children_without_an_id_are_two():
    register = ehe_register(
        """child_id | date_of_birth | ehe_start_date
        1 | 2014-01-01 | 2025-01-01
        1 | 2014-01-01 | 2025-02-01
          | 2014-01-01 | 2025-01-01
          | 2014-01-01 | 2025-01-01"""
    )
    counts = ehe_census_counts(register, calendar=AUTUMN, excluded=register.iloc[:0])
    assert item(counts, "Total", "Total") == 3


def test_an_objector_is_in_the_return_and_not_in_the_statistics():
    register = ehe_register(
        "child_id | date_of_birth | ehe_start_date\n1|2014-01-01|2025-01-01\n2|2014-01-01|2025-01-01"
    )
    everyone = ehe_census_counts(register, calendar=AUTUMN, excluded=register.iloc[:0])
    fewer = ehe_census_counts(register, calendar=AUTUMN, excluded=register.iloc[:1])
    assert (item(everyone, "Total", "Total"), item(fewer, "Total", "Total")) == (2, 1)
    assert len(without(register, register.iloc[:1])) == 1


def test_an_empty_register_gives_noughts_for_every_item():
    register = to_frame(SCHEMA.empty_table())
    for count in (ehe_census_counts, ehe_year_counts):
        counts = count(register, calendar=AUTUMN, excluded=register)
        assert len(counts) > 0
        assert counts["value"].eq(0).all()


def test_without_the_annual_counts_the_return_has_no_annual_part_rather_than_noughts():
    register = to_frame(SCHEMA.empty_table())
    items = return_items(ehe_census_counts(register, calendar=AUTUMN, excluded=register))
    assert set(items["part"]) == {"EHE termly"}


def test_the_previous_academic_year_of_every_autumn_ends_the_day_before_this_one_begins():
    assert (YEAR.first, YEAR.last) == (date(2024, 8, 1), date(2025, 7, 31))


TURNS = [YEAR.first, YEAR.last, date(2024, 8, 31), date(2024, 12, 31), date(2025, 3, 31), last_friday_of_june(2025)]
EDGES = [day + timedelta(days=off) for day in TURNS for off in (-1, 0, 1)]
edges = st.sampled_from(EDGES)
births = st.dates(date(2008, 6, 1), date(2009, 12, 31)) | st.dates(date(2019, 6, 1), date(2020, 12, 31)) | st.none()
rows = st.fixed_dictionaries(
    {
        "child_id": st.sampled_from(["a", "b", "c", None]),
        "date_of_birth": births,
        "ehe_start_date": edges | st.none(),
        "ehe_end_date": edges | st.none(),
        "end_reason": st.sampled_from(["Returned to school", "Moved abroad", "Other", None]),
        "previous_setting": st.sampled_from(["Academy", "Special", "not a setting", None]),
    }
)


def register_of(drawn):
    filled = [{**dict.fromkeys(SCHEMA.names), **row, "record": n} for n, row in enumerate(drawn, start=1)]
    return to_frame(pa.Table.from_pylist(filled, schema=SCHEMA))


@given(st.lists(rows, max_size=6))
@settings(max_examples=25, deadline=None)
def test_at_any_point_means_on_some_day_of_the_year(drawn):
    register = register_of(drawn)
    # Every stay of this register begins on one of these days, so they stand for all days of the year.
    days = [day for day in EDGES if YEAR.first <= day <= YEAR.last]
    on_some_day = set().union(*(counting_on(register, day).index for day in days))
    by_row = {
        number for number, counts in zip(register.index, stays_in(register, YEAR).any_point, strict=True) if counts
    }
    # A child with several open periods counts with the latest of them, so a day names one row of each child.
    assert on_some_day <= by_row
    child = register["child_id"].astype(object).where(register["child_id"].notna(), register.index.to_series())
    assert set(child[list(on_some_day)]) == set(child[list(by_row)])


@given(st.lists(rows, max_size=12))
@settings(max_examples=50, deadline=None)
def test_the_annual_figures_agree_with_one_another(drawn):
    register = register_of(drawn)
    counts = ehe_year_counts(register, calendar=AUTUMN, excluded=register.iloc[:0])
    status = counts.loc[counts["breakdown_topic"].eq("EHE status")].set_index("breakdown")["value"]
    settings_sum = counts.loc[counts["breakdown_topic"].eq("Setting prior to EHE"), "value"].sum()
    assert settings_sum == status["Started EHE during the year"]
    assert status.max() == status["In EHE at any point during the year"]


@given(st.lists(rows, max_size=12))
@settings(max_examples=50, deadline=None)
def test_every_topic_of_the_termly_return_adds_up_to_the_total(drawn):
    register = register_of(drawn)
    counts = ehe_census_counts(register, calendar=AUTUMN, excluded=register.iloc[:0])
    sums = counts.groupby("breakdown_topic")["value"].sum()
    assert sums.eq(sums["Total"]).all()


@given(st.lists(rows, max_size=12))
@settings(max_examples=50, deadline=None)
def test_whoever_counts_in_the_year_counted_before_it_or_started_in_it(drawn):
    register = register_of([row for row in drawn if row["child_id"] is not None])
    register = register.drop_duplicates("child_id")
    counts = ehe_year_counts(register, calendar=AUTUMN, excluded=register.iloc[:0])
    before = set(counting_on(register, YEAR.first - timedelta(days=1))["child_id"])
    on_the_first_day = set(counting_on(register, YEAR.first)["child_id"])
    stayed = len(before & on_the_first_day)
    any_point = item(counts, "EHE status", "In EHE at any point during the year")
    assert any_point == stayed + item(counts, "EHE status", "Started EHE during the year")


@pytest.mark.parametrize(
    "item",
    [
        "by sex",
        "by expected NC year group",
        "by primary reason",
        "by SEN provision",
        "EHE starts by previous school type",
    ],
)
def test_return_whose_sums_disagree_never_leaves(item):
    child = ehe_register("child_id | date_of_birth | ehe_start_date\n1 | 2015-01-01 | 2025-01-01")
    nobody = child.iloc[:0][["record", "child_id"]]
    counts = [make(child, calendar=AUTUMN, excluded=nobody) for make in (ehe_census_counts, ehe_year_counts)]
    items = return_items(pd.concat(counts, ignore_index=True))
    one_more = items["item"].eq(item) & ~items["item"].where(items["item"].eq(item)).duplicated()
    with pytest.raises(ContractBroken, match=re.escape(item)):
        hold_consistent(items.assign(value=items["value"] + one_more.astype("int64[pyarrow]")))


def test_fewer_children_at_any_point_than_ended_never_leave():
    child = ehe_register("child_id | date_of_birth | ehe_start_date\n1 | 2015-01-01 | 2020-01-01")
    nobody = child.iloc[:0][["record", "child_id"]]
    items = return_items(ehe_year_counts(child, calendar=AUTUMN, excluded=nobody))
    two_left = items["item"].eq("Leavers (ehe_leave)").astype("int64[pyarrow]") * 2
    with pytest.raises(ContractBroken, match="at most"):
        hold_consistent(items.assign(value=items["value"] + two_left))
