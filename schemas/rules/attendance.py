"""Attendance rules (docs/sources.md S14, S16): termly attendance, which is that of the term before the census.

Attendance is expected of pupils aged 5 to 15 on 31 August, not boarders, who entered before the window ended. A date
of birth or of entry that is missing or unreadable leaves that unknown, and these rules say nothing.
"""

from __future__ import annotations

from schemas.ages import whole_years
from schemas.code_sets import code_set
from schemas.rules.children import total_of_pupil
from schemas.rules.register import Mask, rule
from schemas.rules.rows import has_rows, missing, unreadable
from schemas.rules.thresholds import codes, threshold
from schemas.tables import Tables

FIRST = "2024-autumn"
DETAILS = "termlysessiondetails"
YOUNGEST, OLDEST = 5, 15  # S1 (2470) and the project's definitions
NOT_A_BOARDER = "N"  # CBDS 100067; also the meaning of a missing value (S2)


@rule(
    "2400",
    severity="error",
    table="pupils",
    field="termlysessionspossible",
    first=FIRST,
    message="Termly attendance is missing for a pupil on roll",
)
def attendance_missing(tables: Tables) -> Mask:
    """Mark pupils on roll of whom attendance is expected and nothing of it came.

    Nothing came: neither sessions possible nor any row of session details. Where details came without sessions
    possible, 2500 says so. So one fault is reported once; the sources do not part the two rules (inferred).
    """
    pupils = tables["pupils"]
    nothing = missing(pupils, "termlysessionspossible") & ~has_rows(tables, DETAILS)
    return pupils["is_on_roll"] & _expected(tables) & nothing


@rule(
    "2500",
    severity="error",
    table="pupils",
    field="termlysessionspossible",
    first=FIRST,
    message="Sessions possible are missing or invalid for a pupil on roll",
)
def sessions_possible_wrong_on_roll(tables: Tables) -> Mask:
    """Mark pupils on roll of whom attendance is expected and whose sessions possible are wrong.

    Wrong: missing although session details came (2400 has those without any), not a whole number, or below nought.
    """
    pupils = tables["pupils"]
    without = missing(pupils, "termlysessionspossible") & has_rows(tables, DETAILS)
    return pupils["is_on_roll"] & _expected(tables) & (without | _invalid(tables))


@rule(
    "2510",
    severity="error",
    table="pupils",
    field="termlysessionspossible",
    first=FIRST,
    message="Sessions possible are missing or invalid for a pupil no longer on roll",
)
def sessions_possible_wrong_off_roll(tables: Tables) -> Mask:
    """Mark leavers of whom attendance is expected and whose sessions possible are missing, invalid or below nought.

    Expected of a leaver as of a pupil on roll, and only if the day of leaving is not before the window (inferred: the
    return also holds leavers of earlier terms, for a suspension, a placement or post-16 data).
    """
    pupils = tables["pupils"]
    in_window = pupils["leavingdate"] >= tables.calendar.attendance_first
    wrong = missing(pupils, "termlysessionspossible") | _invalid(tables)
    return ~pupils["is_on_roll"] & _expected(tables) & in_window & wrong


@rule(
    "2470",
    severity="error",
    table="pupils",
    field="termlysessionspossible",
    first=FIRST,
    message="Attendance is given for a boarder, or for a pupil not aged 4 to 15 on 31 August",
)
def attendance_not_expected(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, whose age or boarding keeps attendance out, and who have some.

    Some: sessions possible above nought, or any row of session details. The wording of 2012 begins at 5; that the floor
    is now 4 is sourced, but not under this number (inferred).
    """
    pupils = tables["pupils"]
    age = whole_years(pupils["dob"], on=tables.calendar.age_day)
    too_young, too_old = age < threshold("attendance", "youngest"), age > threshold("attendance", "oldest")
    given = (pupils["termlysessionspossible"] > 0) | has_rows(tables, DETAILS)
    return given & (too_young | too_old | pupils["boarder"].isin(codes("attendance", "boarders")))


@rule(
    "2502Q",
    severity="query",
    table="pupils",
    field="termlysessionspossible",
    first=FIRST,
    message="Sessions possible are nought for a pupil on roll",
)
def no_session_possible(tables: Tables) -> Mask:
    """Mark pupils on roll with nought sessions possible; right where the term was spent at another registration."""
    pupils = tables["pupils"]
    return pupils["is_on_roll"] & (pupils["termlysessionspossible"] == 0)


@rule(
    "ATTENDANCE-OVER",
    severity="error",
    table="pupils",
    field="termlysessionspossible",
    first=FIRST,
    message="Session details add up to more sessions than were possible",
)
def more_sessions_than_possible(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, with more sessions attended and missed than were possible.

    Sessions of codes that stand for no possible session (closed, not required, not yet on roll) are not added.
    """
    details = tables[DETAILS]
    groups = code_set("attendance").column("group", tables.collection.previous())
    possible = [code for code, group in groups.items() if group in codes("attendance", "groups_possible")]
    counted = details["sessions"].where(details["attendancereason"].isin(possible))
    return tables["pupils"]["termlysessionspossible"] < total_of_pupil(tables, DETAILS, counted)


@rule(
    "SESSIONS-MANY",
    severity="query",
    table="pupils",
    field="termlysessionspossible",
    first=FIRST,
    message="More sessions possible than a term has",
)
def many_sessions(tables: Tables) -> Mask:
    """Mark pupils, on roll or no longer on roll, with more sessions possible than the common basic data set allows."""
    return tables["pupils"]["termlysessionspossible"] > threshold("attendance", "most_sessions")


def _invalid(tables: Tables) -> Mask:
    pupils = tables["pupils"]
    return unreadable(pupils, "termlysessionspossible") | (pupils["termlysessionspossible"] < 0)


def _expected(tables: Tables) -> Mask:
    pupils, days = tables["pupils"], tables.calendar
    age = whole_years(pupils["dob"], on=days.age_day)
    day_pupil = pupils["boarder"].eq(NOT_A_BOARDER) | pupils["boarder"].isna()
    return (age >= YOUNGEST) & (age <= OLDEST) & day_pupil & (pupils["entrydate"] < days.attendance_last)
