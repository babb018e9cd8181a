"""Fuzzy linking measured: on invented children written down with planted errors, and whatever the order of rows."""

import pandas as pd
import pytest

from flows.bench_linkage import CHILDREN, listings, register_found, two_upns_found
from schemas.collection import Collection
from schemas.linkage import linkage
from transforms.link import link
from transforms.linkage.register import fuzzy_links
from transforms.linkage.two_upns import under_two_upns
from transforms.synthetic.authority import synthetic_la
from transforms.synthetic.corrupt import corrupted
from transforms.synthetic.linkage_case import ABSENT, register_case, two_upn_case

SPRING = Collection.parse("2026-spring")


@pytest.fixture(scope="module")
def authority():
    """Return an authority of 20,000 pupils."""
    return synthetic_la(20, 1000, collection=SPRING, la="856", seed=1)


@pytest.fixture(scope="module")
def village():
    return synthetic_la(2, 100, collection=SPRING, la="856", seed=3)


@pytest.fixture(scope="module")
def register(authority):
    return register_found(register_case(authority, CHILDREN, seed=1))


@pytest.fixture(scope="module")
def twice(authority):
    return two_upns_found(two_upn_case(authority, CHILDREN // 2, seed=1))


def test_links_made_without_a_clerk_are_right(register):
    assert register.pairs > 500
    assert register.precision >= 0.99


def test_most_children_are_found_and_nearly_all_of_them_linked_or_listed(register):
    assert register.recall("linked") >= 0.62
    assert register.recall("linked", "listed") >= 0.94


def test_a_clerk_of_the_register_mostly_says_yes(register):
    present = register.kinds.loc[register.kinds["kind"] != ABSENT]
    assert (present["listed"] * present["children"]).sum() / register.listed >= 0.8


def test_one_slip_of_the_hand_does_not_lose_a_child(register):
    kinds = register.kinds.set_index("kind")
    assert (
        kinds.loc[["forename mistyped", "surname mistyped", "postcode mistyped", "names swapped"], "linked"] >= 0.9
    ).all()
    assert (
        kinds.loc[["moved away", "surname changed", "birthday missing"], ["linked", "listed"]].sum(axis=1) >= 0.95
    ).all()


def test_pupils_under_two_upns_are_listed_and_others_seldom(twice):
    assert twice.recall("listed") >= 0.84
    assert twice.precision >= 0.95


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 8))
def test_other_authorities_give_the_same(seed):
    authority = synthetic_la(20, 1000, collection=SPRING, la="856", seed=seed)
    known = register_found(register_case(authority, CHILDREN, seed=seed))
    double = two_upns_found(two_upn_case(authority, CHILDREN // 2, seed=seed))
    assert known.precision >= 0.99
    assert known.recall("linked", "listed") >= 0.93
    assert double.recall("listed") >= 0.82


def shuffled(frame, seed):
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_changes_nothing(village, seed):
    case, upns = register_case(village, 60, seed=1), two_upn_case(village, 30, seed=1)
    tables = (case.pupils, case.addresses)
    exact = link(case.register, *tables).frame
    one = fuzzy_links(case.register, tables, exact, data=linkage())
    mixed = tuple(shuffled(table, seed) for table in tables)
    other = fuzzy_links(shuffled(case.register, seed), mixed, shuffled(exact, seed), data=linkage())
    assert len(one.found) > 10
    assert len(one.review) > 5
    pd.testing.assert_frame_equal(one.found, other.found)
    pd.testing.assert_frame_equal(one.review, other.review)
    straight = under_two_upns(upns.pupils, upns.addresses, linkage())
    assert len(straight) > 10
    pd.testing.assert_frame_equal(
        straight, under_two_upns(shuffled(upns.pupils, seed), shuffled(upns.addresses, seed), linkage())
    )


def test_the_same_seed_plants_the_same_errors(village):
    people = village.rolls.drop_duplicates("child").reset_index(drop=True)
    pd.testing.assert_frame_equal(corrupted(people, seed=5), corrupted(people, seed=5))
    assert not corrupted(people, seed=5).equals(corrupted(people, seed=6))


def test_every_planted_error_changes_what_its_kind_says(village):
    people = village.rolls.drop_duplicates("child").reset_index(drop=True)
    written = corrupted(people, seed=1)
    assert written["kind"].nunique() > 20
    moved = written["kind"].eq("moved away")
    assert (written.loc[moved, "postcode"] != people.loc[moved, "postcode"]).all()
    same = ["forename", "surname", "dob", "sex"]
    pd.testing.assert_frame_equal(written.loc[moved, same], people.loc[moved, same], check_dtype=False)
    swapped = written["kind"].eq("names swapped")
    assert (written.loc[swapped, "forename"] == people.loc[swapped, "surname"]).all()


def test_the_benchmark_prints_both_searches(village):
    known, double = listings(village, children=60)
    assert "60 children of a register" in known.title
    assert "30 pupils under two UPNs" in double.title
    assert {row["kind"] for row in known.rows} >= {ABSENT, "moved away"}
