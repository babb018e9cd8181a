"""Findings that recur: a school is told "again" of what it never had, or not told that nothing was done."""

import pandas as pd
import pyarrow as pa
import pytest

from schemas import findings as contract
from schemas.contract import to_frame
from transforms.recurring import with_recurring

BASE = {
    "rule": "1510",
    "severity": "error",
    "laestab": "8562001",
    "upn": "E823432124001",
    "table": "pupils",
    "roll": "on",
    "record": 1,
    "field": "upn",
    "message": "Wrong",
    "state": "open",
}


def findings(*changed):
    rows = [dict.fromkeys(contract.COLUMNS) | BASE | row for row in changed]
    columns = {}
    for name in contract.COLUMNS:
        kind = contract.SCHEMA.field(name).type
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        columns[name] = pa.array([row[name] for row in rows], plain).cast(kind)
    return to_frame(pa.table(columns, schema=contract.SCHEMA))


def recurs(now, before):
    return with_recurring(now, before)["recurs"].to_list()


def test_the_same_finding_recurs_wherever_its_record_stands_now():
    assert recurs(findings({"record": 9}), findings({})) == [True]


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "1540"},
        {"laestab": "8562002"},
        {"upn": "B801200005001"},
        {"table": "addresses"},
        {"field": "formerupn"},
    ],
)
def test_another_rule_school_child_table_or_field_is_a_new_finding(change):
    assert recurs(findings(change), findings({})) == [False]


def test_a_finding_on_the_return_recurs_by_school_and_rule():
    whole = {"upn": None, "roll": None, "record": None, "table": "schoolcensus", "field": "estab"}
    assert recurs(findings(whole, whole | {"laestab": "8562002"}), findings(whole)) == [True, False]


def test_of_a_child_without_an_identifier_nothing_is_said():
    nobody = {"upn": None}
    assert recurs(findings(nobody), findings(nobody))[0] is pd.NA


def test_a_child_of_the_register_is_known_by_its_id():
    child = {"table": "ehe_register", "roll": None, "laestab": None, "upn": None, "child_id": "c1"}
    assert recurs(findings(child | {"upn": "E823432124001"}), findings(child)) == [True]


def test_without_a_previous_collection_nothing_is_said():
    assert recurs(findings({}), None)[0] is pd.NA


def test_a_previous_collection_without_findings_makes_every_finding_new():
    assert recurs(findings({}), contract.no_findings()) == [False]
