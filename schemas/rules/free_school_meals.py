"""Free school meal rules (docs/sources.md S14)."""

from __future__ import annotations

from schemas.rules.register import Mask, Masks, rule
from schemas.tables import Tables

FIRST = "2024-autumn"


@rule(
    "1762",
    severity="error",
    table="fsmperiods",
    field="fsmstartdate",
    first=FIRST,
    message="Free school meal period starts after census day",
)
def fsm_starts_after_census_day(tables: Tables) -> Mask:
    """Mark periods of eligibility that start after census day."""
    return tables["fsmperiods"]["fsmstartdate"] > tables.calendar.census_day


@rule(
    "1763",
    severity="error",
    table="fsmperiods",
    field=("fsmstartdate", "fsmenddate"),
    first=FIRST,
    message="Free school meal period lies wholly outside the collection period",
)
def fsm_outside_window(tables: Tables) -> Masks:
    """Mark periods of eligibility no day of which falls in the window, at the date that keeps them out of it.

    The window runs from the day after the previous census day to census day; a period that overlaps it is enough. A
    period that starts after census day breaks 1762 too, since neither text excepts the other (inferred).
    """
    periods, days = tables["fsmperiods"], tables.calendar
    return {
        "fsmstartdate": periods["fsmstartdate"] > days.fsm_last,
        "fsmenddate": periods["fsmenddate"] < days.fsm_first,
    }
