"""Two collections of the same children in one store: what was planted between them and across schools is found."""

import pytest

from tests.synthetic_checked import POSITION, answers, positions_expected

QUICK = ("--statistics", "none")
SIZE = {"schools": 16, "pupils": 80}


@pytest.fixture(scope="module")
def after(authority, tmp_path_factory):
    """Return a faulty authority with the store in which it came after its clean returns of the term before."""
    store = tmp_path_factory.mktemp("two") / "store"
    assert authority("2026-spring", **SIZE).run(store, *QUICK).code == 0
    of = authority("2026-summer", faults=True, **SIZE)
    assert of.run(store, *QUICK).code == 0
    return of, store


def test_a_second_collection_gives_the_findings_that_need_the_first_too(after):
    of, store = after
    found = sorted(tuple(row[name] for name in POSITION) for row in of.report(store, "findings.csv"))
    assert found == positions_expected(of.folder, previous=True)
    needed = {row["rule"] for row in answers(of.folder) if row["needs"]}
    assert needed == {"PREV-DOB", "PREV-ROLL", "PREV-SEX", "PREV-UPN"}


def test_a_finding_across_schools_names_the_other_school_and_no_child(after):
    of, store = after
    rows = [row for row in of.report(store, "findings.csv") if row["rule"].startswith("ACROSS-UPN")]
    schools = {row["laestab"] for row in rows}
    assert rows
    for row in rows:
        assert schools & set(row["message"].replace(",", "").replace(";", "").split()) - {row["laestab"]}
        assert row["upn"] not in row["message"]
