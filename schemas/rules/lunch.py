"""School lunch and free school meal rules of the pupil (docs/sources.md S13, S1)."""

from __future__ import annotations

from functools import partial

from schemas.model import PUPILS
from schemas.rules.bands import aged, in_stage
from schemas.rules.meal_periods import has_period
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.tables import Tables

SERVICE_CHILD = "Y"  # CBDS 100330 (S2)

_pupil_rule = partial(rule, table=PUPILS, first="2024-autumn")


def infants(tables: Tables) -> Mask:
    """Mark pupils of Reception, Years 1 and 2, and those outside the year groups who are of that age."""
    return in_stage(tables, "infant") | (in_stage(tables, "none") & aged(tables, "infant outside the year groups"))


@_pupil_rule(
    "1875",
    severity="error",
    field="schoollunchtaken",
    message="School lunch taken is missing for a pupil in Reception, Year 1 or Year 2",
)
def school_lunch_missing(tables: Tables) -> Mask:
    """Mark pupils on roll in Reception, Year 1 or 2, or outside the year groups aged 4 to 6, without a lunch answer.

    An answer that is neither true nor false is reported as such alone.
    """
    pupils = tables[PUPILS]
    return pupils["is_on_roll"] & infants(tables) & missing(pupils, "schoollunchtaken")


@_pupil_rule(
    "SERVICE-FSM",
    severity="query",
    field="servicechild",
    message="Service child has a free school meal period open on census day",
)
def service_child_with_meals(tables: Tables) -> Mask:
    """Mark service children on roll who have a free school meal period open on census day.

    The wording of 2012 (S1), probably that of 1741; of 1741 itself only the title is known.
    """
    pupils = tables[PUPILS]
    census_day = tables.calendar.census_day
    eligible = has_period(tables, census_day, census_day)
    return pupils["is_on_roll"] & (pupils["servicechild"] == SERVICE_CHILD) & eligible
