"""Small findings, schools and summaries for the tests of reports and pages; all invented."""

from datetime import date

import pandas as pd
import pyarrow as pa

from schemas.contract import to_frame
from schemas.findings import SCHEMA
from transforms.reports.finding_groups import RuleNote, grouped
from transforms.reports.pages import PageContext
from transforms.reports.run_summary import FindingCounts, QuarantinedFile, RunSummary, count_findings
from transforms.returns import RETURNS_COLUMNS

NOTES = {
    "1500": RuleNote("1500", "error", "UPN is missing", "Ask the previous school."),
    "1510": RuleNote("1510", "error", "UPN has a wrong letter", "Compare with the transfer file."),
    "1750": RuleNote("1750", "query", "Many pupils are eligible for free meals", "Say why in the notepad."),
    "1763": RuleNote("1763", "error", "Period lies outside the collection period", "Correct the dates."),
    "EHE-START": RuleNote("EHE-START", "error", "Start date is missing", "Enter the start date."),
}
PLACES = {"1763": ("fsmperiods", "fsmstartdate"), "1750": ("school", None), "EHE-START": ("ehe_register", "start")}


def finding(rule, laestab="8562001", *, upn="A856200120001", roll="on", record=1, sub_record=None, child_id=None):
    table, field = PLACES.get(rule, ("pupils", "upn"))
    note = NOTES.get(rule)
    return {
        "rule": rule,
        "severity": note.severity if note else "error",
        "laestab": laestab,
        "upn": upn,
        "child_id": child_id,
        "table": table,
        "roll": roll,
        "record": record,
        "sub_record": sub_record,
        "field": field,
        "message": note.message if note else "unknown",
        "source_file": f"{laestab}_SC1_856LL26_001.xml" if laestab else "register.csv",
        "state": "open",
    }


def findings(*rows):
    return to_frame(pa.Table.from_pylist(list(rows), schema=SCHEMA))


def school(laestab, name, *, status="received", on_roll=200, errors=0, queries=0):
    known = {"laestab": laestab, "school": name, "status": status, "expected": "yes", "phase": "Primary"}
    read = {"received": "yes", "on_roll": on_roll, "errors": errors, "queries": queries}
    return dict.fromkeys(RETURNS_COLUMNS) | known | (read if status == "received" else {"received": "no"})


def schools(*rows):
    frame = pd.DataFrame(list(rows), columns=list(RETURNS_COLUMNS))
    return frame.astype(dict.fromkeys(("on_roll", "errors", "queries", "superseded", "serial"), "Int64"))


def summary(found=None, **changed):
    counts = FindingCounts({}, 0, 0) if found is None else count_findings(found)
    known = {
        "collection": "2026-spring",
        "la": "856",
        "files_read": 3,
        "files_quarantined": 0,
        "pupils_on_roll": 600,
        "pupils_no_longer_on_roll": 12,
        "ehe_children": None,
        "rows_in": 612,
        "rows_out": 612,
        "rows_quarantined": 0,
        "findings": counts,
        "seconds": 1.25,
        "schools_received": 2,
    }
    return RunSummary(**(known | changed))


def context(**changed):
    known = {"la_name": "Leicester", "made": date(2026, 1, 20), "version": "0.1.0", "notes": NOTES}
    return PageContext(**(known | changed))


def groups_of(found):
    return grouped(found, NOTES, {})


def quarantined(name="broken.xml", laestab=None):
    return QuarantinedFile(name, "the file ends too early; ask the school to send it again", laestab)
