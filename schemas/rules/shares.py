"""Rules on shares and counts of a whole return (docs/sources.md S15, S18): what is unlikely of a school as such.

Pupils on roll are counted in every enrolment status. The thresholds are of 2016 (`query_limits.csv`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.model import HEADER, PUPILS
from schemas.rules.bands import aged, in_stage
from schemas.rules.lunch import infants
from schemas.rules.meal_periods import has_period
from schemas.rules.query_limits import most
from schemas.rules.register import Mask, Words, rule
from schemas.rules.returns import Counts, Share, counts, over_returns
from schemas.rules.rows import provided
from schemas.tables import Tables

FIRST = "2024-autumn"
RETURN = "estab"  # a finding on the whole return stands at the school's number


def _on_roll(tables: Tables) -> Mask:
    return tables[PUPILS]["is_on_roll"]


def _with_meals(tables: Tables, pupils: Mask) -> Share:
    """Return how many of some pupils have an FSM period since the last census."""
    period = has_period(tables, tables.calendar.fsm_first, tables.calendar.fsm_last)
    return Share(counts(tables, pupils & period), counts(tables, pupils))


def _meals(tables: Tables) -> Share:
    return _with_meals(tables, _on_roll(tables))


def _reception_meals(tables: Tables) -> Share:
    return _with_meals(tables, _on_roll(tables) & in_stage(tables, "reception"))


def _year_1_meals(tables: Tables) -> Share:
    return _with_meals(tables, _on_roll(tables) & in_stage(tables, "year 1"))


def _lunches(tables: Tables) -> Share:
    taken = tables[PUPILS]["schoollunchtaken"]
    answered = _on_roll(tables) & infants(tables) & taken.notna()
    return Share(counts(tables, answered & taken), counts(tables, answered))


def _above(tables: Tables, share: Share, rule_id: str) -> Mask:
    return over_returns(tables, share.above(most(rule_id, tables.collection)))


def _share_words(rule_id: str, share: Callable[[Tables], Share], what: str) -> Words:
    """Return the words of a share: how many of how many, and from where on that is queried."""

    def words(tables: Tables, _field: str, places: NDArray[np.int64]) -> Sequence[str]:
        found, above = share(tables), most(rule_id, tables.collection)
        return [f"{found.said(place)} {what} ({found.percent(place)}); above {above} % is queried" for place in places]

    return words


def _count_words(counted: Callable[[Tables], Counts], what: str) -> Words:
    """Return the words of a count that something was missing of: none of so many."""

    def words(tables: Tables, _field: str, places: NDArray[np.int64]) -> Sequence[str]:
        return [f"None of {number:,} {what}" for number in counted(tables)[places]]

    return words


def _roll(tables: Tables) -> Counts:
    return counts(tables, _on_roll(tables))


def _of_age_for_support(tables: Tables) -> Mask:
    return _on_roll(tables) & aged(tables, "youth support due")


def _number_of_age_for_support(tables: Tables) -> Counts:
    return counts(tables, _of_age_for_support(tables))


@rule(
    "1496",
    severity="query",
    table=HEADER,
    field=RETURN,
    first=FIRST,
    message="No pupil no longer on roll is in the return",
)
def no_leavers(tables: Tables) -> Mask:
    """Mark returns without any pupil no longer on roll."""
    return over_returns(tables, counts(tables, ~_on_roll(tables)) == 0)


@rule(
    "1750",
    severity="query",
    table=HEADER,
    field=RETURN,
    first=FIRST,
    message="High share of pupils on roll with free school meal eligibility since the last census",
    words=_share_words("1750", _meals, "pupils on roll have an FSM period since the last census"),
)
def many_with_meals(tables: Tables) -> Mask:
    """Mark returns where more than 45 % of pupils on roll have an FSM period with a day since the last census."""
    return _above(tables, _meals(tables), "1750")


@rule(
    "1751",
    severity="query",
    table=HEADER,
    field=RETURN,
    first=FIRST,
    message="High share of Reception pupils with free school meal eligibility since the last census",
    words=_share_words("1751", _reception_meals, "Reception pupils have an FSM period since the last census"),
)
def many_with_meals_in_reception(tables: Tables) -> Mask:
    """Mark returns where more than 50 % of Reception pupils on roll have such a period."""
    return _above(tables, _reception_meals(tables), "1751")


@rule(
    "1752",
    severity="query",
    table=HEADER,
    field=RETURN,
    first=FIRST,
    message="High share of Year 1 pupils with free school meal eligibility since the last census",
    words=_share_words("1752", _year_1_meals, "Year 1 pupils have an FSM period since the last census"),
)
def many_with_meals_in_year_1(tables: Tables) -> Mask:
    """Mark returns where more than 50 % of Year 1 pupils on roll have such a period."""
    return _above(tables, _year_1_meals(tables), "1752")


@rule(
    "1760",
    severity="query",
    table=HEADER,
    field=RETURN,
    first=FIRST,
    message="No pupil on roll was eligible for free school meals since the last census",
    words=_count_words(_roll, "pupils on roll has an FSM period since the last census"),
)
def none_with_meals(tables: Tables) -> Mask:
    """Mark returns with pupils on roll, none of whom has an FSM period with a day since the last census."""
    share = _meals(tables)
    return over_returns(tables, (share.whole > 0) & (share.part == 0))


@rule(
    "1780",
    severity="query",
    table=HEADER,
    field=RETURN,
    first=FIRST,
    message="No pupil aged 12 or over has a youth support services response",
    words=_count_words(_number_of_age_for_support, "pupils aged 12 or over has a youth support services response"),
)
def no_support_response(tables: Tables) -> Mask:
    """Mark returns with pupils on roll aged 12 or over on 31 August, none of whom has a response recorded.

    Any response counts, `unsought` too; that the age is taken on 31 August is inferred.
    """
    expected = _of_age_for_support(tables)
    answered = counts(tables, expected & provided(tables[PUPILS], "yssa"))
    return over_returns(tables, (counts(tables, expected) > 0) & (answered == 0))


@rule(
    "1877",
    severity="query",
    table=HEADER,
    field=RETURN,
    first=FIRST,
    message="High share of infants took a school lunch on census day",
    words=_share_words("1877", _lunches, "infants took a school lunch on census day"),
)
def many_lunches(tables: Tables) -> Mask:
    """Mark returns where more than 95 % of infants on roll took a school lunch.

    Infants: Reception, years 1 and 2, and year group X aged 4 to 6 on 31 August. Pupils whose answer is missing or
    cannot be read are not counted.
    """
    return _above(tables, _lunches(tables), "1877")
