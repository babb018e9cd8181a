"""The validation page: one self-contained HTML file by which a school clears its findings."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from schemas.collection import Collection
from transforms.reports.finding_groups import Grouped
from transforms.reports.pages import PageContext, Tile, page
from transforms.reports.run_summary import RunSummary
from transforms.reports.school_lines import MISSING, SchoolLine, school_lines


def validation_page(groups: Grouped, schools: pd.DataFrame, summary: RunSummary, context: PageContext) -> str:
    """Write the page: summary, schools, rules, then the findings by school and rule; the same input, the same bytes.

    `schools` is the returns table (returns.csv). With many findings fewer rows of each rule are shown, with the count
    of those that are in findings.csv only.
    """
    lines = school_lines(schools, groups)
    names = {line.laestab: line.name for line in lines if line.laestab}
    return page(
        "validation.html.j2",
        about=context,
        collection=Collection.parse(summary.collection),
        la=summary.la,
        summary=summary,
        tiles=run_tiles(summary, lines),
        lines=lines,
        groups=groups,
        names=names,
    )


def run_tiles(summary: RunSummary, lines: Sequence[SchoolLine]) -> list[Tile]:
    """Return the figures at the head of a page of all schools: name, figure (None: not known), kind."""
    missing = sum(line.status == MISSING for line in lines)
    explained = sum(line.found.explained for line in lines)
    tiles: list[Tile] = [
        ("Errors", summary.findings.errors, "error"),
        ("Queries", summary.findings.queries, "query"),
        *([("Queries explained", explained, "")] if explained else []),
        ("Schools received", summary.schools_received, ""),
        ("Schools expected", summary.schools_expected, ""),
        ("Schools missing", missing if summary.schools_expected is not None else None, ""),
        ("Files not readable", summary.files_quarantined, ""),
        ("Pupils on roll", summary.pupils_on_roll, ""),
        ("No longer on roll", summary.pupils_no_longer_on_roll, ""),
    ]
    return tiles if summary.ehe_children is None else [*tiles, ("EHE children", summary.ehe_children, "")]
