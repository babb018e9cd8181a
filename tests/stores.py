"""Stores and ledger entries for tests."""

import hashlib
from datetime import UTC, datetime

from flows.landing import LandingPlace
from flows.ledger import Entry
from schemas.collection import Collection

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
SPRING = Collection.parse("2026-spring")
RETURNS = LandingPlace("school_census", SPRING, "856")


def entry(**changes):
    """Make a ledger entry."""
    held = {
        "recorded_at": "2026-01-20T12:00:00+00:00",
        "agreement": "nhs-immunisation",
        "version": "1",
        "recipient": "School-age immunisation service",
        "collection": "2026-spring",
        "la": "856",
        "on_day": "2026-01-20",
        "file": "cohort.csv",
        "sha256": "a" * 64,
        "bytes": 10,
        "rows": 2,
        "columns": ("one", "two"),
        "code_version": "0.1.0",
        "key_id": None,
        "accepted_findings": None,
        "run_id": "run-1",
        "destroy_by": "2027-01-20",
    }
    return Entry(**{**held, **changes})


def contents(root):
    """Return every file of a store that people or programs read, with the hash of its bytes."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".lock" and path.suffix not in {".sqlite"}
    }
