"""Percentages and amounts beside rounded or changed counts: they teach nothing that the counts do not."""

import pandas as pd
import pytest

from tests.rounded_tables import EHE, SMALL, TO_FIVE
from transforms.rounding.carried import Ratio, amount_shown, ratio_shown


def ratios(parts, wholes, *, share=True, profile=EHE, dp=0):
    """Percentages of published parts and wholes, each a number or a symbol, as they are shown."""

    def split(told):
        symbol = pd.Series([each if isinstance(each, str) else None for each in told], dtype=object)
        return pd.Series([pd.NA if isinstance(each, str) else each for each in told], dtype="Int64"), symbol

    (part, part_symbol), (whole, whole_symbol) = split(parts), split(wholes)
    symbol = part_symbol.where(part_symbol.notna(), whole_symbol)
    number = (100 * part / whole).round(dp).astype("Float64").mask(symbol.notna())
    of = (part_symbol, whole, whole_symbol)
    number, symbol = ratio_shown(number, symbol, of=of, ratio=Ratio(100, dp, is_share=share), policy=profile)
    return list(number.astype(object).where(symbol.isna(), symbol))


def test_the_share_of_a_low_count_is_low_only_where_it_must_be_small():
    # Of a whole that shows as 190 (at least 185) a low part (at most 4) is 2 % or less; of 30 (25) it may be 16 %.
    assert ratios(["low", "low"], [190, 30]) == ["low", "x"]


def test_nothing_is_reckoned_of_a_low_or_absent_whole():
    assert ratios(["low", 0, "x", 10], ["low", "low", 100, "x"]) == ["x", "x", "x", "x"]


def test_shares_that_dfe_shows_as_low_are_low_and_other_rates_are_not():
    assert ratios([10, 10], [250, 190]) == ["low", 5]
    assert ratios([10], [250], share=False) == [4]


def test_an_amount_is_shown_rounded_where_enough_people_are_behind_it():
    amount = pd.Series([126, 0, 44, 7], dtype="Int64")
    people = pd.Series([20, 0, pd.NA, pd.NA], dtype="Int64")
    symbol = pd.Series([None, None, "low", "x"], dtype=object)
    number, told = amount_shown(amount, (people, symbol), policy=EHE)
    assert list(number.astype(object).where(told.isna(), told)) == [130, 0, "x", "x"]


@pytest.mark.parametrize("profile", [TO_FIVE, SMALL], ids=lambda each: each.name)
def test_a_profile_that_claims_tells_no_amount_for_none_is_audited(profile):
    people = pd.Series([20, 0], dtype="Int64"), pd.Series([None, None], dtype=object)
    number, told = amount_shown(pd.Series([126, 0], dtype="Int64"), people, policy=profile)
    assert number.isna().all()
    assert list(told) == ["x", "x"]
