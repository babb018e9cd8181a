"""Rules on alternative provision that a school arranged for its pupils (docs/sources.md S13, S14, S17, S18)."""

from __future__ import annotations

from schemas.model import HEADER
from schemas.rules.children import of_pupil, together
from schemas.rules.forms import of_form
from schemas.rules.register import Mask, rule
from schemas.rules.returns import counts, over_returns
from schemas.rules.rows import missing
from schemas.rules.thresholds import codes
from schemas.tables import Tables

FIRST = "2024-autumn"
PLACEMENTS = "schoolarrangedapdetail"


@rule(
    "2364",
    severity="error",
    table=PLACEMENTS,
    field="urn",
    first=FIRST,
    message="Placement names neither URN nor UKPRN nor the type of the setting",
)
def setting_missing(tables: Tables) -> Mask:
    """Mark placements that do not say where: no URN, no UKPRN and no setting type."""
    rows = tables[PLACEMENTS]
    return rows["urn"].isna() & rows["ukprn"].isna() & missing(rows, "apsettingtype")


@rule(
    "2372",
    severity="error",
    table=PLACEMENTS,
    field="leavingdate",
    first=FIRST,
    message="Leaver's placement has no leaving date, or one after leaving the school",
)
def leaver_still_placed(tables: Tables) -> Mask:
    """Mark placements of pupils no longer on roll that have no end, or end after the day on which the pupil left."""
    rows = tables[PLACEMENTS]
    after = rows["leavingdate"] > of_pupil(tables, PLACEMENTS, "leavingdate")
    return ~rows["is_on_roll"] & (missing(rows, "leavingdate") | after)


def _open(tables: Tables) -> Mask:
    """Mark placements without a leaving date, or with one after census day."""
    rows = tables[PLACEMENTS]
    return missing(rows, "leavingdate") | (rows["leavingdate"] > tables.calendar.census_day)


@rule(
    "2392",
    severity="query",
    table=PLACEMENTS,
    field="apattendancepattern",
    first=FIRST,
    message="Pupil has several open placements, of which this one is not part time",
)
def open_placements_not_part_time(tables: Tables) -> Mask:
    """Mark open placements of a pattern other than part time, of pupils with two or more open placements."""
    rows = tables[PLACEMENTS]
    others = tables.codes("ap_attendance_pattern").difference(codes("alternative_provision", "part_time"))
    return together(rows, _open(tables)) & rows["apattendancepattern"].isin(list(others))


@rule(
    "4015Q",
    severity="query",
    table=HEADER,
    field="estab",
    first=FIRST,
    phases="SS AT SP",
    message="Return without any alternative provision that the school arranged",
)
def no_placement(tables: Tables) -> Mask:
    """Mark returns of secondary, all-through and special schools without a placement (that it is these is inferred)."""
    rows = tables[PLACEMENTS]
    return over_returns(tables, counts(tables, rows["laestab"].notna(), of=PLACEMENTS) == 0)


@rule(
    "AP-DATES",
    severity="error",
    table=PLACEMENTS,
    field="leavingdate",
    first=FIRST,
    message="Placement ends before it starts",
)
def placement_ends_early(tables: Tables) -> Mask:
    """Mark placements whose leaving date is before their entry date."""
    rows = tables[PLACEMENTS]
    return rows["leavingdate"] < rows["entrydate"]


@rule(
    "AP-WINDOW",
    severity="query",
    table=PLACEMENTS,
    field="entrydate",
    first=FIRST,
    message="Placement has no day between the previous census day and this one",
)
def placement_outside_window(tables: Tables) -> Mask:
    """Mark placements that start after census day, or that ended before the previous one."""
    rows, days = tables[PLACEMENTS], tables.calendar
    return (rows["entrydate"] > days.census_day) | (rows["leavingdate"] < days.previous_census_day)


@rule(
    "AP-ENTRY-MISSING",
    severity="error",
    table=PLACEMENTS,
    field="entrydate",
    first=FIRST,
    message="Entry date of a placement is missing",
)
def entry_missing(tables: Tables) -> Mask:
    """Mark placements without an entry date."""
    return missing(tables[PLACEMENTS], "entrydate")


@rule(
    "AP-REASON-MISSING",
    severity="error",
    table=PLACEMENTS,
    field="placementreason",
    first=FIRST,
    message="Reason of a placement is missing",
)
def reason_missing(tables: Tables) -> Mask:
    """Mark placements without a reason."""
    return missing(tables[PLACEMENTS], "placementreason")


@rule(
    "AP-PATTERN-MISSING",
    severity="error",
    table=PLACEMENTS,
    field="apattendancepattern",
    first=FIRST,
    message="Attendance pattern of a placement is missing",
)
def pattern_missing(tables: Tables) -> Mask:
    """Mark placements that do not say whether they are full time or part time."""
    return missing(tables[PLACEMENTS], "apattendancepattern")


@rule(
    "AP-URN-FORM",
    severity="error",
    table=PLACEMENTS,
    field="urn",
    first=FIRST,
    message="URN of a placement has not six digits",
)
def urn_form(tables: Tables) -> Mask:
    """Mark placements whose URN is given and has not the form of one."""
    return ~of_form(tables[PLACEMENTS]["urn"], "urn")


@rule(
    "AP-UKPRN-FORM",
    severity="error",
    table=PLACEMENTS,
    field="ukprn",
    first=FIRST,
    message="UKPRN of a placement has not eight digits that begin with 1",
)
def ukprn_form(tables: Tables) -> Mask:
    """Mark placements whose UKPRN is given and has not the form of one."""
    return ~of_form(tables[PLACEMENTS]["ukprn"], "ukprn")


@rule(
    "AP-COMPANY-FORM",
    severity="error",
    table=PLACEMENTS,
    field="companynumber",
    first=FIRST,
    message="Company number of a placement is not two letters or digits and six digits",
)
def company_number_form(tables: Tables) -> Mask:
    """Mark placements whose company number is given and has not the form of one."""
    return ~of_form(tables[PLACEMENTS]["companynumber"], "company_number")
