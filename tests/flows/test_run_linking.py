"""A run links children written down otherwise, asks a clerk where it cannot tell, and does what the clerk decided."""

import csv
import shutil

import pytest

from tests.termly_calls import rows_of, termly

LISTS = {"link_review.csv", "same_child_review.csv"}
QUICK = ("--statistics", "none")


@pytest.fixture(scope="module")
def pupils(spring, tmp_path_factory):
    """Return two pupils on a roll, of school age and of different forenames, with their postcodes."""
    store = tmp_path_factory.mktemp("known") / "store"
    inputs = ("--census", spring.folder / "census", "--on", spring.on, *QUICK)
    assert termly("run", *spring.base(store), *inputs).code == 0
    key = ["laestab", "is_on_roll", "record"]
    table, homes = spring.table(store, "school_census", "pupils"), spring.table(store, "school_census", "addresses")
    living = table.merge(homes[[*key, "postcode"]].drop_duplicates(key), on=key, how="inner", validate="1:1")
    old_enough = living["dob"].astype("str").str[:4].isin([str(year) for year in range(2012, 2018)])
    able = living.loc[living["is_on_roll"] & old_enough & living["forename"].str.len().gt(4) & living["upn"].notna()]
    one, *others = able.sort_values("record").astype("object").to_dict("records")
    return one, next(other for other in others if other["forename"] != one["forename"])


@pytest.fixture(scope="module")
def register(spring, pupils, tmp_path_factory):
    """Write a register: one child with a letter lost from the forename, one who has moved far away; neither has a UPN."""
    path = tmp_path_factory.mktemp("register") / "register.csv"
    with (spring.folder / "ehe" / "ehe_register.csv").open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    rows = []
    for name, pupil in zip(("LOST", "MOVED"), pupils, strict=True):
        known = {"Child ID": name, "Surname": pupil["surname"], "Date of Birth": f"{pupil['dob']:%d/%m/%Y}"}
        known |= {"Gender": {"M": "Male", "F": "Female"}[pupil["sex"]], "EHE Start Date": "01/09/2025"}
        known |= {"Forename": pupil["forename"], "Postcode": "ZE1 9ZZ"}
        rows.append(known)
    rows[0] |= {"Forename": pupils[0]["forename"][:2] + pupils[0]["forename"][3:], "Postcode": pupils[0]["postcode"]}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def decided(path, review, decision):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(review[0]))
        writer.writeheader()
        writer.writerows({**row, "decision": decision, "by": "AB", "day": "2026-02-01"} for row in review)
    return path


@pytest.fixture(scope="module")
def first(spring, register, tmp_path_factory):
    """Return what a run with the register said, and its store; not to be changed."""
    store = tmp_path_factory.mktemp("first") / "store"
    inputs = ("--census", spring.folder / "census", "--ehe", register, "--on", spring.on, *QUICK)
    return termly("run", *spring.base(store), *inputs), store


@pytest.fixture
def again(spring, first, tmp_path):
    """Return a caller of a second run on a copy of the store, given a list of decisions."""

    def call(decisions):
        store = shutil.copytree(first[1], tmp_path / "store")
        given = ("--input", f"link_decisions={decisions}", "--on", spring.on, *QUICK)
        return termly("run", *spring.base(store), *given), store

    return call


def on_roll_too(spring, store):
    return {
        row["child_id"]
        for row in spring.report(store, "findings.csv")
        if row["rule"] in {"EHE-ON-ROLL", "EHE-FULL-TIME"}
    }


def test_a_letter_lost_still_links_and_is_counted_apart(first, spring):
    said, store = first
    assert said.code == 0
    summary = spring.summary(store)
    assert summary["links_by_method"] == {"upn": 0, "uln": 0, "name, date of birth, postcode": 0, "fuzzy": 1}
    assert summary["linked_children"] == 1
    assert on_roll_too(spring, store) == {"LOST"}


def test_the_child_who_moved_is_listed_for_a_clerk_by_numbers_alone(first, spring, pupils):
    said, store = first
    (row,) = spring.report(store, "link_review.csv")
    assert (row["child_id"], row["upn"], row["roll"], row["decision"]) == ("MOVED", pupils[1]["upn"], "on", "")
    assert (row["forename"], row["date_of_birth"], row["postcode"]) == ("same", "same", "differs")
    text = (spring.here(store, "reports") / "link_review.csv").read_text(encoding="utf-8")
    assert not {pupils[1][name] for name in ("forename", "surname", "postcode")} & set(
        text.replace("\r\n", ",").split(",")
    )
    assert spring.summary(store)["link_review"] == 1
    assert any("link_review.csv" in line for line in said.lines)


@pytest.mark.parametrize(("decision", "linked"), [("yes", {"LOST", "MOVED"}), ("No", {"LOST"})])
def test_the_list_handed_back_decides(first, again, spring, tmp_path, decision, linked):
    _, store = first
    listed = decided(tmp_path / "link_review.csv", spring.report(store, "link_review.csv"), decision)
    said, store = again(listed)
    assert said.code == 0
    assert on_roll_too(spring, store) == linked
    assert spring.report(store, "link_review.csv") == []
    assert spring.summary(store)["links_by_method"].get("clerk", 0) == len(linked) - 1
    assert spring.summary(store)["link_decisions"] == {
        "yes": int(decision == "yes"), "no": int(decision != "yes"), "unused": 0}  # fmt: skip


def test_decisions_that_cannot_be_read_are_quarantined_and_decide_nothing(again, spring, tmp_path):
    bad = tmp_path / "decisions.csv"
    bad.write_text("nothing,of,this\n1,2,3\n", encoding="utf-8")
    said, store = again(bad)
    assert said.code == 4
    assert any("decisions.csv" in sentence for sentence in said.quarantined())
    assert len(spring.report(store, "link_review.csv")) == 1


def test_decisions_that_find_nobody_are_said(first, again, spring, tmp_path):
    _, store = first
    stray = [{**row, "child_id": "NOBODY"} for row in spring.report(store, "link_review.csv")]
    said, _ = again(decided(tmp_path / "decisions.csv", stray, "yes"))
    assert "link decisions: 1 find no child or record of this run, or are neither yes nor no" in said.lines


def test_validate_lists_the_same_for_a_clerk(first, spring, register, tmp_path):
    _, store = first
    report = tmp_path / "report"
    said = termly(
        "validate", spring.folder / "census", "--collection", spring.collection, "--ehe", register, "--report", report, key=None
    )  # fmt: skip
    assert said.code == 0
    for name in LISTS:
        assert rows_of((report / name).read_bytes()) == spring.report(store, name)


def test_without_a_register_only_the_census_is_searched(spring, tmp_path):
    report = tmp_path / "report"
    termly("validate", spring.folder / "census", "--collection", spring.collection, "--report", report, key=None)
    assert {path.name for path in report.iterdir()} & LISTS == {"same_child_review.csv"}
