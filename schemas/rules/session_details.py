"""Rules on session details (docs/sources.md S10): sessions by attendance code, of the term before the census.

The codes are those of that term: the collection before this one. The second half of the summer term has its own DfE
numbers, in the autumn; the same checks of the termly details have ids of ours.
"""

from __future__ import annotations

from functools import partial

from schemas.rules.children import code_numbers, together
from schemas.rules.codes import code_words, unknown_or_old
from schemas.rules.register import Mask, rule
from schemas.rules.rows import missing, provided
from schemas.tables import Tables

FIRST = "2024-autumn"
DETAILS = "termlysessiondetails"
HALF_TERM = "summerhalfterm2sessiondetails"


@rule(
    "2572",
    severity="error",
    table=HALF_TERM,
    field="attendancereason",
    first=FIRST,
    terms="autumn",
    message="Attendance code of the second half of the summer term is not in the code set",
    words=partial(code_words, table=HALF_TERM),
    judges_codes=True,
)
def half_term_code_unknown(tables: Tables) -> Mask:
    """Mark session details of the second half of the summer term whose code that summer did not have."""
    return unknown_or_old(tables, HALF_TERM, "attendancereason")


@rule(
    "2574",
    severity="error",
    table=HALF_TERM,
    field="attendancereason",
    first=FIRST,
    terms="autumn",
    message="Sessions of the second half of the summer term have no attendance code",
)
def half_term_code_missing(tables: Tables) -> Mask:
    """Mark session details of the second half of the summer term with sessions and no code; 2572 has wrong codes."""
    return _without_code(tables, HALF_TERM)


@rule(
    "ATTENDANCE-REASON-MISSING",
    severity="error",
    table=DETAILS,
    field="attendancereason",
    first=FIRST,
    message="Sessions have no attendance code",
)
def code_missing(tables: Tables) -> Mask:
    """Mark session details of the term with sessions and no code."""
    return _without_code(tables, DETAILS)


@rule(
    "ATTENDANCE-REASON-REPEATED",
    severity="error",
    table=DETAILS,
    field="attendancereason",
    first=FIRST,
    message="Pupil has several session details of one attendance code",
)
def code_repeated(tables: Tables) -> Mask:
    """Mark every row of session details beside which its pupil has another row of the same known code."""
    details = tables[DETAILS]
    known = tables.codes("attendance", lag=1)
    reason = details["attendancereason"]
    return together(details, reason.isin(list(known)), code_numbers(reason, known))


def _without_code(tables: Tables, table: str) -> Mask:
    details = tables[table]
    return missing(details, "attendancereason") & provided(details, "sessions")
