"""Children who may be missing education: the list for a person, and its counts for the summary."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from flows.elective_home_education import Register
from schemas.tables import Tables
from transforms.missing_education import COLUMNS, Candidates, Looked, cme_candidates
from transforms.reports.tables import report_csv

NAME = "cme_candidates.csv"


def candidates_of(census: Tables, register: Register, later: Mapping[str, pd.DataFrame] | None = None) -> Candidates:
    """List the candidates of a census, the register (if there was one) and the pupils of later collections."""
    return cme_candidates(Looked(census, register.table, register.links, later or {}))


def candidates_csv(candidates: Candidates) -> bytes:
    """Write `cme_candidates.csv`: for the authority's own staff, in the reports zone only."""
    return report_csv(candidates.frame, tuple(COLUMNS))


def count_candidates(candidates: Candidates) -> dict[str, object]:
    """Return what summary.json says of the candidates: counts alone."""
    return {
        "cme_candidates": len(candidates.frame),
        "cme_candidates_by_ground": dict(candidates.by_ground),
        "cme_age_unknown": candidates.age_unknown,
    }
