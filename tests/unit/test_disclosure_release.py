"""Tables that share counts are one table to an attacker: a count hidden in one must not stand in the other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.breakdowns import Nested
from schemas.disclosure import AlwaysShown, policy
from schemas.errors import ContractBroken, DisclosureUnsafe
from schemas.populations import Across
from schemas.release import CountsToProtect
from schemas.statistics import CROSSED
from transforms.disclosure_control.cube import grid_of_cube
from transforms.disclosure_control.release import protect_release

POLICY = policy("suppress")
LA, SCHOOL = "Local authority", "School"


def rows(figure, table, *, laestab=None, people=None):
    """Make rows of one place from {(topic, item): value}."""
    return pd.DataFrame(
        [
            {
                "figure": figure,
                "geography": SCHOOL if laestab else LA,
                "laestab": laestab,
                "breakdown_topic": topic,
                "breakdown": item,
                "value": value,
                "people": (people or {}).get((topic, item), value),
            }
            for (topic, item), value in table.items()
        ]
    )


def crossed(figure, sexes_by_year):
    """Make the crossed rows of a table {(sex, year): value} with all its totals."""
    counts = pd.Series(sexes_by_year)
    by_sex, by_year = counts.groupby(level=0).sum(), counts.groupby(level=1).sum()
    table = {("Total", "Total"): int(counts.sum())}
    table |= {("Sex", sex): int(value) for sex, value in by_sex.items()}
    table |= {("Year group", year): int(value) for year, value in by_year.items()}
    table |= {(f"Sex{CROSSED}Year group", CROSSED.join(key)): int(value) for key, value in counts.items()}
    return rows(figure, table)


def said(release, figure, item, geography=LA):
    frame = release.frame
    found = frame["figure"].eq(figure) & frame["breakdown"].eq(item) & frame["geography"].eq(geography)
    (row,) = frame.loc[found, ["value", "symbol"]].astype(object).to_numpy()
    return None if pd.isna(row[0]) else row[0]


PLAIN = rows("pupils", {("Total", "Total"): 60, ("Sex", "Female"): 30, ("Sex", "Male"): 30})
CUBE = crossed(
    "pupils", {("Female", "Year 1"): 27, ("Female", "Year 2"): 3, ("Male", "Year 1"): 15, ("Male", "Year 2"): 15}
)


def protect(*tables, across=()):
    return protect_release(tables, policy=POLICY, across=across, names="tables")


def test_a_count_that_two_tables_publish_is_there_once_and_hidden_in_both_or_in_none():
    release = protect(CountsToProtect(PLAIN), CountsToProtect(CUBE, dimensions=("Sex", "Year group")))
    assert not release.frame.duplicated(["figure", "geography", "laestab", "breakdown_topic", "breakdown"]).any()
    assert len(release.frame) == len(CUBE)
    assert release.report.audit.clean
    assert said(release, "pupils", CROSSED.join(("Female", "Year 2"))) is None


def test_a_rare_group_with_one_child_in_each_of_many_schools_stops_no_release():
    # All its parts are hidden, so outsiders may guess that it is less than ten; seven schools show that it is seven or more.
    nested = (Nested("Minor", "Major", ((("Rare",), ("R1", "R2")), (("Big",), ("B1", "B2")))),)
    tables, whole = [], {}
    for number in range(12):
        rare = int(number < 7)
        counts = {("Total", "Total"): 100 + rare, ("Major", "Rare"): rare, ("Major", "Big"): 100}
        counts |= {
            ("Minor", "R1"): rare,
            ("Minor", "R2"): 0,
            ("Minor", "B1"): 40 + number,
            ("Minor", "B2"): 60 - number,
        }
        tables.append(rows("pupils", counts, laestab=f"85620{number:02d}"))
        whole = {key: whole.get(key, 0) + value for key, value in counts.items()}
    counts = CountsToProtect(pd.concat([*tables, rows("pupils", whole)]), nested=nested)
    release = protect_release([counts], policy=POLICY, names="tables")
    assert release.report.audit.clean
    assert said(release, "pupils", "Rare") is None
    assert said(release, "pupils", "Total") == whole["Total", "Total"]


def test_what_must_always_be_shown_is_not_hidden_to_protect_another():
    counts = [CountsToProtect(rows("pupils", {("Total", "Total"): 60, ("Sex", "Female"): 57, ("Sex", "Male"): 3}))]
    usual = protect_release(counts, policy=POLICY, names="tables")
    assert (said(usual, "pupils", "Total"), said(usual, "pupils", "Female")) == (60, None)
    held = (AlwaysShown(geography=LA, topic="Sex"),)
    other = protect_release(counts, policy=POLICY.model_copy(update={"always_shown": held}), names="tables")
    assert (said(other, "pupils", "Total"), said(other, "pupils", "Female")) == (None, 57)


def test_what_must_always_be_shown_is_hidden_where_it_is_small():
    counts = rows("pupils", {("Total", "Total"): 3, ("Sex", "Female"): 3, ("Sex", "Male"): 0})
    held = (AlwaysShown(geography=LA, topic="Total"),)
    release = protect_release(
        [CountsToProtect(counts)], policy=POLICY.model_copy(update={"always_shown": held}), names="t"
    )
    assert said(release, "pupils", "Total") is None


def test_two_tables_that_differ_about_the_same_count_are_refused():
    other = rows("pupils", {("Total", "Total"): 60, ("Sex", "Female"): 31, ("Sex", "Male"): 29})
    with pytest.raises(ContractBroken, match="differently"):
        protect(CountsToProtect(other), CountsToProtect(CUBE, dimensions=("Sex", "Year group")))


def test_what_one_table_hides_cannot_be_subtracted_from_the_other():
    # The crossed table alone would hide Female Year 2 with any corner; the plain one must not give that corner away.
    schools = pd.concat(
        [rows("pupils", {("Total", "Total"): 60, ("Sex", "Female"): 30, ("Sex", "Male"): 30}, laestab="8562001"), PLAIN]
    )
    release = protect(CountsToProtect(schools), CountsToProtect(CUBE, dimensions=("Sex", "Year group")))
    assert release.report.audit.clean
    hidden = release.frame["symbol"].eq("c")
    assert hidden.sum() >= 4


def test_an_amount_of_few_people_is_hidden_however_large_it_is():
    counts = {("Total", "Total"): 90, ("Sex", "Female"): 40, ("Sex", "Male"): 50}
    release = protect(CountsToProtect(rows("pairs", counts, people={("Sex", "Female"): 2})))
    assert said(release, "pairs", "Female") is None
    assert said(release, "pairs", "Male") is None


def test_reasons_that_overlap_may_add_up_to_more_than_the_total():
    counts = {("Total", "Total"): 30, ("Reason", "One"): 20, ("Reason", "Two"): 3, ("Reason", "Three"): 25}
    release = protect(CountsToProtect(rows("suspended", counts), overlapping=("Reason",)))
    assert said(release, "suspended", "Two") is None
    assert said(release, "suspended", "One") == 20
    assert release.report.audit.clean


def test_reasons_that_fall_short_of_the_total_are_refused():
    counts = {("Total", "Total"): 30, ("Reason", "One"): 20}
    with pytest.raises(ContractBroken):
        protect(CountsToProtect(rows("suspended", counts), overlapping=("Reason",)))


ABSENTEES = (Across(whole="enrolments", parts=("absentees", "others")),)


def divided(whole, part):
    return [
        CountsToProtect(
            rows(name, {("Total", "Total"): sum(values), ("Sex", "Female"): values[0], ("Sex", "Male"): values[1]})
        )
        for name, values in {
            "enrolments": whole,
            "absentees": part,
            "others": [everyone - some for everyone, some in zip(whole, part, strict=True)],
        }.items()
    ]


def test_who_is_left_when_absentees_are_taken_from_enrolments_is_protected_too():
    release = protect(*divided([30, 40], [27, 20]), across=ABSENTEES)
    assert said(release, "others", "Female") is None
    assert None in {said(release, "absentees", "Female"), said(release, "enrolments", "Female")}


def test_a_small_group_is_not_divided_between_populations():
    release = protect(*divided([60, 8], [30, 8]), across=ABSENTEES)
    assert said(release, "absentees", "Male") is None
    assert said(release, "others", "Male") is None


def test_where_nobody_is_absent_at_all_a_nought_tells_nothing_of_a_small_group():
    release = protect(*divided([60, 8], [0, 0]), across=ABSENTEES)
    assert said(release, "absentees", "Male") == 0
    assert said(release, "enrolments", "Male") == said(release, "others", "Male") == 8


def test_a_whole_without_one_of_its_parts_is_refused():
    with pytest.raises(ContractBroken, match="parts"):
        protect(*divided([30, 40], [27, 20])[:2], across=ABSENTEES)


def suspended(pupils, counts):
    """Protect the suspended of each item beside the pupils they belong to, which another block protects."""
    whole, part = ({("Total", "Total"): sum(each.values())} | each for each in (pupils, counts))
    table = rows("suspended pupils", part).assign(laestab="")
    sizes = rows("pupils", whole).rename(columns={"figure": "whole", "value": "size"}).assign(laestab="")
    key = ["whole", "geography", "laestab", "breakdown_topic", "breakdown"]
    within = table.drop(columns=["value", "people"]).assign(whole="pupils").merge(sizes[[*key, "size"]], on=key)
    return protect_release([CountsToProtect(table)], policy=POLICY, within=within, names="tables")


YEARS = [("Year group", f"Year {number}") for number in range(1, 5)]


def test_that_nobody_of_a_few_was_suspended_is_not_said():
    release = suspended(dict(zip(YEARS, [60, 7, 60, 60], strict=True)), dict(zip(YEARS, [20, 0, 20, 0], strict=True)))
    assert said(release, "suspended pupils", "Year 2") is None
    assert said(release, "suspended pupils", "Year 4") == 0
    assert release.report.audit.clean


def test_that_all_of_a_few_were_suspended_is_not_said():
    release = suspended(dict(zip(YEARS, [60, 9, 60, 60], strict=True)), dict(zip(YEARS, [20, 9, 20, 15], strict=True)))
    assert said(release, "suspended pupils", "Year 2") is None
    assert release.report.audit.clean


def test_where_nobody_at_all_was_suspended_the_noughts_stand():
    release = suspended(dict(zip(YEARS, [60, 7, 60, 60], strict=True)), dict.fromkeys(YEARS, 0))
    assert not release.report.hidden


def test_whoever_sees_that_nothing_is_said_of_a_group_may_know_it_to_be_small():
    pupils = dict(zip(YEARS, [60, 8, 4, 60], strict=True))
    whole = rows("pupils", {("Total", "Total"): 132} | pupils).assign(laestab="")
    key = ["figure", "geography", "laestab", "breakdown_topic", "breakdown"]
    within = whole.assign(whole="pupils", figure="suspended pupils", size=whole["value"])[[*key, "whole", "size"]]
    release = protect_release([CountsToProtect(whole)], policy=POLICY, within=within, names="tables")
    assert said(release, "pupils", "Year 3") is None
    assert release.report.audit.clean


def test_a_refusal_names_the_tables_and_no_number(monkeypatch):
    from transforms.disclosure_control import release  # noqa: PLC0415  # patched here alone

    monkeypatch.setattr(release, "protect", lambda cells, *, primary, policy: primary)
    with pytest.raises(DisclosureUnsafe, match="tables") as refused:
        protect(CountsToProtect(rows("pupils", {("Total", "Total"): 60, ("Sex", "Female"): 57, ("Sex", "Male"): 3})))
    assert not any(sign.isdigit() for sign in str(refused.value))


def test_a_crossed_table_without_a_total_is_refused():
    with pytest.raises(ContractBroken, match="total"):
        grid_of_cube(CUBE.loc[CUBE["breakdown_topic"].ne("Total")], dimensions=("Sex", "Year group"))
    with pytest.raises(ContractBroken, match="total"):
        grid_of_cube(CUBE.loc[CUBE["breakdown"].ne("Female")], dimensions=("Sex", "Year group"))


@given(st.lists(st.integers(0, 25), min_size=9, max_size=9), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_and_of_tables_hides_nothing_else(values, random):
    cells = {(sex, year): value for (sex, year), value in zip(np.ndindex(3, 3), values, strict=True)}
    cube = crossed("pupils", {(f"S{sex}", f"Y{year}"): value for (sex, year), value in cells.items()})
    plain = cube.loc[cube["breakdown_topic"].isin(["Total", "Sex"])]
    tables = [CountsToProtect(plain), CountsToProtect(cube, dimensions=("Sex", "Year group"))]
    try:
        first = protect(*tables)
    except DisclosureUnsafe:
        return
    order = list(range(len(cube)))
    random.shuffle(order)
    mixed = [tables[0], CountsToProtect(cube.iloc[order], dimensions=("Sex", "Year group"))]
    pd.testing.assert_frame_equal(first.frame, protect(*mixed).frame)
    shown = first.frame.loc[first.frame["symbol"].isna()]
    assert not shown["value"].between(1, POLICY.threshold - 1).any()
