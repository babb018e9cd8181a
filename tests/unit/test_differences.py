"""Publications made again, in odd orders, of schools that opened or closed: what the comparison asks of each."""

import numpy as np
import pandas as pd
import pytest

from schemas.release import CountsToProtect
from tests.movements import POLICY, people_of, publish, random_authority, rows_of
from transforms.differences.comparison import Earlier, Now, Publication, compared_children, compared_pupils
from transforms.differences.counts import true_counts

CROSSED = "FSM status | Year group"


def authority(*, schools=5, size=30, terms=1, busy=2.0, seed=5):
    return random_authority(np.random.default_rng(seed), schools=schools, size=size, terms=terms, busy=busy)


def now_of(made, people=None, policy="policy"):
    people = people_of(made, made.terms[0]) if people is None else people
    return Now(people, true_counts([CountsToProtect(rows_of(people.loc[~people["objects"]], made.schools))]), policy)


def all_shown(now):
    return Publication(now.ours, now.counts.assign(shown=True, apart=False), now.policy)


def without(people, number):
    """Leave out the first child of the school that a number stands for."""
    school = sorted(people["laestab"].unique())[number]
    return people.drop(people.index[people["laestab"].eq(school)][0]).reset_index(drop=True)


def test_the_first_publication_ever_is_asked_nothing():
    found = compared_pupils(now_of(authority()), Earlier(), POLICY)
    assert not found.refused
    assert found.published.apart.empty
    assert found.published.counts is None


def test_a_publication_made_again_of_the_same_children_is_not_refused_and_hides_nothing_more():
    now = now_of(authority())
    found = compared_pupils(now, Earlier(same=[all_shown(now)]), POLICY)
    assert not found.refused
    assert found.published.apart.empty
    assert found.published.counts["shown"].all()


def test_what_was_hidden_stays_hidden_under_the_same_policy_alone():
    now = now_of(authority())
    before = all_shown(now)
    before = Publication(before.people, before.counts.assign(shown=before.counts["value"].ge(3)), "policy")
    same = compared_pupils(now, Earlier(same=[before]), POLICY).published.counts
    other = compared_pupils(Now(now.people, now.counts, "other"), Earlier(same=[before]), POLICY).published.counts
    assert (~same["shown"]).any()
    assert other["shown"].all()


@pytest.mark.parametrize("number", [1, 2])
def test_one_or_two_children_fewer_in_the_authority_are_refused(number):
    made = authority()
    now, people = now_of(made), people_of(made, made.terms[0])
    for school in range(number):
        people = without(people, school)
    assert compared_pupils(now_of(made, people), Earlier(around=[all_shown(now)]), POLICY).refused


def test_where_single_children_left_three_schools_these_hide_and_the_others_need_not():
    made = authority()
    now, people = now_of(made), people_of(made, made.terms[0])
    for school in range(3):
        people = without(people, school)
    found = compared_pupils(now_of(made, people), Earlier(around=[all_shown(now)]), POLICY)
    assert not found.refused
    hidden = found.published.apart
    assert set(made.schools[:3]) <= set(hidden["laestab"])
    assert "Total" not in set(hidden["breakdown_topic"])


def test_a_school_that_opened_or_closed_with_all_its_children_hides_nothing():
    made = authority()
    people = people_of(made, made.terms[0])
    closed = people.loc[people["laestab"].ne(made.schools[0])].reset_index(drop=True)
    for before, after in ((people, closed), (closed, people)):
        found = compared_pupils(now_of(made, after), Earlier(around=[all_shown(now_of(made, before))]), POLICY)
        assert not found.refused
        assert found.published.apart.empty


def test_a_child_of_a_new_number_is_known_again_by_name_and_birth():
    made = authority()
    people = people_of(made, made.terms[0])
    renumbered = people.assign(child=people["child"].where(people.index != 3, "another number"))
    found = compared_pupils(now_of(made, renumbered), Earlier(around=[all_shown(now_of(made))]), POLICY)
    assert not found.refused
    assert found.published.apart.empty


def test_children_of_whom_neither_number_nor_name_is_known_are_left_out_of_the_comparison():
    made = authority()
    people = people_of(made, made.terms[0])
    nobody = people.assign(child=people["child"].where(people.index > 1), person=None)
    found = compared_pupils(now_of(made, nobody), Earlier(same=[all_shown(now_of(made, nobody))]), POLICY)
    assert not found.refused


def test_of_a_lone_child_of_its_year_group_the_crossed_counts_are_hidden():
    made = authority(schools=2, size=60)
    people = people_of(made, made.terms[0])
    people = people.assign(**{"Year group": np.where(people.index % 2, "Year 1", "Year 2")})
    gone = [*people.index[people["Year group"].eq("Year 1")][:1], *people.index[people["Year group"].eq("Year 2")][:9]]
    found = compared_pupils(
        crossed_of(made, people.drop(gone).reset_index(drop=True)),
        Earlier(around=[all_shown(crossed_of(made, people))]),
        POLICY,
    )
    hidden = found.published.apart
    years = hidden.loc[hidden["breakdown_topic"].eq(CROSSED), "breakdown"].str.split(" | ", regex=False).str[1]
    assert set(years) >= {"Year 1"}


def crossed_of(made, people):
    now = now_of(made, people)
    cells = people.groupby(["FSM status", "Year group"]).size().reset_index(name="value")
    rows = pd.DataFrame(
        {
            "figure": "pupils",
            "geography": "Local authority",
            "laestab": "",
            "breakdown_topic": CROSSED,
            "breakdown": cells["FSM status"] + " | " + cells["Year group"],
            "value": cells["value"],
        }
    )
    return Now(now.people, pd.concat([now.counts, rows], ignore_index=True), now.policy)


def test_a_register_of_which_one_child_left_shows_totals_and_what_everybody_knows():
    made = authority(schools=1)
    people = people_of(made, made.terms[0]).assign(laestab="")
    found = compared_children(now_of(made, people.iloc[1:]), Earlier(around=[all_shown(now_of(made, people))]), POLICY)
    assert not found.refused
    assert set(found.published.apart["breakdown_topic"]) == {"FSM status", "First language"}


def test_an_authority_of_ordinary_size_loses_little():
    made = publish(authority(schools=30, size=40, terms=3, busy=10.0, seed=1), POLICY.differences)
    assert len(made.order) == 3
    counts = 3 * 31 * 6
    assert made.apart < counts * 0.05
