"""A run finds what is wrong in the returns, all of it and nothing else, and says what became of every row."""

import pytest

from tests.synthetic_checked import positions_expected
from tests.termly_calls import rows_of, termly

POSITION = ("rule", "laestab", "table", "roll", "record", "sub_record", "field", "child_id")
TERMS = ("2026-spring", "2026-summer", "2026-autumn")
QUICK = ("--statistics", "none")


def positions(rows):
    return sorted(tuple(row[name] for name in POSITION) for row in rows)


@pytest.fixture(scope="module", params=TERMS)
def run(request, authority, tmp_path_factory):
    """Return a faulty authority of each term with the store of its run from XML."""
    of = authority(request.param, faults=True)
    store = tmp_path_factory.mktemp("faulty") / "store"
    assert of.run(store, *QUICK, ehe="ehe_register.xlsx").code == 0
    return of, store


def test_the_findings_of_a_run_are_exactly_those_that_were_planted(run):
    of, store = run
    found, expected = positions(of.report(store, "findings.csv")), positions_expected(of.folder)
    assert found == expected
    assert len(expected) > 60


def test_the_summary_counts_what_the_findings_list(run):
    of, store = run
    found, summary = of.report(store, "findings.csv"), of.summary(store)
    counts = {rule: sum(row["rule"] == rule for row in found) for rule in {row["rule"] for row in found}}
    assert summary["findings_by_rule"] == counts
    assert summary["errors"] == sum(row["severity"] == "error" for row in found)
    assert summary["queries"] == sum(row["severity"] == "query" for row in found)


def test_every_row_received_comes_out_or_is_accounted_for(run):
    of, store = run
    summary, pupils = of.summary(store), of.table(store, "school_census", "pupils")
    register = rows_of((of.folder / "ehe" / "ehe_register.csv").read_bytes())
    elements = sum(path.read_bytes().count(b"<PupilIdentifiers>") for path in of.returns)
    assert summary["rows_in"] == elements + len(register)
    assert summary["rows_in"] == summary["rows_out"] + summary["rows_quarantined"] + summary["rows_superseded"]
    assert summary["rows_out"] == len(pupils) + len(of.table(store, "elective_home_education", "register"))
    assert summary["pupils_on_roll"] + summary["pupils_no_longer_on_roll"] == len(pupils)
    assert summary["ehe_children"] == len(register)


def test_collect_csv_of_the_same_returns_gives_the_same_tables_and_findings(run, tmp_path):
    of, store = run
    assert of.run(tmp_path / "csv", *QUICK, form="collect_csv").code == 0
    for folder in sorted((store / "clean" / "school_census").iterdir()):
        xml, csv = (in_key_order(of.table(root, "school_census", folder.name)) for root in (store, tmp_path / "csv"))
        if folder.name == "schoolcensus":
            # The header says where it came from; COLLECT adds the name of the census.
            apart = ["form", "source_file", "sha256", "name"]
            assert set(csv["form"]) == {"collect_csv"}
            xml, csv = xml.drop(columns=apart), csv.drop(columns=apart)
        assert xml.astype("str").equals(csv.astype("str")), folder.name
        assert list(xml.dtypes.astype("str")) == list(csv.dtypes.astype("str"))
    assert without_file(of.report(tmp_path / "csv", "findings.csv")) == without_file(of.report(store, "findings.csv"))


def in_key_order(frame):
    keys = [name for name in ("laestab", "is_on_roll", "record", "sub_record", "parent_record") if name in frame]
    return frame.sort_values(keys).reset_index(drop=True)


def without_file(rows):
    return [{name: cell for name, cell in row.items() if name != "source_file"} for row in rows]


def test_returns_without_fault_give_no_finding(finished, spring):
    assert spring.report(finished, "findings.csv") == []
    summary = spring.summary(finished)
    assert (summary["errors"], summary["queries"], summary["files_quarantined"]) == (0, 0, 0)
    assert summary["schools_received"] == len(spring.returns)


def test_the_returns_list_sets_every_school_received_against_those_expected(finished, spring):
    listed = spring.report(finished, "returns.csv")
    received = {row["laestab"]: int(row["on_roll"]) for row in listed if row["received"] == "yes"}
    assert set(received) == {path.name[:7] for path in spring.returns}
    assert sum(received.values()) == spring.summary(finished)["pupils_on_roll"]
    assert spring.summary(finished)["schools_expected"] == sum(row["expected"] == "yes" for row in listed)


def test_a_school_that_sent_nothing_is_on_the_returns_list(spring, tmp_path):
    some = tmp_path / "census"
    some.mkdir()
    for path in spring.returns[1:]:
        (some / path.name).write_bytes(path.read_bytes())
    absent = spring.returns[0].name[:7]
    termly("run", *spring.base(tmp_path / "s"), *QUICK, "--census", some, "--schools", spring.folder / "schools.csv")
    row = next(row for row in spring.report(tmp_path / "s", "returns.csv") if row["laestab"] == absent)
    assert (row["expected"], row["received"]) == ("yes", "no")
