"""Somebody holds three terms of statistics and knows who came, left and changed schools: is a child given away?

The attacker here shares nothing with the product: for a child of a small movement it asks an integer programme for
another assignment of items to all children that fits every figure shown, hidden counts being anything at all.
"""

import numpy as np
import pytest

from tests.movements import LA, POLICY, SCHOOL, TOPICS, fixed, leaks, people_of, publish, random_authority, rows_of

RULE = POLICY.differences
SEEDS = range(24)
BUSY = (0.7, 1.5, 3.0, 5.0)


def authority_of(seed, **more):
    rng = np.random.default_rng(seed)
    return random_authority(rng, schools=int(rng.integers(3, 7)), busy=float(rng.choice(BUSY)), **more)


def leaks_of(seed, rule, *, order=None):
    made = publish(authority_of(seed), rule, order=order)
    return leaks(made, RULE.movement), len(made.order)


def test_no_movement_of_one_or_two_children_tells_of_them_over_three_terms():
    found = [leaks_of(seed, RULE) for seed in SEEDS]
    assert [told for told, _ in found] == [[]] * len(SEEDS)
    assert sum(published for _, published in found) > 2 * len(SEEDS)


def test_without_the_comparison_the_same_attack_finds_children():
    assert sum(len(leaks_of(seed, None)[0]) for seed in SEEDS) > len(SEEDS)


@pytest.mark.parametrize("order", [(2, 0, 1), (1, 2, 0)])
def test_a_term_published_after_its_neighbours_is_held_to_them(order):
    assert [leaks_of(seed, RULE, order=order)[0] for seed in range(8)] == [[]] * 8


def test_a_lone_objector_is_not_told_by_dfes_table_of_the_school():
    told = {"nothing": 0, "school": 0}
    published = 0
    for seed in range(20):
        for beside in told:
            made = authority_of(seed, objectors=1, terms=1)
            publish(made, RULE.model_copy(update={"beside_dfe": beside}))
            (objector,) = np.flatnonzero(made.objects)
            if made.shown[0] is None:
                continue
            published += beside == "school"
            told[beside] += sum(fixed(made, objector, topic, [0], others=[dfe(made, objector)]) for topic in TOPICS)
    assert published > 10
    assert told["school"] == 0
    assert told["nothing"] > 10


def dfe(made, objector):
    """DfE's table of the objector's school: everybody is in it."""
    school = made.terms[0][objector]
    rows = rows_of(people_of(made, made.terms[0]), [school])
    held = rows.loc[rows["geography"].eq(SCHOOL)]
    keys = zip(held["laestab"], held["breakdown_topic"], held["breakdown"], strict=True)
    return made.terms[0], dict(zip(keys, held["value"], strict=True))


def test_beside_all_of_dfes_tables_a_lone_objector_stops_the_release():
    made = publish(authority_of(1, objectors=1), RULE.model_copy(update={"beside_dfe": "authority"}))
    assert made.shown == [None, None, None]


def test_the_authoritys_figures_are_refused_where_the_authority_itself_moved_by_one_child():
    made = authority_of(3, terms=1)
    later = made.terms[0].copy()
    later[np.flatnonzero(later == "")[0]] = made.schools[0]
    made.terms.append(later)
    publish(made, RULE)
    assert made.shown[0] is not None
    assert made.shown[1] is None
    assert LA not in made.schools
