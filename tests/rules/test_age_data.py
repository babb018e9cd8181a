"""Data of the pupil rules: a mistyped code or a gap between two spans that silently switches a rule off."""

import pytest

from schemas import _data
from schemas.calendar import calendar_for, known_collections
from schemas.code_sets import code_set
from schemas.model import PUPILS, model_for
from schemas.rules.bands import in_force

SETS = {"phase": "phase", "type": "school_type", "year_group": "nc_year"}
KEYS = {
    "age_ranges": ("phase", "type"),
    "age_phases": ("phase",),
    "year_group_ages": ("year_group",),
    "year_group_stages": ("stage", "year_group"),
    "age_bands": ("band",),
    "hours": ("field",),
    "most_rows": ("table",),
}


@pytest.mark.parametrize("file", KEYS)
def test_every_collection_has_one_line_for_each_key_with_known_codes(file):
    path, key = f"rules/{file}.csv", KEYS[file]
    keys = {tuple(row[part] for part in key) for row in _data.rows(path)}
    for collection in known_collections():
        held = [tuple(row[part] for part in key) for row in in_force(path, collection)]
        assert len(held) == len(set(held))
        assert set(held) == keys
        for row in in_force(path, collection):
            for part in SETS.keys() & set(key):
                assert row[part] in code_set(SETS[part]).in_force(collection)
            assert row["label"] in {"sourced", "unverified", "inferred"}
            assert row["source"]


def test_ranges_are_ranges_on_a_day_of_the_calendar():
    for file in ("age_ranges", "age_phases", "year_group_ages"):
        for row in _data.rows(f"rules/{file}.csv"):
            assert hasattr(calendar_for(known_collections()[0]), row["day"])
            assert int(row["lowest"] or 0) < int(row["highest"])


def test_hours_are_fields_of_the_model():
    columns = set(model_for(known_collections()[0]).tables[PUPILS].columns)
    assert {row["field"] for row in _data.rows("rules/hours.csv")} <= columns
