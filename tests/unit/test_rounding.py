"""Counts published rounded or changed: what stands in the file, and what nobody can reckon from it."""

import numpy as np
import pandas as pd
import pytest

from schemas.disclosure import Rounded, SmallCounts, policies
from schemas.errors import DisclosureUnsafe, UsageError
from schemas.populations import Across
from tests.disclosure_tables import NESTED, as_counts, authority, table
from tests.rounded_tables import EHE, SMALL, TO_FIVE, adds_up, possible_widths, release, said, to_protect
from transforms.rounding.audit import audit_rounded
from transforms.rounding.cells import cells_to_round
from transforms.rounding.conventional import known_of_rounded


def alone(value, profile=EHE):
    """What is published of a count that stands alone."""
    (told,) = said(release(to_protect(as_counts([(None, "Total", "Total", value)])), profile=profile)).values()
    return told


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, 0), (1, "low"), (4, "low"), (5, 10), (9, 10), (14, 10), (15, 20), (126, 130), (2840, 2840)],
)
def test_dfes_rounding_is_to_ten_half_up_and_low_is_not_nought(value, told):
    assert alone(value) == told


@pytest.mark.parametrize(("value", "told"), [(0, 0), (1, "low"), (2, "low"), (3, 5), (7, 5), (8, 10), (12, 10)])
def test_a_council_may_round_to_five(value, told):
    assert alone(value, TO_FIVE) == told


@pytest.mark.parametrize(("value", "told"), [(0, 0), (1, 0), (2, 0), (3, 5), (4, 5), (5, 5), (6, 6), (203, 203)])
def test_only_small_counts_change_where_no_total_asks_for_more(value, told):
    assert alone(value, SMALL) == told


def test_what_rounding_gives_away_is_counted_under_dfes_convention():
    counts = table("""
        place | Year 1 | Year 2 | Year 3 | Year 4
        LA    | 1      | 1      | 1      | 1
    """)
    told = release(to_protect(counts))
    assert set(said(told).values()) == {"low"}
    assert not EHE.claims
    assert told.report.audit.exact == 5  # four counts of at least 1 come to at most 4


def test_what_rounding_alone_gives_away_is_not_available_where_a_profile_claims():
    counts = table("""
        place | Sex F | Sex M
        LA    | 1     | 1
    """)
    plain = release(to_protect(counts), profile=TO_FIVE.model_copy(update={"claims": False}))
    assert plain.report.audit.exact == 3
    held = release(to_protect(counts), profile=TO_FIVE)
    assert held.report.audit.clean
    assert held.report.not_available == list(said(held).values()).count("x") > 0


def test_the_audit_of_rounded_counts_agrees_with_every_table_there_is():
    counts = table("""
        place | Sex F | Sex M | Sex U | FSM Y | FSM N
        LA    | 4     | 3     | 1     | 1     | 7
    """)
    cells = cells_to_round([to_protect(counts)]).cells
    known = known_of_rounded(cells, np.zeros(len(cells), dtype=bool), TO_FIVE)
    judged = cells.publishable & (cells.value > 0) & (cells.value < 5)
    for width in (1, 2, 3):
        report = audit_rounded(cells, known, judged=judged, minimum_width=width)
        widths = possible_widths(cells, known.lower, known.upper)[judged]
        assert report.exact == (widths == 0).sum()
        assert report.exact + report.narrow == (widths < width).sum()
        assert report.unproved == 0


def test_small_counts_become_nought_or_the_base_and_totals_are_the_sums_of_what_is_shown():
    counts = table("""
        place | Sex F | Sex M | FSM Y | FSM N
        LA    | 13    | 12    | 4     | 21
        S1    | 2     | 2     | 1     | 3
        S2    | 11    | 10    | 3     | 18
    """)
    told = release(to_protect(counts), profile=SMALL)
    numbers = said(told)
    assert all(number == 0 or number >= 5 for number in numbers.values())
    for school in ("", "S1", "S2"):
        total = numbers["pupils", school, "Total", "Total"]
        assert total == sum(numbers["pupils", school, "Sex", sex] for sex in "FM")
        assert total == sum(numbers["pupils", school, "FSM", fsm] for fsm in "YN")
    for topic, item in (("Sex", "F"), ("FSM", "Y"), ("Total", "Total")):
        parts = [numbers["pupils", school, topic, item] for school in ("S1", "S2")]
        assert numbers["pupils", "", topic, item] == sum(parts)
    assert told.report.audit.clean
    true = cells_to_round([to_protect(counts)]).cells.value[: len(numbers)]
    assert told.report.largest_change >= np.abs(np.array(list(numbers.values())) - true).max()


def test_the_same_count_is_the_same_in_every_table_of_a_release():
    one = table("""
        place | Sex F | Sex M
        LA    | 53    | 2
    """)
    other = table("""
        place | FSM Y | FSM N
        LA    | 1     | 54
    """)
    together = [to_protect(one), to_protect(other)]
    told = release(*together, profile=SMALL)
    assert told.frame[["figure", "breakdown_topic", "breakdown"]].duplicated().sum() == 0
    assert adds_up(told, *together)


def test_populations_that_add_up_to_another_still_do():
    whole = to_protect(as_counts([(None, "Total", "Total", 21)]), figure="enrolments")
    parts = [
        to_protect(as_counts([(None, "Total", "Total", number)]), figure=name)
        for name, number in (("persistent", 3), ("others", 18))
    ]
    sums = (Across(whole="enrolments", parts=("persistent", "others")),)
    numbers = said(release(whole, *parts, profile=SMALL, across=sums))
    assert numbers["persistent", "", "Total", "Total"] in (0, 5)
    total = numbers["persistent", "", "Total", "Total"] + numbers["others", "", "Total", "Total"]
    assert numbers["enrolments", "", "Total", "Total"] == total


def test_pupils_without_a_reason_that_overlaps_are_no_small_count_either():
    counts = as_counts(
        [
            (None, "Total", "Total", 20),
            (None, "Reason", "Fighting", 18),
            (None, "Reason", "Other", 9),
        ]
    )
    numbers = said(release(to_protect(counts, overlapping=("Reason",)), profile=SMALL))
    total = numbers["pupils", "", "Total", "Total"]
    for reason in ("Fighting", "Other"):
        without = total - numbers["pupils", "", "Reason", reason]
        assert without == 0 or without >= 5


def test_pupils_on_two_rolls_are_no_small_count_either():
    counts = table("""
        place | Sex F | Sex M
        LA    | 29    | 30
        S1    | 20    | 20
        S2    | 10    | 10
    """)
    numbers = said(release(to_protect(counts), profile=SMALL))
    for topic, item in (("Sex", "F"), ("Sex", "M"), ("Total", "Total")):
        twice = sum(numbers["pupils", school, topic, item] for school in ("S1", "S2"))
        more = twice - numbers["pupils", "", topic, item]
        assert more == 0 or more >= 5


@pytest.mark.parametrize("profile", [EHE, TO_FIVE, SMALL], ids=lambda each: each.name)
def test_the_order_of_the_rows_changes_nothing(profile):
    counts = authority(3, 40, seed=5)
    shuffled = counts.sample(frac=1, random_state=3).reset_index(drop=True)
    one, other = (release(to_protect(each, nested=NESTED), profile=profile) for each in (counts, shuffled))
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert one.report == other.report


def test_a_refusal_names_the_datasets_and_no_number(monkeypatch):
    from transforms.rounding import release as module  # noqa: PLC0415

    monkeypatch.setattr(module, "_TURNS", 1)
    counts = table("""
        place | Sex F | Sex M
        LA    | 1     | 1
    """)
    with pytest.raises(DisclosureUnsafe, match=r"^test: ") as refusal:
        release(to_protect(counts), profile=TO_FIVE)
    assert not any(character.isdigit() for character in str(refusal.value))


def declared(name, **changes):
    kinds = {"round-n": Rounded, "small-count-rounding": SmallCounts}
    stated = policies()[name].model_dump() | changes
    return {"profiles": {name: {key: value for key, value in stated.items() if key != "name"}}}, kinds[name]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("round-n", {"base": 4}),  # of the counts that round to 0 there would be one alone
        ("round-n", {"minimum_width": 2}),
        ("small-count-rounding", {"minimum_width": 5}),
        ("small-count-rounding", {"claims": False}),
    ],
)
def test_a_councils_own_profile_that_could_never_keep_its_word_is_refused(name, changes):
    with pytest.raises(UsageError, match=f"disclosure.toml cannot be followed at {name}"):
        policies(declared(name, **changes)[0])


def test_a_council_may_round_to_a_base_of_its_own():
    content, kind = declared("round-n", base=20, minimum_width=5)
    found = policies(content)["round-n"]
    assert isinstance(found, kind)
    assert alone(12, found) == 20
    assert alone(9, found) == "low"
