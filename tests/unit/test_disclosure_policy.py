"""Disclosure policies: what a council writes is either followed or refused, never half understood."""

import copy
import tomllib

import pytest

from schemas import _data
from schemas.datasets import datasets, topic
from schemas.disclosure import Rounded, Suppress, Unprotected, policies, policy
from schemas.errors import UsageError


@pytest.fixture
def declared():
    return copy.deepcopy(_data.toml("disclosure.toml"))


def test_the_default_policy_is_the_one_written_down():
    default = policy("suppress")
    assert isinstance(default, Suppress)
    assert (default.threshold, default.zeros_shown, default.minimum_width, default.small_group) == (5, True, 3, 10)
    assert default.symbols.hidden == "c"


def test_every_profile_says_where_it_comes_from_and_since_when():
    for each in policies().values():
        assert each.source
        assert each.label
        assert each.date.year >= 2026


def test_dfes_rounding_and_no_protection_are_profiles_too():
    assert isinstance(policy("round-ehe"), Rounded)
    unprotected = policy("none")
    assert isinstance(unprotected, Unprotected)
    assert unprotected.zone == "local authority"


def test_every_dataset_is_published_under_a_profile_that_exists_and_protects():
    published = {each.profile for each in datasets().values()}
    assert published <= set(policies()) - {"none"}


def test_headline_topics_are_topics_that_are_published():
    names = {topic(each).name for dataset in datasets().values() for each in dataset.topics}
    assert set(policy("suppress").information_loss.headline_topics) <= names


def test_a_misspelt_key_is_refused_and_named(declared):
    declared["profiles"]["suppress"]["treshold"] = 3
    with pytest.raises(UsageError, match=r"suppress\.treshold"):
        policies(declared)


def test_a_missing_threshold_is_refused(declared):
    del declared["profiles"]["suppress"]["threshold"]
    with pytest.raises(UsageError, match=r"suppress\.threshold"):
        policies(declared)


def test_a_small_group_that_could_never_be_wide_is_refused(declared):
    declared["profiles"]["suppress"]["small_group"] = 4
    with pytest.raises(UsageError):
        policies(declared)


def test_an_unknown_method_is_refused(declared):
    declared["profiles"]["suppress"]["method"] = "hope"
    with pytest.raises(UsageError):
        policies(declared)


def test_an_unknown_profile_is_answered_with_the_known_ones():
    with pytest.raises(UsageError, match="none, round-ehe, round-n, small-count-rounding, suppress"):
        policy("supress")


def test_a_councils_own_file_takes_the_place_of_ours(declared):
    declared["profiles"]["suppress"]["threshold"] = 10
    assert policy("suppress", declared=declared).threshold == 10


def test_the_shipped_file_is_plain_toml():
    assert set(tomllib.loads(_data.text("disclosure.toml"))) == {"profiles"}
