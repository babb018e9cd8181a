"""Age and year group count the same children: what one topic hides, the other must not show."""

import pandas as pd
import pytest

from schemas.breakdowns import Twin, twin_breakdowns
from schemas.disclosure import policy
from transforms.disclosure_control.counts import protect_counts

SUPPRESS = policy("suppress")
TWINS = (Twin(("Age", "Age 4"), ("Year group", "Reception")), Twin(("Age", "Age 5"), ("Year group", "Year 1")),
         Twin(("Age", "Age 6"), ("Year group", "Year 2")))  # fmt: skip


def table(years, ages):
    """One authority with one school; the counts of both topics by school."""
    rows = []
    for geography, laestab in (("Local authority", None), ("School", "8562000")):
        rows.append((geography, laestab, "Total", "Total", sum(years.values())))
        rows += [(geography, laestab, "Year group", name, count) for name, count in years.items()]
        rows += [(geography, laestab, "Age", name, count) for name, count in ages.items()]
    return pd.DataFrame(rows, columns=["geography", "laestab", "breakdown_topic", "breakdown", "value"]).astype(
        {"value": "int64"}
    )


def hidden(frame):
    shown = frame.loc[frame["geography"].eq("School")]
    return {
        (topic, item)
        for topic, item, value in zip(shown["breakdown_topic"], shown["breakdown"], shown["value"], strict=True)
        if pd.isna(value)
    }


def protected(counts, twins):
    made = protect_counts(counts, policy=SUPPRESS, twins=twins, dataset="test")
    return counts.assign(value=made.frame["value"])


@pytest.fixture
def counts():
    years = {"Reception": 3, "Year 1": 40, "Year 2": 60, "Unknown": 0}
    return table(years, {"Age 4": 3, "Age 5": 40, "Age 6": 60, "Unknown": 0})


def test_a_count_hidden_in_one_topic_is_hidden_in_its_twin(counts):
    found = hidden(protected(counts, TWINS))
    assert ("Year group", "Reception") in found
    for twin in TWINS:
        assert (twin.one in found) == (twin.other in found)


def test_twins_that_differ_by_a_child_out_of_cohort_are_hidden_together_too():
    years = {"Reception": 3, "Year 1": 41, "Year 2": 59, "Unknown": 0}
    found = hidden(protected(table(years, {"Age 4": 4, "Age 5": 39, "Age 6": 60, "Unknown": 0}), TWINS))
    for twin in TWINS:
        assert (twin.one in found) == (twin.other in found)


def test_an_item_without_a_twin_does_not_give_the_rest_away():
    years = {"Reception": 2, "Year 1": 40, "Year 2": 60, "Unknown": 0}
    ages = {"Age 4": 2, "Age 5": 40, "Age 6": 57, "Age 19 and over": 3, "Unknown": 0}
    found = hidden(protected(table(years, ages), TWINS))
    # Were Age 4, 5 and 19 and over hidden against Reception and Year 1, the difference would be the third.
    assert ("Age", "Age 19 and over") in found
    assert len({item for topic, item in found if topic == "Age"}) >= 3


def test_every_year_from_reception_to_fourteen_has_its_age():
    pairs = {twin.other[1]: twin.one[1] for twin in twin_breakdowns()}
    assert pairs["Reception"] == "Age 4"
    assert all(pairs[f"Year {year}"] == f"Age {year + 4}" for year in range(1, 15))
