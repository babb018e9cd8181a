"""Rules on suspensions and permanent exclusions (docs/sources.md S1, S2, S16), both rolls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from schemas.model import HEADER
from schemas.rules.children import code_numbers, together
from schemas.rules.register import Mask, Masks, rule
from schemas.rules.returns import Counts, counts, over_returns
from schemas.rules.rows import missing
from schemas.rules.thresholds import codes, threshold
from schemas.tables import Tables

FIRST = "2024-autumn"
EXCLUSIONS = "termlyexclusions"
SESSION_DETAILS = ("termlysessiondetails", "summerhalfterm2sessiondetails")
REASONS = ("reason1", "reason2", "reason3")


@rule(
    "2290",
    severity="error",
    table=EXCLUSIONS,
    field="startdate",
    first=FIRST,
    message="Suspension or exclusion starts outside the collection period",
)
def start_outside_window(tables: Tables) -> Mask:
    """Mark suspensions and exclusions that start outside the two terms that this collection asks for."""
    start, days = tables[EXCLUSIONS]["startdate"], tables.calendar
    return (start < days.exclusions_first) | (start > days.exclusions_last)


def _starting(tables: Tables) -> Counts:
    """Count, for each return, the suspensions and exclusions that start in the attendance window."""
    start, days = tables[EXCLUSIONS]["startdate"], tables.calendar
    last = days.half_term_last or days.attendance_last
    return counts(tables, (start >= days.attendance_first) & (start <= last), of=EXCLUSIONS)


def _suspended_sessions(tables: Tables) -> Counts:
    """Count, for each return, the rows of session details with sessions of the code of suspension and exclusion."""
    collected = [name for name in SESSION_DETAILS if "sessions" in tables[name]]  # the second part in autumn only
    found = np.zeros(len(tables[HEADER]), dtype=np.int64)
    for name in collected:
        details = tables[name]
        marked = details["attendancereason"].isin(codes("attendance", "suspended"))
        found += counts(tables, marked & (details["sessions"] > 0), of=name)
    return found


def _against_attendance(tables: Tables, _field: str, places: NDArray[np.int64]) -> Sequence[str]:
    starting, code = _starting(tables), ", ".join(codes("attendance", "suspended"))
    return [
        f"{starting[place]:,} suspensions or exclusions start in the attendance window, and no session has code {code}"
        if starting[place]
        else f"Sessions have code {code}, and no suspension or exclusion starts in the attendance window"
        for place in places
    ]


@rule(
    "2485",
    severity="query",
    table=HEADER,
    field="estab",
    first=FIRST,
    message="Suspensions without sessions of their attendance code, or the reverse",
    words=_against_attendance,
)
def suspensions_against_attendance(tables: Tables) -> Mask:
    """Mark returns with suspensions or exclusions in the attendance window and no session of code E, or the reverse.

    Every category counts, and every pupil, since the source excepts none. Where a start date is missing or cannot be
    read, the reverse is not known and nothing is said.
    """
    starting = _starting(tables) > 0
    undated = counts(tables, tables[EXCLUSIONS]["startdate"].isna(), of=EXCLUSIONS) > 0
    suspended = _suspended_sessions(tables) > 0
    return over_returns(tables, (starting & ~suspended) | (suspended & ~starting & ~undated))


@rule(
    "EXCLUSION-START-MISSING",
    severity="error",
    table=EXCLUSIONS,
    field="startdate",
    first=FIRST,
    message="Start date of a suspension or exclusion is missing",
)
def start_missing(tables: Tables) -> Mask:
    """Mark suspensions and exclusions without a start date."""
    return missing(tables[EXCLUSIONS], "startdate")


@rule(
    "EXCLUSION-CATEGORY-MISSING",
    severity="error",
    table=EXCLUSIONS,
    field="category",
    first=FIRST,
    message="Category of a suspension or exclusion is missing",
)
def category_missing(tables: Tables) -> Mask:
    """Mark rows that do not say whether they are a suspension, a lunchtime suspension or a permanent exclusion."""
    return missing(tables[EXCLUSIONS], "category")


@rule(
    "EXCLUSION-REASON-MISSING",
    severity="error",
    table=EXCLUSIONS,
    field="reason1",
    first=FIRST,
    message="First reason of a suspension or exclusion is missing",
)
def reason_missing(tables: Tables) -> Mask:
    """Mark suspensions and exclusions without a first reason; the second and third may be missing."""
    return missing(tables[EXCLUSIONS], "reason1")


@rule(
    "EXCLUSION-REASON-REPEATED",
    severity="query",
    table=EXCLUSIONS,
    field=("reason2", "reason3"),
    first=FIRST,
    message="Reason of a suspension or exclusion repeats an earlier one",
)
def reason_repeated(tables: Tables) -> Masks:
    """Mark a second or third reason that an earlier one of the same suspension or exclusion already gives."""
    rows = tables[EXCLUSIONS]
    known = tables.codes("exclusion_reason")
    first, second, third = (code_numbers(rows[name], known) for name in REASONS)
    again = {"reason2": second == first, "reason3": (third == first) | (third == second)}
    return {name: rows[name].isin(list(known)) & mask for name, mask in again.items()}


@rule(
    "EXCLUSION-SESSIONS",
    severity="error",
    table=EXCLUSIONS,
    field="sessions",
    first=FIRST,
    message="Sessions are missing for a suspension, given for an exclusion, or outside 1 to 90",
)
def sessions_wrong(tables: Tables) -> Mask:
    """Mark suspensions without sessions, permanent exclusions with them, and sessions outside the range."""
    rows = tables[EXCLUSIONS]
    sessions, category = rows["sessions"], rows["category"]
    without = category.isin(codes("suspensions", "with_sessions")) & missing(rows, "sessions")
    unasked = category.isin(codes("suspensions", "permanent")) & sessions.notna()
    few, many = (threshold("suspensions", name) for name in ("fewest_sessions", "most_sessions"))
    return without | unasked | (sessions < few) | (sessions > many)


@rule(
    "EXCLUSION-PERM-REPEATED",
    severity="error",
    table=EXCLUSIONS,
    field="category",
    first=FIRST,
    message="Pupil has more than one permanent exclusion",
)
def permanent_repeated(tables: Tables) -> Mask:
    """Mark every permanent exclusion of a pupil record that has more than one."""
    rows = tables[EXCLUSIONS]
    return together(rows, rows["category"].isin(codes("suspensions", "permanent")))
