"""Two collections in one store: what changed since last time is asked about, whichever of them arrived first."""

import re
import shutil

import pytest

from tests.termly_calls import Authority, termly

QUICK = ("--statistics", "none")
NOTHING_NEW = "Nothing has changed since the last run: its outputs stand."


def edited(of, folder, *changes, without=()):
    """Copy an authority, with a tag of some pupils' (by UPN) changed and some schools' returns left out."""
    shutil.copytree(of.folder, folder)
    for path in sorted((folder / "census").iterdir()):
        text = path.read_text(encoding="utf-8")
        for upn, tag, value in changes:
            text = re.sub(rf"(<UPN>{upn}</UPN>.*?<{tag}>)[^<]*", rf"\g<1>{value}", text, count=1, flags=re.DOTALL)
        path.write_text(text, encoding="utf-8")
        if path.name[:7] in without:
            path.unlink()
    return Authority(folder, of.collection, of.on)


def upns_on_roll_in_both(spring, summer):
    def held(path):
        return re.findall(r"<PupilOnRoll>.*?<UPN>(\w+)</UPN>", path.read_text(encoding="utf-8"), re.DOTALL)

    return sorted(set(held(spring.returns[2])) & set(held(summer.returns[2])))


@pytest.fixture(scope="module")
def terms(authority, tmp_path_factory):
    """Return spring and summer of the same children: two faults of one kind, one lasting; a changed birth date."""
    root = tmp_path_factory.mktemp("terms")
    spring, summer = authority("2026-spring"), authority("2026-summer")
    lasting, fresh, changed = upns_on_roll_in_both(spring, summer)[:3]
    absent = summer.returns[-1].name[:7]
    before = edited(spring, root / "spring", (lasting, "Sex", "X"))
    after = edited(
        summer,
        root / "summer",
        (lasting, "Sex", "X"),
        (fresh, "Sex", "X"),
        (changed, "DOB", "2012-02-29"),
        without=(absent,),
    )
    return before, after, (lasting, fresh, changed, absent)


@pytest.fixture(scope="module")
def in_order(terms, tmp_path_factory):
    before, after, _ = terms
    store = tmp_path_factory.mktemp("in-order") / "store"
    assert before.run(store, *QUICK).code == 0
    assert after.run(store, *QUICK).code == 0
    return store


def recurring(of, store, rule):
    return {row["upn"]: row["recurs"] for row in of.report(store, "findings.csv") if row["rule"] == rule}


def test_a_finding_says_whether_the_last_collection_had_it_too(terms, in_order):
    before, after, (lasting, fresh, *_) = terms
    told = recurring(after, in_order, "CODE-SEX")
    assert told == {lasting: "yes", fresh: "no"}
    assert recurring(before, in_order, "CODE-SEX") == {lasting: ""}


def test_an_item_that_should_not_change_is_asked_about(terms, in_order):
    _, after, (*_, changed, _) = terms
    assert set(recurring(after, in_order, "PREV-DOB")) == {changed}


def test_a_school_that_was_there_last_time_is_missed(terms, in_order):
    before, after, (*_, absent) = terms
    row = next(row for row in after.report(in_order, "returns.csv") if row["laestab"] == absent)
    assert (row["received"], row["in_previous"]) == ("no", "yes")
    assert after.summary(in_order)["schools_missing_since_previous"] == [absent]
    assert before.summary(in_order)["schools_missing_since_previous"] is None


def test_without_a_list_of_schools_the_last_collection_says_whom_to_expect(terms, in_order, tmp_path):
    _, after, (*_, absent) = terms
    store = shutil.copytree(in_order, tmp_path / "store")
    shutil.rmtree(after.here(store, "landing", "gias"))
    assert termly("run", *after.base(store), *QUICK).code == 0
    row = next(row for row in after.report(store, "returns.csv") if row["laestab"] == absent)
    assert (row["expected"], row["status"], row["in_previous"]) == ("", "missing", "yes")
    assert row["school"]


def test_the_order_in_which_collections_arrive_changes_no_report(terms, in_order, tmp_path):
    before, after, _ = terms
    store = tmp_path / "store"
    assert after.run(store, *QUICK).code == 0
    assert recurring(after, store, "PREV-DOB") == {}
    assert before.run(store, *QUICK).code == 0
    said = after.run(store, *QUICK)
    assert said.code == 0
    assert NOTHING_NEW not in said.lines
    for name in ("findings.csv", "returns.csv", "cme_candidates.csv"):
        assert after.report(store, name) == after.report(in_order, name), name
    assert NOTHING_NEW in after.run(store, *QUICK).lines


def test_leavers_found_in_the_next_collection_are_no_candidates_any_more(terms, in_order, tmp_path):
    before, _, _ = terms
    store = shutil.copytree(in_order, tmp_path / "store")
    first = before.report(store, "cme_candidates.csv")
    assert NOTHING_NEW not in before.run(store, *QUICK).lines
    again = before.report(store, "cme_candidates.csv")
    assert {row["upn"] for row in again} <= {row["upn"] for row in first}
    assert all("2026-summer" in row["evidence"] for row in again if row["ground"] == "left, on no roll")
    assert NOTHING_NEW in before.run(store, *QUICK).lines


def test_a_check_of_returns_lists_children_to_look_into_too(terms, tmp_path):
    before, _, _ = terms
    said = termly("validate", before.folder / "census", "--collection", before.collection, "--report", tmp_path / "r")
    assert said.code == 0
    text = (tmp_path / "r" / "cme_candidates.csv").read_text(encoding="utf-8")
    assert text.startswith("ground,laestab,upn,child_id,")
    assert "no home education register to look at" in text
