"""Rules on pupils no longer on roll (docs/sources.md S7): who is expected in the return."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_

from schemas.calendar import Calendar
from schemas.model import PUPILS
from schemas.rules.bands import aged
from schemas.rules.register import Mask, rule
from schemas.rules.rows import has_rows
from schemas.tables import Tables

FIRST = "2024-autumn"
NOT_A_BOARDER = "N"  # CBDS 100067 (S2)
EXCLUSIONS = "termlyexclusions"
#: Tables of post-16, learner funding, alternative provision and learner support: a leaver with a row is expected (S7).
REASONS_TO_RETURN = ("programmeaims", "learnerfam", "approvisiondetail", "schoolarrangedapdetail", "learnersupport")


def _term_start(days: Calendar) -> object:
    """Return the first day of the notional term of the census: the day after the last attendance window."""
    return (days.half_term_last or days.attendance_last) + timedelta(days=1)


@rule(
    "1925Q",
    severity="query",
    table=PUPILS,
    field="leavingdate",
    first=FIRST,
    message="Leaver is in the return for none of the known reasons",
)
def leaver_unexpected(tables: Tables) -> Mask:
    """Mark leavers whom neither dates and age, nor a suspension, nor another module puts into the return.

    Expected: a suspension or exclusion, and gone before census day; or came before this notional term, left between
    the start of the previous one and census day, aged 4 to 15 on 31 August and no boarder (S2: no value says that too);
    or post-16, learner funding, alternative provision or learner support data. Unknown dates, and unknown codes of
    boarding, are not judged.
    """
    pupils, days = tables[PUPILS], tables.calendar
    gone = pupils["leavingdate"] < days.census_day
    suspended = has_rows(tables, EXCLUSIONS) & gone
    otherwise = reduce(or_, (has_rows(tables, name) for name in REASONS_TO_RETURN))
    expected = suspended | (gone & _left_a_place(tables)) | otherwise
    return ~pupils["is_on_roll"] & pupils["leavingdate"].notna() & ~expected


def _left_a_place(tables: Tables) -> Mask:
    """Mark day pupils of school age who came before this notional term and left since the previous one began."""
    pupils, days = tables[PUPILS], tables.calendar
    boards = pupils["boarder"].isin(tables.codes("boarder") - {NOT_A_BOARDER})
    dates = (pupils["entrydate"] < _term_start(days)) & (pupils["leavingdate"] >= days.attendance_first)
    return dates & aged(tables, "leaver of school age") & ~boards
