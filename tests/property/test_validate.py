"""Validate: findings that change with the order of a file, that touch the data, or that name the wrong pupil."""

import copy
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import findings as contract
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import ARROW_TYPES, arrow_schema, raw_name, to_frame
from schemas.errors import ContractBroken
from schemas.model import FieldType, model_for
from schemas.rules.register import EHE_REGISTER, Rule, rules_in_force
from schemas.sources.model import source
from schemas.spans import Span
from schemas.tables import Tables
from transforms.validate import findings_of

SPRING = Collection.parse("2026-spring")
MODEL = model_for(SPRING)
RULES = rules_in_force(SPRING) + rules_in_force(SPRING, source="ehe")
SCHOOLS = ("8562001", "8562002")
FILES = pd.Series({"8562001": "a.xml", "8562002": "b.xml", EHE_REGISTER: "register.csv"})

maybe = lambda strategy: st.one_of(st.none(), strategy)  # noqa: E731 - a short word for the tables below
days = maybe(st.dates(date(2005, 1, 1), date(2026, 12, 31)))
UPNS = ("E823432124001", "A823432124001", "Q82343212400A", "E9993212X4001", "short")

pupil = st.fixed_dictionaries(
    {
        "laestab": st.sampled_from(SCHOOLS),
        "is_on_roll": st.booleans(),
        "upn": maybe(st.sampled_from(UPNS)),
        "formerupn": maybe(st.sampled_from(UPNS)),
        "uniquelearnernumber": maybe(st.sampled_from(("1000102504", "1000102505"))),
        "dob": days,
        "dob_raw": maybe(st.just("1/1/1")),
        "entrydate": days,
        "leavingdate": days,
        "boarder": maybe(st.sampled_from(("N", "B", "?"))),
        "eyppr": maybe(st.sampled_from(("Y", "x"))),
        "fundedhours": maybe(st.floats(0, 30)),
        "termlysessionspossible": maybe(st.integers(-2, 2)),
        "termlysessionspossible_raw": maybe(st.just("many")),
    }
)
session = st.fixed_dictionaries(
    {"attendancereason": maybe(st.sampled_from(("/", "??"))), "sessions": maybe(st.integers(0, 9))}
)
child = st.fixed_dictionaries(
    {
        "child_id": st.sampled_from(("C1", "C2")),
        "upn": maybe(st.sampled_from(UPNS)),
        "date_of_birth": days,
        "ehe_start_date": days,
        "ehe_end_date": days,
        "sex": maybe(st.sampled_from(("Female", "Unknown", "f"))),
    }
)


def frame(rows, schema):
    arrays = []
    for field in schema:
        values = [row.get(field.name) for row in rows]
        plain = pa.string() if pa.types.is_dictionary(field.type) else field.type
        arrays.append(pa.array(values, plain).cast(field.type))
    return to_frame(pa.Table.from_arrays(arrays, schema=schema))


def register_schema():
    columns = [("record", pa.int64())]
    for column in source(EHE_REGISTER).columns:
        columns.append((column.name, ARROW_TYPES[FieldType(column.type)]))
        if column.type != "string":
            columns.append((raw_name(column.name), pa.string()))
    return pa.schema(columns)


def tables_of(pupils, sessions, children):
    """Number the rows and give every session row to one of the pupils."""
    placed = [{**row, "record": number} for number, row in enumerate(pupils, start=1)]
    details = [
        {
            **row,
            "sub_record": number,
            **{key: placed[number % len(placed)][key] for key in ("laestab", "is_on_roll", "record")},
        }
        for number, row in enumerate(sessions, start=1)
        if placed
    ]
    rows = {"pupils": placed, "termlysessiondetails": details}
    frames = {name: frame(rows.get(name, []), arrow_schema(table)) for name, table in MODEL.tables.items()}
    listed = [{**row, "record": number} for number, row in enumerate(children, start=1)]
    frames[EHE_REGISTER] = frame(listed, register_schema())
    return Tables(SPRING, calendar_for(SPRING), frames)


some_tables = st.builds(
    tables_of, st.lists(pupil, max_size=6), st.lists(session, max_size=6), st.lists(child, max_size=4)
)


def found(tables, rules=RULES):
    return findings_of(tables, rules, source_files=FILES)


def local_rule(mask_of, table="pupils"):
    return Rule("LOCAL", "query", "school_census", table, ("upn",), "A rule of this test", Span(), frozenset(), mask_of)


@settings(max_examples=6, deadline=None)
@given(some_tables, st.randoms(use_true_random=False))
def test_row_order_changes_nothing(tables, random):
    frames = {
        name: table.iloc[random.sample(range(len(table)), len(table))].reset_index(drop=random.random() < 0.5)
        for name, table in tables.frames.items()
    }
    frames = {name: table.drop(columns="index", errors="ignore") for name, table in frames.items()}
    pd.testing.assert_frame_equal(found(tables), found(Tables(tables.collection, tables.calendar, frames)))


@settings(max_examples=4, deadline=None)
@given(some_tables)
def test_tables_are_left_as_they_were(tables):
    before = copy.deepcopy(dict(tables.frames))
    found(tables)
    for name, table in tables.frames.items():
        pd.testing.assert_frame_equal(table, before[name])


@settings(max_examples=4, deadline=None)
@given(some_tables)
def test_findings_are_as_many_as_the_rows_that_the_rules_mark(tables):
    marked = sum(int(mask.fillna(value=False).sum()) for rule in RULES for _, mask in rule.masks(tables))
    assert len(found(tables)) == marked


@settings(max_examples=4, deadline=None)
@given(some_tables)
def test_child_rows_bear_their_pupils_upn(tables):
    findings = found(tables)
    details = findings.loc[findings["table"].eq("termlysessiondetails")]
    pupils = tables["pupils"].assign(roll=np.where(tables["pupils"]["is_on_roll"], "on", "off"))
    keys = ["laestab", "roll", "record"]
    joined = details.astype({"roll": "object"}).merge(pupils[[*keys, "upn"]], on=keys, how="left", validate="m:1")
    assert joined["upn_x"].fillna("").tolist() == joined["upn_y"].fillna("").tolist()


@settings(max_examples=4, deadline=None)
@given(some_tables)
def test_findings_stand_in_the_order_of_school_rule_roll_and_record(tables):
    findings = found(tables)
    keys = [
        (school if isinstance(school, str) else "~", rule, {"on": 0, "off": 1}.get(roll, 2), record)
        for school, rule, roll, record in zip(
            findings["laestab"], findings["rule"], findings["roll"], findings["record"].fillna(0), strict=True
        )
    ]
    assert keys == sorted(keys)


def test_empty_tables_have_no_findings_and_keep_the_contract():
    nothing = found(tables_of([], [], []))
    assert nothing.empty
    assert tuple(nothing.columns) == contract.COLUMNS
    pd.testing.assert_frame_equal(nothing, contract.no_findings())


@pytest.mark.parametrize("kind", ["boolean", "bool[pyarrow]", "object"])
def test_a_mask_that_does_not_know_marks_nothing(kind):
    tables = tables_of([{"laestab": SCHOOLS[0], "is_on_roll": True}] * 3, [], [])
    findings = found(
        tables, [local_rule(lambda t: pd.Series([True, None, False], dtype=kind, index=t["pupils"].index))]
    )
    assert findings["record"].tolist() == [1]


def test_a_mask_over_other_rows_is_refused():
    tables = tables_of([{"laestab": SCHOOLS[0], "is_on_roll": True}] * 3, [], [])
    with pytest.raises(ContractBroken, match="LOCAL"):
        found(tables, [local_rule(lambda _: pd.Series([True, True]))])


def test_rules_of_an_absent_register_are_left_out():
    tables = tables_of([], [], [{"child_id": "C1"}])
    without = Tables(SPRING, tables.calendar, {k: v for k, v in tables.frames.items() if k != EHE_REGISTER})
    assert "EHE-DOB-MISSING" in set(found(tables)["rule"])
    assert found(without).empty


def test_findings_name_school_file_and_register_file():
    tables = tables_of([{"laestab": SCHOOLS[1], "is_on_roll": False}], [], [{"child_id": "C1"}])
    findings = found(tables).set_index("rule")
    assert findings.loc["1500", ["laestab", "roll", "record", "field", "source_file"]].tolist() == [
        "8562002",
        "off",
        1,
        "upn",
        "b.xml",
    ]
    assert findings.loc["EHE-DOB-MISSING", ["child_id", "table", "source_file"]].tolist() == [
        "C1",
        EHE_REGISTER,
        "register.csv",
    ]
    assert pd.isna(findings.loc["EHE-DOB-MISSING", "laestab"])
