"""What the declared topics promise to whoever compares our tables over terms."""

import pytest

from schemas.breakdowns import code_set_of, item_order, items_of, nested_topics, places_in
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.datasets import dataset, datasets, topic
from schemas.errors import ContractBroken
from schemas.statistics import META_COLUMNS

SPRING, AUTUMN = Collection.parse("2026-spring"), Collection.parse("2025-autumn")
CENSUS_TOPICS = dataset("pupils_characteristics").topics


def names(dataset_id, collection):
    return [each.name for each in dataset(dataset_id).topics_in_force(collection)]


def test_ethnicity_and_type_of_need_are_counted_in_spring_alone():
    spring_only = {"Ethnicity major", "Ethnicity minor", "SEN primary need"}
    assert set(names("pupils_characteristics", SPRING)) - set(names("pupils_characteristics", AUTUMN)) == spring_only


def test_the_two_reasons_of_autumn_2025_are_not_offered_before_it():
    before = [item.name for item in items_of("ehe_reason", Collection.parse("2025-summer"))]
    after = [item.name for item in items_of("ehe_reason", AUTUMN)]
    assert (len(before), len(after)) == (17, 19)
    assert set(after) - set(before) == {
        "Offered school place but not yet accepted",
        "Did not apply for school place at compulsory school age",
    }


@pytest.mark.parametrize("topic_id", [each for each in CENSUS_TOPICS if topic(each).sorted_by.startswith("code")])
def test_no_code_in_force_is_counted_as_unknown_unless_the_data_say_so(topic_id):
    codes = code_set(code_set_of(topic(topic_id), SPRING))
    looked_up = codes.column(topic(topic_id).roll_up, SPRING) if topic(topic_id).roll_up else codes.labels(SPRING)
    falls = {code for item in items_of(topic_id, SPRING) for code in item.codes}
    wanted = set(looked_up.values()) if topic(topic_id).roll_up else set(looked_up)
    assert wanted <= falls


def test_a_need_added_to_the_code_set_becomes_an_item_of_its_own_from_its_first_term():
    assert "Down syndrome" in [item.name for item in items_of("sen_primary_need", SPRING)]
    assert "Down syndrome" not in [item.name for item in items_of("sen_primary_need", Collection.parse("2024-spring"))]


@pytest.mark.parametrize("dataset_id", list(datasets()))
@pytest.mark.parametrize("collection", [SPRING, AUTUMN], ids=str)
def test_items_of_a_topic_are_distinct_and_stand_in_the_published_order(dataset_id, collection):
    places = places_in(dataset(dataset_id))
    for each in dataset(dataset_id).topics_in_force(collection):
        found = [item.name for item in items_of(each.id, collection)]
        assert len(set(found)) == len(found)
        assert [places[each.name, name] for name in found] == sorted(places[each.name, name] for name in found)
        assert set(found) <= set(item_order(each.id))


@pytest.mark.parametrize("nested", nested_topics("pupils_characteristics", SPRING), ids=lambda each: each.child_topic)
def test_every_item_of_a_nested_topic_is_part_of_exactly_one_sum(nested):
    by_name = {topic(each).name: each for each in CENSUS_TOPICS}
    children = [item.name for item in items_of(by_name[nested.child_topic], SPRING)]
    parents = [item.name for item in items_of(by_name[nested.parent_topic], SPRING)]
    assert sorted(name for _, below in nested.sums for name in below) == sorted(children)
    assert sorted(name for above, _ in nested.sums for name in above) == sorted(parents)


def test_an_unknown_dataset_or_topic_is_refused():
    with pytest.raises(ContractBroken, match="no attendance_by_moon"):
        dataset("attendance_by_moon")
    with pytest.raises(ContractBroken, match="no star_sign"):
        topic("star_sign")


@pytest.mark.parametrize("dataset_id", list(datasets()))
def test_names_and_labels_keep_to_the_lengths_of_the_platform(dataset_id):
    each = dataset(dataset_id)
    assert len(each.breakdown_label) <= 80
    assert all(len(indicator.label) <= 80 for indicator in each.indicator)
    assert all(len(item) <= 120 for topic_id in each.topics for item in item_order(topic_id))
    assert len(META_COLUMNS) == 8


@pytest.mark.parametrize(
    ("dataset_id", "collection", "time"),
    [
        ("ehe_census", "2025-autumn", ("202526", "Autumn term")),
        ("ehe_census", "2026-summer", ("202526", "Summer term")),
        ("ehe_academic_year", "2025-autumn", ("202425", "Academic year")),
    ],
)
def test_time_is_the_academic_year_and_term_of_the_figures(dataset_id, collection, time):
    assert dataset(dataset_id).time_of(Collection.parse(collection)) == time
