"""The summary of a run: rows add up, files are named, what is not known is not nought."""

import json
from dataclasses import dataclass

import pytest

from schemas.errors import ContractBroken
from tests.report_samples import finding, findings, quarantined, summary
from transforms.reports.run_summary import count_findings, note_totals, summary_json

PROMISED = [
    *("collection", "la", "files_read", "files_quarantined", "pupils_on_roll", "pupils_no_longer_on_roll"),
    *("ehe_children", "rows_in", "rows_out", "rows_quarantined", "findings_by_rule", "errors", "queries", "seconds"),
]


def test_summary_json_begins_with_the_names_that_people_script_against():
    written = json.loads(summary_json(summary()))
    assert list(written)[: len(PROMISED)] == PROMISED


def test_findings_are_counted_by_rule_and_severity():
    found = count_findings(findings(finding("1750"), finding("1500"), finding("1500", record=2)))
    assert (found.by_rule, found.errors, found.queries) == ({"1500": 2, "1750": 1}, 2, 1)
    assert list(found.by_rule) == ["1500", "1750"]


def test_a_run_that_loses_a_row_is_refused():
    with pytest.raises(ContractBroken, match="612 in, but 611 out"):
        summary(rows_out=611)


def test_superseded_and_quarantined_rows_are_accounted_for():
    assert summary(rows_out=600, rows_superseded=10, rows_quarantined=2).rows_in == 612


def test_a_quarantined_file_that_nobody_names_is_refused():
    with pytest.raises(ContractBroken, match="2 quarantined, but 1 are named"):
        summary(files_quarantined=2, quarantined=(quarantined(),))


def test_quarantined_files_are_named_with_their_reason():
    written = json.loads(summary_json(summary(files_quarantined=1, quarantined=(quarantined(),))))
    assert written["quarantined"][0]["file"] == "broken.xml"
    assert "ask the school" in written["quarantined"][0]["reason"]


def test_an_absent_register_is_not_known_rather_than_nought():
    assert json.loads(summary_json(summary()))["ehe_children"] is None


def test_a_stage_adds_counts_of_its_own_and_may_not_hide_one_of_ours():
    assert json.loads(summary_json(summary(more={"linked_by_upn": 4})))["linked_by_upn"] == 4
    with pytest.raises(ContractBroken, match="already has errors"):
        summary(more={"errors": 0}).as_dict()


@dataclass(frozen=True)
class Noticed:
    kind: str
    what: str
    count: int
    source_file: str


def test_what_readers_noticed_is_added_up_over_files():
    notes = [Noticed("unknown tag", "Colour", 3, "a.xml"), Noticed("unknown tag", "Colour", 2, "b.xml")]
    (total,) = note_totals(notes)
    assert (total.what, total.count, total.files) == ("Colour", 5, 2)
    written = json.loads(summary_json(summary(notes=(total,))))
    assert written["notes"] == [{"kind": "unknown tag", "what": "Colour", "count": 5, "files": 2}]
