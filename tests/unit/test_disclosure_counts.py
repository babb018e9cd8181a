"""What is published of a table of counts: nobody reads a small count, and nobody works one out."""

import pandas as pd
import pytest

from schemas.breakdowns import Nested
from schemas.errors import ContractBroken, DisclosureUnsafe
from tests.disclosure_tables import (
    NESTED,
    SUPPRESS,
    as_counts,
    authority,
    cells_and_primary,
    shown,
    table,
)
from transforms.disclosure_control.audit import audit
from transforms.disclosure_control.counts import protect_counts


def published(text, nested=(), policy=SUPPRESS):
    return shown(protect_counts(table(text), policy=policy, nested=nested, dataset="test").frame)


def test_a_lone_small_count_takes_another_with_it():
    told = published("""
        place | Sex F | Sex M | Sex U
        LA    | 200   | 120   | 3
    """)
    assert told[None, "U"] == "c"
    assert sorted(str(told[None, item]) for item in "FM") == ["200", "c"]
    assert told[None, "Total"] == 323


def test_zeros_are_shown():
    told = published("""
        place | Sex F | Sex M | Sex U
        LA    | 20    | 30    | 0
    """)
    assert told == {(None, "F"): 20, (None, "M"): 30, (None, "U"): 0, (None, "Total"): 50}


def test_two_ones_that_would_follow_from_their_sum_are_given_room():
    told = published("""
        place | Sex F | Sex M | Sex U
        LA    | 20    | 1     | 1
    """)
    assert [told[None, item] for item in "FMU"] == ["c", "c", "c"]


def test_a_small_group_is_not_divided_so_that_no_100_percent_shows():
    told = published("""
        place | Sex F | Sex M
        LA    | 60    | 60
        S1    | 7     | 0
        S2    | 53    | 60
    """)
    assert (told["S1", "F"], told["S1", "M"], told["S1", "Total"]) == ("c", "c", 7)
    assert "c" in {told["S2", "F"], told[None, "F"]}


def test_all_pupils_of_a_large_school_may_be_of_one_kind():
    told = published("""
        place | Sex F | Sex M
        LA    | 160   | 100
        S1    | 60    | 0
        S2    | 100   | 100
    """)
    assert (told["S1", "F"], told["S1", "M"]) == (60, 0)


def test_a_zero_that_the_authority_tells_is_no_secret_of_a_small_school():
    told = published("""
        place | Sex F | Sex M | Sex U
        LA    | 60    | 60    | 0
        S1    | 3     | 4     | 0
        S2    | 57    | 56    | 0
    """)
    assert told["S1", "U"] == 0


def test_nobody_of_a_small_ethnic_group_is_told_apart():
    nested = (Nested("Minor", "Major", ((("A",), ("a1", "a2")), (("B",), ("b1", "b2")))),)
    told = published(
        """
        place | Major A | Major B | Minor a1 | Minor a2 | Minor b1 | Minor b2
        LA    | 90      | 7       | 50       | 40       | 7        | 0
    """,
        nested,
    )
    assert (told[None, "b1"], told[None, "b2"], told[None, "B"]) == ("c", "c", 7)
    assert (told[None, "a1"], told[None, "a2"]) == (50, 40)


def test_one_school_alone_in_its_authority_hides_in_both_rows():
    told = published("""
        place | Sex F | Sex M | Sex U
        LA    | 40    | 33    | 2
        S1    | 40    | 33    | 2
    """)
    assert told[None, "U"] == told["S1", "U"] == "c"
    assert [told[None, item] for item in "FM"] == [told["S1", item] for item in "FM"]


def test_a_school_of_three_hides_its_total_and_another_schools():
    told = published("""
        place | Sex F | Sex M
        LA    | 163   | 160
        S1    | 3     | 0
        S2    | 80    | 81
        S3    | 80    | 79
    """)
    assert told["S1", "Total"] == "c"
    assert [told["S2", "Total"], told["S3", "Total"], told[None, "Total"]].count("c") >= 1


def test_an_empty_school_is_shown_as_empty():
    told = published("""
        place | Sex F | Sex M
        LA    | 50    | 40
        S1    | 0     | 0
        S2    | 50    | 40
    """)
    assert told["S1", "Total"] == told["S1", "F"] == 0
    assert "c" not in told.values()


def test_an_authority_with_three_children_shows_nothing_but_the_symbol():
    told = published("""
        place | Sex F | Sex M | Reason a | Reason b | Reason c
        LA    | 2     | 1     | 3        | 0        | 0
    """)
    assert set(told.values()) == {"c"}


def test_a_figure_that_stands_alone_is_hidden_only_when_small():
    assert set(
        shown(protect_counts(as_counts([(None, "Total", "Total", 4)]), policy=SUPPRESS, dataset="t").frame).values()
    ) == {"c"}
    assert set(
        shown(protect_counts(as_counts([(None, "Total", "Total", 5)]), policy=SUPPRESS, dataset="t").frame).values()
    ) == {5}


def test_subsidiary_registrations_that_everybody_knows_give_no_cover():
    text = """
        place | Sex F | Sex M
        LA    | 90    | 103
        S1    | 50    | 3
        S2    | 44    | 104
    """
    told = published(text)
    hidden = [told[place, item] for place in (None, "S2") for item in "FM"]
    assert hidden.count("c") >= 2
    careless = SUPPRESS.model_copy(update={"remainders_known": False})
    known, primary = cells_and_primary(table(text))
    unknown, _ = cells_and_primary(table(text), careless)
    row = primary.copy()
    row[[3, 4]] = True  # both sexes of S1
    assert audit(known, row, policy=SUPPRESS).exact == 2
    assert audit(unknown, row, policy=careless).clean


def test_zeros_are_hidden_where_the_policy_says_so():
    closed = SUPPRESS.model_copy(update={"zeros_shown": False})
    told = published(
        """
        place | Sex F | Sex M | Sex U
        LA    | 20    | 30    | 0
    """,
        policy=closed,
    )
    assert told[None, "U"] == "c"
    assert list(told.values()).count("c") >= 2


def test_joint_parents_are_protected_with_their_parts():
    nested = (Nested("Need", "SEN", ((("Plan", "Support"), ("n1", "n2", "n3")),)),)
    told = published(
        """
        place | SEN Plan | SEN Support | SEN None | Need n1 | Need n2 | Need n3
        LA    | 30       | 60          | 900      | 50      | 37      | 3
    """,
        nested,
    )
    assert told[None, "n3"] == "c"
    assert [told[None, item] for item in ("n1", "n2")].count("c") == 1


def test_the_report_counts_and_agrees_with_the_table():
    protected = protect_counts(authority(8, 120), policy=SUPPRESS, nested=NESTED, dataset="pupils")
    report, frame = protected.report, protected.frame
    assert report.cells == len(frame)
    assert report.small + report.group + report.to_protect == int(frame["value"].isna().sum()) == report.audit.hidden
    assert report.small > 0
    assert report.to_protect > 0
    assert report.audit.clean


def test_rows_keep_their_index_their_order_and_their_types():
    counts = authority(3, 60).sample(frac=1, random_state=1)
    frame = protect_counts(counts, policy=SUPPRESS, nested=NESTED, dataset="pupils").frame
    assert frame.index.equals(counts.index)
    assert [str(frame[name].dtype) for name in ("value", "symbol", "why")] == [
        "int64[pyarrow]",
        "string[pyarrow]",
        "string[pyarrow]",
    ]
    assert (frame["value"].isna() == frame["symbol"].notna()).all()
    assert counts["value"].notna().all()


def test_the_order_of_the_rows_changes_nothing():
    counts = authority(6, 80, seed=3)
    first = protect_counts(counts, policy=SUPPRESS, nested=NESTED, dataset="pupils").frame
    mixed = counts.sample(frac=1, random_state=7)
    second = protect_counts(mixed, policy=SUPPRESS, nested=NESTED[::-1], dataset="pupils").frame
    pd.testing.assert_frame_equal(first, second.sort_index())


def test_an_incomplete_grid_is_refused():
    counts = authority(3, 60)
    with pytest.raises(ContractBroken, match="complete grid"):
        protect_counts(counts.iloc[:-1], policy=SUPPRESS, nested=NESTED, dataset="pupils")


def test_a_row_that_is_there_twice_is_refused():
    counts = authority(3, 60)
    with pytest.raises(ContractBroken, match="complete grid"):
        protect_counts(pd.concat([counts, counts.iloc[[0]]]), policy=SUPPRESS, nested=NESTED, dataset="pupils")


def test_a_total_that_does_not_add_up_is_refused():
    counts = table("""
        place | Sex F | Sex M | Total
        LA    | 20    | 30    | 51
    """)
    with pytest.raises(ContractBroken, match="1 totals"):
        protect_counts(counts, policy=SUPPRESS, dataset="pupils")


def test_schools_that_count_fewer_than_their_authority_are_refused():
    counts = table("""
        place | Sex F | Sex M
        LA    | 20    | 30
        S1    | 20    | 29
    """)
    with pytest.raises(ContractBroken, match="fewer than their authority"):
        protect_counts(counts, policy=SUPPRESS, dataset="pupils")


@pytest.mark.parametrize(
    "sums",
    [((("A",), ("a1",)),), ((("A",), ("a1", "a9")),), ((("Z",), ("a1", "a2")),)],
    ids=["a part without parent", "an unknown part", "an unknown parent"],
)
def test_a_nesting_that_does_not_fit_the_table_is_refused(sums):
    counts = table("""
        place | Major A | Minor a1 | Minor a2
        LA    | 50      | 20       | 30
    """)
    with pytest.raises(ContractBroken):
        protect_counts(counts, policy=SUPPRESS, nested=[Nested("Minor", "Major", sums)], dataset="pupils")


def test_topics_that_nest_in_a_circle_are_refused():
    counts = table("""
        place | Major A | Minor a1 | Minor a2
        LA    | 50      | 20       | 30
    """)
    circle = [Nested("Minor", "Major", ((("A",), ("a1", "a2")),)), Nested("Major", "Minor", ((("a1", "a2"), ("A",)),))]
    with pytest.raises(ContractBroken, match="circle"):
        protect_counts(counts, policy=SUPPRESS, nested=circle, dataset="pupils")


def test_a_table_that_cannot_be_proved_safe_is_refused_by_name_and_without_a_number():
    demanding = SUPPRESS.model_copy(update={"minimum_width": 8})
    counts = table("""
        place | Sex F | Sex M
        LA    | 3     | 3
        S1    | 2     | 1
        S2    | 1     | 2
    """)
    with pytest.raises(DisclosureUnsafe) as refusal:
        protect_counts(counts, policy=demanding, dataset="pupils_characteristics")
    assert "pupils_characteristics" in str(refusal.value)
    assert not any(character.isdigit() for character in str(refusal.value))
