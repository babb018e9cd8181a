"""Rules on programme aims, learning aims and work placements (docs/sources.md S11): autumn only, both rolls."""

from __future__ import annotations

from schemas.rules.children import parents_without
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing
from schemas.rules.thresholds import codes
from schemas.tables import Tables

FIRST = "2024-autumn"
PROGRAMMES = "programmeaims"
AIMS = "learningaims"
PLACEMENTS = "workplaceentity"


@rule(
    "2903",
    severity="error",
    table=PROGRAMMES,
    field="qn",
    first=FIRST,
    terms="autumn",
    message="Programme aim without a learning aim",
)
def programme_without_aim(tables: Tables) -> Mask:
    """Mark programme aims that contain no learning aim."""
    return parents_without(tables, PROGRAMMES, AIMS)


def _before(tables: Tables, table: str, end: str, start: str) -> Mask:
    return tables[table][end] < tables[table][start]


@rule(
    "AIM-DATES",
    severity="error",
    table=AIMS,
    field="learningplannedenddate",
    first=FIRST,
    terms="autumn",
    message="Learning aim is planned to end before it starts",
)
def aim_planned_early(tables: Tables) -> Mask:
    """Mark learning aims whose planned end is before their start."""
    return _before(tables, AIMS, "learningplannedenddate", "learningstartdate")


@rule(
    "AIM-END-EARLY",
    severity="error",
    table=AIMS,
    field="learningactualenddate",
    first=FIRST,
    terms="autumn",
    message="Learning aim ended before it started",
)
def aim_ended_early(tables: Tables) -> Mask:
    """Mark learning aims whose actual end is before their start."""
    return _before(tables, AIMS, "learningactualenddate", "learningstartdate")


@rule(
    "AIM-WITHDRAWAL-REASON",
    severity="query",
    table=AIMS,
    field="learningaimwithdrawalreason",
    first=FIRST,
    terms="autumn",
    message="Withdrawn learning aim has no reason of withdrawal",
)
def withdrawal_reason_missing(tables: Tables) -> Mask:
    """Mark learning aims of status withdrawn without a reason."""
    aims = tables[AIMS]
    withdrawn = aims["learningaimstatus"].isin(codes("post_16", "withdrawn"))
    return withdrawn & missing(aims, "learningaimwithdrawalreason")


@rule(
    "PROGRAMME-DATES",
    severity="error",
    table=PROGRAMMES,
    field="programmeplannedenddate",
    first=FIRST,
    terms="autumn",
    message="Programme aim is planned to end before it starts",
)
def programme_planned_early(tables: Tables) -> Mask:
    """Mark programme aims whose planned end is before their start."""
    return _before(tables, PROGRAMMES, "programmeplannedenddate", "programmestartdate")


@rule(
    "PLACEMENT-DATES",
    severity="error",
    table=PLACEMENTS,
    field="wpenddate",
    first=FIRST,
    terms="autumn",
    message="Work placement ends before it starts",
)
def work_placement_ends_early(tables: Tables) -> Mask:
    """Mark work placements whose end is before their start."""
    return _before(tables, PLACEMENTS, "wpenddate", "wpstartdate")
