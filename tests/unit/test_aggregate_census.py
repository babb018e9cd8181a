"""Counts of pupils: nobody is dropped, nobody counts twice in the authority."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.breakdowns import nested_topics
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import arrow_schema, to_frame
from schemas.model import model_for
from schemas.tables import Tables
from tests.clean_tables import census
from transforms.aggregate.census import KEY, census_counts

SPRING = Collection.parse("2026-spring")


def table(name, rows):
    schema = arrow_schema(model_for(SPRING).tables[name])
    return to_frame(pa.Table.from_pylist([{**dict.fromkeys(schema.names), **row} for row in rows], schema=schema))


def maybe(*values):
    return st.sampled_from([None, *values])


days = st.dates(date(2003, 1, 1), date(2026, 3, 1)) | st.none()
pupils = st.fixed_dictionaries(
    {
        "laestab": st.sampled_from(["8562001", "8562002", "8564000"]),
        "is_on_roll": st.sampled_from([True, True, True, False]),
        "sex": maybe("F", "M", "X"),
        "dob": days,
        "enrolstatus": maybe("C", "M", "S", "O", "Z"),
        "ncyearactual": maybe("R", "6", "13", "X", "M", "99"),
        "senprovision": maybe("N", "K", "E", "S", "?"),
        "ethnicity": maybe("WBRI", "WENG", "CHKC", "ORAB", "REFU", "ABCD"),
        "language": maybe("ENG", "PNJ", "REF", "???"),
        "need": maybe("ASD", "NSA", "BESD"),
        "rank": maybe(1, 2),
        "fsm": st.tuples(days, days),
    }
)


@st.composite
def authorities(draw):
    rows = [{**row, "record": number} for number, row in enumerate(draw(st.lists(pupils, max_size=25)), start=1)]
    keys = [{name: row[name] for name in KEY} for row in rows]
    columns = list(arrow_schema(model_for(SPRING).tables["pupils"]).names)
    frames = {
        "schoolcensus": table("schoolcensus", [{"laestab": "8562001"}, {"laestab": "8569999"}]),
        "pupils": table("pupils", [{name: row[name] for name in columns if name in row} for row in rows]),
        "fsmperiods": table(
            "fsmperiods",
            [
                {**key, "sub_record": 1, "fsmstartdate": row["fsm"][0], "fsmenddate": row["fsm"][1]}
                for key, row in zip(keys, rows, strict=True)
            ],
        ),
        "senneeds": table(
            "senneeds",
            [
                {**key, "sub_record": sub, "sentyperank": row["rank"], "sentype": row["need"]}
                for key, row in zip(keys, rows, strict=True)
                for sub in (1, 2)
            ],
        ),
    }
    return Tables(SPRING, calendar_for(SPRING), frames)


def nobody(tables):
    return tables["pupils"].iloc[:0][KEY]


@given(authorities())
@settings(max_examples=40, deadline=None)
def test_the_items_of_every_topic_add_up_to_the_total_everywhere(tables):
    counts = census_counts(tables, excluded=nobody(tables)).astype({"laestab": object}).fillna({"laestab": ""})
    sums = counts.groupby(["geography", "laestab", "breakdown_topic"])["value"].sum().unstack("breakdown_topic")  # noqa: PD010  # a Series has no pivot_table
    assert sums.eq(sums["Total"], axis=0).all(axis=None)


@given(authorities())
@settings(max_examples=40, deadline=None)
def test_what_is_declared_as_nested_adds_up_everywhere(tables):
    counts = census_counts(tables, excluded=nobody(tables))
    wide = (
        counts.astype({"laestab": object})
        .fillna({"laestab": ""})
        .pivot_table(index=["geography", "laestab"], columns=["breakdown_topic", "breakdown"], values="value")
    )
    for nested in nested_topics("pupils_characteristics", SPRING):
        for above, below in nested.sums:
            parents = wide[[(nested.parent_topic, name) for name in above]].sum(axis=1)
            children = wide[[(nested.child_topic, name) for name in below]].sum(axis=1)
            assert parents.eq(children).all()


@given(authorities())
@settings(max_examples=40, deadline=None)
def test_schools_count_everyone_on_roll_and_the_authority_main_enrolments(tables):
    counts = census_counts(tables, excluded=nobody(tables))
    totals = counts.loc[counts["breakdown_topic"].eq("Total")]
    on_roll = tables["pupils"].loc[tables["pupils"]["is_on_roll"]]
    school = totals["geography"].eq("School")
    assert totals.loc[school, "value"].sum() == len(on_roll)
    assert totals.loc[~school, "value"].sum() == on_roll["enrolstatus"].isin(["C", "M"]).sum()


@given(authorities(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_neither_the_order_of_rows_nor_of_index_changes_a_count(tables, random):
    def mixed(frame):
        order = list(range(len(frame)))
        random.shuffle(order)
        return frame.iloc[order]

    again = Tables(SPRING, tables.calendar, {name: mixed(frame) for name, frame in tables.frames.items()})
    pd.testing.assert_frame_equal(
        census_counts(tables, excluded=nobody(tables)), census_counts(again, excluded=nobody(again))
    )


@pytest.mark.parametrize(
    ("start", "end", "eligible"),
    [
        ("2026-01-15", "", 1),
        ("2026-01-16", "", 0),
        ("2025-09-01", "2026-01-15", 1),
        ("2025-09-01", "2026-01-14", 0),
        ("", "", 0),
    ],
)
def test_free_school_meals_count_while_a_period_is_open_on_census_day(start, end, eligible):
    tables = census(
        "2026-spring",
        schoolcensus="laestab\n8562001",
        pupils="laestab|is_on_roll|enrolstatus\n8562001|yes|C",
        fsmperiods=f"laestab|is_on_roll|record|sub_record|fsmstartdate|fsmenddate\n8562001|yes|1|1|{start}|{end}",
    )
    counts = census_counts(tables, excluded=nobody(tables))
    assert counts.loc[counts["breakdown"].eq("FSM eligible"), "value"].tolist() == [eligible, eligible]


def test_an_authority_of_no_pupils_has_a_grid_of_noughts():
    tables = census("2025-autumn", schoolcensus="laestab\n8562001")
    counts = census_counts(tables, excluded=nobody(tables))
    assert counts["value"].eq(0).all()
    assert set(counts["geography"]) == {"Local authority", "School"}


def test_the_clean_tables_are_left_as_they_were():
    tables = census(
        "2026-spring", schoolcensus="laestab\n8562001", pupils="laestab|is_on_roll|enrolstatus\n8562001|yes|C"
    )
    before = {name: frame.copy() for name, frame in tables.frames.items()}
    census_counts(tables, excluded=tables["pupils"][KEY])
    for name, frame in tables.frames.items():
        pd.testing.assert_frame_equal(frame, before[name])
