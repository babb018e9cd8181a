"""The weights of fuzzy linking are data that says why, and a file that cannot be is refused."""

import pytest

from schemas._data import toml
from schemas.errors import UsageError
from schemas.linkage import linkage, linkage_from


def test_agreement_weighs_for_and_difference_against_one_child():
    for comparison in linkage().comparisons:
        missing, first, *_, last = comparison.levels
        assert missing.weight == 0
        assert last.weight < 0 < first.weight


def test_a_transposed_birthday_weighs_less_than_the_same_and_more_than_another():
    weights = [level.weight for level in linkage().comparison("date_of_birth").levels[1:]]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.update(surprise=1),
        lambda file: file["comparisons"][0]["levels"][1].update(m=0.5),
        lambda file: file["comparisons"][0]["levels"][1].pop("u"),
        lambda file: file["comparisons"][0]["levels"][1].pop("reason"),
        lambda file: file["comparisons"][0]["levels"].pop(),
        lambda file: file["searches"]["register"].update(review=99.0),
        lambda file: file["searches"]["register"].update(needs=["shoe_size"]),
        lambda file: file["engine"].update(threads=0),
    ],
    ids=[
        "unknown key",
        "m of more than 1",
        "no u",
        "no reason",
        "no else",
        "thresholds crossed",
        "stranger",
        "threads",
    ],
)
def test_a_file_that_cannot_be_followed_is_refused(change):
    file = toml("linkage.toml")
    change(file)
    with pytest.raises(UsageError, match=r"linkage\.toml cannot be followed at"):
        linkage_from(file)
