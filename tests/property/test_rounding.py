"""Whatever the counts: rounded ones are as the profile says, changed ones add up, and no small one stands anywhere."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.breakdowns import Nested
from schemas.release import CountsToProtect
from tests.disclosure_tables import as_counts
from tests.rounded_tables import EHE, SMALL, TO_FIVE, possible_widths, release, to_protect
from transforms.rounding.audit import audit_rounded
from transforms.rounding.cells import cells_to_round
from transforms.rounding.conventional import Known, known_of_rounded

PROFILES = (EHE, TO_FIVE, SMALL)
NEST = Nested("Minor", "Major", ((("A",), ("A1", "A2")), (("B",), ("B1",))))
MANY = settings(deadline=None, max_examples=25)


@st.composite
def authorities(draw, *, schools=3, pupils=18):
    """Counts of an authority whose pupils have a sex, a group within a group, and perhaps a second roll."""
    rolls = []
    for school in range(draw(st.integers(1, schools))):
        number = draw(st.integers(0, pupils))
        kinds = st.tuples(st.sampled_from("FMU"), st.sampled_from(("A1", "A1", "A2", "B1")), st.integers(0, 9))
        rolls += [(f"S{school}", *each) for each in draw(st.lists(kinds, min_size=number, max_size=number))]
    pupil = pd.DataFrame(rolls, columns=["school", "sex", "minor", "twice"])
    rows = []
    for place in (None, *(f"S{school}" for school in range(schools))):
        here = pupil.loc[pupil["twice"].gt(0)] if place is None else pupil.loc[pupil["school"].eq(place)]
        rows.append((place, "Total", "Total", len(here)))
        rows += [(place, "Sex", sex, int(here["sex"].eq(sex).sum())) for sex in "FMU"]
        rows += [(place, "Minor", minor, int(here["minor"].eq(minor).sum())) for minor in ("A1", "A2", "B1")]
        rows += [(place, "Major", major, int(here["minor"].str.startswith(major).sum())) for major in "AB"]
    return as_counts(rows)


def tables(counts, figure="pupils"):
    return to_protect(counts, figure=figure, nested=(NEST,))


def true_values(told, counts):
    """The true counts in the order of what is published."""
    held = counts.assign(laestab=counts["laestab"].astype("string").fillna(""))
    key = ["geography", "laestab", "breakdown_topic", "breakdown"]
    return told.frame[key].astype(object).merge(held[[*key, "value"]].astype(object), how="left", on=key)["value"]


@MANY
@given(authorities())
def test_rounded_counts_are_the_nearest_multiples_and_low_is_neither_nought_nor_the_base(counts):
    for profile in (EHE, TO_FIVE):
        told = release(tables(counts), profile=profile)
        value, symbol = told.frame["value"].astype(object), told.frame["symbol"].astype("string").fillna("")
        for true, number, sign in zip(true_values(told, counts), value, symbol, strict=True):
            if sign == "low":
                assert 0 < true < profile.base / 2
            elif sign == "x":
                assert true > 0
                assert profile.claims
            else:
                assert number % profile.base == 0
                assert -profile.base / 2 <= true - number < profile.base / 2
                assert (number == 0) == (true == 0)
        assert told.report.audit.clean or not profile.claims


@MANY
@given(authorities())
def test_changed_counts_add_up_and_none_is_small(counts):
    told = release(tables(counts), profile=SMALL)
    values = told.frame["value"].to_numpy(dtype=np.int64)
    assert (values >= 0).all()
    assert ((values == 0) | (values >= SMALL.base)).all()
    true = true_values(told, counts).to_numpy(dtype=np.int64)
    assert not values[true == 0].any()
    assert told.report.largest_change == max(SMALL.base, np.abs(values - true).max())
    wide = told.frame.assign(value=values).pivot_table(
        index="laestab", columns=["breakdown_topic", "breakdown"], values="value", aggfunc="first"
    )
    for place in wide.index:
        row = wide.loc[place]
        assert row["Total", "Total"] == row["Sex"].sum() == row["Major"].sum() == row["Minor"].sum()
        assert row["Major", "A"] == row["Minor", "A1"] + row["Minor", "A2"]
    more = wide.drop(index="").sum() - wide.loc[""]
    assert ((more == 0) | (more >= SMALL.base)).all()  # those on two rolls
    assert told.report.audit.clean


@MANY
@given(authorities())
def test_what_is_published_once_more_stays_as_it_is(counts):
    told = release(tables(counts), profile=SMALL)
    again = counts.merge(
        told.frame[["geography", "laestab", "breakdown_topic", "breakdown", "value"]].rename(columns={"value": "new"}),
        how="left",
        left_on=["geography", counts["laestab"].astype("string").fillna(""), "breakdown_topic", "breakdown"],
        right_on=["geography", "laestab", "breakdown_topic", "breakdown"],
    )
    published = counts.assign(value=again["new"].to_numpy())
    pd.testing.assert_frame_equal(told.frame, release(tables(published), profile=SMALL).frame)


@MANY
@given(authorities(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(counts, random):
    order = list(range(len(counts)))
    random.shuffle(order)
    shuffled = counts.iloc[order].reset_index(drop=True)
    for profile in PROFILES:
        one, other = (release(tables(each), profile=profile) for each in (counts, shuffled))
        pd.testing.assert_frame_equal(one.frame, other.frame)


@MANY
@given(authorities(), st.integers(0, 20))
def test_linked_tables_and_populations_agree_in_what_they_share(counts, more):
    """A second table of the same pupils with another topic: the shared total is one count."""
    total = int(counts.loc[counts["laestab"].isna() & counts["breakdown_topic"].eq("Total"), "value"].iloc[0])
    part = min(more, total)
    other = as_counts([(None, "Total", "Total", total), (None, "FSM", "Y", part), (None, "FSM", "N", total - part)])
    told = release(tables(counts), to_protect(other), profile=SMALL)
    frame = told.frame.loc[told.frame["laestab"].eq("")].set_index(["breakdown_topic", "breakdown"])["value"]
    assert frame["Total", "Total"] == frame["FSM", "Y"] + frame["FSM", "N"] == frame["Sex"].sum()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=4), st.lists(st.integers(0, 6), min_size=2, max_size=2))
def test_the_audit_finds_what_trying_every_table_finds(sexes, extra):
    """Two topics of one place, rounded to 5 and changed: enumeration of all that fits agrees with the audit."""
    total = sum(sexes)
    first = min(extra[0], total)
    rows = [("Total", "Total", total), *(("Sex", f"S{n}", value) for n, value in enumerate(sexes))]
    rows += [("FSM", "Y", first), ("FSM", "N", total - first)]
    cells = cells_to_round([to_protect(as_counts([(None, *row) for row in rows]))]).cells
    none = np.zeros(len(cells), dtype=bool)
    known = known_of_rounded(cells, none, TO_FIVE)
    changed = Known(np.maximum(cells.value - 1, 0), cells.value + 2)
    judged = (cells.value > 0) & (cells.value < TO_FIVE.base)
    for limits in (known, changed):
        widths = possible_widths(cells, limits.lower, limits.upper)[judged]
        for wanted in (1, 3):
            report = audit_rounded(cells, limits, judged=judged, minimum_width=wanted)
            assert report.exact == (widths == 0).sum()
            assert report.exact + report.narrow + report.unproved >= (widths < wanted).sum()
            assert report.unproved == 0


def test_crossed_tables_keep_every_margin():
    rng = np.random.default_rng(4)
    inner = rng.poisson(2.0, (3, 2, 4))
    names = (["P1", "P2", "P3"], ["F", "M"], ["Y1", "Y2", "Y3", "Y4"])
    topics = ("Provision", "Sex", "Year")
    rows = []
    for index in np.ndindex(4, 3, 5):
        fixed = [(topic, names[axis][at - 1]) for axis, (topic, at) in enumerate(zip(topics, index, strict=True)) if at]
        chosen = tuple(slice(None) if at == 0 else at - 1 for at in index)
        topic = " | ".join(name for name, _ in fixed) or "Total"
        item = " | ".join(name for _, name in fixed) or "Total"
        rows.append((None, topic, item, int(inner[chosen].sum())))
    counts = as_counts(rows)
    table = CountsToProtect(counts.assign(figure="pupils", people=counts["value"]), dimensions=topics)
    told = release(table, profile=SMALL)
    values = told.frame["value"].to_numpy(dtype=np.int64)
    assert ((values == 0) | (values >= SMALL.base)).all()
    number = dict(zip(told.frame["breakdown"], values, strict=True))
    for one in names[0]:
        assert number[one] == sum(number[f"{one} | {sex}"] for sex in names[1])
        assert number[one] == sum(number[f"{one} | {year}"] for year in names[2])
    assert number["Total"] == sum(number[sex] for sex in names[1])
