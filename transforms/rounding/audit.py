"""What somebody can still work out from rounded or changed counts who knows the profile and everything published.

For every count that was small it looks for two tables in whole numbers that fit what is published and differ there by
the profile's minimum width. It shares the search with the audit of hidden counts, and nothing with what changed the
counts; what it cannot prove is unproved.
"""

from __future__ import annotations

from dataclasses import replace

from transforms.disclosure_control.audit import AuditReport, attacked
from transforms.disclosure_control.model import CellTable, Mask
from transforms.rounding.conventional import Known


def audit_rounded(
    cells: CellTable, known: Known, *, judged: Mask, minimum_width: int, small_shown: int = 0
) -> AuditReport:
    """Attack every judged count of a release and report how many gave way; `hidden` counts those attacked."""
    seen = replace(cells, lower=known.lower, upper=known.upper)
    report = attacked(seen, known.lower < known.upper, judged=judged, minimum_width=minimum_width)
    return replace(report, small_shown=small_shown)
