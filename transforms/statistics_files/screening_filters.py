"""Screening of time periods and of filters."""

from __future__ import annotations

import re
from typing import Final

from schemas.ees.reference import lists, observation_columns, place_columns, place_like, time_identifiers
from transforms.statistics_files.screening_meta import named_as_filter
from transforms.statistics_files.screening_pair import Pair
from transforms.statistics_files.screening_register import Breach, check, counted, named

_TIMES: Final = ("time_period", "time_identifier")
_LONG: Final = 6


@check("time_period_num")
def time_period_num(pair: Pair) -> list[Breach]:
    """Refuse a time period that is no number of four or six digits."""
    odd = (text for text in pair.counts("time_period") if not re.fullmatch("[0-9]{4}([0-9]{2})?", text))
    return counted([("time_period", pair.having("time_period", odd))])


@check("time_id_valid")
def time_id_valid(pair: Pair) -> list[Breach]:
    """Refuse a time identifier that the standard does not know."""
    odd = (text for text in pair.counts("time_identifier") if text not in time_identifiers())
    return counted([("time_identifier", pair.having("time_identifier", odd))])


@check("time_id_mix")
def time_id_mix(pair: Pair) -> list[Breach]:
    """Refuse identifiers that may not share a file with the first of them."""
    group = {text: time_identifiers().get(text, (0, text))[1] for text in pair.counts("time_identifier")}
    first = group.get(pair.data["time_identifier"].iloc[0], "") if len(pair.data) else ""
    other = (text for text, its in group.items() if its != first)
    return counted([("time_identifier", pair.having("time_identifier", other))])


@check("filter_not_singular")
def filter_not_singular(pair: Pair) -> list[Breach]:
    """Refuse a filter with fewer than two items: there is nothing to choose."""
    return named(name for name in pair.held(pair.filters) if len(pair.counts(name)) < 2)  # noqa: PLR2004  # "two"


@check("time_period")
def time_period(pair: Pair) -> list[Breach]:
    """Refuse a time period that is not as long as its identifier asks for."""
    digits = {identifier: told[0] for identifier, told in time_identifiers().items()}
    times = pair.combinations(*_TIMES).items()
    return counted([("time_period", sum(n for (period, its), n in times if len(period) != digits[its]))])


@check("time_period_six")
def time_period_six(pair: Pair) -> list[Breach]:
    """Refuse a time period of six digits whose years do not follow one another."""
    periods = (text for text in pair.counts("time_period") if len(text) == _LONG)
    odd = (text for text in periods if (int(text[2:4]) + 1) % 100 != int(text[4:]))
    return counted([("time_period", pair.having("time_period", odd))])


@check("filter_defaults")
def filter_defaults(pair: Pair) -> list[Breach]:
    """Doubt a filter or group without Total, or without the default that the meta file gives it."""
    usual = lists()["default_item"]
    given: dict[str, str] = {}
    if "filter_default" in pair.meta.columns:
        given = dict(zip(pair.meta["col_name"], pair.meta["filter_default"], strict=True))
    wanted = {name: given.get(name) or usual for name in pair.held(pair.filters_and_groups)}
    return named(name for name, item in wanted.items() if not pair.having(name, [item]))


@check("filter_group_level")
def filter_group_level(pair: Pair) -> list[Breach]:
    """Refuse a group with more items than its filter: the two are the wrong way round."""
    pairs = zip(pair.meta["col_name"], pair.meta["filter_grouping_column"], strict=True)
    both = [(name, group) for name, group in pairs if group and pair.has(name, group)]
    return named(group for name, group in both if len(pair.counts(group)) > len(pair.counts(name)))


@check("filter_item_limit")
def filter_item_limit(pair: Pair) -> list[Breach]:
    """Refuse a filter or group with more items than the platform takes."""
    most = lists()["limits"]["items_of_a_filter"]
    many = ((name, len(pair.counts(name)) - most) for name in pair.held(pair.filters_and_groups))
    return counted((name, count) for name, count in many if count > 0)


@check("filter_whitespace")
def filter_whitespace(pair: Pair) -> list[Breach]:
    """Refuse items and names of places that begin or end with a space."""
    columns = pair.held((*pair.filters_and_groups, *place_columns()))
    odd = {name: [text for text in pair.counts(name) if text != text.strip()] for name in columns}
    return counted((name, pair.having(name, texts)) for name, texts in odd.items())


@check("filter_ob_total")
def filter_ob_total(pair: Pair) -> list[Breach]:
    """Refuse Total and All in columns of time and place: those cells are to be blank."""
    known = observation_columns()
    judged = (c for c in pair.data.columns if c in known or place_like().fullmatch(c))
    columns = (c for c in judged if c not in named_as_filter(pair))
    return counted((name, pair.having(name, lists()["whole"])) for name in columns)


@check("filter_blanks")
def filter_blanks(pair: Pair) -> list[Breach]:
    """Refuse blank cells of filters and groups: what is not broken down is Total."""
    return counted((name, pair.having(name, [""])) for name in pair.held(pair.filters_and_groups))
